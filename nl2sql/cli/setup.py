"""``hoikho setup``: the model, the demo warehouse, the prompt states. Each part is skipped when it is there."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import schema
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
    if get_base(settings):
        merge_chosen(settings)
    if settings.db:
        _say("Kho dữ liệu: theo HOIKHO_DB")
    else:
        build_demo(settings)
        warm_once(settings)


def get_base(settings: Settings) -> bool:
    """Fetch the base of the adapter that would be used; where nobody has it, the larger model is prompted instead.

    Returns:
        Whether there is an adapter with its base.
    """
    from nl2sql.cli.progress import bar
    from nl2sql.errors import ModelError
    from nl2sql.model import adapters, fetch

    listed = adapters.found(settings.home) if settings.adapter != adapters.NONE else ()
    for name in dict.fromkeys(a.card.base for a in listed[:1]):
        try:
            with bar(f"Lấy mô hình gốc {name}", in_bytes=True) as report:
                path = fetch.ensure(name, settings, report)
        except ModelError as error:
            _say(f"Chưa dùng được bộ tinh chỉnh ({error.message}); trợ lý dùng mô hình {settings.model}.")
            return False
        _say(f"Mô hình gốc của bộ tinh chỉnh: {path.name}")
    return bool(listed)


def merge_chosen(settings: Settings, only: Path | None = None) -> None:
    """Merge the adapter in use into its base, unless that is done; where it cannot be, it is served over its base.

    Args:
        only: Do it only when this adapter file is the one in use.
    """
    from nl2sql.cli.progress import bar
    from nl2sql.errors import UserError
    from nl2sql.model import adapters, merged
    from schema.loading import load_catalogue

    folder = Path(settings.catalogue) if settings.catalogue else None
    try:
        adapter = adapters.choose(settings.adapter, settings.home, load_catalogue(folder)).adapter
        if adapter is None or (only is not None and adapter.path != only):
            return
        with bar(f"Gộp bộ tinh chỉnh {adapter.card.name}", in_bytes=True) as report:
            made = merged.merge(settings, adapter, report)
    except UserError as error:
        _say(f"Bộ tinh chỉnh được ghép vào mô hình gốc mỗi lần mở ({error.message})")
        return
    _say(f"Bộ tinh chỉnh {adapter.card.name}: đã gộp ({made.path.stat().st_size / 1e6:.0f} MB)")


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


def warm_once(settings: Settings) -> None:
    """Prepare the prompt states, unless an earlier set-up did so with this very code, catalogue, model and warehouse.

    The assistant checks every state that it loads; the note only saves opening the model to find nothing to do.
    """
    note = settings.states_dir / "ready.json"
    try:
        ready = json.loads(note.read_text(encoding="utf-8")) == _readiness(settings)
    except (OSError, ValueError):
        ready = False
    if not ready:
        _warm(settings)
        fresh = note.with_suffix(".tam")
        note.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(_readiness(settings)), encoding="utf-8")
        os.replace(fresh, note)
    _say("Trợ lý: sẵn sàng")


def _readiness(settings: Settings) -> dict[str, object]:
    """What the prepared states depend on, and which there are."""
    source = hashlib.sha256(f"{settings.model} {settings.adapter}".encode())
    rooms = Path(__file__).parents[1], Path(schema.__file__).parent
    for file in sorted(path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".yaml", ".csv")):
        source.update(file.name.encode() + b"\0" + file.read_bytes())
    warehouse = settings.warehouse_file.stat()
    return {
        "source": source.hexdigest(),
        "llama": version("llama-cpp-python"),
        "warehouse": [warehouse.st_size, warehouse.st_mtime_ns],
        "merged": sorted(file.name for file in settings.models_dir.glob("merged/*.json")),
        "states": {file.name: file.stat().st_size for file in sorted(settings.states_dir.glob("*.kv"))},
    }


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


def _say(text: str) -> None:
    sys.stderr.write(f"✓ {text}\n")
