"""Names and conditions of training questions: every name that the reader knows, said as people say them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from nl2sql.config import Settings
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.question.text import fold
from nl2sql.training.draw import Drawer, interest, names_of
from nl2sql.training.names import known_names, well_named
from nl2sql.training.stock import joined, open_ended, pick_filter, pick_value


@pytest.fixture(scope="module")
def assistant(demo_warehouse: Path, user_settings: Settings) -> Iterator[Assistant]:
    opened = open_assistant(user_settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def drawer(assistant: Assistant) -> Drawer:
    return Drawer(
        assistant.catalogue, assistant.database, random.Random(5), vocabulary=assistant.reader.vocabulary
    )  # fmt: skip


def test_names_are_those_of_the_reader_and_the_label_stays_common(assistant: Assistant) -> None:
    view = assistant.catalogue.views["to_khai"]
    metric = view.metric("ty_le_luong_do")
    more = well_named(view, known_names(assistant.reader.vocabulary)).metric("ty_le_luong_do")
    assert metric is not None
    assert more is not None
    assert set(metric.synonyms) < set(more.synonyms)
    assert "mấy phần trăm luồng đỏ" in more.synonyms
    counts = Counter(names_of(more))
    assert counts.most_common(1)[0][0] == names_of(metric)[0]
    assert 0.2 < counts.most_common(1)[0][1] / counts.total() < 0.6


def test_a_name_of_two_measures_is_nobodys(assistant: Assistant) -> None:
    known = known_names(assistant.reader.vocabulary)
    owners: dict[tuple[str, str], set[str]] = {}
    for (view, kind, name, _), phrases in known.items():
        if kind == "metric":
            for phrase in phrases:
                owners.setdefault((view, fold(phrase)), set()).add(name)
    assert owners
    assert all(len(names) == 1 for names in owners.values())


def test_a_measure_told_from_the_other_side_gets_no_further_names(assistant: Assistant) -> None:
    known = known_names(assistant.reader.vocabulary)
    for view in assistant.catalogue.views.values():
        named = well_named(view, known)
        assert all(named.metric(m.name) == m for m in view.metrics if m.inverse)


def test_codes_are_led_by_a_cue(drawer: Drawer) -> None:
    shelf = drawer.shelves["xnk"]
    dim = shelf.view.dimension("chuong_hs")
    assert dim is not None
    for _ in range(30):
        condition = pick_value(shelf, dim, drawer.rng)
        assert condition is not None
        assert not any(way.isdigit() for way in condition.bare)


def test_a_direction_is_said_with_its_place(drawer: Drawer) -> None:
    shelf = drawer.shelves["xnk"]
    chieu, nuoc = shelf.view.dimension("chieu"), shelf.view.dimension("nuoc")
    assert chieu is not None
    assert nuoc is not None
    for _ in range(30):
        one, other = pick_value(shelf, chieu, drawer.rng), pick_value(shelf, nuoc, drawer.rng)
        assert one is not None
        assert other is not None
        item = next(i for i in shelf.values["chieu"] if i.value in one.match.values)
        assert not any(open_ended(item, way) for way in one.bare)  # "nhập từ" waits for a place
        still, both = joined(shelf, one, other, drawer.rng)
        if still.ways == ("",):
            assert (still.match, both.match) == (one.match, other.match)
            assert all(any(way.endswith(place) for place in other.bare) for way in both.ways)
            small = {w for i in shelf.values["chieu"] if i.value not in one.match.values for w in i.toward}
            assert not any(f" {w} " in fold(way) for way in both.ways for w in small & {"tu", "sang"})
        else:
            assert (still, both) == (one, other)


def test_only_places_are_joined_to_a_direction(drawer: Drawer) -> None:
    shelf = drawer.shelves["xnk"]
    chieu, hang = shelf.view.dimension("chieu"), shelf.view.dimension("nhom_hang")
    assert chieu is not None
    assert hang is not None
    one, other = pick_value(shelf, chieu, drawer.rng), pick_value(shelf, hang, drawer.rng)
    assert one is not None
    assert other is not None
    assert joined(shelf, one, other, drawer.rng) == (one, other)


def test_most_questions_say_the_direction_and_one_or_two_conditions_are_usual(drawer: Drawer) -> None:
    shelf = drawer.shelves["xnk"]
    metric = shelf.view.default_metric
    assert metric is not None
    drawn = [drawer.conditions(shelf, metric) for _ in range(300)]
    stated = sum(any(c.match.column == "chieu" for c in conditions) for conditions in drawn)
    sizes = Counter(len(conditions) for conditions in drawn)
    assert 170 < stated < 255
    assert sizes[1] + sizes[2] > 200  # the direction, or the direction and whose or what
    assert min(sizes[1], sizes[2]) > max(sizes[0], sizes[3])
    assert sizes[0] > 0


def test_columns_that_lead_are_asked_for_more_than_rare_ones(assistant: Assistant) -> None:
    view = assistant.catalogue.views["xnk"]
    weight = {d.name: interest(view, d) for d in view.dimensions}
    assert min(weight["nuoc"], weight["nhom_hang"], weight["cuc"]) > 2 * max(
        weight["don_vi_tinh"], weight["ten_chuong"], weight["doanh_nghiep"]
    )
    assert all(w > 0 for w in weight.values())


def test_every_measure_is_drawn(drawer: Drawer) -> None:
    view = drawer.shelves["xnk"].view
    counts = Counter(drawer.metric(view).name for _ in range(1500))
    assert set(counts) == {m.name for m in view.metrics}
    assert min(counts.values()) >= 10


def test_a_named_filter_is_said_in_all_its_ways(drawer: Drawer) -> None:
    named = next(f for f in drawer.shelves["xnk"].view.filters if f.name == "asean")
    condition = pick_filter(named)
    assert {"ASEAN", "Đông Nam Á"} <= set(condition.bare)
    assert condition.match.sql == named.expr
    without = next(f for f in drawer.shelves["xnk"].view.filters if f.name == "khong_co")
    assert not any(way.startswith("của không") for way in pick_filter(without).ways)
