"""What a subject area is given (``World``) and gives (``Area``); ``areas.py`` lists the areas."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from schema.synthetic.declarations import Declarations, Enterprises
from schema.synthetic.lines import Lines
from schema.synthetic.reference import Reference
from schema.synthetic.revenue import Revenue


@dataclass(frozen=True)
class World:
    """The finished core of a build; positions in these arrays are the surrogate keys of the tables."""

    reference: Reference
    declared: Declarations
    enterprises: Enterprises
    goods: Lines
    paid: Revenue
    seed: int
    scale: str


@dataclass(frozen=True)
class Area:
    """Tables of one area: ``dimensions`` are kept, ``staged`` ones (named ``s_…``) are dropped once its SQL has run."""

    dimensions: dict[str, pd.DataFrame] = field(default_factory=dict)
    staged: dict[str, pd.DataFrame] = field(default_factory=dict)


def names(items: tuple[str, ...], label: str = "ten") -> pd.DataFrame:
    """A dimension table of plain names; the key is the position."""
    return pd.DataFrame({"khoa": range(len(items)), label: list(items)})
