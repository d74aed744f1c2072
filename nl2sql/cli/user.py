"""``hoikho user add|list|remove|passwd|disable``: accounts of local mode."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Người dùng của chế độ đăng nhập bằng tệp (HOIKHO_AUTH=local).")

Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên đăng nhập.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Đọc mật khẩu từ một dòng của đầu vào chuẩn.")]


@app.command("add")
def add(
    name: Name,
    role: Annotated[str, typer.Option("--role", metavar="VAI", help="Vai của người dùng.")],
    unit: Annotated[list[str] | None, typer.Option("--unit", metavar="ĐƠN_VỊ", help="Đơn vị; lặp lại được.")] = None,
    display: Annotated[str, typer.Option("--display", metavar="HỌ_TÊN", help="Tên hiển thị.")] = "",
    password_stdin: FromStdin = False,
) -> None:
    """Thêm một người dùng."""
    from nl2sql.cli.audit import note
    from nl2sql.config import load_settings
    from nl2sql.identity import UserStore
    from nl2sql.policy import find_role, resolve_unit
    from schema.loading import load_catalogue

    settings = load_settings()
    wanted = find_role(role, settings.home)
    catalogue = load_catalogue(Path(settings.catalogue) if settings.catalogue else None)
    for item in unit or ():
        resolve_unit(item, catalogue, wanted.unit_columns)
    account = UserStore(settings.home).add(
        name, role, _password(password_stdin), units=tuple(unit or ()), display=display
    )
    note(settings, "user", f"thêm người dùng {account.name}, vai {role}, đơn vị {', '.join(account.units) or 'không'}")
    sys.stderr.write(f"✓ Đã thêm {account.name} ({wanted.label})\n")


@app.command("list")
def listing() -> None:
    """Liệt kê người dùng."""
    from nl2sql.config import load_settings
    from nl2sql.identity import UserStore

    accounts = UserStore(load_settings().home).all()
    for account in accounts.values():
        state = " (đang khóa)" if account.disabled else ""
        sys.stdout.write(f"{account.name}\t{account.role}\t{', '.join(account.units)}\t{account.display}{state}\n")
    if not accounts:
        sys.stderr.write("Chưa có người dùng nào. Thêm bằng: hoikho user add TÊN --role analyst\n")


@app.command("remove")
def remove(name: Name) -> None:
    """Xóa một người dùng; phiên đang mở hết hiệu lực ngay."""
    from nl2sql.cli.audit import note
    from nl2sql.config import load_settings
    from nl2sql.identity import UserStore

    settings = load_settings()
    UserStore(settings.home).remove(name)
    note(settings, "user", f"xóa người dùng {name}")
    sys.stderr.write(f"✓ Đã xóa {name}\n")


@app.command("passwd")
def passwd(name: Name, password_stdin: FromStdin = False) -> None:
    """Đặt lại mật khẩu; phiên đang mở hết hiệu lực ngay."""
    from nl2sql.cli.audit import note
    from nl2sql.config import load_settings
    from nl2sql.identity import Identity

    settings = load_settings()
    Identity(settings.home).set_password(name, _password(password_stdin))
    note(settings, "user", f"đặt lại mật khẩu của {name}")
    sys.stderr.write(f"✓ Đã đặt lại mật khẩu của {name}\n")


@app.command("disable")
def disable(name: Name, enable: Annotated[bool, typer.Option("--enable", help="Mở lại thay vì khóa.")] = False) -> None:
    """Khóa (hoặc mở lại) một người dùng."""
    from nl2sql.cli.audit import note
    from nl2sql.config import load_settings
    from nl2sql.identity import UserStore

    settings = load_settings()
    UserStore(settings.home).disable(name, disabled=not enable)
    note(settings, "user", f"{'mở' if enable else 'khóa'} người dùng {name}")
    sys.stderr.write(f"✓ Đã {'mở lại' if enable else 'khóa'} {name}\n")


def _password(from_stdin: bool) -> str:
    """A password that is never an argument of the command line, where others could read it."""
    from schema.errors import UserError

    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Mật khẩu mới: ")
    if getpass.getpass("Nhập lại: ") != first:
        raise UserError("Hai lần nhập không giống nhau.", action="Hãy làm lại.", phase="identity")
    return first
