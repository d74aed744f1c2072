"""Words that belong to a view as a whole: they are said, and they narrow nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nl2sql.config import Settings
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.question.text import fold
from nl2sql.training import empty_words
from nl2sql.training.about import two_ways
from nl2sql.training.draw import Drawer, asked, interest
from nl2sql.training.plan import About, Plan
from nl2sql.types import MetricMatch, Reading
from schema.semantic import Dimension, Metric, View

CLINIC = View("kham_benh", "Khám bệnh ngoại trú", metrics=(Metric("luot", "Số lượt khám", "COUNT(*)"),))
WAYS = About(both={"chieu": ("vào ra viện",)})


@pytest.fixture(scope="module")
def assistant(demo_warehouse: Path, user_settings: Settings) -> Iterator[Assistant]:
    opened = open_assistant(user_settings)
    yield opened
    opened.close()


def _plan(about: About, sql: str = "SELECT 1") -> Plan:
    reading = Reading(text="", view=CLINIC.name, metrics=(MetricMatch("luot", "COUNT(*)", "Số lượt khám", "lượt"),))
    return Plan("total", CLINIC, reading, sql, (("số lượt khám",),), when="năm 2024", about=about)


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("_SCOPE", "_COURTESY", "_UNIT", "_AGAIN"):
        monkeypatch.setattr(empty_words, name, 0.0)
    monkeypatch.setattr(empty_words, "_ABOUT", 1.0)
    monkeypatch.setattr(empty_words, "_BOTH", 1.0)
    yield


def _around(plan: Plan) -> set[str]:
    return {empty_words.around("số lượt khám năm 2024", plan, "", random.Random(i)) for i in range(60)}


@pytest.mark.usefixtures("plainly")
def test_what_a_view_is_about_is_said_in_several_places() -> None:
    said = _around(_plan(About(("khám bệnh ngoại trú",), ("cho người bệnh",), ("đã tiếp nhận",))))
    assert {"số lượt khám bệnh ngoại trú năm 2024", "số lượt khám cho người bệnh năm 2024"} <= said
    assert "số lượt khám đã tiếp nhận năm 2024" in said
    assert any(t.startswith("khám bệnh ngoại trú") for t in said)
    assert all("số lượt khám" in t and "năm 2024" in t for t in said)


@pytest.mark.usefixtures("plainly")
def test_both_ways_are_said_only_where_neither_is_asked_for() -> None:
    assert _around(_plan(WAYS)) == {"số lượt khám vào ra viện năm 2024"}
    assert _around(_plan(WAYS, "SELECT COUNT(*) FROM kham_benh WHERE chieu = 'Vào viện'")) == {"số lượt khám năm 2024"}


def test_only_a_column_of_two_opposites_has_words_for_both() -> None:
    way = Dimension("chieu", "Chiều vào ra", synonyms=("chiều",), rank=5)
    said = two_ways(way, ["Vào viện", "Ra viện"])
    assert {"vào ra viện", "cả hai chiều", "vào, ra viện"} <= set(said)
    assert two_ways(way, ["Vào viện", "Ra viện", "Chuyển viện"]) == ()
    assert two_ways(way, ["Nội trú", "Ngoại viện"]) == ()
    assert two_ways(replace(way, rank=40), ["Vào viện", "Ra viện"]) == ()


def test_words_about_a_view_name_none_of_its_values(assistant: Assistant) -> None:
    reader = assistant.reader
    drawer = Drawer(assistant.catalogue, assistant.database, random.Random(3), vocabulary=reader.vocabulary)
    assert set(drawer.about) == set(drawer.shelves)
    for view, about in drawer.about.items():
        values = {fold(i.value) for items in drawer.shelves[view].values.values() for i in items}
        assert values.isdisjoint(fold(w).removeprefix("cho ") for w in (*about.names, *about.tails, *about.happened))
    assert "cho khách nước ngoài" in drawer.about["hoan_thue_du_khach"].tails
    assert "đã đăng ký" in drawer.about["to_khai"].happened
    assert "xuất nhập khẩu" in drawer.about["xnk"].both["chieu"]


def test_the_view_asked_for_first_is_asked_for_most(assistant: Assistant) -> None:
    catalogue = assistant.catalogue
    weights = {name: asked(view, catalogue) for name, view in catalogue.views.items()}
    assert max(weights, key=lambda name: weights[name]) == catalogue.asked_first[0]
    plain = replace(catalogue, asked_first=())
    assert asked(catalogue.views["xnk"], plain) < weights["xnk"]
    assert asked(catalogue.views["van_ban"], plain) == weights["van_ban"]


def test_columns_of_approved_queries_narrow_more_and_no_area_narrows_alone(assistant: Assistant) -> None:
    view = assistant.catalogue.views["phuong_tien"]
    gate = view.dimension("cua_khau")
    assert gate is not None
    assert interest(view, gate) > interest(replace(view, verified_queries=(), examples=()), gate)
    reader = assistant.reader
    drawer = Drawer(assistant.catalogue, assistant.database, random.Random(3), vocabulary=reader.vocabulary)
    shelf = drawer.shelves["vi_pham"]
    columns = Counter(
        c.match.column for _ in range(300) for c in drawer.conditions(shelf, drawer.metric(shelf.view))
    )  # fmt: skip
    areas = sum(columns[d.name] for d in shelf.view.dimensions if d.scope)
    assert min(columns["hanh_vi"], columns["tuyen"]) > areas
    assert all(columns[d.name] for d in shelf.view.dimensions if d.scope)
