"""The adapted model's part: prompt, literals brought to stored values, and its place among the candidates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from nl2sql.errors import ModelError, QueryRejected
from nl2sql.generation.adapted import ask_text
from nl2sql.generation.draft import Adapted, Workshop, draft
from nl2sql.generation.ground import grounded
from nl2sql.generation.recalled import kept_to, misled
from nl2sql.generation.snap import Values, known_columns, values_of
from nl2sql.model.scripted import ScriptedModel
from nl2sql.query.validate import validate
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import FilterMatch, MetricMatch, Period, Query, Reading, Span
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()
VIEW = CATALOGUE.views["xnk"]
VALUES = values_of(build_vocabulary(CATALOGUE), VIEW)


def _snapped(condition: str, values: Values = VALUES) -> str:
    line = grounded(f"xnk; x; WHERE {condition}", CATALOGUE, lambda _: values).line
    return known_columns(line.split(" WHERE ")[1], VIEW)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("nuoc = 'Trung Quốc'", "nuoc = 'Trung Quốc'"),
        ("nuoc = 'trung quoc'", "nuoc = 'Trung Quốc'"),
        ("nuoc = 'Nhật Bảnn'", "nuoc = 'Nhật Bản'"),
        ("nuoc = 'Taiwan'", "nuoc = 'Đài Loan'"),
        ("nuoc IN ('Taiwan', 'han quoc')", "nuoc IN ('Đài Loan', 'Hàn Quốc')"),
        ("nuoc <> 'India'", "nuoc <> 'Ấn Độ'"),
        ("doanh_nghiep = 'FDI'", "doanh_nghiep = 'FDI'"),
        ("nhom_hang = 'FDI'", "khu_vuc_kinh_te = 'FDI'"),
        ("chieu = 'Đường biển'", "phuong_thuc = 'Đường biển'"),
        ("nuoc = 'Atlantis'", "nuoc = 'Atlantis'"),
        ("nuoc = 'nước ngoài'", "nuoc = 'nước ngoài'"),  # and not "nước Nga"
        ("nhom_hang = 'sắt và thép các loại'", "nhom_hang = 'Sắt thép các loại'"),
        ("nuoc = 'mỹ đang'", "nuoc = 'Hoa Kỳ'"),  # a word too many was copied
        ("nuoc = 'tô nguyên chiếc'", "nhom_hang = 'Ô tô nguyên chiếc các loại'"),  # one too few, and for another column
        ("nuoc = 'nhóm sắt thép các loại'", "nhom_hang = 'Sắt thép các loại'"),
        ("nam = 2024", "nam = 2024"),
        ("quoc_gia_xa = 'Nhật Bản'", "nuoc = 'Nhật Bản'"),
        ("hinh_thuc_van_tai = 'Đường biển'", "phuong_thuc = 'Đường biển'"),
        ("ten_doanh_nghiep IS NULL", "doanh_nghiep IS NULL"),
        ("tri_gia > 5", "tri_gia > 5"),  # like two
        ("xyz > 5", "xyz > 5"),
    ],
)
def test_literals_come_to_stored_values(written: str, meant: str) -> None:
    assert _snapped(written) == meant


def test_the_prompt_is_the_question_and_what_is_known() -> None:
    assert ask_text("Câu  hỏi\nTHỬ") == "cau hoi thu"
    assert ask_text("còn 2023", "xnk; kim_ngach", "xnk; so_mat_hang") == (
        "truoc: xnk; so_mat_hang\ncon 2023\ngoi y: xnk; kim_ngach"
    )


def _reading(**more: Any) -> Reading:
    import datetime as dt

    plain = Reading(
        text="kim ngạch từ trung quốc năm 2024 kiểu lạ", view="xnk", certainty=0.5,
        metrics=(MetricMatch("kim_ngach", "SUM(tri_gia_usd)", "Kim ngạch", "USD"),),
        filters=(FilterMatch("nuoc = 'Trung Quốc'", "nuoc", ("Trung Quốc",), "Nước: Trung Quốc"),),
        periods=(Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "year", "Năm 2024"),),
        unread=(Span(33, 40, "kiểu lạ"),),
    )  # fmt: skip
    return replace(plain, **more)


def _shop(model: ScriptedModel, rows: Callable[[Query], list[tuple[Any, ...]]], **more: Any) -> Workshop:
    def never() -> ScriptedModel:
        raise ModelError("the prompted model must not be opened")

    return Workshop(
        CATALOGUE, never, lambda _: (), lambda sql: validate(sql, CATALOGUE, dialect="duckdb", row_cap=100), rows,
        adapted=lambda _: Adapted(model, VALUES), **more,
    )  # fmt: skip


GOOD = "xnk; kim_ngach; WHERE nuoc = 'trung quoc'; WHEN 2024"


def test_an_equal_answer_of_the_adapted_model_is_agreement() -> None:
    made = draft(_reading(), _shop(ScriptedModel([GOOD]), lambda _: [(1,)]))
    assert made.agreed
    assert "nuoc = 'Trung Quốc'" in made.sql


def test_what_the_door_rejects_is_written_again_without_the_hint() -> None:
    model = ScriptedModel(["xnk; kim_ngach; BY cot_la_hoac_quac", GOOD])
    made = draft(_reading(), _shop(model, lambda _: [(1,)]))
    assert made.agreed
    assert made.attempts == 2
    first, second = (call.prompt.final.content for call in model.asked)
    assert f"goi y: {GOOD}" in first
    assert "goi y" not in second


def test_no_sql_leaves_the_composed_answer() -> None:
    made = draft(_reading(), _shop(ScriptedModel(["NO SQL", "NO SQL"]), lambda _: [(1,)]))
    assert made.source == "composed"
    assert not made.agreed


def test_measuring_routes_give_the_adapted_answer_alone() -> None:
    other = GOOD.replace("2024", "2023")
    made = draft(_reading(certainty=1.0), _shop(ScriptedModel([other]), lambda _: [(1,)], route="adapter"))
    assert "nam = 2023" in made.sql
    with pytest.raises(QueryRejected):
        draft(_reading(), _shop(ScriptedModel(["NO SQL"]), lambda _: [(1,)], route="adapter-bare"))


def test_a_follow_up_is_told_what_was_understood_before() -> None:
    model = ScriptedModel([GOOD])
    before = _reading(filters=())
    draft(_reading(carried=True), _shop(model, lambda _: [(1,)], before=lambda: before))
    assert "truoc: xnk; kim_ngach; WHEN 2024" in model.asked[0].prompt.final.content


def test_a_question_about_a_part_that_the_adapter_never_saw_goes_to_the_prompted_model() -> None:
    prompted, learnt = ScriptedModel([GOOD] * 2), ScriptedModel([GOOD])
    shop = replace(
        _shop(learnt, lambda _: [(1,)]), model=lambda: prompted,
        adapted=lambda _: Adapted(learnt, VALUES, frozenset({"column:nuoc"})),
    )  # fmt: skip
    draft(_reading(), shop)
    assert prompted.asked
    assert not learnt.asked
    draft(_reading(filters=()), shop)
    assert len(learnt.asked) == 1


def test_what_the_model_reads_decides_whose_values_are_looked_up() -> None:
    other = CATALOGUE.views["to_khai"]
    values = {v.name: values_of(build_vocabulary(CATALOGUE), v) for v in (VIEW, other)}
    model = ScriptedModel(["to_khai; so_luong_to_khai; WHERE phan_luong = 'luong do'; WHEN 2024"])
    shop = replace(
        _shop(model, lambda _: [(1,)], route="adapter-bare"), adapted=lambda view: Adapted(model, values[view.name])
    )
    assert "phan_luong = 'Đỏ'" in draft(_reading(text="tờ khai luồng đỏ năm 2024"), shop).sql


def test_what_the_model_understood_stands_for_the_answer_that_it_gave() -> None:
    """Where words stay unread and its answer stands, the reading shown is its own, with the same doubts."""
    results = iter([[(1,)], [(2,)]])
    reading = _reading()
    made = draft(reading, _shop(ScriptedModel([f"{GOOD}; PER MONTH"]), lambda _: next(results)))
    assert made.source == "model"
    assert made.reading is not None
    assert made.reading.average == "month"
    assert made.reading.assumptions
    assert (made.reading.unread, made.reading.certainty) == (reading.unread, reading.certainty)


@pytest.mark.parametrize(
    "line",
    [
        "xnk; kim_ngach; WHEN 2024",
        "xnk; kim_ngach; WHERE chieu = 'xuat khau'; WHEN 2024",
        "xnk; kim_ngach; WHERE chieu = 'xuat khau' & nuoc = 'my'; WHEN 2024; BY nhom_hang",
        "xnk; khoi_luong; WHEN 2023; BY nuoc; TOP 5",
    ],
)
def test_a_misleading_hint_is_wrong_and_always_the_same(line: str) -> None:
    wrong = misled(line, CATALOGUE)
    assert wrong != line
    assert wrong.startswith("xnk; ")
    assert misled(line, CATALOGUE) == wrong


def test_the_route_with_wrong_hints_gives_one() -> None:
    model = ScriptedModel(["NO SQL", "NO SQL"])
    with pytest.raises(QueryRejected):
        draft(_reading(), _shop(model, lambda _: [(1,)], route="adapter-wrong"))
    right = ScriptedModel(["NO SQL", "NO SQL"])
    with pytest.raises(QueryRejected):
        draft(_reading(), _shop(right, lambda _: [(1,)], route="adapter"))
    asked, plain = (m.asked[0].prompt.final.content.splitlines()[-1] for m in (model, right))
    assert asked.startswith("goi y: ") and plain.startswith("goi y: ")
    assert asked != plain


@pytest.mark.parametrize(
    ("added", "stays"),
    [
        ("nhom_hang = 'ca nuoc'", False),  # no such value, and the reader made something else of the words
        ("nuoc = 'my'", True),  # said as "hoa kỳ"
        ("nuoc = 'nhat ban'", False),  # there is one, but nobody named it
        ("nhom_hang = 'kieu la'", True),  # the reader could not read these words: the empty answer says so
        ("la_fdi = TRUE", True),
        ("tri_gia_usd > 5", True),
    ],
)
def test_a_condition_of_the_models_own_invention_is_left_out(added: str, stays: bool) -> None:
    known = _reading(text="kim ngạch từ trung quốc, hoa kỳ năm 2024 kiểu lạ")
    written = replace(known, filters=(*known.filters, FilterMatch(added, "", (), added)))
    literals = grounded(f"xnk; kim_ngach; WHERE {added}", CATALOGUE, lambda _: VALUES)
    kept = kept_to(written, known, known.text, literals, VALUES).filters
    assert known.filters[0] in kept
    assert (len(kept) == 2) is stays


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nuoc = 'trung quoc'", True),
        ("chieu = 'nhap khau'", False),  # one of two, and no word of it was said
        ("nuoc = 'nhat ban'", False),  # nobody named it
        ("nhom_hang = 'kieu la'", False),  # words that are no value
    ],
)
def test_without_a_hint_too_a_condition_must_be_said(written: str, said: bool) -> None:
    """What was said is in the answer, though the model left it out; what it invented is not."""
    model = ScriptedModel(default=f"xnk; kim_ngach; WHERE {written}; WHEN 2024")
    made = draft(_reading(), _shop(model, lambda _: [(1,)], route="adapter-bare"))
    assert "nuoc = 'Trung Quốc'" in made.sql
    assert made.sql.count("=") == 2
    assert any("kiểu lạ" in c or "kieu la" in c for c in made.complaints) == (written.startswith("nhom_hang"))
    assert said or written not in made.sql


def test_a_value_may_be_said_by_an_abbreviation() -> None:
    literals = grounded("xnk; kim_ngach; WHERE chieu = 'xuat khau'", CATALOGUE, lambda _: VALUES)
    known = _reading(text="kim ngạch XK năm 2024", filters=(), unread=())
    written = replace(known, filters=(FilterMatch("chieu = 'Xuất khẩu'", "chieu", ("Xuất khẩu",), ""),))
    assert kept_to(written, known, known.text, literals, VALUES).filters == written.filters


def test_values_of_the_turn_before_stay_in_what_leans_on_it() -> None:
    """ "chia theo tháng" names no country, and means that of the question before it."""
    before = _reading()
    model = ScriptedModel(["xnk; kim_ngach; WHERE nuoc = 'trung quoc' & nhom_hang = 'gao'; WHEN 2024; BY MONTH"])
    shop = replace(_shop(model, lambda _: [(1,)], route="adapter-bare"), before=lambda: before)
    leaning = _reading(text="chia theo tháng", filters=before.filters, carried=True, unread=())
    made = draft(leaning, shop)
    assert "nuoc = 'Trung Quốc'" in made.sql
    assert "nhom_hang" not in made.sql
    other = ScriptedModel(["xnk; kim_ngach; WHERE nuoc = 'trung quoc' & nuoc = 'my'; WHEN 2024"])
    shop = replace(_shop(other, lambda _: [(1,)], route="adapter-bare"), before=lambda: before)
    changed = draft(_reading(text="còn Mỹ", filters=before.filters, carried=True, unread=()), shop)
    assert "Trung Quốc" not in changed.sql and "nuoc = 'Hoa Kỳ'" in changed.sql


def test_a_code_that_no_list_holds_stays_where_it_was_said() -> None:
    model = ScriptedModel(default="xnk; kim_ngach; WHERE ma_hs = '09011110'; WHEN 2024")
    shop = _shop(model, lambda _: [(1,)], route="adapter-bare")
    assert "ma_hs = '09011110'" in draft(_reading(text="mã 09011110 năm 2024", unread=()), shop).sql
    assert "ma_hs" not in draft(_reading(text="mã 10063099 năm 2024", unread=()), shop).sql


@pytest.mark.parametrize(("text", "kept"), [("hàng nhập năm 2024", True), ("hàng hóa năm 2024", False)])
def test_of_a_column_of_two_values_one_word_tells_which(text: str, kept: bool) -> None:
    model = ScriptedModel(["xnk; kim_ngach; WHERE chieu = 'nhap khau'; WHEN 2024"])
    shop = _shop(model, lambda _: [(1,)], route="adapter-bare")
    assert ("chieu = 'Nhập khẩu'" in draft(_reading(text=text, unread=()), shop).sql) is kept


def test_a_view_that_the_adapter_never_learnt_is_not_answered_by_it() -> None:
    model = ScriptedModel(default="to_khai; so_luong_to_khai; WHEN 2024")
    shop = replace(
        _shop(model, lambda _: [(1,)], route="adapter-bare"),
        adapted=lambda view: Adapted(model, VALUES) if view.name == VIEW.name else None,
    )
    with pytest.raises(QueryRejected):
        draft(_reading(), shop)


def test_what_the_catalogue_takes_for_granted_holds_though_nobody_said_it() -> None:
    view = CATALOGUE.views["bieu_thue"]
    values = values_of(build_vocabulary(CATALOGUE), view)

    def answered(line: str, text: str = "thuế suất bình quân năm 2024") -> str:
        model = ScriptedModel(default=line)
        shop = _shop(model, lambda _: [(1,)], route="adapter-bare")
        asked = _reading(view="bieu_thue", text=text, metrics=(), filters=(), unread=())
        return draft(asked, replace(shop, adapted=lambda _: Adapted(model, values))).sql

    assert "loai_thue_suat = 'MFN'" in answered("bieu_thue; thue_suat_bq; WHERE loai_thue_suat = 'mfn'; WHEN 2024")
    each = "bieu_thue; thue_suat_bq; WHEN 2024; BY loai_thue_suat"
    assert "'MFN'" not in answered(each, "thuế suất bình quân năm 2024 theo từng loại thuế suất")


def test_in_doubt_the_model_is_asked_again_and_the_answer_with_the_fewest_doubts_is_taken() -> None:
    doubtful, other = "xnk; kim_ngach; WHERE nhom_hang = 'kieu la'; WHEN 2024", "xnk; so_nhom_hang; WHEN 2024"
    model = ScriptedModel([doubtful, "xnk; nothing like it", other, "xnk; kim_ngach; WHEN 2024; BY nuoc"])
    asked = _reading(text="số nhóm hàng năm 2024", filters=(), unread=())
    made = draft(asked, _shop(model, lambda _: [(1,)], route="adapter-bare"))
    assert "so_nhom_hang" in made.sql
    assert "GROUP BY" not in made.sql
    assert [call.temperature > 0 for call in model.asked] == [False, True, True, True]
    assert len({call.seed for call in model.asked}) == 4


def test_that_there_is_no_answer_is_not_asked_again() -> None:
    model = ScriptedModel(["NO SQL"])
    with pytest.raises(QueryRejected):
        draft(_reading(), _shop(model, lambda _: [(1,)], route="adapter-bare"))
    assert len(model.asked) == 1
