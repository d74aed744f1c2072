"""Revenue: dues of declarations, the payments that settle them, and the yearly targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schema.synthetic.declarations import DAYS, Declarations, month_of_day, year_index
from schema.synthetic.lines import Lines
from schema.synthetic.reference import KINDS, MONTHS, TAXES, YEARS, Floats, Ints, Reference, monthly_totals
from schema.synthetic.sampling import Margin, apportion, choose, rake

TRILLION = 1e12
_DUTY = {"nong": 0.05, "thucpham": 0.08, "dau": 0.02, "hoachat": 0.03, "det": 0.05, "kimloai": 0.02, "dientu": 0.004,
         "may": 0.02, "xe": 0.2, "go": 0.02, "khoang": 0.02, "khac": 0.04}  # fmt: skip
_EXPORT_DUTY = {"Quặng và khoáng sản khác": 0.2, "Than các loại": 0.1, "Dầu thô": 0.08, "Gỗ và sản phẩm gỗ": 0.015,
                "Kim loại thường khác và sản phẩm": 0.03, "Clanhke và xi măng": 0.05, "Hóa chất": 0.02,
                "Phân bón các loại": 0.04, "Đá quý, kim loại quý và sản phẩm": 0.02}  # fmt: skip
_EXCISE = {"Ô tô nguyên chiếc các loại": 0.45, "Xăng dầu các loại": 0.08, "Xe máy và linh kiện, phụ tùng": 0.05,
           "Hàng điện gia dụng và linh kiện": 0.04, "Chế phẩm thực phẩm khác": 0.05}  # fmt: skip
_ENVIRONMENT = {"Xăng dầu các loại": 0.12, "Than các loại": 0.02, "Sản phẩm khác từ dầu mỏ": 0.03}
_DEFENCE = {"Sắt thép các loại": 0.04, "Chất dẻo nguyên liệu": 0.004, "Xơ, sợi dệt các loại": 0.01}
# Share of the revenue by kind; all but the first three count as tax "Khác".
_KIND_SHARE = (97.2, 0.9, 0.6, 0.5, 0.5, 0.3)
_LATE_AFTER_DAYS = (20, 400)
_RHYTHM_SEED = 2042  # of its own: the rhythm belongs to the departments, not to a build


@dataclass(frozen=True)
class Revenue:
    """Columns of f_thu_nsnn as arrays of one length, ordered by day; and the dues of every declaration (VND).

    ``declaration`` is -1 for fees that an office pays in for a whole month.
    """

    day: Ints
    declaration: Ints
    office: Ints
    enterprise: Ints
    direction: Ints
    tax: Ints
    kind: Ints
    amount: Floats
    dues: Floats


@dataclass(frozen=True)
class Targets:
    """Yearly targets by department (VND), arrays of one length."""

    year: Ints
    department: Ints
    ordered: Floats
    aimed: Floats


def department_shares(reference: Reference) -> Floats:
    """Share of the revenue by year and department: shape (len(YEARS), departments), rows add up to 1."""
    found: Floats = np.zeros((len(YEARS), len(reference.departments)))
    for y, year in enumerate(YEARS):
        own = reference.figures["cuc_thu"] | reference.figures["cuc_thu_rieng"].get(year, {})
        found[y] = [own[code] for code in reference.departments]
        found[y] *= _wobble(found[y], y, 0.08)
    found /= found.sum(axis=1, keepdims=True)
    return found


def tax_shares(reference: Reference) -> Floats:
    """Share of the revenue by year and tax: shape (len(YEARS), len(TAXES)); rows add up to 1."""
    usual = np.array([reference.figures["sac_thue"][name] for name in TAXES])
    found: Floats = np.stack([usual * _wobble(usual, y, 0.05) for y in range(len(YEARS))])
    # What is not tax proper ("Khác") is exactly the fines, late interest and fees.
    found[:, -1] = 0.0
    found *= (1 - sum(_KIND_SHARE[3:]) / 100) / found.sum(axis=1, keepdims=True)
    found[:, -1] = sum(_KIND_SHARE[3:]) / 100
    return found


def _wobble(values: Floats, year: int, size: float) -> Floats:
    """Factors near 1 that differ from year to year; the larger the share, the steadier."""
    steady = 1 - 0.75 * values / values.max()
    places = np.arange(len(values))
    factors: Floats = 1 + size * steady * (np.sin(places * 1.9 + year * 2.6) + 0.35 * np.sin(places * 5.3 + year * 4.1))
    return factors


def _rhythm(departments: int) -> Floats:
    """How far a department's month strays from its usual share: shape (len(MONTHS), departments).

    Good and bad runs of several months with a shake of each month on top; without it every department would follow
    the total, and rankings by growth would nearly tie. The raking afterwards keeps the totals.
    """
    rng = np.random.default_rng(_RHYTHM_SEED)
    shakes = rng.normal(0.0, 1.0, (len(MONTHS), departments))
    runs = np.zeros_like(shakes)
    for m in range(1, len(MONTHS)):
        runs[m] = 0.8 * runs[m - 1] + 0.6 * shakes[m]
    found: Floats = np.exp(0.12 * runs + 0.06 * rng.normal(0.0, 1.0, shakes.shape))
    return found


def targets(reference: Reference) -> Targets:
    """Targets given to the departments: their shares of an ordinary year, with some luck and some bad luck."""
    ordinary = np.array([reference.figures["cuc_thu"][code] for code in reference.departments])
    ordered: list[Floats] = []
    aimed: list[Floats] = []
    for y, name in enumerate(YEARS):
        luck = 1 + 0.12 * np.sin(np.arange(len(ordinary)) * 2.3 + y * 1.7)
        luck[ordinary > 10] = 1.0
        for column, figures in ((ordered, "du_toan"), (aimed, "phan_dau")):
            billions = round(reference.figures[figures][name] * 1000)  # nghìn tỷ → tỷ đồng
            column.append(apportion(ordinary * luck, billions) * 1e9)
    return Targets(
        year=np.repeat(np.array(YEARS), len(ordinary)),
        department=np.tile(np.arange(len(ordinary)), len(YEARS)),
        ordered=np.concatenate(ordered),
        aimed=np.concatenate(aimed),
    )


def sample(reference: Reference, declared: Declarations, lines: Lines, seed: int) -> Revenue:
    """Payments that follow the taxed declarations, raked to months, taxes, departments and kinds."""
    rng = np.random.default_rng([seed, 3])
    due = _dues(reference, declared, lines)
    declaration, tax = np.nonzero(due > 0)
    amount = due[declaration, tax]
    lag = choose(rng, np.array([55.0, 18.0, 9.0, 5.0, 3.0, 3.0, 2.0, 2.0, 1.0, 2.0]), len(declaration))
    day = np.minimum(declared.day[declaration] + lag, DAYS - 1)
    parts = [(day, declaration, tax, np.zeros(len(tax), dtype=np.int64), amount)]
    parts += _additional(rng, declared, declaration, tax, amount)
    parts.append(_fees(rng, declared))
    day, declaration, tax, kind, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((tax, declaration, day))
    day, declaration, tax, kind, amount = (column[order] for column in (day, declaration, tax, kind, amount))
    amount = _raked(reference, declared, day, declaration, tax, kind, amount)
    usual = kind == 0
    paid = np.bincount(declaration[usual], weights=amount[usual], minlength=len(declared.day))
    unpaid = np.where(rng.random(len(paid)) < 0.015, rng.uniform(1.1, 1.6, len(paid)), 1.0)
    return Revenue(
        day=day,
        declaration=declaration,
        office=declared.office[declaration],
        enterprise=declared.enterprise[declaration],
        direction=declared.direction[declaration],
        tax=tax,
        kind=kind,
        amount=amount,
        dues=np.round(paid * unpaid),
    )


def _dues(reference: Reference, declared: Declarations, lines: Lines) -> Floats:
    """Unscaled dues: shape (declarations, taxes)."""
    liable = np.array([int(p["chiu_thue"]) for p in reference.procedures])[declared.procedure] * (declared.status != 4)
    direction = declared.direction[lines.declaration]
    rates = np.zeros((len(reference.groups), len(TAXES)))
    for g, item in enumerate(reference.groups):
        if item.direction == 0:
            rates[g, 1] = _EXPORT_DUTY.get(item.name, 0.0)
            continue
        rates[g, 0] = 0.0 if item.name == "Dầu thô" else _DUTY[item.sector]
        rates[g, 3] = _EXCISE.get(item.name, 0.0)
        rates[g, 4] = _ENVIRONMENT.get(item.name, 0.0)
        rates[g, 5] = _DEFENCE.get(item.name, 0.0)
        rates[g, 2] = (0.05 if item.sector == "nong" else 0.1) * (1 + rates[g, 0] + rates[g, 3])
    preferential = np.where((lines.form >= 0) & (direction == 1), 0.15, 1.0)
    due: Floats = np.zeros((len(declared.day), len(TAXES)))
    for tax in range(len(TAXES)):
        rate = rates[lines.group, tax] * (preferential if tax == 0 else 1.0)
        due[:, tax] = np.bincount(lines.declaration, weights=lines.value * rate, minlength=len(due))
    due[due < 20] = 0.0
    due *= liable[:, None]
    return due


def _additional(
    rng: np.random.Generator, declared: Declarations, declaration: Ints, tax: Ints, amount: Floats
) -> list[tuple[Ints, Ints, Ints, Ints, Floats]]:
    found = []
    for kind, (chance, size) in enumerate(((0.010, 0.5), (0.006, 0.6), (0.012, 0.05), (0.010, 0.1)), start=1):
        hit = np.flatnonzero(rng.random(len(declaration)) < chance)
        later = declared.day[declaration[hit]] + rng.integers(*_LATE_AFTER_DAYS, len(hit))
        hit, later = hit[later < DAYS], later[later < DAYS]
        own_tax = tax[hit] if kind <= 2 else np.full(len(hit), TAXES.index("Khác"))
        paid = amount[hit] * size * rng.uniform(0.3, 1.7, len(hit))
        found.append((later, declaration[hit], own_tax, np.full(len(hit), kind), paid))
    return found


def _fees(rng: np.random.Generator, declared: Declarations) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """One fee payment for about every tenth declaration, standing for the ones around it."""
    hit = np.flatnonzero(rng.random(len(declared.day)) < 0.1)
    day = np.minimum(declared.day[hit] + rng.integers(0, 3, len(hit)), DAYS - 1)
    khac = np.full(len(hit), TAXES.index("Khác"))
    return day, hit, khac, np.full(len(hit), KINDS.index("Lệ phí")), rng.uniform(0.6, 1.4, len(hit))


def _raked(
    reference: Reference, declared: Declarations, day: Ints, declaration: Ints, tax: Ints, kind: Ints, amount: Floats
) -> Floats:
    figures, years = reference.figures, len(YEARS)
    month = month_of_day()[day]
    year = year_index(month)
    wanted = monthly_totals(figures["thang_thu"], figures["moc_thu"])
    totals = np.bincount(np.arange(len(MONTHS)) // 12, weights=wanted, minlength=years)
    tax_targets = totals[:, None] * tax_shares(reference)
    kind_targets = totals[:, None] * np.array(_KIND_SHARE) / 100
    departments = reference.departments
    of_office = np.array([departments.index(o["ma_cuc"]) for o in reference.offices])
    department = of_office[declared.office[declaration]]
    amount = amount * _rhythm(len(departments))[month, department]
    margins = [
        Margin(year * len(KINDS) + kind, kind_targets.ravel()),
        Margin(year * len(TAXES) + tax, tax_targets.ravel()),
        Margin(year * len(departments) + department, (totals[:, None] * department_shares(reference)).ravel()),
        Margin(month, wanted),
    ]
    return np.maximum(np.round(rake(amount, margins, rounds=60) * TRILLION), 1000.0)
