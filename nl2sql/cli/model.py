"""``hoikho model get|list|verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nl2sql.errors import ModelError

if TYPE_CHECKING:
    from nl2sql.config import Settings

app = typer.Typer(help="Lấy, liệt kê và kiểm tra mô hình ngôn ngữ.")

Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên hoặc đường dẫn tệp .gguf; trống: mô hình đang đặt.")]
OwnFile = Annotated[
    Path | None,
    typer.Option("--file", envvar="HOIKHO_MODEL_FILE", metavar="TỆP", help="Tệp mô hình có sẵn; thử trước mọi nguồn."),
]


@app.command(name="get")
def get(name: Name = "", file: OwnFile = None) -> None:
    """Lấy một mô hình về máy; đã có thì thôi, dở dang thì tải tiếp."""
    from nl2sql.cli.progress import bar
    from nl2sql.config import load_settings
    from nl2sql.model import fetch

    settings = load_settings()
    wanted = name or settings.model
    with bar(f"Lấy mô hình {wanted}", in_bytes=True) as report:
        path = fetch.ensure(wanted, settings, report, file=file)
    typer.echo(path)


@app.command(name="list")
def list_models() -> None:
    """Liệt kê các mô hình đã biết và mô hình nào đã có trên máy."""
    from rich.console import Console
    from rich.table import Table

    from nl2sql.config import load_settings
    from nl2sql.model import fetch

    settings = load_settings()
    table = Table("Tên", "Dung lượng", "Giấy phép", "Trạng thái", "Ghi chú", box=None, pad_edge=False)
    for item in fetch.installed(settings):
        size = f"{item.model.size / 1e6:,.0f} MB".replace(",", ".")
        chosen = " (đang dùng)" if item.model.name == settings.model else ""
        table.add_row(
            item.model.name + chosen, size, item.model.licence, "có" if item.ready else "chưa có", item.model.note
        )
    Console().print(table)
    _list_adapters(settings)


def _list_adapters(settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table

    from nl2sql.model import adapters
    from schema.loading import load_catalogue

    listed = adapters.found(settings.home)
    if not listed:
        return
    try:
        chosen = adapters.choose(settings.adapter, settings.home, load_catalogue())
    except ModelError as error:
        chosen = adapters.Choice(note=error.message)
    table = Table("Bộ tinh chỉnh", "Dung lượng", "Mô hình gốc", "Số cặp", "Ngày", "Nơi", box=None, pad_edge=False)
    for item in listed:
        used = " (đang dùng)" if chosen.adapter and chosen.adapter.path == item.path else ""
        size = f"{item.path.stat().st_size / 1e6:.0f} MB"
        place = "kèm theo" if item.path.parent == adapters.shipped_dir() else "trên máy này"
        table.add_row(item.card.name + used, size, item.card.base, str(item.card.pairs), item.card.made, place)
    Console().print()
    Console().print(table)
    if chosen.note:
        Console().print(f"Lưu ý: {chosen.note}.")


@app.command(name="verify")
def verify(name: Name = "") -> None:
    """Đọc lại toàn bộ tệp (mô hình hoặc bộ tinh chỉnh) và so mã SHA-256."""
    from nl2sql.cli.progress import bar
    from nl2sql.config import load_settings
    from nl2sql.model import adapters, fetch

    settings = load_settings()
    wanted = name or settings.model
    listed = [a for a in adapters.found(settings.home) if name and name in (a.card.name, str(a.path))]
    if listed:
        adapters.verify(listed[0])
        typer.echo(f"{listed[0].card.sha256}  {listed[0].path}")
        return
    with bar(f"Kiểm tra {wanted}", in_bytes=True) as report:
        path, digest = fetch.verify(wanted, settings, report)
    typer.echo(f"{digest}  {path}")
