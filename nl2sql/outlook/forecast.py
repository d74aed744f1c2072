"""Series → Forecast: refuse what cannot be forecast honestly, choose by trial, project, add up years and plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from nl2sql.outlook.backtest import MIN_MONTHS, TAILS, Candidate, noise, scale_of, trials
from nl2sql.outlook.tet import effect, exposure
from nl2sql.outlook.types import (
    Forecast,
    Month,
    OutlookError,
    PlanFigure,
    PlanOutlook,
    Point,
    Series,
    Trial,
    YearTotal,
)

Floats = NDArray[np.float64]
SIMULATED = 4000


def furthest(as_of: dt.date) -> Month:
    """The last month that may be forecast: the end of the year after the data's last day."""
    return Month(as_of.year + 1, 12)


def forecast(
    series: Series,
    *,
    as_of: dt.date,
    until: Month | None = None,
    plans: Sequence[PlanFigure] = (),
    synthetic: bool = False,
) -> Forecast:
    """Forecast a series.

    Args:
        as_of: Last day of the data.
        until: Last month wanted; the furthest allowed one when None.
        plans: Yearly plans that the metric is held against.
        synthetic: The data is simulated.

    Raises:
        OutlookError: The series is too short or constant, or the horizon is wrong.
    """
    # Always tried and projected as far as allowed: what is said of a month does not depend on how far one looks.
    horizon = furthest(as_of).index - series.last.index
    wanted = (until or furthest(as_of)).index - series.last.index
    if not 0 < wanted <= horizon:
        raise OutlookError(
            f"Chỉ dự báo được từ {series.last.plus(1)} đến {furthest(as_of)}.",
            code="horizon",
            action="Hãy chọn một tháng trong khoảng đó.",
        )
    values = np.array(series.values, dtype=float)
    if len(values) < MIN_MONTHS:
        raise OutlookError(
            f"Chuỗi “{series.title}” mới có {len(values)} tháng liền nhau; cần ít nhất {MIN_MONTHS} tháng để dự báo "
            "và thử lại trên quá khứ.",
            code="short",
            action="Hãy chọn phạm vi rộng hơn, chẳng hạn cả khu vực hoặc toàn ngành.",
        )
    if np.ptp(values[-MIN_MONTHS:]) == 0:
        raise OutlookError(f"Chuỗi “{series.title}” không đổi suốt {MIN_MONTHS} tháng, không có gì để dự báo.",
                           code="data", action="Hãy chọn chỉ tiêu hoặc phạm vi khác.")  # fmt: skip
    months = tuple(series.first.plus(i) for i in range(len(values) + horizon))
    share = exposure(months) if series.lunar else None
    # On a busy machine the threads of the linear algebra wait for each other far longer than such small sums take.
    with threadpool_limits(limits=1, user_api="blas"):
        tried = trials(values, horizon, share)
    if not tried:
        raise OutlookError(f"Không phương pháp nào khớp được với chuỗi “{series.title}”.", code="fit",
                           action="Hãy chọn phạm vi rộng hơn.")  # fmt: skip
    candidate, chosen = tried[0]
    middle, paths = _project(candidate, chosen, values, horizon, share)
    middle, paths = middle[:wanted], paths[:, :wanted]
    low, high = np.percentile(paths, TAILS, axis=0)
    points = tuple(
        Point(series.last.plus(i + 1), float(middle[i]), float(low[i]), float(high[i])) for i in range(wanted)
    )
    years, outlooks = _years(series, middle, paths, plans) if series.additivity == "additive" else ((), ())
    scale = scale_of(values)
    moved = effect(scale.inward(values), share[: len(values)]) if candidate.tet and share is not None else None
    tet = 100 * (float(np.exp(moved)) - 1) if moved is not None and scale.logarithmic else None
    return Forecast(
        series=series,
        points=points,
        chosen=chosen,
        trials=tuple(trial for _, trial in tried),
        years=years,
        plans=outlooks,
        tet=tet,
        as_of=as_of,
        synthetic=synthetic,
        notes=series.notes,
    )


def _project(
    candidate: Candidate, chosen: Trial, values: Floats, horizon: int, share: Floats | None
) -> tuple[Floats, Floats]:
    """The middle, shape (horizon,), and sample paths, shape (SIMULATED, horizon), in the metric's unit."""
    scale = scale_of(values)
    with threadpool_limits(limits=1, user_api="blas"):
        made = candidate.project(scale.inward(values), horizon, noise(SIMULATED, horizon), share)
    return scale.outward(made.middle), scale.outward(made.middle + np.array(chosen.stretch) * made.spread)


def _years(
    series: Series, middle: Floats, paths: Floats, plans: Sequence[PlanFigure]
) -> tuple[tuple[YearTotal, ...], tuple[PlanOutlook, ...]]:
    known = dict(zip(series.months, series.values, strict=True))
    ahead = [series.last.plus(i + 1) for i in range(len(middle))]
    years: list[YearTotal] = []
    outlooks: list[PlanOutlook] = []
    for year in sorted({m.year for m in ahead}):
        inside = [i for i, m in enumerate(ahead) if m.year == year]
        done = [value for m, value in known.items() if m.year == year]
        if len(done) + len(inside) != 12:
            continue  # a part of a year is no year
        sums = sum(done) + paths[:, inside].sum(axis=1)
        low, high = np.percentile(sums, TAILS)
        before = [value for m, value in known.items() if m.year == year - 1]
        total = YearTotal(
            year,
            float(sum(done)),
            len(done),
            float(middle[inside].sum()),
            len(inside),
            float(low),
            float(high),
            float(sum(before)) if len(before) == 12 else None,
        )
        years.append(total)
        outlooks += [
            PlanOutlook(plan, total, total.actual >= plan.value, float(np.mean(sums >= plan.value)))
            for plan in plans
            if plan.year == year
        ]
    return tuple(years), tuple(outlooks)
