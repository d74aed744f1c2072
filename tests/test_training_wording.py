"""Plans in words: slots that say nothing leave no traces, numbers as words, units of one's own, empty words."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from nl2sql.question.text import fold
from nl2sql.training import empty_words, wording
from nl2sql.training.plan import Condition, Plan
from nl2sql.training.style import formal
from nl2sql.training.wording import frames, frames_of, say, tidy
from nl2sql.types import FilterMatch, MetricMatch, Ranking, Reading
from schema.semantic import Dimension, Metric, View

VIEW = View("kham_benh", "Lượt khám", grain="một lượt khám")


def _plan(kind: str = "total", *, unit: str = "", when: str = "năm 2024", conditions: tuple[str, ...] = (),
          measure: str = "chi phí khám", count: int = 0) -> Plan:  # fmt: skip
    match = FilterMatch("khoa = 'Nội'", "khoa", ("Nội",), "Khoa: Nội")
    said = tuple(Condition(match, (c,), (c,)) for c in conditions)
    reading = Reading(text="", view="kham_benh", metrics=(MetricMatch("chi_phi", "SUM(x)", "Chi phí", unit),))
    return Plan(kind, VIEW, reading, "SELECT 1", ((measure,),), said, when, groups=(("khoa",),), count=count)


def _said(plan: Plan, count: int = 400) -> set[str]:
    rng = random.Random(5)
    return {say(plan, rng) for _ in range(count)}


def test_frames_of_a_kind_differ_and_are_many() -> None:
    for kind, said in frames().items():
        assert len(set(said)) == len(said), kind
    for kind in ("total", "breakdown", "trend", "top", "most", "having", "share", "structure", "compare_all"):
        assert len(frames()[kind]) >= 40


@pytest.mark.parametrize("kind", ["total", "breakdown", "having", "ranking"])
def test_slots_that_say_nothing_leave_no_traces(kind: str) -> None:
    for text in _said(_plan(kind, when="", count=5)):
        assert "{" not in text
        assert "()" not in text.replace(" ", "")
        assert text == tidy(text)
        assert text.split()[-1] not in ("trong", "của", "về", "riêng", "-", "/")
        assert not any(mark in text for mark in ("  ", " ,", ",,", ": :", "- -"))


def test_every_part_of_a_plan_is_said() -> None:
    for text in _said(_plan(conditions=("của khoa Nội",))):
        assert "chi phí khám" in text
        assert "khoa Nội" in text
        assert "năm 2024" in text


def test_numbers_come_as_digits_and_as_words() -> None:
    said = _said(_plan("ranking", count=3))
    assert any("3 khoa" in t for t in said)
    assert any("ba khoa" in t for t in said)
    assert all(not {"3", "ba"}.isdisjoint(re.findall(r"\w+", t)) for t in said)


def test_units_are_the_measures_own() -> None:
    assert any("tỷ đồng" in t for t in _said(_plan(unit="VND")))
    assert any("phần trăm" in t for t in _said(_plan(unit="%")))
    assert any("bao nhiêu lượt" in t for t in _said(_plan(unit="lượt")))
    assert not any("đồng" in t or "%" in t or "USD" in t for t in _said(_plan(unit="lượt")))
    assert not any("{u}" in f for f in frames_of(_plan()))
    assert not any("(đơn vị" in t or ", đơn vị" in t or "đvt" in t for t in _said(_plan()))


def test_a_name_that_asks_is_not_asked_for_twice() -> None:
    for text in _said(_plan(measure="bao nhiêu lượt khám")):
        assert text.count("bao nhiêu") == 1


def test_a_column_that_asks_stands_only_where_a_member_is_asked_for() -> None:
    names = ("khoa", "ở đâu", "12 khoa")
    for kind in ("breakdown", "having", "ranking"):
        said = _said(replace(_plan(kind, count=3), groups=(names,)))
        assert not any("ở đâu" in t or "12 khoa" in t for t in said)
    said = _said(replace(_plan("extreme"), groups=(names,)))
    assert any("ở đâu" in t for t in said)
    assert not any("ở đâu nào" in t or "các ở đâu" in t for t in said)


@pytest.mark.parametrize("when", ["từ tháng 2 đến tháng 5/2024", "đến hết tháng 3/2024", "trong năm 2024"])
def test_a_time_with_a_word_of_its_own_takes_no_other(when: str) -> None:
    for text in _said(_plan(when=when)):
        assert when in text
        assert not any(f"{lead} {when}" in text for lead in ("của", "trong", "riêng"))


def test_words_of_scope_stand_only_where_nothing_contradicts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty_words, "_SCOPE", 1.0)
    monkeypatch.setattr(empty_words, "_COURTESY", 0.0)
    scopes = ("cả nước", "toàn", "Việt Nam", "nước ta", "chung", "hệ thống", "ngành", "tất cả", "tổng thể", "kho",
              "dữ liệu", "mới nhất", "mình", "các loại")  # fmt: skip
    plain = _plan(unit="lượt")
    assert all(any(s in empty_words.around("chi phí khám năm 2024", plain, "", random.Random(i)) for s in scopes)
               for i in range(60))  # fmt: skip
    narrowed = _plan(conditions=("của khoa Nội",))
    text = "chi phí khám của khoa Nội năm 2024"
    said = {empty_words.around(text, narrowed, "", random.Random(i)) for i in range(60)}
    assert all(t.startswith(text) and not any(s in t.removeprefix(text) for s in scopes) for t in said)


def test_courtesy_leaves_the_question_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty_words, "_COURTESY", 1.0)
    narrowed = _plan(conditions=("của khoa Nội",), unit="VND")
    text = "chi phí khám của khoa Nội năm 2024"
    said = {empty_words.around(text, narrowed, "tỷ đồng", random.Random(i)) for i in range(60)}
    assert all(text in t and t != text for t in said)
    assert len(said) > 20


def test_a_formal_request_is_not_made_twice() -> None:
    for seed in range(20):
        text = formal("đề nghị cung cấp chi phí khám", random.Random(seed))
        assert fold(text).count("de nghi") == 1


def test_conditions_stand_beside_the_measure_and_apart_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_SCATTERED", 1.0)
    said = _said(_plan("having", conditions=("của khoa Nội", "loại ngoại trú")))
    assert all("khoa Nội" in t and t.count("loại ngoại trú") == 1 for t in said)
    assert any("của khoa Nội năm 2024 loại ngoại trú" in t for t in said)
    assert any(t.startswith("loại ngoại trú") for t in said)
    assert not any("{" in t for t in said)


def test_the_main_measure_is_at_times_said_by_the_views_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_SUBJECT_ONLY", 1.0)
    view = replace(VIEW, synonyms=("khám bệnh",), metrics=(Metric("chi_phi", "Chi phí", "SUM(x)", default=True),))
    said = _said(replace(_plan(), view=view))
    assert any("khám bệnh được bao nhiêu" in t for t in said)
    assert not any("chi phí" in t for t in said)
    other = replace(view, metrics=(*view.metrics, Metric("so_luot", "Số lượt", "COUNT(*)")))
    reading = replace(_plan().reading, metrics=(MetricMatch("so_luot", "COUNT(*)", "Số lượt", "lượt"),))
    assert all("chi phí khám" in t for t in _said(replace(_plan(), view=other, reading=reading)))


def test_a_scope_stands_inside_only_where_nothing_narrows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty_words, "_SCOPE_INSIDE", 1.0)
    frame = "{m} {t} bao nhiêu"
    placed = {empty_words.scoped(frame, _plan(), random.Random(i)) for i in range(60)}
    assert all(t != frame and t.replace("{m}", "").replace("{t}", "").strip() for t in placed)
    assert any(t.startswith("{m} cả nước {t}") for t in placed)
    assert any("{t} " in t and t.startswith("{m} {t}") for t in placed)
    narrowed = _plan(conditions=("của khoa Nội",))
    assert all(empty_words.scoped(frame, narrowed, random.Random(i)) == frame for i in range(60))


def test_a_measure_that_nobody_names_leaves_no_hole() -> None:
    for kind in ("total", "breakdown", "extreme", "ranking"):
        for text in _said(_plan(kind, measure="", conditions=("khám ngoại trú",), count=5, unit="VND")):
            assert "khám ngoại trú" in text
            assert not re.search(r"\b(?:về|có|theo|nhiều|trong)\s+(?:cao|lớn|nhiều|thấp|ít|nhỏ) nhất", text), text
            assert text.count("(") == text.count(")"), text


def test_a_bracket_is_closed_when_its_first_part_says_nothing() -> None:
    assert all(t.count("(") == t.count(")") for t in _said(_plan()))


def test_a_rate_is_at_times_asked_as_a_percentage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_PERCENT", 1.0)
    said = _said(_plan(unit="%", measure="tỷ lệ hồ sơ đúng hạn"))
    assert all("hồ sơ đúng hạn" in t and ("phần trăm" in t or "%" in t or "tỷ lệ" in t) for t in said)
    assert any("mấy phần trăm hồ sơ đúng hạn" in t for t in said)
    assert all("tỷ lệ hồ sơ đúng hạn" in t for t in _said(_plan(unit="hồ sơ", measure="tỷ lệ hồ sơ đúng hạn")))


def test_whom_all_rows_are_about_is_a_scope_only_where_the_view_knows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty_words, "_SCOPE_INSIDE", 1.0)
    monkeypatch.setattr(empty_words, "_AUDIENCE", 1.0)
    numbers = Dimension("ma_bn", "Mã bệnh nhân", sensitive=True)
    view = replace(VIEW, dimensions=(numbers, Dimension("benh_nhan", "Bệnh nhân", sensitive=True)))
    said = {empty_words.scoped("{m} {t}", replace(_plan(), view=view), random.Random(i)) for i in range(30)}
    assert said == {
        f"{a}{b}" for w in ("cho bệnh nhân", "cho các bệnh nhân", "đối với bệnh nhân")
        for a, b in ((f"{{m}} {w} {{t}}", ""), ("{m} {t} ", w))
    }  # fmt: skip
    assert not any("bệnh nhân" in empty_words.scoped("{m} {t}", _plan(), random.Random(i)) for i in range(30))


def test_superlatives_go_with_the_unit() -> None:
    hours, money = (_said(replace(_plan("extreme", unit=unit), groups=(("khoa",),))) for unit in ("giờ", "VND"))
    assert any("lâu nhất" in t for t in hours)
    assert not any("nhiều tiền nhất" in t for t in hours)
    assert any("nhiều tiền nhất" in t for t in money)
    assert not any("lâu nhất" in t for t in money)


def test_two_measures_are_asked_by_units_that_are_theirs_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_BY_UNITS", 1.0)
    both = (Metric("so_luot", "Số lượt", "COUNT(*)", unit="lượt"), Metric("chi_phi", "Chi phí", "SUM(x)", unit="VND"))
    metrics = tuple(MetricMatch(m.name, m.expr, m.label, m.unit) for m in both)
    plan = replace(_plan("two_measures", conditions=("khoa Nội",)), groups=(), view=replace(VIEW, metrics=both),
                   measures=(("số lượt khám",), ("chi phí khám",)))  # fmt: skip
    plan = replace(plan, reading=replace(plan.reading, metrics=metrics))
    said = _said(plan)
    assert all("lượt" in t and "chi phí" not in t for t in said)
    more = (*both, Metric("thuoc", "Tiền thuốc", "SUM(y)", unit="VND"))
    assert all("chi phí khám" in t for t in _said(replace(plan, view=replace(VIEW, metrics=more))))


def test_a_name_of_the_view_that_is_also_a_measures_heads_no_question() -> None:
    view = replace(VIEW, synonyms=("chi phí khám", "sổ khám"), metrics=(Metric("chi_phi", "Chi phí khám", "SUM(x)"),))
    headings = wording._headings(replace(_plan(), view=view))
    assert set(headings) == {"lượt khám", "sổ khám"}
    assert wording._headings(replace(_plan(), view=replace(view, label="Chi phí khám", synonyms=()))) == (
        "chi phí khám",
    )


def test_the_same_period_of_another_year_is_asked_for_beside() -> None:
    assert any("cùng kỳ bao nhiêu" in t for t in _said(replace(_plan("comparison"), before="cùng kỳ"), 1500))
    assert not any("2021 bao nhiêu" in t for t in _said(replace(_plan("comparison"), before="năm 2021"), 1500))


def test_the_largest_deficit_is_asked_as_the_most() -> None:
    balance = Metric("so_du", "Số dư", "SUM(x)", inverse=("thâm hụt",))
    plan = _plan("ranking", count=3, measure="thâm hụt")
    reading = replace(
        plan.reading, metrics=(MetricMatch("so_du", "SUM(x)", "Số dư", "VND"),), ranking=Ranking(3, False)
    )
    turned = replace(plan, view=replace(VIEW, metrics=(balance,)), reading=reading)
    assert frames_of(turned) == frames()["top"]
    assert frames_of(replace(turned, measures=(("số dư",),))) == frames()["bottom"]
