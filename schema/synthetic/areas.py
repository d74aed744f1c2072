"""Subject areas that stand in a file of their own: what a build samples and loads for each.

An area is one module here, which samples from the finished core (``World``), and one file in ``schema/sql``, which
makes its fact and flat tables from the staged arrays. To add one: write both, name the pair in ``registry.AREAS`` and
the flat tables in ``schema.warehouse.FLAT_TABLES``, and describe them in ``schema/catalogue``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from schema.synthetic.declarations import Declarations, Enterprises
from schema.synthetic.lines import Lines
from schema.synthetic.reference import Reference
from schema.synthetic.revenue import Revenue


@dataclass(frozen=True)
class World:
    """The finished core of a build; positions in these arrays are the surrogate keys of the tables.

    A large warehouse is made of several worlds, ``shards`` of them, that share the reference data and the seed; this is
    number ``shard`` (from 0). Each holds its part of the declarations and of their values.
    """

    reference: Reference
    declared: Declarations
    enterprises: Enterprises
    goods: Lines
    paid: Revenue
    seed: int
    scale: str
    shard: int = 0
    shards: int = 1

    def rng(self, stream: int) -> np.random.Generator:
        """The random numbers of one area; of its own for every world of a large warehouse."""
        return np.random.default_rng([self.seed, stream, self.shard] if self.shard else [self.seed, stream])

    @property
    def part(self) -> float:
        """Size of the areas that do not follow the declarations: 1, less for the small warehouse of the tests."""
        return min(len(self.declared.day) / 200_000, 1.0)


@dataclass(frozen=True)
class Area:
    """Tables of one area: ``dimensions`` are kept, ``staged`` ones (named ``s_…``) are dropped once its SQL has run."""

    dimensions: dict[str, pd.DataFrame] = field(default_factory=dict)
    staged: dict[str, pd.DataFrame] = field(default_factory=dict)


def names(items: tuple[str, ...], label: str = "ten") -> pd.DataFrame:
    """A dimension table of plain names; the key is the position."""
    return pd.DataFrame({"khoa": range(len(items)), label: list(items)})
