"""Trade statistics by half-month reporting period: how far the preliminary figures were from the final ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World, names
from schema.synthetic.reference import MONTHS

STATES = ("Sơ bộ", "Chính thức")
# Final figures come about two months after a period: the last one with final figures, and the size of a revision.
FINAL_UNTIL = (2025, 8)
_REVISION = 0.008


def sample(world: World) -> Area:
    """Revision of every period and commodity group: preliminary = final × (1 + revision), on average a little less."""
    rng = np.random.default_rng([world.seed, 25])
    periods, groups = len(MONTHS) * 2, len(world.reference.groups)
    revision = np.clip(rng.normal(-0.002, _REVISION, (periods, groups)), -0.03, 0.03)
    period, group = np.divmod(np.arange(periods * groups), groups)
    months = np.array(MONTHS)[period // 2]
    final = months[:, 0] * 100 + months[:, 1] <= FINAL_UNTIL[0] * 100 + FINAL_UNTIL[1]
    return Area(
        dimensions={"dim_trang_thai_so_lieu": names(STATES)},
        staged={
            "s_sua_ky": pd.DataFrame(
                {
                    "nam": months[:, 0],
                    "thang": months[:, 1],
                    "ky": period % 2 + 1,
                    "nhom_hang_khoa": group,
                    # Where no final figure exists yet, what has been declared so far is the preliminary one.
                    "sua": np.where(final, np.round(revision.ravel(), 5), 0.0),
                    "da_chinh_thuc": final,
                }
            )
        },
    )
