"""Staff of the departments and the central offices, month-end snapshots by unit (no person is in it)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schema.synthetic.debts import month_ends
from schema.synthetic.reference import MONTHS, Floats, Ints, Reference
from schema.synthetic.sampling import apportion

CENTRAL = "Cơ quan Cục Hải quan"
# Places given (biên chế giao) by year: 10,250 in 2018, cut by a tenth by 2021 and again in the reform of 2025.
_PLACES = (10_250, 10_080, 9_850, 9_640, 9_520, 9_430, 9_350, 8_900)
_CENTRAL_SHARE = 0.165
_IT_CENTRAL, _IT_LOCAL = 168, 390


@dataclass(frozen=True)
class Staff:
    """Columns of f_nhan_su as arrays of one length; ``department`` is -1 for the central offices."""

    day: Ints
    month: Ints
    department: Ints
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
    offices = np.array([sum(o["ma_cuc"] == code for o in reference.offices) for code in reference.departments])
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

    def flat(values: Floats) -> Floats:
        return np.asarray(values).ravel()

    return Staff(
        day=np.repeat(month_ends(), units),
        month=np.repeat(np.arange(months), units),
        department=np.tile(np.arange(units) - 1, months),
        places=flat(places),
        present=flat(present),
        it=flat(it),
        women=flat(np.round(present * women)).astype(np.int64),
        contract=flat(np.round(places * 0.075)).astype(np.int64),
        postgraduate=flat(np.round(present * learned)).astype(np.int64),
    )
