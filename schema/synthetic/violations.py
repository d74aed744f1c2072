"""Violation cases, one row for every reported case, in the reporting calendar (15/12 to 14/12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from schema.synthetic.declarations import DAYS
from schema.synthetic.reference import START, YEARS, Floats, Ints, Reference
from schema.synthetic.sampling import apportion, choose, choose_by

ROUTES = ("Đường bộ", "Đường biển", "Hàng không", "Đường sắt", "Bưu chính, chuyển phát nhanh", "Đường sông", "Nội địa")
CONDUCTS = (
    "Buôn lậu", "Vận chuyển trái phép", "Gian lận thương mại", "Hàng giả, sở hữu trí tuệ", "Ma túy", "Vi phạm thủ tục",
    "Khai sai thuế",
)  # fmt: skip
HANDLINGS = ("Xử phạt hành chính", "Khởi tố", "Chuyển kiến nghị khởi tố")
GOODS = (
    "Thuốc lá điếu", "Xăng dầu", "Vàng, ngoại tệ", "Thực phẩm đông lạnh", "Đường cát", "Hàng tiêu dùng",
    "Quần áo, giày dép",
    "Mỹ phẩm", "Tân dược", "Điện thoại, linh kiện", "Máy móc đã qua sử dụng", "Phế liệu", "Gỗ", "Ngà voi, vảy tê tê",
    "Linh kiện ô tô, xe máy", "Hóa chất", "Rượu ngoại", "Pháo nổ", "Ma túy tổng hợp", "Heroin", "Cần sa", "Ketamine",
    "Hàng hóa khai sai mã số", "Hàng hóa khai sai trị giá", "Hàng hóa khai sai xuất xứ", "Hồ sơ nộp chậm",
)  # fmt: skip
_ROUTE_SHARE = np.array([33.0, 51.0, 6.0, 0.6, 4.2, 1.0, 4.2])
# Conduct by route (rows in order of ROUTES), drugs apart.
_CONDUCT = np.array([
    [9, 16, 14, 5, 0, 34, 22], [1.5, 3, 19, 4, 0, 38, 34.5], [4, 10, 20, 12, 0, 34, 20], [6, 12, 16, 4, 0, 40, 22],
    [3, 8, 16, 20, 0, 35, 18], [22, 24, 10, 3, 0, 28, 13], [8, 12, 20, 16, 0, 26, 18],
])  # fmt: skip
_GOODS = {
    0: (8, 12, 4, 7, 8, 14, 5, 4, 3, 5, 3, 3, 2, 2, 3, 2, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0),
    1: (14, 6, 6, 8, 8, 16, 6, 4, 2, 4, 2, 3, 2, 1, 3, 2, 6, 6, 0, 0, 0, 0, 0, 0, 0, 0),
    2: (0, 2, 1, 8, 1, 16, 9, 6, 4, 8, 12, 8, 3, 1, 8, 5, 2, 0, 0, 0, 0, 0, 2, 3, 1, 0),
    3: (2, 0, 0, 0, 0, 14, 34, 18, 5, 12, 0, 0, 0, 0, 12, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    4: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 22, 18, 20, 0, 0, 0, 0),
    5: (0, 1, 0, 3, 0, 14, 5, 2, 1, 4, 5, 4, 1, 0, 3, 3, 1, 0, 0, 0, 0, 0, 4, 2, 3, 44),
    6: (0, 2, 0, 3, 1, 10, 4, 3, 2, 4, 6, 2, 1, 0, 5, 5, 1, 0, 0, 0, 0, 0, 24, 17, 10, 0),
}
_MONTH_SHARE = np.array([9.6, 6.6, 7.9, 8.2, 8.5, 8.3, 8.6, 8.9, 8.4, 8.3, 8.2, 8.5])
_ROUTE_OFFICE = {0: "bo", 1: "bien", 2: "khong", 3: "sat", 4: "khong", 5: "song", 6: "noi_dia"}
_BORDER = {
    "15": 16, "45": 10, "50": 12, "49": 7, "53": 7, "48": 8, "61": 5, "20": 11, "13": 6, "11": 6, "30": 6, "32": 9,
    "29": 4, "31": 3, "38": 3, "40": 1, "12": 2, "10": 1, "27": 3, "60": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Violations:
    """Columns of f_vi_pham as arrays of one length, ordered by day; money in VND, drugs in kilograms."""

    day: Ints
    year: Ints
    month: Ints
    office: Ints
    route: Ints
    conduct: Ints
    goods: Ints
    handling: Ints
    value: Floats
    fine: Floats
    paid: Floats
    suspects: Ints
    drugs: Floats


def sample(reference: Reference, seed: int) -> Violations:
    """Draws all cases from the reporting year 2018 to the last day of the data."""
    rng = np.random.default_rng([seed, 4])
    parts = [_year(rng, reference, y) for y in range(len(YEARS))]
    names = Violations.__dataclass_fields__
    joined = {name: np.concatenate([part[name] for part in parts]) for name in names}
    # The first reporting year begins on 15/12/2017, before the data; the last one is cut at the last day.
    keep = (joined["day"] >= 0) & (joined["day"] < DAYS)
    order = np.lexsort((joined["office"][keep], joined["day"][keep]))
    return Violations(**{name: column[keep][order] for name, column in joined.items()})


def _marks(reference: Reference, year: int, column: int) -> dict[int, float]:
    full = reference.figures["vi_pham"][year][column]
    marks = {m: v[column] for m, v in reference.figures["moc_vi_pham"].get(year, {}).items()}
    return marks | {12: full}


def _spread(marks: dict[int, float]) -> Floats:
    out, done, previous = np.zeros(12), 0, 0.0
    for month, mark in sorted(marks.items()):
        part = _MONTH_SHARE[done:month]
        out[done:month] = part / part.sum() * (mark - previous)
        done, previous = month, mark
    return out


def _bounds(year: int, month: int) -> tuple[int, int]:
    """First and last day position of a reporting month (15th of the month before to the 14th)."""
    before = dt.date(year - 1, 12, 15) if month == 1 else dt.date(year, month - 1, 15)
    return (before - START).days, (dt.date(year, month, 14) - START).days


def _year(rng: np.random.Generator, reference: Reference, y: int) -> dict[str, Ints | Floats]:
    year = YEARS[y]
    _, _, _, prosecuted, referred, drug_cases, drug_kg, drug_suspects = reference.figures["vi_pham"][year]
    cases = np.round(_spread(_marks(reference, year, 0))).astype(np.int64)
    month = np.repeat(np.arange(1, 13), cases)
    size = len(month)
    bounds = np.array([_bounds(year, m) for m in range(1, 13)])
    low, high = bounds[month - 1, 0], bounds[month - 1, 1]
    if year == YEARS[0]:
        low = np.maximum(low, 0)  # cases of 15/12 to 31/12/2017 are put into the first days of the data
    day = (low + np.floor(rng.random(size) * (high - low + 1))).astype(np.int64)
    route = choose(rng, _ROUTE_SHARE, size)
    conduct = choose_by(rng, route, _CONDUCT.astype(float))
    drug = rng.choice(size, drug_cases, replace=False)
    conduct[drug] = CONDUCTS.index("Ma túy")
    route[drug] = choose(rng, np.array([62.0, 5.0, 18.0, 1.0, 10.0, 1.0, 3.0]), drug_cases)
    goods = choose_by(rng, conduct, np.array([_GOODS[c] for c in range(len(CONDUCTS))], dtype=float))
    handling = _handlings(rng, conduct, prosecuted, referred)
    value = np.exp(rng.normal(0.0, 2.1, size)) * np.array([6.0, 2.0, 1.5, 1.0, 0.4, 0.5, 1.2])[conduct]
    value *= np.where(handling > 0, 15.0, 1.0)
    value = _scaled(value, month, _spread(_marks(reference, year, 1)) * 1e9)
    admin = handling == 0
    fine = np.where(admin, np.exp(rng.normal(0.0, 0.8, size)) * value**0.35, 0.0)
    paid_raw = np.where(admin, fine * rng.uniform(0.8, 1.0, size), 0.0)
    paid_total = _spread(_marks(reference, year, 2)) * 1e9
    paid = _scaled(paid_raw, month, paid_total)
    fine = np.where(admin, paid * np.divide(fine, paid_raw, out=np.ones(size), where=paid_raw > 0) * 0.97, 0.0)
    return {
        "day": day,
        "year": np.full(size, year),
        "month": month,
        "office": _offices(rng, reference, route),
        "route": route,
        "conduct": conduct,
        "goods": goods,
        "handling": handling,
        "value": np.maximum(np.round(value, -3), 100_000.0),
        "fine": np.where(admin, np.maximum(np.round(fine, -3), 200_000.0), 0.0),
        "paid": np.round(paid, -3),
        **_people(rng, size, drug, drug_suspects, drug_kg),
    }


def _scaled(values: Floats, month: Ints, totals: Floats) -> Floats:
    sums = np.bincount(month - 1, weights=values, minlength=12)
    scaled: Floats = values * (totals / np.where(sums > 0, sums, 1.0))[month - 1]
    return scaled


def _handlings(rng: np.random.Generator, conduct: Ints, prosecuted: int, referred: int) -> Ints:
    handling = np.zeros(len(conduct), dtype=np.int64)
    prone = np.flatnonzero(np.isin(conduct, (0, 1, 2, 3, 4)))
    weights = np.array([6.0, 2.0, 0.6, 0.8, 9.0])[conduct[prone]]
    chosen = rng.choice(prone, prosecuted + referred, replace=False, p=weights / weights.sum())
    handling[chosen[:prosecuted]] = 1
    handling[chosen[prosecuted:]] = 2
    return handling


def _offices(rng: np.random.Generator, reference: Reference, route: Ints) -> Ints:
    weights = np.zeros((len(ROUTES), len(reference.offices)))
    size = reference.figures["cuc_thu"]
    for r, kind in _ROUTE_OFFICE.items():
        for o, office in enumerate(reference.offices):
            code = office["ma_cuc"]
            fit = float(office["ty_trong"]) * (1.0 if office["loai"] == kind else 0.01)
            # Border departments find many cases although they collect little.
            weights[r, o] = fit * (_BORDER.get(code, 0.2) if r == 0 else 100 * (0.3 + size[code]) ** 0.7)
    return choose_by(rng, route, weights)


def _people(
    rng: np.random.Generator, size: int, drug: Ints, suspects: int, kilograms: float
) -> dict[str, Ints | Floats]:
    people = 1 + choose(rng, np.array([92.0, 6.0, 1.5, 0.5]), size)
    people[drug] = apportion(0.4 + rng.random(len(drug)), suspects)
    drugs = np.zeros(size)
    weights = np.exp(rng.normal(0.0, 1.6, len(drug)))
    drugs[drug] = np.round(weights / weights.sum() * kilograms, 3)
    return {"suspects": people, "drugs": drugs}
