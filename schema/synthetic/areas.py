"""Subject areas that stand in a file of their own: what a build samples and loads for each.

An area is one module here, which samples from the finished core (``World``), and one file in ``schema/sql``, which
makes its fact and flat tables from the staged arrays. To add one: write both, name the pair in ``AREAS`` and the flat
tables in ``schema.warehouse.FLAT_TABLES``, and describe them in ``schema/catalogue``.
"""

from __future__ import annotations

from collections.abc import Callable

from schema.synthetic.world import Area, World

# File in schema/sql → what samples its tables; in this order, so that an area may read the tables of an earlier one.
AREAS: tuple[tuple[str, Callable[[World], Area]], ...] = ()
