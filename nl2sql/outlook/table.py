"""A forecast as a result table: for the page and for files, every row saying whether it happened or is expected."""

from __future__ import annotations

from nl2sql.answer.format import axis_scale
from nl2sql.outlook.chart import ACTUAL, AHEAD
from nl2sql.outlook.types import LEVEL, Forecast
from nl2sql.outlook.words import headline, method_lines, plan_words
from nl2sql.types import Answer, Column, Result, Status

_BAND = f"khoảng {round(100 * LEVEL)}%"


def ahead_table(forecast: Forecast) -> Result:
    """The forecast months alone, scaled for reading."""
    series = forecast.series
    factor, unit = axis_scale([p.high for p in forecast.points], series.unit)
    columns = (
        Column("thang", "Tháng", "text", role="category"),
        Column("du_bao", AHEAD, "number", unit, "measure"),
        Column("tu", f"Từ ({_BAND})", "number", unit, "measure"),
        Column("den", f"Đến ({_BAND})", "number", unit, "measure"),
    )
    digits = 0 if series.whole and factor == 1 else 2
    rows = tuple(
        (_name(str(p.month)), *(_rounded(v / factor, digits) for v in (p.value, p.low, p.high)))
        for p in forecast.points
    )
    return Result(columns, rows)


def whole_table(forecast: Forecast) -> Result:
    """What happened and what is expected, in the metric's unit; the second column keeps them apart."""
    series = forecast.series
    columns = (
        Column("thang", "Tháng", "text", role="category"),
        Column("loai", "Loại số liệu", "text", role="category"),
        Column("gia_tri", series.label, "number", series.unit, "measure"),
        Column("tu", f"Từ ({_BAND})", "number", series.unit, "measure"),
        Column("den", f"Đến ({_BAND})", "number", series.unit, "measure"),
    )
    digits = 0 if series.whole else 2
    known = [
        (_name(str(m)), ACTUAL, _rounded(v, digits), None, None)
        for m, v in zip(series.months, series.values, strict=True)
    ]
    ahead = [
        (_name(str(p.month)), AHEAD, *(_rounded(v, digits) for v in (p.value, p.low, p.high))) for p in forecast.points
    ]
    return Result(columns, (*known, *ahead))


def as_answer(forecast: Forecast) -> Answer:
    """The forecast in the shape of an answer, for the makers of files."""
    said = " ".join([headline(forecast), *(plan_words(p, forecast.series) for p in forecast.plans)])
    return Answer(
        Status.ANSWERED,
        f"Dự báo: {forecast.series.title}",
        sql=forecast.series.sql,
        result=whole_table(forecast),
        headline=said,
        explanation="\n".join(method_lines(forecast)),
        data_as_of=forecast.as_of,
    )


def _rounded(value: float, digits: int) -> float | int:
    return round(value, digits) if digits else round(value)


def _name(month: str) -> str:
    return month[0].upper() + month[1:]
