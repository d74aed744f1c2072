"""``hoikho model get|list|verify|choose|merge``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nl2sql.errors import ModelError

if TYPE_CHECKING:
    from nl2sql.config import Settings
    from nl2sql.model.adapters import Adapter
    from schema.semantic import Catalogue

app = typer.Typer(help="Lấy, liệt kê, kiểm tra và chọn mô hình ngôn ngữ.")

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

    listed = adapters.found(settings.home)
    if not listed:
        return
    try:
        chosen = adapters.choose(settings.adapter, settings.home, _catalogue(settings))
    except ModelError as error:
        chosen = adapters.Choice(note=error.message)
    table = Table(
        "Bộ tinh chỉnh", "Dung lượng", "Mô hình gốc", "Cặp đã học", "Ngày", "Nơi", "Cách chạy", box=None, pad_edge=False
    )
    for item in listed:
        used = " (đang dùng)" if chosen.adapter and chosen.adapter.path == item.path else ""
        size = f"{item.path.stat().st_size / 1e6:.0f} MB"
        place = "kèm theo" if item.path.parent == adapters.shipped_dir() else "trên máy này"
        table.add_row(
            item.card.name + used,
            size,
            item.card.base,
            f"{item.card.seen_in_all:,}".replace(",", "."),
            item.card.made,
            place,
            _way(settings, item),
        )
    Console().print()
    Console().print(table)
    if chosen.note:
        Console().print(f"Lưu ý: {chosen.note}.")


def _way(settings: Settings, adapter: Adapter) -> str:
    """How an adapter would be served, in Vietnamese."""
    from nl2sql.model import merged

    return "gộp sẵn" if merged.current(settings, adapter.card) else "ghép khi mở"


def _catalogue(settings: Settings) -> Catalogue:
    from schema.loading import load_catalogue

    return load_catalogue(Path(settings.catalogue) if settings.catalogue else None)


def _offer_merging(settings: Settings) -> None:
    """Say so when the adapter in use is laid over its base each time."""
    from nl2sql.model import adapters, merged

    adapter = adapters.choose(settings.adapter, settings.home, _catalogue(settings)).adapter
    if adapter is not None and merged.current(settings, adapter.card) is None:
        typer.echo("Bộ tinh chỉnh này được ghép vào mô hình gốc khi mở; muốn nhanh hơn, hãy chạy: hoikho model merge")


@app.command(name="merge")
def merge(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Bộ tinh chỉnh; trống: bộ đang dùng.")] = "",
) -> None:
    """Gộp một bộ tinh chỉnh vào mô hình gốc của nó để trả lời nhanh hơn; đã gộp thì chỉ đọc lại và kiểm tra."""
    from nl2sql.cli.progress import bar
    from nl2sql.config import load_settings
    from nl2sql.model import adapters, merged

    settings = load_settings()
    used = adapters.choose(settings.adapter, settings.home, _catalogue(settings))
    adapter = adapters.named(name, adapters.found(settings.home))[0] if name else used.adapter
    if adapter is None:
        raise ModelError(
            f"Không có bộ tinh chỉnh nào đang dùng{f': {used.note}' if used.note else ''}.",
            action="Hãy cho tên một bộ: hoikho model list",
            phase="setup",
        )
    keep = [used.adapter.card] if used.adapter else []
    with bar(f"Gộp bộ tinh chỉnh {adapter.card.name}", in_bytes=True) as report:
        made = merged.merge(settings, adapter, report, keep=keep, afresh=True)
    typer.echo(f"{made.sha256}  {made.path}")


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
        _verify_merged(settings, listed[0])
        return
    with bar(f"Kiểm tra {wanted}", in_bytes=True) as report:
        path, digest = fetch.verify(wanted, settings, report)
    typer.echo(f"{digest}  {path}")


def _verify_merged(settings: Settings, adapter: Adapter) -> None:
    """Read the merged file of an adapter again, where there is one.

    Raises:
        ModelError: It is damaged.
    """
    from nl2sql.model import merged

    path = merged.merged_path(settings, adapter.card)
    if not path.exists():
        return
    whole = merged.current(settings, adapter.card, afresh=True)
    if whole is None:
        raise ModelError(
            f"Tệp gộp {path} bị hỏng hoặc thiếu tệp .json đi kèm; bộ tinh chỉnh được ghép khi mở thay cho nó.",
            action=f"Hãy chạy: hoikho model merge {adapter.card.name}",
            phase="setup",
        )
    typer.echo(f"{whole.sha256}  {path}")


@app.command(name="choose")
def choose(
    name: Annotated[
        str,
        typer.Argument(metavar="TÊN", help="Mô hình gốc hay bộ tinh chỉnh; auto hoặc none: tự chọn hay bỏ tinh chỉnh."),
    ] = "",
    default: Annotated[bool, typer.Option("--default", help="Trở về lựa chọn mặc định.")] = False,
) -> None:
    """Chọn mô hình gốc hoặc bộ tinh chỉnh cho các lần dùng sau trên máy này."""
    import os

    from nl2sql.config import load_settings
    from nl2sql.model import choice

    settings = load_settings()
    if bool(name) is default:
        raise typer.BadParameter("Hãy cho một tên (xem hoikho model list), hoặc dùng --default.")
    what = ""
    if default:
        choice.forget(settings)
    else:
        what = choice.choose(name, settings, _catalogue(settings))
    settings = load_settings()
    typer.echo(f"Mô hình: {settings.model}\nBộ tinh chỉnh: {settings.adapter}")
    if what == "adapter":
        _offer_merging(settings)
    variable = {"model": "HOIKHO_MODEL", "adapter": "HOIKHO_ADAPTER"}.get(what, "")
    if variable and os.environ.get(variable):
        typer.echo(f"Lưu ý: biến {variable} đang đặt nên lựa chọn này chỉ có hiệu lực khi bỏ biến đó.", err=True)
