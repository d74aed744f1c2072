"""The way to the page for forecasts, with its address filled in."""

from __future__ import annotations

from nl2sql.types import FilterMatch
from ui import nav

PAGE = "alerts"
METRIC_PARAM, SCOPE_PARAM = "chi-tieu", "dieu-kien"
BETWEEN = "|"


def go_to_forecast(metric: str = "", conditions: tuple[FilterMatch, ...] = ()) -> None:
    """Open the page, with a metric and conditions filled in where they are known."""
    scope = BETWEEN.join(f"{c.column}={c.values[0]}" for c in conditions if c.values)
    nav.go(PAGE, **({METRIC_PARAM: metric, SCOPE_PARAM: scope} if metric else {}))
