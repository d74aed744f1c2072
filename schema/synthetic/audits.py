"""Post-clearance audits (STQ02), one row for each finished audit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schema.synthetic.declarations import DAYS, Declarations, day_weights, month_of_day
from schema.synthetic.reference import MONTHS, Floats, Ints, Reference, monthly_totals
from schema.synthetic.sampling import choose

PLACES = ("Trụ sở hải quan", "Trụ sở người khai hải quan")
SUBJECTS = ("Trị giá", "Mã số hàng hóa", "Xuất xứ", "Gia công, sản xuất xuất khẩu", "Chính sách mặt hàng")
BILLION = 1e9
_AT_ENTERPRISE = 34.7  # percent, 687 of 1,980 in the first nine months of 2022


@dataclass(frozen=True)
class Audits:
    """Columns of f_ktstq as arrays of one length, ordered by day; money in VND."""

    day: Ints
    office: Ints
    enterprise: Ints
    place: Ints
    subject: Ints
    found: Ints
    assessed: Floats
    fined: Floats
    paid: Floats


def sample(reference: Reference, declared: Declarations, seed: int) -> Audits:
    """Audits of enterprises that declared before; counts and money meet the published figures of each month."""
    rng = np.random.default_rng([seed, 6])
    figures = reference.figures["ktstq"]
    counts = np.round(monthly_totals(figures["thang"], figures["so_cuoc"])).astype(np.int64)
    month = np.repeat(np.arange(len(MONTHS)), counts)
    size = len(month)
    weights, months = day_weights(), month_of_day()
    day = np.zeros(size, dtype=np.int64)
    for m in range(len(MONTHS)):
        inside = np.flatnonzero(months == m)
        here = np.flatnonzero(month == m)
        # Audits end on working days.
        day[here] = inside[choose(rng, np.where(weights[inside] == 1.0, 1.0, 0.0), len(here))]
    imports = np.flatnonzero(declared.direction == 1)
    audited = imports[choose(rng, np.ones(len(imports)), size)]
    place = (rng.random(size) * 100 < _AT_ENTERPRISE).astype(np.int64)
    found = (rng.random(size) < np.array([0.42, 0.71])[place]).astype(np.int64)
    raw = found * np.exp(rng.normal(0.0, 1.5, size)) * np.array([1.0, 3.0])[place]
    money = _scaled(raw, month, monthly_totals(figures["thang"], figures["an_dinh_phat"]))
    fined = money * rng.uniform(0.08, 0.3, size)
    paid = money * np.where(rng.random(size) < 0.3, 0.2, 1.0)
    for _ in range(12):  # nobody pays more than was assessed, so what is cut off goes to the others of the month
        paid = np.minimum(_scaled(paid, month, monthly_totals(figures["thang"], figures["da_nop"])), money)
    assessed, fined, paid = (np.round(part * BILLION, -3) for part in (money - fined, fined, paid))
    order = np.lexsort((audited, day))
    return Audits(
        day=np.minimum(day, DAYS - 1)[order],
        office=declared.office[audited][order],
        enterprise=declared.enterprise[audited][order],
        place=place[order],
        subject=choose(rng, np.array([34.0, 24.0, 12.0, 21.0, 9.0]), size)[order],
        found=found[order],
        assessed=assessed[order],
        fined=fined[order],
        paid=np.minimum(paid, assessed + fined)[order],
    )


def _scaled(values: Floats, month: Ints, totals: Floats) -> Floats:
    sums = np.bincount(month, weights=values, minlength=len(totals))
    scaled: Floats = values * (totals / np.where(sums > 0, sums, 1.0))[month]
    return scaled
