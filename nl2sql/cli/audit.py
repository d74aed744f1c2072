"""``hoikho audit verify|list|export|prune``."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nl2sql.config import Settings

app = typer.Typer(help="Nhật ký: kiểm tra, xem, xuất, lưu trữ.")

Since = Annotated[int, typer.Option("--since", metavar="SỐ", help="Từ dòng số mấy.", min=0)]


@app.command("verify")
def verify() -> int:
    """Kiểm tra chuỗi băm: dòng nào bị sửa, thiếu hay cắt đều lộ ra."""
    from nl2sql.config import load_settings
    from nl2sql.history.audit import AuditLog

    report = AuditLog(load_settings().home).verify()
    for problem in report.problems[:50]:
        sys.stderr.write(f"✗ {problem}\n")
    if report.problems:
        sys.stderr.write(f"✗ Nhật ký KHÔNG toàn vẹn: {len(report.problems)} vấn đề trong {report.rows} dòng.\n")
        return 1
    span = f" (dòng {report.first} đến {report.last})" if report.rows else ""
    sys.stderr.write(f"✓ Nhật ký toàn vẹn: {report.rows} dòng{span}.\n")
    return 0


@app.command("list")
def listing(
    last: Annotated[int, typer.Option("--last", metavar="N", help="Số dòng cuối.", min=1)] = 20,
) -> None:
    """Xem những dòng cuối."""
    from nl2sql.config import load_settings
    from nl2sql.history.audit import AuditLog

    log = AuditLog(load_settings().home)
    report = log.verify()
    for entry in log.entries(since=max(report.last - last + 1, 0)):
        body = entry.body
        said = body.get("question") or body.get("what") or ""
        status = body.get("status") or ""
        sys.stdout.write(f"{entry.seq}\t{entry.at}\t{body.get('user')}\t{body.get('event')}\t{status}\t{said[:120]}\n")


@app.command("export")
def export(
    form: Annotated[str, typer.Option("--format", metavar="jsonl|cef", help="Dạng xuất.")] = "jsonl",
    out: Annotated[Path | None, typer.Option("--out", metavar="TỆP", help="Trống: ra màn hình.")] = None,
    since: Since = 0,
) -> None:
    """Xuất nhật ký cho hệ thống khác (JSON lines, hoặc CEF cho SIEM)."""
    from nl2sql.config import load_settings
    from nl2sql.history.audit import AuditLog
    from nl2sql.history.export import as_cef, as_json
    from schema.errors import UserError

    writers = {"jsonl": as_json, "cef": as_cef}
    if form not in writers:
        raise typer.BadParameter("--format là jsonl hoặc cef.")
    lines = (writers[form](entry) + "\n" for entry in AuditLog(load_settings().home).entries(since=since))
    if out is None:
        sys.stdout.writelines(lines)
        return
    try:
        with open(out, "w", encoding="utf-8") as target:
            target.writelines(lines)
    except OSError as error:
        raise UserError(f"Không ghi được {out} ({error.strerror}).", action="Hãy chọn nơi khác.") from error
    sys.stderr.write(f"✓ Đã xuất ra {out}\n")


@app.command("prune")
def prune(
    keep_days: Annotated[int, typer.Option("--keep-days", metavar="NGÀY", help="Giữ lại bao nhiêu ngày.", min=1)],
) -> None:
    """Chuyển dòng cũ sang tệp lưu trữ; phần còn lại vẫn kiểm tra được."""
    from nl2sql.config import load_settings
    from nl2sql.history.audit import AuditLog

    log = AuditLog(load_settings().home)
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=keep_days)
    count, archive = log.prune(before, _who())
    sys.stderr.write(f"✓ Đã chuyển {count} dòng{f' sang {archive}' if archive else ''}.\n")


def note(settings: Settings, event: str, what: str) -> None:
    """Log a decision that was made at the command line.

    Raises:
        UserError: It cannot be logged.
    """
    from nl2sql.history.audit import open_audit
    from nl2sql.history.record import decision_record

    log = open_audit(settings)
    if log is not None:
        log.append(decision_record(event, _who(), what))
        log.close()


def _who() -> str:
    try:
        return f"os:{getpass.getuser()}"
    except (KeyError, OSError):  # no such account on this machine
        return "os"
