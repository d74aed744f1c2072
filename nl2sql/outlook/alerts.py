"""Rules → alerts: each rule of the catalogue applied to every unit that the person may see, each test kept honest.

How false alarms are kept down:

- a unit below the rule's ``least`` size is not looked at;
- a change has to be large (``bound``) *and* unusual for that unit: the last month's value (or its growth) is set
  against the unit's own twelve before by Student's t, and over all units of a rule Benjamini and Hochberg's procedure
  keeps the expected part of false alarms under 10 %; a share has to lie beyond its bound by more than chance.
  What is beyond the bound and under 5 % by itself alone is only to be watched (``theo dõi``) and said to be so;
- a jump that the same month of the year before had too is the season and no news; where Tết has moved between January
  and February since the year before, flows of January are not compared, and those of February together with January's;
- good news is none: the metric's polarity decides which way warns;
- one metric warns once for a unit, and a rule at most ``MOST_PER_RULE`` times.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from nl2sql.outlook.series import Asks, answered, by_member, condition, finished, last_day, series_reading
from nl2sql.outlook.tet import exposure
from nl2sql.outlook.types import Alert, Alerts, Month, OutlookError, Severity, month_of
from nl2sql.outlook.words import alert_question, alert_reason, alert_sentence
from nl2sql.policy import User
from schema.semantic import AlertRule, Dimension, Metric, View

FALSE_ALARMS = 0.10
BY_ITSELF = 0.05
MOST_PER_RULE = 8
TET_MOVED = 2 / 7
"""Part of the holiday by which a month differs from the same month of the year before, where it matters."""
FIRST_PACE = 3
MOST_SCORE = 5.0
HIGH = 2.0
_YEAR = 12

Table = Mapping[str, Mapping[Month, tuple[float, ...]]]


@dataclass(frozen=True)
class Finding:
    """What a rule found for one unit, before it is known whether it is worth a warning.

    Attributes:
        change: In percent of ``against``; in points for ``level`` and ``pace``.
        beyond: How many times the bound; under 1 there is no alert.
        p: Probability of as much by chance; None where the rule has no measure of it.
        span: How many months it is of.
    """

    member: str
    value: float
    against: float
    change: float
    beyond: float
    size: float
    p: float | None
    span: int = 1


def find_alerts(asks: Asks, user: User, *, on_rule: Callable[[AlertRule], None] | None = None) -> Alerts:
    """All alerts for a person.

    Args:
        on_rule: Told each rule before it is applied.

    Raises:
        OutlookError: The database has no last day (nobody described it).
    """
    catalogue = asks.catalogue_for(user)
    as_of = last_day(catalogue)
    found: list[Alert] = []
    notes: list[str] = []
    checked = applied = 0
    for rule in catalogue.alerts:
        view_name, _, metric_name = rule.metric.partition(".")
        view = catalogue.views.get(view_name)
        metric = view.metric(metric_name) if view else None
        dimensions = [d for name in rule.by if view and (d := view.dimension(name))]
        if view is None or metric is None or not dimensions:
            continue  # not for this role
        if on_rule:
            on_rule(rule)
        for dimension in dimensions:
            try:
                findings, last, note = _applied(asks, user, rule, view, metric, dimension, as_of)
            except OutlookError as error:
                notes.append(f"{metric.label} theo {dimension.label.lower()}: {error.message}")
                continue
            applied += 1
            checked += len(findings)
            if note:
                notes.append(note)
            kept = sorted(_kept(findings), key=lambda f: -f.beyond)
            if len(kept) > MOST_PER_RULE:
                notes.append(
                    f"{metric.label} theo {dimension.label.lower()}: còn {len(kept) - MOST_PER_RULE} đơn vị nữa "
                    "vượt ngưỡng, chỉ nêu những nơi vượt xa nhất."
                )
            whole = sum(f.size for f in findings)
            limit = _limit(findings)
            found += [_alert(f, rule, metric, dimension, last, whole, limit) for f in kept[:MOST_PER_RULE]]
    return Alerts(_ranked(found), checked, applied, as_of, catalogue.synthetic, tuple(dict.fromkeys(notes)))


def _applied(
    asks: Asks, user: User, rule: AlertRule, view: View, metric: Metric, dimension: Dimension, as_of: dt.date
) -> tuple[list[Finding], Month, str]:
    last = finished(as_of)
    if rule.kind in ("level", "pace"):
        return _levels(asks, user, rule, view, metric, dimension, last), last, ""
    table, last, cut = _monthly(asks, user, view, metric, dimension, as_of)
    gregorian = view.time is not None and view.time.calendar == "gregorian"
    tet = _tet(last) if gregorian and metric.additivity in ("additive", "distinct") else ""
    if tet == "skip" or (tet and (rule.kind == "spike" or metric.additivity == "distinct")):
        return [], last, f"{metric.label}: {last} không so được vì Tết rơi vào tháng khác năm trước."
    hidden = user.role.k > 1  # a month that is missing was not nothing, it was hidden
    zero = metric.additivity == "additive" and not hidden
    judge = _spike if rule.kind == "spike" else partial(_year_change, pairs=tet == "pair")
    found = [f for member in sorted(table) if (f := judge(rule, metric, member, table[member], last, zero=zero))]
    note = f"{metric.label} theo {dimension.label.lower()}: quá nhiều thành viên, chỉ xét một phần." if cut else ""
    return found, last, note


def _monthly(
    asks: Asks, user: User, view: View, metric: Metric, dimension: Dimension, as_of: dt.date
) -> tuple[Table, Month, bool]:
    """26 months by member, the last finished month, and whether rows were cut off."""
    last = finished(as_of)
    spans = [(last.plus(-_YEAR).first, last.last), (last.plus(-2 * _YEAR - 1).first, last.plus(-_YEAR - 1).last)]
    gregorian = view.time is not None and view.time.calendar == "gregorian"
    if not gregorian:  # its months begin within months of the calendar: one span, of which both ends are left out
        spans = [(last.plus(-2 * _YEAR - 2).first, as_of)]
    table: dict[str, dict[Month, tuple[float, ...]]] = {}
    cut = False
    for start, end in spans:  # two, because rows are capped
        text = f"Cảnh báo: {metric.label} theo {dimension.label.lower()}, {month_of(start)} đến {month_of(end)}"
        answer = answered(asks, series_reading(view, (metric,), (start, end), text=text, by=dimension), user)
        cut = cut or bool(answer.result and answer.result.truncated)
        for member, months in by_member(answer, view, (metric,), dimension).items():
            table.setdefault(member, {}).update(months)
    if not gregorian:
        last = max((m for months in table.values() for m in months), default=last).plus(-1)
    return table, last, cut


def _tet(last: Month) -> str:
    """What Tết does to a comparison of a month with other months: nothing, ``pair`` (with January) or ``skip``."""
    share = exposure((last, last.plus(-_YEAR)))
    if last.month > 2 or (share is not None and abs(share[0] - share[1]) < TET_MOVED):
        return ""
    return "skip" if last.month == 1 else "pair"


def _values(months: Mapping[Month, tuple[float, ...]], last: Month, count: int, *, zero: bool) -> list[float] | None:
    """The ``count`` values up to ``last``, oldest first; None when one is missing that is not simply nothing."""
    wanted = [months.get(last.plus(i - count + 1)) for i in range(count)]
    if any(v is None for v in wanted) and not zero:
        return None
    return [v[0] if v else 0.0 for v in wanted]


def bad_way(rule: AlertRule, metric: Metric) -> int:
    """The direction that is bad news: 1 for a rise, -1 for a fall, 0 for both."""
    if rule.direction:
        return 1 if rule.direction == "up" else -1
    return {"up_good": -1, "down_good": 1, "neutral": 0}[metric.polarity]


def _spike(
    rule: AlertRule, metric: Metric, member: str, months: Mapping[Month, tuple[float, ...]], last: Month, *, zero: bool
) -> Finding | None:
    now = _values(months, last, _YEAR + 1, zero=zero)
    if now is None or (mean := sum(now[:-1]) / _YEAR) <= 0 or mean < rule.least:
        return None
    way = bad_way(rule, metric)
    change = 100 * (now[-1] / mean - 1)
    then = _values(months, last.plus(-_YEAR), _YEAR + 1, zero=False)
    beyond = _beyond(change, rule.bound, way)
    if then and (before := sum(then[:-1]) / _YEAR) > 0:
        seasonal = 100 * (then[-1] / before - 1)
        if seasonal * change > 0 and abs(seasonal) >= rule.bound:
            beyond = 0.0  # the same month jumped the year before too
    return Finding(member, now[-1], mean, change, beyond, mean, _unusual(now, way))


def _year_change(
    rule: AlertRule,
    metric: Metric,
    member: str,
    months: Mapping[Month, tuple[float, ...]],
    last: Month,
    *,
    zero: bool,
    pairs: bool = False,
) -> Finding | None:
    """``pairs``: each month together with the one before, so that Tết lies in the same two months every year."""
    values = _values(months, last, 2 * _YEAR + 1, zero=zero)
    before = _values(months, last.plus(-1), 2 * _YEAR + 1, zero=zero) if pairs else None
    if pairs and values is not None:
        values = [a + b for a, b in zip(values, before, strict=True)] if before is not None else None
    if values is None or values[_YEAR] <= 0 or values[_YEAR] < rule.least:
        return None
    now, base = values[-1], values[_YEAR]
    way = bad_way(rule, metric)
    change = 100 * (now / base - 1)
    growth = [
        math.log(b / a) if a > 0 and b > 0 else (b - a) / base
        for a, b in zip(values[:-_YEAR], values[_YEAR:], strict=True)
    ]
    p, span = _unusual(growth, way, logs=False), 2 if pairs else 1
    return Finding(member, now, base, change, _beyond(change, rule.bound, way), base, p, span)


def _levels(
    asks: Asks, user: User, rule: AlertRule, view: View, metric: Metric, dimension: Dimension, last: Month
) -> list[Finding]:
    first = Month(last.year, 1) if rule.kind == "pace" else last.plus(1 - rule.months)
    size = view.metric(rule.size) if rule.size else None
    metrics = (metric, size) if size else (metric,)
    if rule.kind == "pace" and last.month < FIRST_PACE:
        return []  # Tết lies in these months: everybody is behind
    text = f"Cảnh báo: {metric.label} theo {dimension.label.lower()}, {first} đến {last}"
    reading = series_reading(view, metrics, (first.first, last.last), text=text, by=dimension, monthly=False)
    result = answered(asks, reading, user).result
    rows = result.rows if result else ()
    names = [c.name for c in result.columns] if result else []
    found = []
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        member, value = cells[dimension.name], cells[metric.name]
        weight = float(cells[size.name] or 0) if size else 0.0
        if member is None or value is None or weight < rule.least:
            continue
        found.append(_level(rule, metric, str(member), float(value), weight, last))
    return found


def _level(rule: AlertRule, metric: Metric, member: str, value: float, weight: float, last: Month) -> Finding:
    if rule.kind == "pace":
        due = 100 * last.month / _YEAR
        return Finding(member, value, due, value - due, (due - value) / rule.bound, weight, None)
    way = bad_way(rule, metric)
    over = way * (value - rule.bound)
    ratio = value / rule.bound if way > 0 else rule.bound / max(value, 1e-9)
    p = None
    if metric.unit == "%" and weight and 0 < rule.bound < 100:
        part, limit = value / 100, rule.bound / 100
        p = _tail(way * (part - limit) / math.sqrt(limit * (1 - limit) / weight))
    return Finding(member, value, rule.bound, value - rule.bound, ratio if over > 0 else 0.0, weight, p)


def _beyond(change: float, bound: float, way: int) -> float:
    return 0.0 if way and change * way <= 0 else abs(change) / bound


def _unusual(values: Sequence[float], way: int, *, logs: bool = True) -> float:
    """How often chance gives a last value as far from those before (one-sided where one way is bad): Student's t."""
    from scipy.special import stdtr  # a tenth of a second that only warnings should pay for

    seen = [math.log(v) for v in values] if logs and all(v > 0 for v in values) else list(values)
    *before, last = seen
    n = len(before)
    mean = sum(before) / n
    spread = math.sqrt(sum((v - mean) ** 2 for v in before) / (n - 1))
    if spread == 0:
        return 0.0 if last != mean else 1.0
    t = (last - mean) / (spread * math.sqrt(1 + 1 / n))
    return float(stdtr(n - 1, -t * way)) if way else 2 * float(stdtr(n - 1, -abs(t)))


def _tail(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2))


def _kept(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that go beyond the bound and are unusual, at least for the unit by itself."""
    limit = max(_limit(findings), BY_ITSELF)
    return [f for f in findings if f.beyond >= 1 and (f.p is None or f.p <= limit)]


def _limit(findings: Sequence[Finding]) -> float:
    """The p-value up to which a finding is unusual among all that were looked at."""
    return benjamini_hochberg([f.p for f in findings if f.p is not None], FALSE_ALARMS)


def benjamini_hochberg(ps: Sequence[float], rate: float) -> float:
    """The largest p-value that counts so that the expected part of false discoveries stays under ``rate``."""
    limit = 0.0
    for rank, p in enumerate(sorted(ps), start=1):
        if p <= rate * rank / len(ps):
            limit = p
    return limit if ps else 1.0


def _alert(
    finding: Finding,
    rule: AlertRule,
    metric: Metric,
    dimension: Dimension,
    last: Month,
    whole: float,
    limit: float,
) -> Alert:
    score = min(finding.beyond, MOST_SCORE)
    severity: Severity = "cao" if score >= HIGH else "vừa"
    if finding.p is not None and finding.p > limit:
        severity = "theo dõi"
    alert = Alert(
        rule=rule.name,
        kind=rule.kind,
        metric=rule.metric,
        label=metric.label,
        unit=metric.unit,
        scope=condition(dimension, finding.member),
        month=last,
        value=finding.value,
        against=finding.against,
        change=finding.change,
        score=score,
        size=finding.size / whole if whole else 0.0,
        severity=severity,
        sentence="",
        reason="",
        question="",
        p=finding.p,
        span=finding.span,
    )
    return replace(
        alert,
        sentence=alert_sentence(alert, rule, dimension),
        reason=alert_reason(alert, rule),
        question=alert_question(alert, rule, dimension),
    )


def _ranked(found: Sequence[Alert]) -> tuple[Alert, ...]:
    """Most severe first, larger units before smaller; the strongest alert of each metric and unit alone."""
    order = {"cao": 0, "vừa": 1, "theo dõi": 2}
    strongest: dict[tuple[str, str], Alert] = {}
    for alert in sorted(found, key=lambda a: -a.score):
        strongest.setdefault((alert.metric, alert.scope.sql), alert)
    return tuple(sorted(strongest.values(), key=lambda a: (order[a.severity], -a.size, -a.score)))
