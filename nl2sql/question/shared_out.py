"""Two halves of a question made fit for each other: amounts in one currency, and among whom something is shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from nl2sql.types import Reading
from schema.semantic import Catalogue

Want = Literal["columns", "ratio", "percent"]


def in_one_currency(one: Reading, two: Reading, want: Want, catalogue: Catalogue) -> tuple[Reading, Reading]:
    """A percentage of one amount in another is taken in đồng where one of them is in dollars."""
    units = [r.metrics[0].unit for r in (one, two)]
    if want != "percent" or set(units) != {"VND", "USD"}:
        return one, two
    first, second = (_in_dong(r, catalogue) for r in (one, two))
    return first, second


def _in_dong(reading: Reading, catalogue: Catalogue) -> Reading:
    view = catalogue.views[reading.view]
    metric = view.metric(reading.metrics[0].name)
    if metric is None or metric.unit != "USD":
        return reading
    other = next((m for m in view.metrics if m.name in metric.alternatives and m.unit == "VND"), None)
    if other is None:
        return reading
    match = replace(reading.metrics[0], name=other.name, expr=other.expr, label=other.label, unit=other.unit)
    return replace(reading, metrics=(match,))


def counts_part(divisor: Reading, shared: Reading, catalogue: Catalogue) -> bool:
    """Whether only a part is counted among which something is shared out of which that part is not known."""
    view, known = catalogue.views[divisor.view], catalogue.views[shared.view].columns()
    metric = view.metric(divisor.metrics[0].name)
    part = metric.numerator.split(" ")[0] if metric is not None and metric.unit != "%" else ""
    own = {f.column for f in divisor.filters if f.values} | ({part} if part else set())
    return any(column not in known for column in own)
