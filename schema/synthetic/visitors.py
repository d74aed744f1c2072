"""VAT refunds to foreign visitors (VAT-RS), one row for each invoice shown at a gate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World, names
from schema.synthetic.calendar import days_in_months
from schema.synthetic.reference import MONTHS, START, Floats, Ints, Reference
from schema.synthetic.sampling import choose

STATES = ("Đã hoàn", "Từ chối")
REASONS = (
    "Hóa đơn quá 30 ngày", "Không xuất trình hàng hóa", "Không thuộc đối tượng hoàn thuế", "Hóa đơn không hợp lệ",
    "Trị giá dưới mức tối thiểu",
)  # fmt: skip
BANKS = ("Ngân hàng Sao Mai", "Ngân hàng Cánh Buồm", "Ngân hàng Lúa Vàng", "Ngân hàng Đá Xanh")
GOODS = (
    "Mỹ phẩm, nước hoa", "Quần áo, giày dép", "Túi xách, đồ da", "Đồ điện tử", "Trang sức, đồng hồ",
    "Thủ công mỹ nghệ", "Thực phẩm, đồ uống",
)  # fmt: skip
REFUNDED_PART = 0.85  # of the VAT; the rest is the bank's fee
MINIMUM = 2_000_000  # VND a shop and day
_INVOICES = 36_000
_YEARLY = (5.2, 6.6, 1.0, 0.05, 1.8, 4.9, 7.4, 7.9)
_SEASON = (11.0, 10.5, 9.0, 8.0, 7.0, 7.0, 8.5, 8.5, 7.0, 7.5, 8.0, 9.0)
_GATES = {
    "Sân bay quốc tế Tân Sơn Nhất": 46, "Sân bay quốc tế Nội Bài": 30, "Sân bay quốc tế Đà Nẵng": 12,
    "Sân bay quốc tế Cam Ranh": 7, "Sân bay quốc tế Phú Quốc": 4, "Sân bay quốc tế Cát Bi": 0.8,
    "Cảng Tiên Sa": 0.6, "Cảng Nha Trang": 0.5, "Cảng Cái Lân": 0.6,
}  # fmt: skip
_NATIONS = {
    "KR": 26, "CN": 19, "TW": 9, "JP": 9, "US": 8, "AU": 5, "IN": 5, "RU": 4, "MY": 3, "TH": 3, "SG": 3, "GB": 3,
    "FR": 2.5, "DE": 2.5, "CA": 2, "PH": 1.5, "HK": 1.2, "ID": 1, "KH": 0.8,
}  # fmt: skip
# The reduced rate of 8 % held in these spans for most goods.
_REDUCED = ((dt.date(2022, 2, 1), dt.date(2022, 12, 31)), (dt.date(2023, 7, 1), dt.date(2026, 12, 31)))


@dataclass(frozen=True)
class Refunds:
    """Columns of f_hoan_thue_du_khach as arrays of one length, ordered by day; money in VND.

    ``reason`` is -1 for an invoice that was refunded.
    """

    day: Ints
    office: Ints
    country: Ints
    goods: Ints
    bank: Ints
    state: Ints
    reason: Ints
    value: Floats
    vat: Floats
    refund: Floats


def sample(reference: Reference, seed: int, part: float) -> Refunds:
    """Draws invoices; travel stands still from April 2020 to the middle of March 2022.

    Args:
        reference: Reference tables and figures.
        seed: Seed of the generator.
        part: Share of the ordinary number of invoices.
    """
    rng = np.random.default_rng([seed, 21])
    weights = np.array([_YEARLY[m // 12] * _SEASON[m % 12] / 100 for m in range(len(MONTHS))])
    for m, (year, month) in enumerate(MONTHS):
        if (2020, 4) <= (year, month) <= (2022, 2):
            weights[m] *= 0.04
    size = max(int(_INVOICES * part), 600)
    day = np.sort(days_in_months(rng, choose(rng, weights, size)))
    by_gate = {o["cua_khau"]: i for i, o in reversed(list(enumerate(reference.offices)))}
    gates = np.array([by_gate[name] for name in _GATES])
    nations = np.array([reference.country_codes.index(code) for code in _NATIONS])
    state = (rng.random(size) < 0.035).astype(np.int64)
    reason = np.where(state == 1, choose(rng, np.array([30.0, 22.0, 15.0, 21.0, 12.0]), size), -1)
    value = np.round(np.maximum(np.exp(rng.normal(16.0, 0.9, size)), MINIMUM), -3)
    small = reason == REASONS.index("Trị giá dưới mức tối thiểu")
    value = np.where(small, np.round(rng.uniform(0.6, 0.99, size) * MINIMUM, -3), value)
    goods = choose(rng, np.array([22.0, 24.0, 16.0, 14.0, 11.0, 5.0, 8.0]), size)
    vat = np.round(value * _rates(rng, day))
    return Refunds(
        day=day,
        office=gates[choose(rng, np.array(list(_GATES.values())), size)],
        country=nations[choose(rng, np.array(list(_NATIONS.values())), size)],
        goods=goods,
        bank=choose(rng, np.array([38.0, 34.0, 18.0, 10.0]), size),
        state=state,
        reason=reason,
        value=value,
        vat=vat,
        refund=np.where(state == 0, np.round(vat * REFUNDED_PART), 0.0),
    )


def _rates(rng: np.random.Generator, day: Ints) -> Floats:
    reduced = np.zeros(len(day), dtype=bool)
    for first, last in _REDUCED:
        reduced |= (day >= (first - START).days) & (day <= (last - START).days)
    rates: Floats = np.where(reduced & (rng.random(len(day)) < 0.8), 0.08, 0.10)
    return rates


def area(world: World) -> Area:
    """The tables of the area."""
    drawn = sample(world.reference, world.seed, world.part)
    return Area(
        dimensions={
            "dim_mat_hang_mua": names(GOODS),
            "dim_ngan_hang": names(BANKS),
            "dim_trang_thai_vatrs": names(STATES),
            "dim_ly_do_tu_choi": names(REASONS),
        },
        staged={
            "s_hoan_thue_du_khach": pd.DataFrame(
                {
                    "hd": np.arange(len(drawn.day)),
                    "ngay_khoa": drawn.day,
                    "don_vi_khoa": drawn.office,
                    "nuoc_khoa": drawn.country,
                    "mat_hang_khoa": drawn.goods,
                    "ngan_hang_khoa": drawn.bank,
                    "trang_thai_khoa": drawn.state,
                    "ly_do_khoa": drawn.reason,
                    "tri_gia_hoa_don": drawn.value,
                    "tien_vat": drawn.vat,
                    "tien_hoan": drawn.refund,
                }
            )
        },
    )
