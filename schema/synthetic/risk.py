"""Risk management (QLRR) in aggregate: checks and findings by compliance level, and how many enterprises have each.

Criteria, scores and names never enter: the flat tables hold counts by month, unit and level alone.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World, names
from schema.synthetic.reference import MONTHS, START, Ints

LEVELS = (
    "Mức 1 - Doanh nghiệp ưu tiên",
    "Mức 2 - Tuân thủ cao",
    "Mức 3 - Tuân thủ trung bình",
    "Mức 4 - Tuân thủ thấp",
    "Mức 5 - Không tuân thủ",
)
# Chance that a check finds a violation: by channel after change (green is not checked) and level.
_FOUND = np.array(
    [
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [0.004, 0.008, 0.016, 0.034, 0.07],
        [0.012, 0.024, 0.045, 0.09, 0.16],
    ]
)
_WINDOW_MONTHS = 24  # the level is assessed on the activity of the last two years


def sample(world: World) -> Area:
    """Which checked declarations showed a violation, and enterprises by level at the end of every month."""
    declared, rng = world.declared, world.rng(23)
    level = world.enterprises.compliance[declared.enterprise]
    chance = np.where(declared.status == 4, 0.0, _FOUND[declared.channel_after, level - 1])
    found = np.flatnonzero(rng.random(len(level)) < chance)
    return Area(
        dimensions={"dim_muc_tuan_thu": names(LEVELS)},
        staged={"s_phat_hien": pd.DataFrame({"tk": found}), "s_hoat_dong": _active(world)},
    )


def _active(world: World) -> pd.DataFrame:
    """Enterprises that declared within two years before the end of a month, with the office of most declarations."""
    declared = world.declared
    count, offices = len(world.enterprises.fdi), len(world.reference.offices)
    seen = np.zeros((count, len(MONTHS)), dtype=np.int64)
    np.add.at(seen, (declared.enterprise, declared.month), 1)
    total = np.cumsum(seen, axis=1)
    total[:, _WINDOW_MONTHS:] -= total[:, :-_WINDOW_MONTHS].copy()
    pair, times = np.unique(declared.enterprise * offices + declared.office, return_counts=True)
    home = np.zeros(count, dtype=np.int64)
    order = np.argsort(times, kind="stable")  # the last one written is the most frequent
    home[pair[order] // offices] = pair[order] % offices
    enterprise, month = np.nonzero(total)
    return pd.DataFrame({"ngay_khoa": _month_ends()[month], "dn_khoa": enterprise, "don_vi_khoa": home[enterprise]})


def _month_ends() -> Ints:
    firsts = [dt.date(y + m // 12, m % 12 + 1, 1) for y, m in MONTHS]
    return np.array([(d - START).days - 1 for d in firsts])
