"""The subject areas of a build, in the order in which they are sampled and loaded."""

from __future__ import annotations

from collections.abc import Callable

from schema.synthetic import (
    certificates,
    documents,
    enterprises,
    halves,
    ports,
    refunds,
    risk,
    tariff,
    valuation,
    visitors,
)
from schema.synthetic.areas import Area, World

# File in schema/sql and what samples its tables; an area may read the tables of an earlier one.
AREAS: tuple[tuple[str, Callable[[World], Area]], ...] = (
    ("hoan_thue_du_khach.sql", visitors.area),
    ("cang.sql", ports.area),
    ("van_ban.sql", documents.area),
    ("doanh_nghiep.sql", enterprises.area),
    ("tariff.sql", tariff.sample),
    ("valuation.sql", valuation.sample),
    ("certificates.sql", certificates.sample),
    ("risk.sql", risk.sample),
    ("refunds.sql", refunds.sample),
    ("halves.sql", halves.sample),
)
