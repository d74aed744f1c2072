"""The room's front: a forecast by names, as the command and the page ask for it."""

from __future__ import annotations

from nl2sql.outlook.forecast import forecast
from nl2sql.outlook.series import Asks, fetch, fetch_plans, find_metric, find_scope, last_day
from nl2sql.outlook.types import Forecast, Month, OutlookError
from nl2sql.policy import User
from nl2sql.types import FilterMatch
from schema.semantic import Metric, View


def make_forecast(asks: Asks, user: User, metric: str, scope: str = "", until: Month | None = None) -> Forecast:
    """A forecast of a metric that a person names, for one condition at most beside the metric's own words.

    Args:
        metric: ``view.metric``, a metric's name or label, or words ("kim ngạch xuất khẩu").
        scope: ``cột=giá trị`` or words ("cục Hải Phòng"); empty for everything that the person may see.
        until: Last month; the end of the year after the data's last day when None.

    Raises:
        OutlookError: Nothing honest can be said, with the reason.
        UserError: The role may not ask this database.
    """
    view, found, told = find_metric(metric, asks, user)
    conditions = _distinct((*told, *find_scope(scope, view, found, asks, user)))
    return forecast_of(asks, user, view, found, conditions, until)


def forecast_of(
    asks: Asks, user: User, view: View, metric: Metric, conditions: tuple[FilterMatch, ...], until: Month | None = None
) -> Forecast:
    """The same of a metric and conditions that are known already.

    Raises:
        OutlookError: As ``make_forecast``.
    """
    catalogue = asks.catalogue_for(user)
    series = fetch(asks, user, view, metric, conditions)
    return forecast(
        series,
        as_of=last_day(catalogue),
        until=until,
        plans=fetch_plans(asks, user, series) if series.additivity == "additive" else (),
        synthetic=catalogue.synthetic,
    )


def parse_month(text: str) -> Month | None:
    """``12/2026``, ``2026-12`` or ``tháng 12/2026`` as a month; None for an empty text.

    Raises:
        OutlookError: It is none of these.
    """
    wanted = text.strip().casefold().removeprefix("tháng").strip()
    if not wanted:
        return None
    parts = wanted.replace("-", "/").split("/")
    if len(parts) == 2 and all(part.isdecimal() for part in parts):
        year, month = sorted((int(parts[0]), int(parts[1])), reverse=True)
        if 1 <= month <= 12 and 1900 <= year <= 9998:
            return Month(year, month)
    raise OutlookError(f"“{text}” không phải một tháng.", code="horizon", action="Hãy ghi tháng/năm, ví dụ 12/2026.")


def _distinct(conditions: tuple[FilterMatch, ...]) -> tuple[FilterMatch, ...]:
    return tuple({condition.sql: condition for condition in conditions}.values())
