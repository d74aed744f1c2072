"""Staff of the departments and the central offices, month-end snapshots by unit (no person is in it)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from schema.synthetic.debts import month_ends
from schema.synthetic.reference import MONTHS, Ints, Reference
from schema.synthetic.sampling import apportion

CENTRAL = "Cơ quan Cục Hải quan"
# Places given (biên chế giao) by year: 10,250 in 2018, cut by a tenth by 2021 and again in the reform of 2025.
_PLACES = (10_250, 10_080, 9_850, 9_640, 9_520, 9_430, 9_350, 8_900)
_CENTRAL_SHARE = 0.165
_IT_CENTRAL, _IT_LOCAL = 168, 390


@dataclass(frozen=True)
class Staff:
    """Columns of f_nhan_su as arrays of one length; ``department`` is -1 for the central offices.

    A department whose offices lie in two regions has a row for each, so that both organisations add up.
    """

    day: Ints
    month: Ints
    department: Ints
    region: Ints
    places: Ints
    present: Ints
    it: Ints
    women: Ints
    contract: Ints
    postgraduate: Ints


def sample(reference: Reference, seed: int) -> Staff:
    """One row for each unit and month end; larger departments have more people, less than in proportion to revenue."""
    rng = np.random.default_rng([seed, 9])
    size = np.array([reference.figures["cuc_thu"][code] for code in reference.departments])
    offices = np.array(
        [sum(o["ma_cuc"] == code and o["ty_trong"] != "0" for o in reference.offices) for code in reference.departments]
    )
    weights = 0.4 * offices / offices.sum() + 0.6 * (0.4 + size) ** 0.6 / np.sum((0.4 + size) ** 0.6)
    share = np.concatenate([[_CENTRAL_SHARE], weights * (1 - _CENTRAL_SHARE)])
    units = len(share)
    months = len(MONTHS)
    places = np.stack([apportion(share, _PLACES[m // 12]) for m in range(months)])
    filled = np.clip(0.965 + 0.012 * np.sin(np.arange(months)[:, None] / 5 + np.arange(units)), 0.93, 0.99)
    women = np.clip(0.38 + rng.normal(0, 0.03, units), 0.3, 0.46)
    learned = np.clip(0.27 + rng.normal(0, 0.03, units) + np.arange(months)[:, None] * 0.0008, 0.2, 0.45)
    present = np.round(places * filled).astype(np.int64)
    it_local = apportion(weights, _IT_LOCAL)
    it = np.broadcast_to(np.concatenate([[_IT_CENTRAL], it_local]), (months, units))

    counts = (
        places,
        present,
        it,
        np.round(present * women).astype(np.int64),
        np.round(places * 0.075).astype(np.int64),
        np.round(present * learned).astype(np.int64),
    )
    department, region, split = _regions(reference)
    return Staff(
        np.repeat(month_ends(), len(department)),
        np.repeat(np.arange(months), len(department)),
        np.tile(department, months),
        np.tile(np.array(region), months),
        *(split(count).ravel() for count in counts),
    )


def _regions(reference: Reference) -> tuple[Ints, list[str], Callable[[Ints], Ints]]:
    """Rows of a month: their department and region, and what splits counts by department among them.

    The region with the most work comes first and takes what rounding leaves.
    """
    department, region, first, part = [-1], [CENTRAL], [True], [1.0]
    for position, code in enumerate(reference.departments):
        work: dict[str, float] = {}
        for office in reference.offices:
            if office["ma_cuc"] == code and float(office["ty_trong"]) > 0:
                work[office["khu_vuc"]] = work.get(office["khu_vuc"], 0.0) + float(office["ty_trong"])
        for rank, name in enumerate(sorted(work, key=lambda n: -work[n])):
            department.append(position)
            region.append(name)
            first.append(rank == 0)
            part.append(work[name] / sum(work.values()))
    unit, leading, share = np.array(department) + 1, np.array(first), np.array(part)

    def split(count: Ints) -> Ints:
        """Counts by (month, department) as counts by (month, row)."""
        rest = np.where(leading, 0, np.floor(count[:, unit] * share)).astype(np.int64)
        taken = rest @ (unit[:, None] == np.arange(count.shape[1])).astype(np.int64)
        found: Ints = np.where(leading, (count - taken)[:, unit], rest)
        return found

    return np.array(department), region, split
