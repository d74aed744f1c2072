"""Verified queries: what they answer, and above all what they must not answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot

from nl2sql.config import Settings
from nl2sql.generation.verified import Shelf, instantiate
from nl2sql.model.scripted import ScriptedModel
from nl2sql.pipeline import open_assistant
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question, Status, Trust
from schema.loading import load_catalogue
from schema.semantic import Slot, VerifiedQuery

CATALOGUE = load_catalogue()
READER = Reader(CATALOGUE, build_vocabulary(CATALOGUE))
SHELF = Shelf(CATALOGUE, READER.read)


def found(text: str) -> str:
    hit = SHELF.find(READER.read(Question(text)))
    return hit.query.name if hit else ""


@pytest.mark.parametrize(
    ("question", "name", "conditions"),
    [
        ("Kim ngạch nhập khẩu quý 3 năm 2019", "xnk_kim_ngach", "nam = 2019 AND quy = 3 AND chieu = 'Nhập khẩu'"),
        (
            "Kim ngạch xuất khẩu hạt điều sang Hà Lan năm 2020",
            "xnk_kim_ngach",
            "nam = 2020 AND chieu = 'Xuất khẩu' AND nhom_hang = 'Hạt điều' AND nuoc = 'Hà Lan'",
        ),
        (
            "Tỷ lệ luồng đỏ theo cục tháng 2/2022 với hàng gia công",
            "to_khai_ty_le_do_theo_cuc",
            "nam = 2022 AND thang = 2 AND nhom_loai_hinh = 'Gia công'",
        ),
        ("9 cục có số vụ vi phạm lớn nhất năm 2019", "vi_pham_top_cuc", "nam = 2019"),
    ],
)
def test_slots_take_what_the_question_says(question: str, name: str, conditions: str) -> None:
    hit = SHELF.find(READER.read(Question(question)))
    assert hit is not None
    assert hit.query.name == name
    where = sqlglot.parse_one(hit.sql, read="duckdb").args["where"].this
    wanted = sqlglot.parse_one(conditions, read="duckdb")
    assert {c.sql() for c in where.flatten()} == {c.sql() for c in wanted.flatten()}


def test_how_many_goes_into_the_limit() -> None:
    hit = SHELF.find(READER.read(Question("9 cục có số vụ vi phạm lớn nhất năm 2019")))
    assert hit is not None
    assert hit.sql.endswith("LIMIT 9")


@pytest.mark.parametrize(
    "question",
    [
        "Kim ngạch nhập khẩu quý 3 năm 2019 trừ hàng gia công",  # an exclusion
        "Kim ngạch nhập khẩu quý 3 năm 2019 của doanh nghiệp có trên 100 tờ khai",  # a bound on something else
        "Kim ngạch và khối lượng nhập khẩu sắt thép quý 3 năm 2019",  # a second measure
        "Kim ngạch nhập khẩu bình quân mỗi tháng năm 2019",  # a mean
        "Kim ngạch nhập khẩu năm 2018 và năm 2020",  # two periods
        "Kim ngạch nhập khẩu theo nhóm hàng và theo nước năm 2019",  # a second grouping
        "Kim ngạch nhập khẩu theo tháng từ năm 2019 đến năm 2020",  # months of several years are not months of one
        "Nhóm hàng nào có kim ngạch nhập khẩu tăng mạnh nhất năm 2019 so với năm 2018",  # a rank by change
        "Với mỗi châu lục, 3 nước có kim ngạch nhập khẩu lớn nhất năm 2019",  # a rank inside groups
        "Tỷ trọng của hạt điều trong kim ngạch xuất khẩu năm 2019",  # a share
        "Tăng trưởng kim ngạch nhập khẩu từng tháng năm 2019",  # growth against the month before
        "Trung bình trượt 3 tháng kim ngạch nhập khẩu năm 2019",
        "Kim ngạch nhập khẩu năm 2019 của những lô hàng màu tím",  # words that nobody understands
        "Liệt kê tờ khai luồng đỏ tháng 2/2022",  # rows themselves
        "Số tờ khai luồng vàng chuyển sang luồng đỏ năm 2022",  # another column
        "Tốc độ tăng trưởng kép kim ngạch xuất khẩu giai đoạn 2019-2022",
    ],
)
def test_more_or_other_than_the_template_is_no_match(question: str) -> None:
    assert found(question) == ""


def test_neighbours_keep_apart() -> None:
    asked = {
        "6 nhóm hàng có kim ngạch nhập khẩu lớn nhất năm 2019": "xnk_top_nhom_hang",
        "6 nhóm hàng có kim ngạch nhập khẩu nhỏ nhất năm 2019": "xnk_day_nhom_hang",
        "Kim ngạch nhập khẩu theo nhóm hàng năm 2019": "xnk_kim_ngach_theo_nhom_hang",
        "Cơ cấu kim ngạch nhập khẩu theo nhóm hàng năm 2019": "xnk_co_cau_nhom_hang",
        "Cán cân thương mại năm 2019": "xnk_can_can",
        "Nợ thuế theo cục cuối tháng 3/2020": "no_thue_theo_cuc",
        "Số doanh nghiệp nợ thuế cuối tháng 3/2020": "no_thue_so_dn",
    }
    assert {q: found(q) for q in asked} == asked


def test_an_uncertain_reading_matches_nothing() -> None:
    reading = READER.read(Question("Kim ngạch nhập khẩu quý 3 năm 2019"))
    assert SHELF.find(reading) is not None
    assert SHELF.find(replace(reading, certainty=0.89)) is None
    span = reading.periods[0].span
    assert span is not None
    assert SHELF.find(replace(reading, unread=(span,))) is None


def test_values_are_literals_and_never_text() -> None:
    query = VerifiedQuery("q", ("x",), "SELECT COUNT(*) AS n FROM t WHERE a = :a AND b = :b LIMIT :n", slots=(
        Slot("a", "value", column="a"), Slot("b", "value", column="b", optional=True), Slot("n", "count"),
    ))  # fmt: skip
    evil = sqlglot.exp.Literal.string("x' OR 1 = 1 --")
    five = sqlglot.exp.Literal.number(5)
    sql = instantiate(query, {"a": [evil], "b": None, "n": five})
    assert sql == "SELECT COUNT(*) AS n FROM t WHERE a = 'x'' OR 1 = 1 --' LIMIT 5"
    assert instantiate(query, {"a": None, "n": five}) == ""  # a required slot stays open
    assert instantiate(query, {"a": [evil, evil], "n": five}) == ""  # "=" takes one value


def test_optional_condition_inside_a_larger_one_is_not_left_out() -> None:
    query = VerifiedQuery("q", ("x",), "SELECT COUNT(*) AS n FROM t WHERE (a = :a OR b = 1) AND c = 2", slots=(
        Slot("a", "value", column="a", optional=True),
    ))  # fmt: skip
    assert instantiate(query, {}) == ""
    case = replace(query, sql="SELECT SUM(CASE WHEN a = :a THEN 1 ELSE 0 END) AS n FROM t WHERE c = 2")
    assert instantiate(case, {}) == ""


def test_a_hundred_queries_over_all_areas_with_owner_and_date() -> None:
    queries = [q for v in CATALOGUE.views.values() for q in v.verified_queries]
    assert len(queries) >= 100
    assert [v.name for v in CATALOGUE.views.values() if len(v.verified_queries) < 5] == []
    assert all(q.owner and q.verified_at and len(q.triggers) >= 2 and q.slots for q in queries)


def test_the_answer_names_who_approved(
    demo_warehouse: Path, user_settings: Settings, scripted_model: Callable[..., ScriptedModel]
) -> None:
    assistant = open_assistant(replace(user_settings, route="auto"), model=scripted_model())
    try:
        answer = assistant.ask(Question("Kim ngạch nhập khẩu quý 3 năm 2019"))
        other = assistant.ask(Question("Kim ngạch nhập khẩu bình quân mỗi tháng năm 2019"))
    finally:
        assistant.close()
    assert answer.status is Status.ANSWERED
    assert answer.trust is Trust.VERIFIED
    assert answer.approval is not None
    assert answer.approval.label == "Đã kiểm duyệt · Nhóm dữ liệu HỏiKho · 22/11/2026"
    assert answer.to_json()["approval"] == {
        "name": "xnk_kim_ngach", "owner": "Nhóm dữ liệu HỏiKho", "date": "2026-11-22",
    }  # fmt: skip
    assert other.trust is Trust.GENERATED
    assert other.to_json()["approval"] is None
