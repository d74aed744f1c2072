"""Reference tables and calibration figures that the generator starts from (``schema/reference``)."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import yaml

FOLDER = Path(__file__).parent.parent / "reference"
START = dt.date(2018, 1, 1)
AS_OF = dt.date(2025, 10, 31)
YEARS = tuple(range(START.year, AS_OF.year + 1))
MONTHS = tuple((y, m) for y in YEARS for m in range(1, 13) if (y, m) <= (AS_OF.year, AS_OF.month))
DIRECTIONS = ("Xuất khẩu", "Nhập khẩu")
TAXES = ("Thuế nhập khẩu", "Thuế xuất khẩu", "Thuế GTGT", "Thuế TTĐB", "Thuế BVMT", "Phòng vệ thương mại", "Khác")
KINDS = ("Thu thuế", "Truy thu", "Ấn định", "Tiền chậm nộp", "Phạt VPHC", "Lệ phí")
CHANNELS = ("Xanh", "Vàng", "Đỏ")
STATUSES = ("Đã thông quan", "Giải phóng hàng", "Mang về bảo quản", "Đang xử lý", "Đã hủy")
MODES = ("Đường biển", "Đường hàng không", "Đường bộ", "Đường sắt", "Đường sông", "Khác")
CO_FORMS = (
    "Form D", "Form E", "Form AK", "Form VK", "Form AJ", "Form VJ", "Form AI", "Form AANZ", "Form AHK", "Form VC",
    "Form EAV", "Form CPTPP", "EUR.1", "EUR.1 UK", "Form RCEP",
)  # fmt: skip

# Whole numbers (keys, positions) and real numbers; numpy's stubs lose the element type in most arithmetic.
Ints: TypeAlias = npt.NDArray[Any]
Floats: TypeAlias = npt.NDArray[Any]


def table(name: str) -> list[dict[str, str]]:
    """Rows of a reference CSV file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@dataclass(frozen=True)
class Group:
    """A commodity group in one direction: value per year (tỷ USD), unit price per year (USD a unit) or None."""

    direction: int
    name: str
    sector: str
    values: Floats
    unit: str
    prices: Floats | None
    hs: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """Everything that the generator is calibrated with; positions in the tuples are the surrogate keys minus one."""

    countries: tuple[dict[str, str], ...]
    offices: tuple[dict[str, str], ...]
    procedures: tuple[dict[str, str], ...]
    groups: tuple[Group, ...]
    provinces: tuple[dict[str, str], ...]
    affinity: dict[tuple[int, str], tuple[float, dict[str, float]]]
    figures: dict[str, Any]

    @property
    def country_codes(self) -> list[str]:
        """ISO codes in key order."""
        return [c["ma"] for c in self.countries]

    @property
    def departments(self) -> list[str]:
        """Codes of the old customs departments, in order of first appearance."""
        return list(dict.fromkeys(o["ma_cuc"] for o in self.offices))


def _prices(row: dict[str, str]) -> Floats | None:
    if not row["g2018"]:
        return None
    known = [(y, float(row[f"g{y}"])) for y in (2018, 2020, 2022, 2024, 2025)]
    return np.interp(YEARS, [y for y, _ in known], [p for _, p in known])


def _hs_codes(headings: str) -> tuple[str, ...]:
    codes: list[str] = []
    for heading in headings.split():
        codes += [heading + tail for tail in ("1010", "1090", "2000", "9010", "9090")]
    return tuple(codes)


@lru_cache(maxsize=1)
def load_reference() -> Reference:
    """The reference tables, read once.

    Residual value of a year (the yearly total less the named groups) goes to the group "Hàng hóa khác".
    """
    figures = yaml.safe_load((FOLDER / "hieu_chinh.yaml").read_text(encoding="utf-8"))
    totals = [[list(figures[key][y].values())[-1] for y in YEARS] for key in ("moc_xk", "moc_nk")]
    groups = []
    for row in table("nhom_hang"):
        values = np.array([float(row[f"v{y}"]) for y in YEARS])
        groups.append(
            Group(
                direction=DIRECTIONS.index(row["chieu"]),
                name=row["nhom"],
                sector=row["nganh"],
                values=values,
                unit=row["dvt"],
                prices=_prices(row),
                hs=_hs_codes(row["hs4"]),
            )
        )
    for index, group in enumerate(groups):
        if group.name == "Hàng hóa khác":
            named = sum(g.values for g in groups if g.direction == group.direction and g is not group)
            rest = np.maximum(np.array(totals[group.direction]) - named, 1.0)
            groups[index] = replace(group, values=rest)
    affinity = {}
    for row in table("ai_luc"):
        pairs = (item.split(":") for item in row["nuoc"].split())
        weights = {code: float(weight) for code, weight in pairs}
        affinity[DIRECTIONS.index(row["chieu"]), row["nhom"]] = (float(row["nen"]), weights)
    return Reference(
        countries=tuple(table("quoc_gia")),
        offices=tuple(table("don_vi")),
        procedures=tuple(table("loai_hinh")),
        groups=tuple(groups),
        provinces=tuple(table("tinh")),
        affinity=affinity,
        figures=figures,
    )


def monthly_totals(weights: dict[int, list[float]] | list[float], marks: dict[int, dict[int, float]]) -> Floats:
    """Monthly totals that follow ``weights`` within a year and meet every cumulative mark exactly.

    Args:
        weights: Month weights of a year, or of every year.
        marks: Year → month → cumulative total at the end of that month; the last mark closes the data of the year.

    Returns:
        Shape (len(MONTHS),), in the unit of the marks.
    """
    totals = np.zeros(len(MONTHS))
    for year in YEARS:
        year_weights = np.array(weights[year] if isinstance(weights, dict) else weights, dtype=float)
        done, previous = 0, 0.0
        for month, mark in sorted(marks[year].items()):
            part = year_weights[done:month]
            start = MONTHS.index((year, done + 1))
            totals[start : start + len(part)] = part / part.sum() * (mark - previous)
            done, previous = month, mark
    return totals


def country_totals(reference: Reference) -> Floats:
    """Value by direction, year and country, tỷ USD: shape (2, len(YEARS), number of countries).

    Named partners and blocs have their own figures; the others share what is left of the yearly total.
    """
    figures, codes = reference.figures, reference.country_codes
    found = np.zeros((2, len(YEARS), len(codes)))
    for direction, suffix in enumerate(("xk", "nk")):
        marks = figures[f"moc_{suffix}"]
        for code, values in figures[f"nuoc_{suffix}"].items():
            found[direction, :, codes.index(code)] = values
        for bloc in figures[f"khoi_{suffix}"].values():
            share_sum = sum(bloc["phan"].values())
            for code, share in bloc["phan"].items():
                found[direction, :, codes.index(code)] = np.array(bloc["tong"]) * share / share_sum
        others = figures[f"con_lai_{suffix}"]
        for year_index, year in enumerate(YEARS):
            rest = list(marks[year].values())[-1] - found[direction, year_index].sum()
            for code, weight in others.items():
                found[direction, year_index, codes.index(code)] = max(rest, 0.5) * weight / sum(others.values())
    return found
