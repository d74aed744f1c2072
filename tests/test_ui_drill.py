"""A mark of a chart that is selected: which members it stands for, and what is asked about it next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from nl2sql.answer.chart import build_chart
from nl2sql.answer.drill import Drill, drill
from nl2sql.config import Settings
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.question import edit
from nl2sql.types import Answer, Question, Status
from ui.chart_view import TILE_ROWS, picked, tile_spec
from ui.charts import PICK, dressed, pickable


@pytest.fixture(scope="module")
def assistant(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), route="composed")
    opened = open_assistant(settings, db=f"duckdb:///{demo_warehouse}")
    yield opened
    opened.close()


def asked(assistant: Assistant, text: str) -> Answer:
    answer = assistant.ask(Question(text))
    assert answer.status is Status.ANSWERED
    assert answer.chart is not None
    return answer


def values(node: Any) -> list[Mapping[str, Any]]:
    """Every datum of a specification."""
    if isinstance(node, dict):
        own = node.get("data", {}).get("values", []) if isinstance(node.get("data"), dict) else []
        return [*own, *(v for key, child in node.items() if key != "data" for v in values(child))]
    return [v for child in node for v in values(child)] if isinstance(node, list) else []


def by_month_and_continent(assistant: Assistant) -> Answer:
    reading = asked(assistant, "Kim ngạch nhập khẩu theo châu lục năm 2024").reading
    assert reading is not None
    answer = assistant.answer_reading(edit.with_group(reading, edit.time_group("month"), assistant.catalogue))
    assert answer.chart is not None
    return answer


def taken(assistant: Assistant, answer: Answer, datum: Mapping[str, Any]) -> Drill | None:
    return drill(datum, answer.reading, answer.result, assistant.catalogue)


def test_a_bar_holds_its_member_and_every_step_can_be_answered(assistant: Assistant) -> None:
    answer = asked(assistant, "Kim ngạch xuất khẩu theo châu lục năm 2024")
    assert answer.result is not None
    datum = values(answer.chart)[0]
    found = taken(assistant, answer, datum)
    assert found is not None
    assert found.member == datum["c"]
    for step in found.steps:
        conditions = {f.column: f.values for f in step.reading.filters}
        assert conditions["chau_luc"] == (datum["c"],)
        assert assistant.answer_reading(step.reading).status is Status.ANSWERED


def test_the_figures_of_a_member_add_up_to_its_bar(assistant: Assistant) -> None:
    answer = asked(assistant, "Kim ngạch xuất khẩu theo châu lục năm 2024")
    assert answer.result is not None
    names = [c.name for c in answer.result.columns]
    first = answer.result.rows[0]
    found = taken(assistant, answer, {"c": first[names.index("chau_luc")]})
    assert found is not None
    monthly = next(s.reading for s in found.steps if any(g.grain == "month" for g in s.reading.groups))
    parts = assistant.answer_reading(monthly).result
    assert parts is not None
    whole = next(v for v, c in zip(first, answer.result.columns, strict=True) if c.role == "measure")
    at = next(i for i, c in enumerate(parts.columns) if c.role == "measure")
    assert sum(row[at] for row in parts.rows) == pytest.approx(whole)


def test_a_point_of_a_line_becomes_the_period(assistant: Assistant) -> None:
    answer = asked(assistant, "Kim ngạch nhập khẩu theo tháng năm 2024")
    march = next(v for v in values(answer.chart) if v["n"].startswith("Tháng 3"))
    found = taken(assistant, answer, march)
    assert found is not None
    assert found.member == "Tháng 3/2024"
    for step in found.steps:
        (period,) = step.reading.periods
        assert (period.start.isoformat(), period.end.isoformat()) == ("2024-03-01", "2024-03-31")


def test_a_mark_of_a_category_over_time_holds_both(assistant: Assistant) -> None:
    answer = by_month_and_continent(assistant)
    cell = values(answer.chart)[0]
    name = cell.get("s") or cell["c"]
    found = taken(assistant, answer, cell)
    assert found is not None
    reading = found.steps[0].reading
    assert {f.column: f.values for f in reading.filters}["chau_luc"] == (name,)
    assert reading.periods[0].grain == "month"
    assert found.member.startswith(f"{name} · Tháng ")


def test_what_stands_for_several_members_cannot_be_taken_apart(assistant: Assistant) -> None:
    answer = asked(assistant, "Kim ngạch xuất khẩu theo châu lục năm 2024")
    assert taken(assistant, answer, {"c": "Khác (12)"}) is None
    assert taken(assistant, answer, {}) is None


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("Kim ngạch xuất khẩu theo châu lục năm 2024", "c"),
        ("Kim ngạch nhập khẩu theo tháng năm 2024", "n"),
    ],
)
def test_the_marks_of_a_chart_can_be_selected(assistant: Assistant, question: str, field: str) -> None:
    answer = assistant.ask(Question(question))
    assert answer.result is not None
    spec = build_chart(answer.result, answer.reading, assistant.catalogue)
    assert spec is not None
    made = pickable(dressed(spec, dark=False))
    assert made is not None
    found = selections(made)
    assert [s["name"] for s in found] == [PICK]
    assert field in found[0]["select"]["fields"]
    assert not selections(spec)


def selections(node: Any) -> list[Mapping[str, Any]]:
    if isinstance(node, dict):
        return [*node.get("params", []), *(s for child in node.values() for s in selections(child))]
    return [s for child in node for s in selections(child)] if isinstance(node, list) else []


def test_a_chart_without_marks_for_rows_is_left_as_it_is() -> None:
    assert pickable({"mark": "line", "encoding": {}}) is None


@pytest.mark.parametrize("state", [None, {}, {"selection": {}}, {"selection": {PICK: []}}])
def test_nothing_selected_is_no_datum(state: Any) -> None:
    assert picked(state) == {}


def test_the_selected_datum_is_taken() -> None:
    assert picked({"selection": {PICK: [{"c": "Châu Á"}]}}) == {"c": "Châu Á"}


def test_a_tile_of_the_board_draws_the_first_of_many_members(assistant: Assistant) -> None:
    many = assistant.ask(Question("Số tờ khai theo cục năm 2024"))
    assert many.result is not None
    whole = len(many.result.rows)
    assert whole > TILE_ROWS
    spec, note = tile_spec(many, assistant.catalogue)
    assert spec is not None
    drawn = {text for datum in values(spec) for text in datum.values() if isinstance(text, str)}
    names = [row[0] for row in many.result.rows]
    assert set(names[:TILE_ROWS]) <= drawn
    assert drawn.isdisjoint({*names[TILE_ROWS:], "Khác"})
    assert str(whole) in note
    few = assistant.ask(Question("Số tờ khai theo luồng năm 2024"))
    assert tile_spec(few, assistant.catalogue) == (few.chart, "")
    dated = assistant.ask(Question("Kim ngạch xuất khẩu theo tháng năm 2023 và 2024"))
    assert tile_spec(dated, assistant.catalogue) == (dated.chart, "")
