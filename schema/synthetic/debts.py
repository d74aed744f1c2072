"""Tax debt, one row for each debt and month end while it stands (a snapshot: never summed over time)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from schema.synthetic.declarations import Declarations
from schema.synthetic.reference import MONTHS, START, Floats, Ints, Reference
from schema.synthetic.sampling import Margin, choose, rake

GROUPS = ("Có khả năng thu", "Khó thu", "Chờ xử lý")
BILLION = 1e9
_DEBTS = 2_600


@dataclass(frozen=True)
class Debts:
    """Columns of f_no_thue as arrays of one length; ``day`` is the last day of a month, ``amount`` is in VND."""

    day: Ints
    month: Ints
    office: Ints
    enterprise: Ints
    tax: Ints
    group: Ints
    overdue: Ints
    amount: Floats


def month_ends() -> Ints:
    """Day position of the last day of every month."""
    ends = [dt.date(y + m // 12, m % 12 + 1, 1) - dt.timedelta(days=1) for y, m in MONTHS]
    return np.array([(day - START).days for day in ends], dtype=np.int64)


def _series(points: dict[str, float]) -> Floats:
    """Monthly values between the given points (``YYYY-MM`` → value), straight lines in between."""
    known = sorted((MONTHS.index((int(k[:4]), int(k[5:]))), v) for k, v in points.items())
    return np.interp(np.arange(len(MONTHS)), [m for m, _ in known], [v for _, v in known])


def sample(reference: Reference, declared: Declarations, seed: int) -> Debts:
    """Debts that come and go; totals by group of debt and by department meet the published ones."""
    rng = np.random.default_rng([seed, 5])
    debtors = np.unique(declared.enterprise)
    office_of = np.zeros(int(debtors.max()) + 1, dtype=np.int64)
    office_of[declared.enterprise[::-1]] = declared.office[::-1]
    enterprise = rng.choice(debtors, _DEBTS)
    kind = choose(rng, np.array([40.0, 45.0, 15.0]), _DEBTS)
    start = np.where(rng.random(_DEBTS) < 0.3, rng.integers(-48, 1, _DEBTS), rng.integers(0, len(MONTHS), _DEBTS))
    longest = np.array([5, 150, 36])[kind]
    length = 1 + np.floor(rng.random(_DEBTS) * longest).astype(np.int64)
    size = np.exp(rng.normal(0.0, 1.7, _DEBTS)) * np.array([1.0, 1.5, 1.0])[kind]
    tax = choose(rng, np.array([26.0, 3.0, 45.0, 6.0, 2.0, 3.0, 15.0]), _DEBTS)

    months = np.arange(len(MONTHS))
    standing = (start[:, None] <= months) & (months < (start + length)[:, None])
    debt, month = np.nonzero(standing)
    order = np.lexsort((debt, month))
    debt, month = debt[order], month[order]
    age = (month - start[debt]) * 30 + 1 + (debt * 7) % 29
    group = np.where((kind[debt] == 1) & (age <= 90), 0, kind[debt])
    wear = 1 - 0.4 * (month - start[debt]) / np.maximum(length[debt], 1)
    amount = _raked(reference, month, group, office_of[enterprise[debt]], size[debt] * wear)
    return Debts(
        day=month_ends()[month],
        month=month,
        office=office_of[enterprise[debt]],
        enterprise=enterprise[debt],
        tax=tax[debt],
        group=group,
        overdue=age,
        amount=np.maximum(np.round(amount * BILLION, -3), 50_000.0),
    )


def _raked(reference: Reference, month: Ints, group: Ints, office: Ints, raw: Floats) -> Floats:
    figures = reference.figures["no_thue"]
    total = _series(figures["tong"])
    recoverable = total * _series(figures["co_kha_nang_thu"]) / 100
    pending = total * _series(figures["cho_xu_ly"]) / 100
    by_group = np.stack([recoverable, total - recoverable - pending, pending], axis=1)
    departments = reference.departments
    share = np.array([figures["cuc"].get(code, 0.0) for code in departments])
    rest = np.array(
        [0.0 if code in figures["cuc"] else reference.figures["cuc_thu"][code] ** 0.6 for code in departments]
    )
    share = share + rest * (100 - share.sum()) / rest.sum()
    department = np.array([departments.index(o["ma_cuc"]) for o in reference.offices])[office]
    return rake(
        raw,
        [
            Margin(month * len(departments) + department, (total[:, None] * share / 100).ravel()),
            Margin(month * len(GROUPS) + group, by_group.ravel()),
        ],
    )
