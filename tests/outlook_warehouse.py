"""A small warehouse under the whole catalogue for the outlook tests: monthly revenue of a few departments."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from schema.loading import load_catalogue

_TYPES = {"text": "VARCHAR", "integer": "INTEGER", "decimal": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
DEPARTMENTS = {
    "Hải Phòng": "Khu vực III",
    "Hà Nội": "Khu vực I",
    "Đà Nẵng": "Khu vực XII",
    "Cần Thơ": "Khu vực XIX",
    "Lạng Sơn": "Khu vực VI",
    "Quảng Ninh": "Khu vực VIII",
}
AS_OF = dt.date(2025, 10, 31)
BILLION = 1_000_000_000
FELL, ROSE, LATE = "Hải Phòng", "Hà Nội", "Lạng Sơn"


def months() -> list[dt.date]:
    """First days of the months from 01/2018 to 10/2025."""
    return [dt.date(year, month, 1) for year in range(2018, 2026) for month in range(1, 13)][:94]


def usual(index: int, place: int) -> int:
    """What a department takes in a month, in thousand million VND: 200, a few up or down without any pattern."""
    return 200 + (index * 7 + place * 5 + index * index * 3) % 11 - 5


def build(path: Path, *, planted: bool = True) -> Path:
    """The warehouse: tables for all views, of which two hold figures.

    ``planted``: in the last month ``FELL`` takes 60 % less and ``ROSE`` 60 % more, and ``LATE`` has been given a target
    that it is far from.
    """
    with duckdb.connect(str(path)) as db:
        for view in load_catalogue().views.values():
            columns = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in view.columns().items())
            db.execute(f"CREATE TABLE {view.name} ({columns})")
        for place, (name, region) in enumerate(DEPARTMENTS.items()):
            for index, day in enumerate(months()):
                amount = float(usual(index, place) * BILLION)
                if planted and index == 93 and name in (FELL, ROSE):
                    amount *= 0.4 if name == FELL else 1.6
                part = [day, day.year, (day.month + 2) // 3, day.month, name, region]
                db.execute(
                    "INSERT INTO thu_nsnn (ngay, nam, quy, thang, cuc, khu_vuc, so_tien) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [*part, amount],
                )
                target = (5000 if planted and name == LATE else 2400) * BILLION if day.month == 1 else 0
                db.execute(
                    "INSERT INTO tien_do_thu (ngay, nam, quy, thang, cuc, khu_vuc, so_thu, du_toan, phan_dau) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [*part, amount, float(target), float(target * 2)],
                )
    return path
