"""Roles, users and what they may do, read from YAML: the packaged default or ``HOIKHO_HOME/config/roles.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from schema.errors import UserError

Mask = Literal["hide", "pseudonym", "blank"]

DEFAULT_ROLE = "local"
SENSITIVE = "@sensitive"
ANY = "*"
_PACKAGED = Path(__file__).with_name("roles.yaml")
_KEYS = frozenset({"label", "pages", "areas", "rows", "columns", "k", "sql", "export", "foreign"})


@dataclass(frozen=True)
class Permissions:
    """What a role may open and take away; the pages of the app ask nothing else.

    Attributes:
        pages: Names of pages; ``("*",)`` for all.
        areas: Subject areas of the catalogue; ``("*",)`` for all.
        sql_allowed: The person may write SQL of their own.
        export_allowed: Results may be downloaded.
        foreign_allowed: Databases without a catalogue may be asked.
    """

    pages: tuple[str, ...] = (ANY,)
    areas: tuple[str, ...] = (ANY,)
    sql_allowed: bool = False
    export_allowed: bool = False
    foreign_allowed: bool = False

    def page(self, name: str) -> bool:
        """Whether the page may be opened."""
        return ANY in self.pages or name in self.pages

    def area(self, name: str) -> bool:
        """Whether the subject area may be asked about."""
        return ANY in self.areas or name in self.areas


@dataclass(frozen=True)
class Role:
    """A role.

    Attributes:
        name: As written in a user's record, in ``--role`` and in OIDC claims.
        label: In Vietnamese.
        rows: ``all``, or ``unit`` for the rows of the user's own units and what is below them.
        columns: Column name, or ``@sensitive`` for every column that the catalogue marks so → how it is masked.
        k: Groups with fewer enterprises are hidden; 0 hides none.
        unit_columns: Columns that say whose a row is, one for each level and organisation.
        shared_areas: Areas of which tables without such a column belong to everybody (tariff, national totals).
    """

    name: str
    label: str
    permissions: Permissions = field(default_factory=Permissions)
    rows: Literal["all", "unit"] = "all"
    columns: Mapping[str, Mask] = field(default_factory=dict)
    k: int = 0
    unit_columns: tuple[str, ...] = ("cuc", "khu_vuc", "don_vi")
    shared_areas: tuple[str, ...] = ()

    @property
    def unrestricted(self) -> bool:
        """Whether the role sees all the data as it is."""
        return self.rows == "all" and not self.columns and self.k < 2 and ANY in self.permissions.areas


@dataclass(frozen=True)
class User:
    """Who asks.

    Attributes:
        name: Sign-in name; ``local`` for the person at this machine.
        units: Units whose rows a role with ``rows: unit`` may see, as ``Hải Phòng``, ``Khu vực III`` or
            ``cuc:Hải Phòng`` where a name exists on two levels.
        display: Name for people.
    """

    name: str
    role: Role
    units: tuple[str, ...] = ()
    display: str = ""

    @property
    def permissions(self) -> Permissions:
        """What the user may do."""
        return self.role.permissions


def load_roles(home: Path | None = None) -> dict[str, Role]:
    """Roles by name: those of ``home/config/roles.yaml`` where that file exists, the packaged ones otherwise.

    Raises:
        UserError: The file cannot be read or says something that it may not; a wrong file never falls back to other
            rights.
    """
    own = home / "config" / "roles.yaml" if home is not None else None
    if own is None or not _exists(own):
        return _read(_PACKAGED, 0)
    return {DEFAULT_ROLE: _read(_PACKAGED, 0)[DEFAULT_ROLE], **_read(own, own.stat().st_mtime_ns)}


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:  # a directory that may not be searched is no reason to give other rights
        raise _wrong(file, "không đọc được") from error


@lru_cache(maxsize=8)
def _read(file: Path, _stamp: int) -> dict[str, Role]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(file, f"không đọc được ({type(error).__name__})") from error
    if not isinstance(data, dict) or not isinstance(data.get("roles"), dict) or not data["roles"]:
        raise _wrong(file, "thiếu mục roles")
    units = _texts(data.get("unit_columns", ["cuc", "khu_vuc", "don_vi"]), file, "unit_columns")
    shared = _texts(data.get("shared_areas", []), file, "shared_areas")
    return {str(name): _role(str(name), item, (units, shared), file) for name, item in data["roles"].items()}


def find_role(name: str, home: Path | None = None) -> Role:
    """The role of that name.

    Raises:
        UserError: There is none.
    """
    roles = load_roles(home)
    if name not in roles:
        listing = ", ".join(f"{r.name} ({r.label})" for r in roles.values())
        raise UserError(f"Không có vai “{name}”.", action=f"Các vai: {listing}.", phase="policy")
    return roles[name]


def local_user(role: str = DEFAULT_ROLE, units: tuple[str, ...] = (), home: Path | None = None) -> User:
    """The person at this machine, who needs no sign-in, under a role (full rights by default).

    Raises:
        UserError: There is no such role.
    """
    return User("local", find_role(role, home), units)


def _role(name: str, item: Any, common: tuple[tuple[str, ...], tuple[str, ...]], file: Path) -> Role:
    if not isinstance(item, dict) or set(item) - _KEYS:
        unknown = ", ".join(map(str, sorted(set(item) - _KEYS))) if isinstance(item, dict) else ""
        raise _wrong(file, f"vai {name}: mục lạ {unknown}" if unknown else f"vai {name} phải là một bảng")
    rows, k = item.get("rows", "unit"), item.get("k", 0)
    if rows not in ("all", "unit"):
        raise _wrong(file, f"vai {name}: rows là all hoặc unit")
    if not isinstance(k, int) or isinstance(k, bool) or k < 0:
        raise _wrong(file, f"vai {name}: k là số nguyên không âm")
    columns = item.get("columns") or {}
    if not isinstance(columns, dict) or set(columns.values()) - {"hide", "pseudonym", "blank"}:
        raise _wrong(file, f"vai {name}: mỗi cột che bằng hide, pseudonym hoặc blank")
    flags = {key: item.get(key, False) for key in ("sql", "export", "foreign")}
    if not all(isinstance(value, bool) for value in flags.values()):
        raise _wrong(file, f"vai {name}: sql, export, foreign là true hoặc false")
    permissions = Permissions(
        _texts(item.get("pages", []), file, f"vai {name}: pages"),
        _texts(item.get("areas", []), file, f"vai {name}: areas"),
        flags["sql"],
        flags["export"],
        flags["foreign"],
    )
    masks = {str(column): mask for column, mask in columns.items()}
    return Role(name, str(item.get("label") or name), permissions, rows, masks, k, *common)


def _texts(value: Any, file: Path, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(file, f"{where} phải là danh sách chữ")
    return tuple(value)


def _wrong(file: Path, what: str) -> UserError:
    return UserError(
        f"Tệp vai {file.name} sai: {what}.",
        action=f"Hãy sửa {file}, hoặc xóa đi để dùng bộ vai mặc định.",
        phase="policy",
    )
