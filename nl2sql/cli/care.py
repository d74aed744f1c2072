"""``hoikho doctor``, ``hoikho backup`` and ``hoikho restore``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

_MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="Không tính mã kiểm tra của mô hình.")] = False,
    port: Annotated[int, typer.Option("--port", envvar="HOIKHO_PORT", help="Cổng của ứng dụng.")] = 8501,
) -> int:
    """Kiểm tra toàn bộ cài đặt và nói cần sửa gì."""
    from nl2sql.config import load_settings
    from nl2sql.doctor import examine

    failed = 0
    for finding in examine(load_settings(), port=port, model=not quick):
        failed += finding.state == "fail"
        sys.stdout.write(f"{_MARKS[finding.state]} {finding.name}: {finding.message}\n")
        if finding.action:
            sys.stdout.write(f"    → {finding.action}\n")
    sys.stdout.write(f"{f'Có {failed} lỗi cần sửa.' if failed else 'Không có lỗi.'}\n")
    return 1 if failed else 0


def backup(target: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .tar.gz sẽ ghi.")]) -> None:
    """Sao lưu trạng thái (vai, người dùng, khóa, nhật ký, hội thoại) vào một tệp."""
    from nl2sql.cli.audit import note
    from nl2sql.config import load_settings
    from nl2sql.history.backup import backup as make

    settings = load_settings()
    count = make(settings.home, target)
    note(settings, "backup", f"sao lưu {count} tệp vào {target.name}")
    sys.stderr.write(f"✓ Đã sao lưu {count} tệp vào {target}. Tệp này chứa khóa: hãy cất như cất chính hệ thống.\n")


def restore(source: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp do hoikho backup ghi.")]) -> None:
    """Khôi phục trạng thái từ một bản sao lưu; trạng thái cũ được giữ trong thư mục before-restore-…"""
    from nl2sql.cli.audit import note
    from nl2sql.config import load_settings
    from nl2sql.history.backup import restore as put_back

    settings = load_settings()
    count = put_back(settings.home, source)
    note(settings, "restore", f"khôi phục {count} tệp từ {source.name}")
    sys.stderr.write(f"✓ Đã khôi phục {count} tệp. Hãy mở lại ứng dụng nếu đang chạy.\n")
