"""Values that a question names and an outline does not use: added where they have one place, else complained of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from nl2sql.generation.covered import covered
from nl2sql.generation.named import named_in, words_of
from nl2sql.generation.outline import outline
from nl2sql.generation.outline_read import read_outline
from nl2sql.generation.recalled import made_whole
from nl2sql.generation.snap import Values, values_of
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Reading
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()
VOCABULARY = build_vocabulary(CATALOGUE)
VALUES: dict[str, Values] = {}


def _values(view: str) -> Values:
    return VALUES.setdefault(view, values_of(VOCABULARY, CATALOGUE.views[view]))


def _read(line: str) -> Reading:
    return read_outline(line, CATALOGUE, dt.date(2025, 10, 31))


def _covered(question: str, line: str, **more: Any) -> tuple[set[str], tuple[str, ...]]:
    reading = _read(line)
    view = CATALOGUE.views[reading.view]
    found = covered(question, reading, view, _values(view.name), **more)
    return {f.sql for f in made_whole(found.reading, view).filters}, found.left


@pytest.mark.parametrize(
    ("question", "view", "values"),
    [
        ("nhập ngô từ Bra-xin năm 2022", "xnk", {"Ngô", "Bra-xin", "Nhập khẩu"}),
        ("so to khai luong vang thang 2", "to_khai", {"Vàng"}),
        ("kim ngạch của các đồng chí báo năm 2022", "xnk", set()),  # copper is no word of courtesy
        ("so sánh lần đo", "to_khai", set()),  # "đo" is not red
    ],
)
def test_values_are_named_by_whole_names_with_their_diacritics(question: str, view: str, values: set[str]) -> None:
    found = named_in(words_of(question), CATALOGUE.views[view], _values(view))
    assert {v for n in found for _, v in n.homes} == values


@pytest.mark.parametrize(
    ("question", "line", "filters"),
    [
        ("số tờ khai luồng đỏ tháng 3/2023", "to_khai; so_luong_to_khai; WHEN 2023m3", {"phan_luong = 'Đỏ'"}),
        ("nhập ngô năm 2022", "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022",
         {"chieu = 'Nhập khẩu'", "nhom_hang = 'Ngô'"}),
        ("tờ khai luồng vàng, luồng đỏ năm 2023", "to_khai; so_luong_to_khai; WHERE phan_luong = 'Đỏ'; WHEN 2023",
         {"phan_luong IN ('Đỏ', 'Vàng')"}),
        ("tờ khai luồng đỏ + luồng vàng năm 2023",
         "to_khai; so_luong_to_khai; WHERE phan_luong = 'Đỏ' & phan_luong = 'Vàng'; WHEN 2023",
         {"phan_luong IN ('Đỏ', 'Vàng')"}),
        ("số tờ khai từng luồng năm 2023", "to_khai; so_luong_to_khai; WHEN 2023; BY phan_luong", set()),
        ("xuất khẩu năm 2022", "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022", {"chieu = 'Xuất khẩu'"}),
        ("tờ khai trừ luồng xanh năm 2023", "to_khai; so_luong_to_khai; WHERE phan_luong = 'Xanh'; WHEN 2023",
         {"phan_luong <> 'Xanh'"}),
        ("tờ khai không kể luồng xanh năm 2023", "to_khai; so_luong_to_khai; WHEN 2023", {"phan_luong <> 'Xanh'"}),
        ("kim ngạch xuất khẩu và nhập khẩu năm 2022", "xnk; kim_ngach_xuat_khau, kim_ngach_nhap_khau; WHEN 2022",
         set()),
        ("tỷ trọng xuất khẩu của FDI năm 2022",
         "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu' & khu_vuc_kinh_te = 'FDI'; WHEN 2022; "
         "SHARE khu_vuc_kinh_te = 'FDI'", {"chieu = 'Xuất khẩu'"}),
    ],
)  # fmt: skip
def test_a_value_that_was_said_becomes_a_condition(question: str, line: str, filters: set[str]) -> None:
    assert _covered(question, line) == (filters, ())


def test_values_that_are_set_against_each_other_are_only_complained_of() -> None:
    filters, left = _covered(
        "tờ khai luồng đỏ năm 2023 lâu hơn bao nhiêu so với luồng vàng",
        "to_khai; so_luong_to_khai; WHERE phan_luong = 'Vàng'; WHEN 2023",
    )
    assert filters == {"phan_luong = 'Vàng'"}
    assert left == ("luong do",)


def test_words_that_the_model_copied_are_used() -> None:
    line = "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022"
    assert _covered("nhập ngô năm 2022", line, written={("nhom_hang", "Ngô"): "ngo nam"}) == (
        {"chieu = 'Nhập khẩu'"},
        (),
    )


BEFORE = replace(
    made_whole(_read("to_khai; so_luong_to_khai; WHERE phan_luong = 'Đỏ' & chieu = 'Nhập khẩu'; WHEN 2023"),
               CATALOGUE.views["to_khai"]), text="tờ khai luồng đỏ hàng nhập năm 2023",
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "line", "filters"),
    [
        ("chia theo tháng", "WHERE chieu = 'Nhập khẩu'; WHEN 2023; BY MONTH",
         {"phan_luong = 'Đỏ'", "chieu = 'Nhập khẩu'"}),
        ("còn luồng vàng", "WHERE phan_luong = 'Vàng'; WHEN 2023", {"phan_luong = 'Vàng'", "chieu = 'Nhập khẩu'"}),
        ("theo luồng", "WHEN 2023; BY phan_luong", {"chieu = 'Nhập khẩu'"}),
        ("tất cả thì sao", "WHEN 2023", set()),
    ],
)  # fmt: skip
def test_what_leans_on_a_question_keeps_its_conditions(question: str, line: str, filters: set[str]) -> None:
    assert _covered(question, f"to_khai; so_luong_to_khai; {line}", before=BEFORE)[0] == filters


def test_a_part_that_nobody_named_gives_way_to_the_one_that_was_said() -> None:
    line = "to_khai; so_luong_to_khai; WHEN 2023; SHARE phan_luong = 'Xanh'"
    view = CATALOGUE.views["to_khai"]
    found = covered("luồng đỏ chiếm bao nhiêu phần trăm năm 2023", _read(line), view, _values("to_khai"))
    assert found.reading.share is not None
    assert found.reading.share.numerator == "phan_luong = 'Đỏ'"
    doubtful = covered("tỷ trọng tờ khai năm 2023", _read(line), view, _values("to_khai"))
    assert doubtful.strange == ("Xanh",)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        ("xuất siêu với từng nước năm 2022", "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2022; BY nuoc",
         "xnk; can_can; WHEN 2022; BY nuoc"),
        ("số biên chế còn thiếu của các cục", "nhan_su; so_co_mat; BY cuc", "nhan_su; so_thieu; BY cuc"),
        # told from its other side, its order and its bounds are turned with it
        ("5 nước nhập siêu lớn nhất năm 2022", "xnk; kim_ngach; WHEN 2022; BY nuoc; TOP 5",
         "xnk; can_can; WHEN 2022; BY nuoc; BOTTOM 5"),
        ("khu vực nhập siêu trên 3 tỷ USD năm 2021", "xnk; can_can; WHEN 2021; BY khu_vuc; HAVING > 3000000000",
         "xnk; can_can; WHEN 2021; BY khu_vuc; HAVING < -3000000000"),
        # a more exact measure whose name was said as well stays
        ("bao nhiêu văn bản quá hạn năm 2024", "van_ban; so_vb_qua_han; WHEN 2024",
         "van_ban; so_vb_qua_han; WHEN 2024"),
        ("Tám nước nhập nhiều nhất năm 2022", "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022; BY nuoc; TOP 15",
         "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022; BY nuoc; TOP 8"),
        ("3 nước nhập nhiều nhất năm 2022", "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022; BY nuoc; TOP 3",
         "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022; BY nuoc; TOP 3"),
    ],
)  # fmt: skip
def test_the_measure_and_the_number_that_were_said_stand(question: str, line: str, expected: str) -> None:
    view = CATALOGUE.views[line.partition(";")[0]]
    found = made_whole(covered(question, _read(line), view, _values(view.name)).reading, view)
    assert outline(found, CATALOGUE) == outline(made_whole(_read(expected), view), CATALOGUE)
