"""A small warehouse with two organisations and enterprises, and what remains of it for a role; shared by tests."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from nl2sql.policy.guard import Guard, guard_for
from nl2sql.policy.roles import Permissions, Role, User
from schema.semantic import Catalogue, Dimension, Fact, Metric, TimeDimension, Value, View

SECRET = "khóa thử"
TIME = TimeDimension("ngay", "Ngày", parts={"year": "nam", "month": "thang"}, default=True)
_UNITS = (
    Dimension("cuc", "Cục", values=(Value("Hải Phòng", synonyms=("HP",)), Value("Hà Nội"), Value("Lạng Sơn"))),
    Dimension("khu_vuc", "Khu vực", values=(Value("Khu vực III"), Value("Khu vực I"), Value("Khu vực VI"))),
)
_WHO = (
    Dimension("doanh_nghiep", "Doanh nghiệp", sensitive=True),
    Dimension("ma_so_thue", "Mã số thuế", sensitive=True),
)
XNK = View(
    "xnk",
    "Xuất nhập khẩu",
    subject="xnk",
    dimensions=(Dimension("nuoc", "Nước"), *_UNITS, *_WHO, Dimension("bi_mat", "Bí mật")),
    time_dimensions=(TIME,),
    facts=(Fact("tri_gia", "Trị giá"),),
    metrics=(Metric("kim_ngach", "Kim ngạch", "SUM(tri_gia)", default=True), Metric("mat", "Mật", "MAX(bi_mat)")),
)
THU = View(
    "thu",
    "Thu",
    subject="thu",
    dimensions=(*_UNITS, *_WHO, Dimension("loai", "Loại")),
    time_dimensions=(TIME,),
    facts=(Fact("so_tien", "Số tiền"),),
    metrics=(Metric("so_thu", "Số thu", "SUM(so_tien)", default=True),),
)
NHAN_SU = View("nhan_su", "Nhân sự", subject="nhan_su", dimensions=(_UNITS[0],), facts=(Fact("co_mat", "Có mặt"),))
CHUNG = View("chung", "Chung", subject="chung", dimensions=(Dimension("nuoc", "Nước"),), facts=(Fact("gdp", "GDP"),))
CATALOGUE = Catalogue("thử", "0", dt.date(2025, 10, 31), views={v.name: v for v in (XNK, THU, NHAN_SU, CHUNG)})

ROLE = Role(
    "hep",
    "Vai hẹp",
    Permissions(areas=("xnk", "thu", "nhan_su")),
    rows="unit",
    columns={"@sensitive": "pseudonym", "bi_mat": "hide"},
)


def guard(units: tuple[str, ...] = ("HP",), role: Role = ROLE) -> Guard:
    return guard_for(User("lan", role, units), CATALOGUE, secret=SECRET)


def rows() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Table and row of the whole warehouse, deterministic and small."""
    units = (("Hải Phòng", "Khu vực III"), ("Hà Nội", "Khu vực I"), ("Lạng Sơn", "Khu vực VI"), (None, None))
    for i in range(160):
        day = dt.date(2022 + i % 3, 1 + i % 12, 1 + i % 28)
        cuc, region = units[i * 7 % 4] if i % 9 else ("Hải Phòng", "Khu vực VI")
        who = None if i % 17 == 0 else i * 5 % 13
        name, code = (None, None) if who is None else (f"Công ty {who}", f"01{who:08d}")
        land = ("Lào", "Đức", "Nhật Bản", None)[i % 4]
        yield "xnk", (day, day.year, day.month, land, cuc, region, name, code, f"mật {i}", float(i * 37 % 101))
        if i % 2:
            yield "thu", (day, day.year, day.month, cuc, region, name, code, ("A", "B")[i % 3 % 2], float(i * 11 % 53))
    for cuc, count in (("Hải Phòng", 30.0), ("Hà Nội", 40.0), ("Lạng Sơn", 5.0)):
        yield "nhan_su", (cuc, count)
    yield "chung", ("Lào", 1.0)


def pseudonym(value: str | None) -> str | None:
    return None if value is None else "DN-" + hashlib.md5((SECRET + value).encode()).hexdigest()[:12]


def build(folder: Path) -> tuple[Path, Path]:
    """The whole warehouse, and one that holds only what ``guard()`` may see (Hải Phòng, masked, without bi_mat)."""
    whole, allowed = folder / "đủ.duckdb", folder / "hẹp.duckdb"
    for path in (whole, allowed):
        with duckdb.connect(str(path)) as db:
            text = "ngay DATE, nam INT, thang INT"
            units = "cuc TEXT, khu_vuc TEXT, doanh_nghiep TEXT, ma_so_thue TEXT"
            secret = ", bi_mat TEXT" if path is whole else ""
            db.execute(f"CREATE TABLE xnk ({text}, nuoc TEXT, {units}{secret}, tri_gia DOUBLE)")
            db.execute(f"CREATE TABLE thu ({text}, {units}, loai TEXT, so_tien DOUBLE)")
            db.execute("CREATE TABLE nhan_su (cuc TEXT, co_mat DOUBLE)")
            if path is whole:
                db.execute("CREATE TABLE chung (nuoc TEXT, gdp DOUBLE)")
            for table, row in rows():
                kept = row if path is whole else _allowed(table, row)
                if kept is not None:
                    db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(kept))})", list(kept))
    return whole, allowed


def _allowed(table: str, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
    place = {"xnk": 4, "thu": 3, "nhan_su": 0, "chung": None}[table]
    if place is None or row[place] != "Hải Phòng":
        return None
    if table == "nhan_su":
        return row
    masked = [*row[: place + 2], pseudonym(row[place + 2]), pseudonym(row[place + 3]), *row[place + 4 :]]
    if table == "xnk":
        del masked[8]
    return tuple(masked)
