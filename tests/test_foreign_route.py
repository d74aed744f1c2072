"""The route from question to draft, with a scripted model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from foreign_databases import RECORD_SHOP, build

from nl2sql.config import Settings
from nl2sql.foreign.route import EXTRA_CANDIDATES, propose
from nl2sql.model.scripted import ScriptedModel
from nl2sql.query.database import Database, open_database
from nl2sql.query.validate import validate
from nl2sql.types import Question, Shape
from schema.introspect import draft_catalogue
from schema.semantic import Catalogue


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalogue, Database]]:
    path: Path = tmp_path_factory.mktemp("db")
    url = build(path / "shop.sqlite", RECORD_SHOP)
    database = open_database(url, Settings(home=path))
    yield draft_catalogue(url), database
    database.close()


def answer(shop: tuple[Catalogue, Database], sql: str) -> list[tuple[object, ...]]:
    catalogue, database = shop
    return list(database.run(validate(sql, catalogue, dialect=database.dialect, row_cap=50)).rows)


def test_one_call_when_nothing_is_suspicious(shop: tuple[Catalogue, Database]) -> None:
    model = ScriptedModel(["SELECT count(*) FROM singers WHERE nation = 'Germany'"])
    reading, draft = propose(Question("Có bao nhiêu ca sĩ đến từ Đức?"), *shop, model)
    assert answer(shop, draft.sql) == [(2,)]
    assert draft.attempts == len(model.asked) == 1
    assert not draft.complaints
    assert reading.shape is Shape.TOTAL
    assert [(f.column, f.values) for f in reading.filters] == [("nation", ("Germany",))]


def test_draft_that_does_not_run_is_asked_again(shop: tuple[Catalogue, Database]) -> None:
    model = ScriptedModel(["xin lỗi", "SELECT title FROM albums WHERE price >= 20"])
    _, draft = propose(Question("Tựa đề các album giá từ 20"), *shop, model)
    assert answer(shop, draft.sql) == [("Glass House",)]
    assert draft.attempts == 2
    assert [call.temperature > 0 for call in model.asked] == [False, True]


def test_empty_result_is_an_answer_with_a_complaint(shop: tuple[Catalogue, Database]) -> None:
    model = ScriptedModel(["SELECT title FROM albums WHERE price > 20"])
    _, draft = propose(Question("Tựa đề các album giá trên 20"), *shop, model)
    assert draft.attempts == 1
    assert draft.complaints


def test_draft_that_never_parses_is_refused(shop: tuple[Catalogue, Database]) -> None:
    model = ScriptedModel(["không có SQL"] * (1 + EXTRA_CANDIDATES))
    reading, draft = propose(Question("Tựa đề các album"), *shop, model)
    assert draft.sql == ""
    assert reading.refusal is not None
    assert reading.refusal.code == "out_of_scope"


def test_ranking_and_breakdown_are_recognised(shop: tuple[Catalogue, Database]) -> None:
    ranking = ScriptedModel(["SELECT genre FROM albums GROUP BY genre ORDER BY count(*) DESC LIMIT 1"])
    reading, _ = propose(Question("Thể loại có nhiều album nhất?"), *shop, ranking)
    assert reading.shape is Shape.RANKING
    assert reading.ranking is not None
    assert (reading.ranking.n, reading.ranking.descending) == (1, True)
    breakdown = ScriptedModel(["SELECT genre, avg(price) FROM albums GROUP BY genre"])
    reading, _ = propose(Question("Giá trung bình của từng thể loại"), *shop, breakdown)
    assert reading.shape is Shape.BREAKDOWN
    assert [group.column for group in reading.groups] == ["genre"]


def test_confidence_falls_with_complaints(shop: tuple[Catalogue, Database]) -> None:
    question = Question("Tựa đề các album giá trên 20")
    sure = propose(question, *shop, ScriptedModel(["SELECT title FROM albums WHERE price < 20"]))[1]
    unsure = propose(question, *shop, ScriptedModel(["SELECT title FROM albums WHERE price > 20"] * 3))[1]
    assert unsure.complaints
    assert unsure.confidence < sure.confidence


def test_question_about_something_else_is_refused_without_asking_the_model(shop: tuple[Catalogue, Database]) -> None:
    model = ScriptedModel(["SELECT count(*) FROM singers"])
    reading, draft = propose(Question("Thời tiết hôm nay thế nào?"), *shop, model)
    assert reading.refusal is not None
    assert reading.refusal.code == "out_of_scope"
    assert draft.sql == ""
    assert model.asked == []
