"""Users of a service without an identity provider: a YAML file with argon2 hashes, written whole or not at all."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from nl2sql.identity.passwords import check_strength, hash_password
from nl2sql.policy.roles import User, find_role
from schema.errors import UserError

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}\Z")


@dataclass(frozen=True)
class Account:
    """One user's record.

    Attributes:
        name: Sign-in name, lower case.
        role: Name of a role.
        units: Units of a role with ``rows: unit``.
        hash: argon2 hash of the password.
        disabled: May not sign in.
        changed: Times that password or rights were changed; sessions of an earlier state end.
    """

    name: str
    role: str
    units: tuple[str, ...] = ()
    display: str = ""
    hash: str = ""
    disabled: bool = False
    changed: int = 0


class UserStore:
    """The file ``home/config/users.yaml``. Safe for several processes: changes are made under a lock."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / "config" / "users.yaml"

    def all(self) -> dict[str, Account]:
        """Accounts by name.

        Raises:
            UserError: The file cannot be read or is broken; nobody signs in then.
        """
        try:
            if not self._file.exists():
                return {}
            data = yaml.safe_load(self._file.read_text(encoding="utf-8")) or {}
            return {item["name"]: _account(item) for item in data["users"]}
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
            raise UserError(
                f"Không đọc được danh sách người dùng {self._file}.",
                action="Hãy kiểm tra quyền tệp, hoặc khôi phục bằng: hoikho restore.",
                phase="identity",
            ) from error

    def find(self, name: str) -> Account | None:
        """The account of that sign-in name, or None."""
        return self.all().get(name.strip().casefold())

    def add(self, name: str, role: str, password: str, *, units: tuple[str, ...] = (), display: str = "") -> Account:
        """Add a user.

        Raises:
            UserError: The name is taken or unfit, the role unknown, or the password weak.
        """
        clean = name.strip().casefold()
        if not _NAME.match(clean):
            raise UserError(
                f"Tên đăng nhập “{name}” không hợp lệ.",
                action="Dùng chữ thường không dấu, số và . _ @ -, từ 2 đến 64 ký tự.",
                phase="identity",
            )
        wanted = find_role(role, self._home)
        if wanted.rows == "unit" and not units:
            raise UserError(f"Vai “{wanted.label}” cần đơn vị.", action="Hãy thêm --unit.", phase="identity")
        check_strength(password, clean)
        with self._changing() as accounts:
            if clean in accounts:
                raise UserError(f"Đã có người dùng “{clean}”.", action="Hãy chọn tên khác.", phase="identity")
            accounts[clean] = Account(clean, role, units, display, hash_password(password))
            return accounts[clean]

    def set_password(self, name: str, password: str) -> None:
        """Give a user a new password; sessions that are open end.

        Raises:
            UserError: There is no such user, or the password is weak.
        """
        check_strength(password, name)
        self._change(name, hash=hash_password(password))

    def rehash(self, name: str, password: str) -> None:
        """Store a stronger hash of the same password; sessions stay."""
        with self._changing() as accounts:
            if name in accounts:
                accounts[name] = replace(accounts[name], hash=hash_password(password))

    def disable(self, name: str, *, disabled: bool = True) -> None:
        """Bar a user from signing in, or allow it again.

        Raises:
            UserError: There is no such user.
        """
        self._change(name, disabled=disabled)

    def set_rights(self, name: str, role: str, units: tuple[str, ...] = ()) -> None:
        """Give a user another role, with the units that it needs; sessions that are open end.

        Raises:
            UserError: There is no such user, the role is unknown, or it needs units.
        """
        wanted = find_role(role, self._home)
        if wanted.rows == "unit" and not units:
            raise UserError(f"Vai “{wanted.label}” cần đơn vị.", action="Hãy ghi đơn vị.", phase="identity")
        self._change(name, role=role, units=units)

    def remove(self, name: str) -> None:
        """Remove a user.

        Raises:
            UserError: There is no such user.
        """
        with self._changing() as accounts:
            if accounts.pop(name.strip().casefold(), None) is None:
                raise _nobody(name)

    def user(self, account: Account) -> User:
        """The user of an account, with the role as it is now.

        Raises:
            UserError: The role is gone.
        """
        return User(account.name, find_role(account.role, self._home), account.units, account.display or account.name)

    def _change(self, name: str, **changes: Any) -> None:
        with self._changing() as accounts:
            key = name.strip().casefold()
            if key not in accounts:
                raise _nobody(name)
            accounts[key] = replace(accounts[key], **changes, changed=accounts[key].changed + 1)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Account]]:
        """The accounts under a lock; what is in the dictionary at the end is written."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(self._file.with_suffix(".lock"), "w", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                accounts = self.all()
                yield accounts
                self._write(accounts)
        except OSError as error:
            raise UserError(
                f"Không ghi được danh sách người dùng ({error.strerror}).",
                action=f"Hãy kiểm tra quyền và chỗ trống của {self._file.parent}.",
                phase="identity",
            ) from error

    def _write(self, accounts: dict[str, Account]) -> None:
        listing = [
            {
                "name": a.name,
                "role": a.role,
                "units": list(a.units),
                "display": a.display,
                "hash": a.hash,
                "disabled": a.disabled,
                "changed": a.changed,
            }
            for a in sorted(accounts.values(), key=lambda a: a.name)
        ]
        temporary = self._file.with_name(f".{self._file.name}.{os.getpid()}.tmp")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                yaml.safe_dump({"users": listing}, out, allow_unicode=True, sort_keys=False)
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, self._file)
        finally:
            temporary.unlink(missing_ok=True)


def _account(item: dict[str, Any]) -> Account:
    return Account(
        str(item["name"]),
        str(item["role"]),
        tuple(map(str, item.get("units") or ())),
        str(item.get("display") or ""),
        str(item.get("hash") or ""),
        bool(item.get("disabled")),
        int(item.get("changed") or 0),
    )


def _nobody(name: str) -> UserError:
    return UserError(f"Không có người dùng “{name}”.", action="Xem danh sách: hoikho user list.", phase="identity")
