"""Forecasts and alerts for machines: plain mappings that are safe for ``json.dumps``, actual and forecast apart."""

from __future__ import annotations

from typing import Any

from nl2sql.outlook.types import LEVEL, Alert, Alerts, Forecast, Month, PlanOutlook, Series, Trial, YearTotal
from nl2sql.outlook.words import headline, method_lines, plan_words
from nl2sql.types import FilterMatch


def forecast_json(forecast: Forecast) -> dict[str, Any]:
    """The machine interface of ``hoikho forecast --json``; ``forecast`` and ``actual`` are never one list."""
    series = forecast.series
    opened = series.open_month
    return {
        "status": "forecast",
        "metric": series.metric,
        "label": series.label,
        "unit": series.unit,
        "scope": [_scope(f) for f in series.scope],
        "headline": headline(forecast),
        "actual": [
            {"month": _month(m), "value": v} for m, v in zip(series.months, series.values, strict=True)
        ],
        "unfinished": {"month": _month(opened[0]), "value": opened[1]} if opened else None,
        "forecast": [
            {"month": _month(p.month), "value": _shown(p.value, series), "low": _shown(p.low, series),
             "high": _shown(p.high, series)}
            for p in forecast.points
        ],
        "interval": LEVEL,
        "years": [_year(y, series) for y in forecast.years],
        "plans": [_plan(p, series) for p in forecast.plans],
        "method": forecast.chosen.method,
        "trials": [_trial(t) for t in forecast.trials],
        "tet_percent": round(forecast.tet, 2) if forecast.tet is not None else None,
        "how": list(method_lines(forecast)),
        "sql": series.sql,
        "data_as_of": forecast.as_of.isoformat() if forecast.as_of else None,
        "synthetic": forecast.synthetic,
    }  # fmt: skip


def alerts_json(found: Alerts) -> dict[str, Any]:
    """The machine interface of ``hoikho warnings --json``."""
    return {
        "status": "answered",
        "warnings": [_alert(alert) for alert in found.items],
        "checked": found.checked,
        "rules": found.rules,
        "notes": list(found.notes),
        "data_as_of": found.as_of.isoformat() if found.as_of else None,
        "synthetic": found.synthetic,
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "severity": alert.severity,
        "rule": alert.rule,
        "kind": alert.kind,
        "metric": alert.metric,
        "label": alert.label,
        "unit": alert.unit,
        "scope": _scope(alert.scope),
        "month": _month(alert.month),
        "value": alert.value,
        "against": alert.against,
        "change": round(alert.change, 2),
        "score": round(alert.score, 3),
        "p": round(alert.p, 5) if alert.p is not None else None,
        "sentence": alert.sentence,
        "reason": alert.reason,
        "question": alert.question,
    }


def _month(month: Month) -> str:
    return f"{month.year}-{month.month:02d}"


def _scope(found: FilterMatch) -> dict[str, Any]:
    return {"column": found.column, "values": list(found.values), "label": found.label, "sql": found.sql}


def _shown(value: float, series: Series) -> float:
    return round(value) if series.whole else value


def _year(year: YearTotal, series: Series) -> dict[str, Any]:
    return {
        "year": year.year,
        "actual": year.actual,
        "actual_months": year.actual_months,
        "forecast_rest": _shown(year.rest, series),
        "forecast_months": year.rest_months,
        "low": _shown(year.low, series),
        "high": _shown(year.high, series),
        "year_before": year.before,
    }


def _plan(outlook: PlanOutlook, series: Series) -> dict[str, Any]:
    return {
        "label": outlook.plan.label,
        "year": outlook.plan.year,
        "plan": outlook.plan.value,
        "reached": outlook.reached,
        "probability": round(outlook.probability, 3),
        "sentence": plan_words(outlook, series),
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "method": trial.method,
        "label": trial.label,
        "mase": round(trial.mase, 4),
        "mape": round(trial.mape, 3) if trial.mape is not None else None,
        "coverage": round(trial.coverage, 4),
        "origins": trial.origins,
        "months": trial.months,
    }
