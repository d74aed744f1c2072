"""The command's root: which commands there are. A new group of this package is one ``add_typer`` line here."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from nl2sql import bench
from nl2sql.cli import ask, audit, care, catalogue, model, outlook, setup, sql, train, user, warehouse, web


def _plugins() -> dict[str, EntryPoint]:
    """Groups that rooms above this one registered in ``pyproject.toml``, by name; not loaded yet."""
    return {point.name: point for point in entry_points(group="hoikho.commands")}


class Root(TyperGroup):
    """Commands of this package, and those of the entry points ``hoikho.commands``."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Our own first."""
        own = super().list_commands(ctx)
        return own + sorted(set(_plugins()) - set(own))

    _listing = False

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load a registered group when it is called; the list of commands shows its name without loading it."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in (plugins := _plugins()):
            return own
        if self._listing:
            return TyperGroup(name=cmd_name, help=f"Nhóm lệnh bổ sung: xem hoikho {cmd_name} --help.")
        command = typer.main.get_command(plugins[cmd_name].load())
        command.name = cmd_name
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help of the command itself."""
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False


app = typer.Typer(
    cls=Root,
    help="HỏiKho: hỏi kho dữ liệu bằng tiếng Việt, ngay trên máy này.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"hoikho {version('hoikho')}")
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[
        bool, typer.Option("--version", help="In phiên bản rồi thoát.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """HỏiKho: hỏi kho dữ liệu bằng tiếng Việt, ngay trên máy này."""


app.command(name="setup")(setup.setup)
app.command(name="app")(web.serve)
app.command(name="ask")(ask.ask)
app.command(name="sql")(sql.sql)
app.command(name="forecast")(outlook.forecast)
app.command(name="warnings")(outlook.warnings)
app.command(name="bench")(bench.command)
app.command(name="train")(train.train)
app.command(name="doctor")(care.doctor)
app.command(name="backup")(care.backup)
app.command(name="restore")(care.restore)
app.add_typer(model.app, name="model")
app.add_typer(audit.app, name="audit")
app.add_typer(user.app, name="user")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(warehouse.app, name="warehouse")


def use_vietnamese_help() -> None:
    """Titles of the help's panels, in Vietnamese."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "Đối số"
    rich_utils.OPTIONS_PANEL_TITLE = "Tùy chọn"
    rich_utils.COMMANDS_PANEL_TITLE = "Lệnh"
    rich_utils.DEFAULT_STRING = "[mặc định: {}]"
    rich_utils.ENVVAR_STRING = "[biến môi trường: {}]"
    rich_utils.REQUIRED_LONG_STRING = "[bắt buộc]"
