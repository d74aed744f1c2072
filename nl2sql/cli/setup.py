"""``hoikho setup``: the model, the demo warehouse, the prompt states. Each part is skipped when it is there."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from nl2sql.cli.model import OwnFile

if TYPE_CHECKING:
    from nl2sql.config import Settings


def setup(file: OwnFile = None) -> None:
    """Lấy mô hình, dựng kho thử và chuẩn bị lần hỏi đầu. Chạy lại lúc nào cũng được."""
    from nl2sql.cli.progress import bar
    from nl2sql.config import load_settings
    from nl2sql.model import fetch

    settings = load_settings()
    if fetch.is_url(settings.model):
        _say(f"Dùng máy chủ mô hình {settings.model}")
    else:
        with bar(f"Lấy mô hình {settings.model}", in_bytes=True) as report:
            path = fetch.ensure(settings.model, settings, report, file=file)
        _say(f"Mô hình: {path.name}")
    if settings.db:
        _say("Kho dữ liệu: theo HOIKHO_DB")
    else:
        build_demo(settings)
        _warm(settings)


def build_demo(settings: Settings) -> None:
    """Build the demo warehouse unless the one that is there is whole and of this version.

    Raises:
        WarehouseError: It cannot be built.
    """
    from nl2sql.cli.progress import bar
    from schema import warehouse

    if not warehouse.is_current(settings.warehouse_file):
        with bar("Dựng kho thử (dữ liệu mô phỏng)") as report:
            warehouse.build(settings.warehouse_file, progress=lambda label, share: report(label, share, 1.0))
    _say("Kho thử: sẵn sàng (dữ liệu mô phỏng)")


def _warm(settings: Settings) -> None:
    from nl2sql.cli.progress import bar
    from nl2sql.pipeline import open_assistant

    # The states belong to the demo warehouse, whatever database is set for this one run.
    assistant = open_assistant(replace(settings, db=""))
    try:
        with bar("Chuẩn bị để câu hỏi đầu tiên không phải chờ") as report:
            assistant.warm(lambda label, share: report(f"Chuẩn bị: {label}" if label else "", share, 1.0))
    finally:
        assistant.close()
    _say("Trợ lý: sẵn sàng")


def _say(text: str) -> None:
    sys.stderr.write(f"✓ {text}\n")
