"""The pieces of a question put together: measures, conditions, groups, periods, ranks, shares, comparisons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nl2sql.question.apart import asked_apart, blocs_apart, paired, parts_within, sides_apart, without_lost
from nl2sql.question.bounds import (
    as_rates,
    bounded_measures,
    bounds_carried,
    claims,
    counts_within,
    only_the_count,
    read_thresholds,
    without_base,
)
from nl2sql.question.derive import derive
from nl2sql.question.elements import Element, elements_of
from nl2sql.question.figures import grows_in_percent, part_in_figures, ranked_first, with_amount
from nl2sql.question.filters import read_codes, read_filters, without_implied
from nl2sql.question.frames import (
    STEP_UNITS,
    dates_of_stock,
    of_base,
    opening,
    read_comparison,
    to_period,
    without_nested,
)
from nl2sql.question.from_to import passed
from nl2sql.question.grains import averages, is_mean, mean_by_steps, settled_averages, stepped, time_groups
from nl2sql.question.groups import read_groups, with_kinds
from nl2sql.question.home import seen_from_home
from nl2sql.question.listed import as_counts, lost_measures
from nl2sql.question.loose_bounds import against_each_other, as_amounts, loose_bounds, named_by_bounds
from nl2sql.question.matches import Cover, Syllable
from nl2sql.question.measures import (
    best_rate,
    extreme_named,
    extreme_of_mean,
    in_points,
    is_inverse,
    mean_of_extreme,
    numerators,
    per_member,
    ratio_of,
)
from nl2sql.question.member_bounds import groups_bounded
from nl2sql.question.money_led import money_led
from nl2sql.question.named_measures import read_metrics
from nl2sql.question.numbers import NumberMention
from nl2sql.question.of_a_kind import of_a_kind
from nl2sql.question.of_the_first import of_the_first
from nl2sql.question.of_two import order_of_two
from nl2sql.question.ordinals import as_superlative, nth_place, with_ordinals
from nl2sql.question.overlaps import ends_of_flows, other_comparisons, periods_apart, stand_apart
from nl2sql.question.own_kinds import kinds_listed
from nl2sql.question.own_parts import own_conditions
from nl2sql.question.part_and_rate import as_rate, with_its_rate, with_part
from nl2sql.question.phrases import Found, search
from nl2sql.question.pieces import (
    beyond,
    certainty_of,
    first_or_both,
    on_share,
    paced,
    shape_of,
    unread_words,
    without_fixed,
)
from nl2sql.question.places import kinds_asked, with_places
from nl2sql.question.quotients import as_quotient
from nl2sql.question.ranks import (
    as_limits,
    first_step,
    lost_ends,
    read_ranking,
    without_told_counts,
)
from nl2sql.question.relative import mean_elsewhere, relative_bound, rival_bound, with_bound, without, without_grains
from nl2sql.question.row_bounds import as_rows
from nl2sql.question.rows import commonest, counts_rows, lasting, measured_by, row_count, wants_rows
from nl2sql.question.settling import explained
from nl2sql.question.shares import read_share, wholes_each
from nl2sql.question.shield import LATEST_STEP
from nl2sql.question.stepping import (
    ALSO_CHANGED,
    SIGNED_GROWTH,
    SPLIT_MOST,
    STEPS_COUNTED,
    TWO_DIGITS,
    against_mean,
    bare_change,
    is_moving,
    read_window,
    steps,
    sudden,
    whole_steps,
    with_steps_of,
)
from nl2sql.question.text import Text, fold
from nl2sql.question.time import TimeReading
from nl2sql.question.told_states import with_goods, with_owing
from nl2sql.question.totals_beside import with_total
from nl2sql.question.units import by_unit, in_pieces, unit_told, within_hours, without_units
from nl2sql.question.unmet import spread, unmet
from nl2sql.question.wholes import of_two_wholes
from nl2sql.question.within_bounds import bounded_part, names_part
from nl2sql.types import (
    GroupMatch,
    MetricMatch,
    Ranking,
    Reading,
    Share,
)
from schema.semantic import GRAIN_LABELS, Catalogue, View

_NO_BASE = "Không nêu mốc so sánh"
"""How the note begins that says what a change was taken to be against."""


def assemble(
    catalogue: Catalogue,
    text: Text,
    time: TimeReading,
    items: Sequence[Syllable],
    numbers: Sequence[NumberMention],
    cover: Cover,
    view: View,
    today: dt.date,
    carried: Sequence[GroupMatch] = (),
    measured: tuple[MetricMatch, ...] = (),
) -> Reading:
    """The pieces put together, before what is left open is filled.

    Args:
        catalogue: The catalogue that ``view`` is of.
        items: The syllables that were matched.
        cover: What was found for this view.
        today: The last day of the data.
        carried: The groups of the turn before, which a rank may be about.
        measured: The measures of the turn before, which a bound may be about.
    """
    time = ends_of_flows(text, time, view)
    found = kinds_listed(text, view, elements_of(text, view, cover, items, time, numbers))
    found = seen_from_home(text, catalogue, view, found)
    found = without_told_counts(text, as_limits(text, with_ordinals(text, view, found)))
    found = as_counts(text, view, as_rows(text, view, with_places(text, catalogue, view, found)))
    found = as_rates(text, view, as_amounts(text, view, with_kinds(text, view, within_hours(text, found))))
    found = with_owing(text, view, with_goods(text, view, found))
    relative = relative_bound(text, time)
    if relative is not None and any(e.kind == "metric" and _holds(e, relative[0]) for e in found):
        relative = None  # "mức khai thấp bình quân" is what a measure is called
    if relative is not None:
        found, time = without(found, relative[0]), without_grains(time, relative[0])
    against = against_mean(text)
    for where in (against[1] if against else None, unit_told(text, view, found)):
        found, time = without(found, where), without_grains(time, where)
    latest = search(text, LATEST_STEP)
    found = without(found, latest)
    nth = nth_place(text)
    if nth is not None:
        found = as_superlative(found, nth[0], least=nth[2])
    found = without_implied(view, found)
    filters, several = read_filters(text, catalogue, view, found)
    before = len(filters)
    filters = passed(text, catalogue, view, found, filters)
    several = several if len(filters) == before else ()
    codes = read_codes(text, view, found)
    filters, several = (*filters, *codes), (*several, *(f.column for f in codes if " IN (" in f.sql))
    filters = (*filters, *kinds_asked(text, catalogue, view, found, filters))
    rival = rival_bound(text, view, found, filters)
    if rival is not None:
        filters = tuple(f for f in filters if f is not rival[1])
    filters = (*filters, *of_a_kind(text, view, found, filters))
    groups, _, listed = read_groups(text, view, found, several, above_mean=relative is not None)
    groups = without_fixed(groups, filters)
    named = tuple(g for g in groups if g.column not in several or g.span)
    metrics = money_led(text, view, found, read_metrics(text, view, found)[0])
    rows = wants_rows(text, view, found, groups)
    metrics = tuple(m for m in metrics if not counts_rows(view, m)) if rows else by_unit(text, view, found, metrics)
    filters = without_units(text, view, found, filters) if metrics else filters
    metrics = in_pieces(text, view, metrics, filters)
    shared = per_member(text, view, found, metrics)
    if shared is not None:  # "bình quân mỗi cục": one mean over the members, no list of them
        metrics = shared[0]
        listing = {e.name for e, after in pairwise(found) if after.tag == "which"}
        groups = tuple(g for g in groups if g.column != shared[1] or g.column in listing)
        named = tuple(g for g in named if g in groups)
    time = mean_by_steps(text, view, settled_averages(text, time, found), found, metrics)
    periods = tuple(to_period(text, p) for p in time.periods)
    if not time.comparisons:
        periods = without_nested(periods)
    named_periods = periods
    snapshot = view.time is not None and view.time.snapshot
    periods = dates_of_stock(tuple(opening(p) for p in periods)) if snapshot else periods
    metrics, filters = in_points(view, found, metrics, filters)
    comparison, periods, notes = read_comparison(text, found, time, periods, metrics, today, snapshot)
    overlaid = periods if comparison is None and stand_apart(periods, time, view) else ()
    groups = (*time_groups(text, time, periods[:1] if overlaid else periods, comparison is not None, found), *groups)
    if latest is not None and not any(g.grain for g in groups):
        unit = STEP_UNITS[fold(latest.parts["unit"])]
        groups = (GroupMatch(unit, GRAIN_LABELS[unit], unit), *groups)
    ranking, ranked_notes = read_ranking(text, found, groups or carried, listed, rows)
    if ranking is None and listed and not rows:
        ranking = extreme_named(metrics)
    if ranking is None and comparison is None and not rows:
        ranking = order_of_two(text, time, periods, filters, groups)
    if ranking is not None and nth is not None:
        ranking = replace(ranking, n=1, offset=nth[1] - 1, descending=not nth[2])
        ranked_notes = ()
    if groups and not rows and not metrics:
        by = lasting(text, view, ranking) or commonest(text, view, ranking)
        sparse = any((d := view.dimension(g.column)) and d.sparse for g in groups)
        by = by or (row_count(view, text) if sparse else None)
        metrics = (by,) if by else ()
    ranking = paced(ranking, text, view, metrics or measured)
    if ranking is not None and search(text, _NUMBERED) is not None:
        ranking = replace(ranking, numbered=True)
    if rows and not metrics and (by := measured_by(text, view, ranking)) is not None:
        metrics = (by,)
    if any(is_inverse(text, view, e) for e in found):
        deepest = Ranking(None, False) if groups and not any(g.grain for g in groups) else None
        ranking = replace(ranking, descending=not ranking.descending) if ranking else deepest
    timed = tuple(g for g in groups if g.grain)
    if not groups and not rows and ranking is None:
        metrics = extreme_of_mean(found, metrics)
    if groups and ranking is not None:
        metrics = tuple(mean_of_extreme(m, view, ranking) for m in metrics)
        listed_columns = {f"COUNT(DISTINCT {g.column})" for g in groups}
        metrics = tuple(m for m in metrics if m.expr not in listed_columns)
    metrics = as_rate(text, view, found, metrics)
    rated = best_rate(text, view, found, filters) if groups and not rows else None
    if rated is not None:
        metrics, filters = (rated[0],), tuple(f for f in filters if f is not rated[1])
        ranking = replace(ranking, descending=rated[2]) if ranking is not None else None
    metrics, filters = own_conditions(text, view, found, metrics, filters)
    metrics, filters = numerators(view, metrics, filters)
    metrics, filters = sides_apart(view, metrics, filters)
    metrics, filters = of_two_wholes(text, view, found, metrics, filters)
    metrics, filters = asked_apart(text, view, found, metrics, filters)
    metrics, filters = blocs_apart(text, view, found, metrics, filters)
    metrics, filters = parts_within(text, view, found, metrics, filters)
    divided = as_quotient(text, view, found, metrics, filters)
    if divided is not None:
        metrics, filters = (divided[0],), divided[1]
        if ranking is not None and any(is_inverse(text, view, e) for e in found):
            ranking = replace(ranking, descending=not ranking.descending)  # what was turned round is positive now
    groups = without_lost(groups, filters)
    groups = groups if any(f.values for f in filters) else (*timed, *named)
    share: Share | None = None
    if against is None:  # "cao hơn bình quân 3 tháng trước bao nhiêu phần trăm" asks for no part
        share, filters = read_share(text, view, found, filters, (*timed, *named), metrics, comparison is not None)
    figures = part_in_figures(text, view, found, share, metrics, comparison is not None) if share is not None else ()
    if figures:
        metrics, share = figures, None
        groups = (*timed, *named)
    if share is not None and share.numerator:
        groups = tuple(g for g in (*timed, *named) if g.column != share.each)
        taken = {g.column for g in groups}
        groups = (*groups, *(g for g in wholes_each(text, view, share, filters) if g.column not in taken))
        governed = ratio_of(view, metrics, share)
        if governed is not None:
            metrics, share = (with_part(view, metrics, governed, share) if comparison is None else (governed,)), None
    elif share is None and comparison is None and not rows:
        metrics = with_its_rate(text, view, found, metrics)
    metrics = with_amount(text, view, found, metrics, comparison is not None)
    if comparison is not None and comparison.want == "points" and grows_in_percent(text, metrics):
        comparison = replace(comparison, want="percent")
    metrics = ranked_first(text, found, metrics, ranking)
    average = next((g.grain for g in time.grains if g.role == "average"), None)
    whole = metrics
    if is_moving(text) is None and shared is None:
        years = len(periods) == 1 and periods[0].grain == "year" and periods[0].end.year > periods[0].start.year
        metrics, average = averages(text, found, metrics, view, average, years and not groups)
    if average is not None and metrics and is_mean(view, metrics[0]):
        groups, average = (*stepped(text, time, groups), *groups), None
    steps_counted = search(text, STEPS_COUNTED) is not None
    compared = comparison is not None or against is not None
    grouped = bool(groups) or steps_counted or (not metrics and bounds_carried(found, carried, measured))
    thresholds = read_thresholds(text, view, found, metrics or measured, grouped, rows, compared)
    read_bounds = thresholds
    if share is not None:
        thresholds = tuple(on_share(t, found, text) for t in thresholds)
    if share is not None and not share.numerator and names_part(view, found, thresholds) and not rows:
        share = None
    if share is None and comparison is None and not rows:
        part = bounded_part(text, view, found, metrics, thresholds)
        if part is not None:
            share, thresholds, metrics, filters = (*part[:3], (*filters, *part[3]))
    window = read_window(text, found, any(g.grain for g in groups))
    compared = comparison is not None
    comparison, window, average = steps(text, found, time, periods, comparison, window, average)
    if against is not None:
        window, groups, average = against[0], with_steps_of(against, groups), None
    if window is not None and window.kind == "compound":
        metrics = whole  # the rate is the mean, not the measure
    if compared and comparison is None and named_periods:
        periods = named_periods
    notes = notes if comparison is not None or not compared else ()  # what was assumed of it went with it
    members = listed or counts_within(metrics) or bool(steps_counted) or any(g.role == "which" for g in time.grains)
    members = members or latest is not None
    stepwise = comparison is None and window is not None and window.kind == "growth"
    loud = sudden(text) if stepwise and not thresholds else None
    thresholds = thresholds or ((loud[0],) if loud is not None else ())
    changed = bare_change(text, found, comparison is not None or stepwise, members)
    if not any(t.on_change for t in thresholds) and (
        not thresholds or search(text, TWO_DIGITS) is not None or search(text, ALSO_CHANGED) is not None
    ):
        thresholds = (*thresholds, *changed)
    if stepwise and members and compared and not named_periods:
        periods = ()  # what the comparison itself implied is the last step and not all of them
    if stepwise and members and (thresholds or ranking is not None):
        periods, cut = whole_steps(periods, groups, catalogue.since, today)
        notes = (*notes, *cut, *((loud[2],) if loud is not None else ()))
    thresholds = thresholds or claims(text, view, found, members, metrics)
    metrics = without_base(text, view, found, only_the_count(metrics, thresholds), thresholds)
    metrics = bounded_measures(view, metrics, thresholds) if groups and not rows else metrics
    ranking = first_or_both(text, ranking, groups, thresholds)
    if ranking is not None and ranking.both and spread(text) and any(n.startswith(_NO_BASE) for n in notes):
        comparison, notes = None, tuple(n for n in notes if not n.startswith(_NO_BASE))  # the ends are set apart
    unbound = () if relative is not None else loose_bounds(text, found, (*thresholds, *read_bounds))
    unbound = (*unbound, *against_each_other(thresholds))
    unread = unread_words(text, cover, items)
    told = named_by_bounds(view, tuple(t for t in thresholds if t.on_rows), unread)
    reading = Reading(
        text=text.nfc.strip(),
        view=view.name,
        metrics=metrics,
        filters=filters,
        periods=periods,
        groups=groups,
        ranking=ranking,
        thresholds=thresholds,
        comparison=comparison,
        share=share,
        window=window,
        average=average,
        assumptions=(*notes, *ranked_notes, *(p.note for p in time.periods if p.note)),
        unread=(*(s for s in unread if s not in told), *beyond(text, found), *unbound),
        certainty=certainty_of(cover) + 0.2 * len(told) - 0.4 * bool(beyond(text, found)) - 0.4 * bool(unbound),
    )
    if nth is not None and ranking is not None:
        reading = explained(reading, text, nth[0])
    if ranking is not None and ranking.by_time and (step := first_step(text)) is not None:
        reading = explained(reading, text, step[2])
    for where in (against[1] if against else None, loud[1] if loud else None, search(text, SIGNED_GROWTH)):
        if where is not None and thresholds:
            reading = explained(reading, text, where)
    if comparison is not None and comparison.want == "of_base" and (based := of_base(text)) is not None:
        reading = explained(reading, text, based)
    if divided is not None:
        reading = explained(reading, text, divided[2])
    if ranking is not None and (split := search(text, SPLIT_MOST)) is not None:
        reading = explained(reading, text, Found(split.start, split.start + 1, {}))
    if relative is not None:
        reading = with_bound(reading, view, relative[1], counted=steps_counted or counts_within(metrics))
    if rival is not None:
        reading = with_bound(reading, view, rival[0])
    reading = groups_bounded(text, catalogue, view, reading)
    reading = derive(text, view, found, time, replace(reading, shape=shape_of(reading, rows)))
    reading = with_total(text, view, found, reading)
    reading = periods_apart(reading, overlaid, view) if overlaid else reading
    reading = of_the_first(text, catalogue, view, found, reading) or paired(text, found, reading)
    lost = (*lost_measures(text, view, found, reading), *lost_ends(text, found, reading))
    elsewhere = mean_elsewhere(text, time) if metrics != whole and shared is None else None
    lost = (*lost, *((text.span(elsewhere.start, elsewhere.end),) if elsewhere is not None else ()))
    lost = (*lost, *other_comparisons(text, time, reading), *unmet(text, view, found, reading))
    return replace(reading, unread=(*reading.unread, *lost), certainty=max(0.0, reading.certainty - 0.2 * len(lost)))


def _holds(element: Element, place: Found) -> bool:
    """Whether an element's words begin before a place or with it and hold its first two words."""
    return element.tokens[0] <= place.start and place.start + 1 < element.tokens[1]


_NUMBERED = (
    r"(?:ghi|kèm|nêu|đánh|có|thêm|cùng|hiện)(?: rõ| cả| theo| với| cột)*(?: số)? thứ (?:hạng|tự)"
    r"|thứ hạng(?: số)? (?:thu|kim|tờ|(?:của )?(?:các|từng|mỗi))"
)
