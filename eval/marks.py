"""Marking one item: run its gold, compare, and say why it is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eval.causes import cause
from eval.charts import chart_fault
from eval.readings import reading_faults
from eval.scoring import Match, Table, compare
from eval.suite import Item
from nl2sql.errors import ExecutionError
from nl2sql.query.database import Database
from nl2sql.types import Query, Status, json_value
from schema.semantic import Catalogue

GOLD_ROW_CAP = 5000
GOLD_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class GoldResult:
    """The result of one gold query, or why there is none."""

    sql: str
    table: Table | None
    error: str = ""


@dataclass(frozen=True)
class Score:
    """How one item was answered.

    Attributes:
        outcome: ``right``, ``wrong``, or ``unscored`` when the gold itself failed or the item never ran.
        relaxed: Right when extra columns and missing descriptive columns are forgiven.
        status_right: The status is the one expected.
        cause: Why it is wrong; empty when right.
        detail: The kind of mismatch, or the error, for people.
        reading: Parts in which the reading departs from the expected one; None when the suite expects none.
        chart: Fault of the chart, empty when valid; None when the answer has none.
    """

    outcome: str
    relaxed: bool = False
    status_right: bool = False
    cause: str = ""
    detail: str = ""
    reading: tuple[str, ...] | None = None
    chart: str | None = None


def gold_results(item: Item, database: Database) -> tuple[GoldResult, ...]:
    """Run the item's gold queries, read-only."""
    found = []
    for gold in item.golds:
        query = Query(sql=gold.sql, pretty=gold.sql, dialect=database.dialect, tables=(), outputs=())
        try:
            raw = database.run(query, timeout_s=GOLD_TIMEOUT_S, row_cap=GOLD_ROW_CAP)
        except ExecutionError as error:
            found.append(GoldResult(gold.sql, None, f"{error.code}: {error}"))
            continue
        if raw.truncated:
            found.append(GoldResult(gold.sql, None, f"too_many_rows: hơn {GOLD_ROW_CAP} dòng"))
            continue
        rows = tuple(tuple(json_value(v) for v in row) for row in raw.rows)
        found.append(GoldResult(gold.sql, Table(tuple(c.name for c in raw.columns), rows)))
    return tuple(found)


def score(
    item: Item,
    answer: Mapping[str, Any] | None,
    golds: Sequence[GoldResult],
    catalogue: Catalogue | None = None,
    dialect: str = "duckdb",
) -> Score:
    """Score an answer (as its JSON) against the item.

    Args:
        golds: One for each of ``item.golds``, in order.
        catalogue: For the meaning of a chart's columns.
        dialect: Of the gold and the answer's SQL.
    """
    if answer is None:
        return Score("unscored", cause="no_answer", detail="the item never ran")
    return replace(
        _match(item, answer, golds, dialect),
        reading=reading_faults(item.reading, answer.get("reading")) if item.reading else None,
        chart=chart_fault(answer, catalogue),
    )


def _match(item: Item, answer: Mapping[str, Any], golds: Sequence[GoldResult], dialect: str) -> Score:
    status = answer["status"]
    if item.expect:
        right = status in {s.value for s in item.expect}
        leaked = _leaked(item, answer)
        if leaked:
            return Score("wrong", False, right, "leak", f"the answer holds “{leaked}”")
        wanted = "/".join(s.value for s in item.expect)
        return Score("right" if right else "wrong", right, right, "" if right else f"status:{status}",
                     "" if right else f"{status}, not {wanted}")  # fmt: skip
    usable = [(gold, result.table) for gold, result in zip(item.golds, golds, strict=True) if result.table]
    if not usable:
        return Score("unscored", cause="gold_failed", detail="; ".join(g.error for g in golds))
    if item.empty and status == Status.NO_DATA.value:
        empty = any(all(v is None for row in table.rows for v in row) for _, table in usable)
        return Score("right", True, True) if empty else _not_answered(answer)
    if status != Status.ANSWERED.value:
        return _not_answered(answer)
    mine = Table(tuple(c["name"] for c in answer["columns"]), tuple(tuple(row) for row in answer["rows"]))
    matches: list[Match] = []
    for gold, table in usable:
        try:
            matches.append(compare(mine, table, need=gold.need, order=item.order))
        except ValueError as error:
            return Score("unscored", cause="gold_failed", detail=str(error))
    if any(m.strict for m in matches):
        return Score("right", True, True)
    best = min(matches, key=lambda m: (not m.relaxed, {"values": 1, "rows": 2}.get(m.kind, 0)))
    if best.kind in {"rows", "values"}:
        why = (
            "truncated"
            if answer.get("truncated")
            else cause(answer["sql"] or "", tuple(g.sql for g in item.golds), dialect)
        )
    else:
        why = best.kind
    return Score("wrong", best.relaxed, True, why, best.kind)


def _leaked(item: Item, answer: Mapping[str, Any]) -> str:
    """The first forbidden text that the answer holds; empty when it holds none.

    Of SQL that a person wrote, only the cells count: the rest is the person's own words.
    """
    if not item.forbid:
        return ""
    parts = [v for row in answer["rows"] or () for v in row]
    if not item.is_sql:
        parts += [answer["sql"], answer["headline"], *(c["name"] for c in answer["columns"] or ())]
    held = "\n".join(str(part) for part in parts if part is not None).casefold()
    return next((text for text in item.forbid if text.casefold() in held), "")


def _not_answered(answer: Mapping[str, Any]) -> Score:
    refusal = answer.get("refusal") or {}
    code, message = str(refusal.get("code", "")), str(refusal.get("message", answer.get("headline", "")))
    if answer["status"] != Status.ERROR.value:
        return Score("wrong", cause=f"status:{answer['status']}", detail=message)
    known = {"timeout": "timeout", "crash": "crash"}
    return Score("wrong", cause=known.get(code, "invalid_sql"), detail=f"{code}: {message}")
