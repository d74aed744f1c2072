"""Days, groupings, direction and running totals that a question says, put in place of what an outline made up."""

from __future__ import annotations

import datetime as dt

import pytest

from nl2sql.generation.covered import covered
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


def _read(line: str) -> Reading:
    return read_outline(line, CATALOGUE, dt.date(2025, 10, 31))


def _done(question: str, line: str) -> str:
    reading = _read(line)
    view = CATALOGUE.views[reading.view]
    values = VALUES.setdefault(view.name, values_of(VOCABULARY, view))
    found = covered(question, reading, view, values, catalogue=CATALOGUE)
    return outline(made_whole(found.reading, view), CATALOGUE)


def _same(line: str) -> str:
    reading = _read(line)
    return outline(made_whole(reading, CATALOGUE.views[reading.view]), CATALOGUE)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        ("tổng kim ngạch từ 05/2/2024 đến 20/3/2024", "xnk; kim_ngach; WHEN 2024m2-3",
         "xnk; kim_ngach; WHEN 2024-02-05..2024-03-20:day"),
        ("số tờ khai quý II/2023", "to_khai; so_luong_to_khai; WHEN 2023m2", "to_khai; so_luong_to_khai; WHEN 2023q2"),
        ("thu ngân sách năm 2022 so với năm 2018", "thu_nsnn; so_thu; WHEN 2022; VS 2021",
         "thu_nsnn; so_thu; WHEN 2022; VS 2018"),
        ("thu ngân sách 5 tháng đầu năm 2023 so với cùng kỳ", "thu_nsnn; so_thu; WHEN 2023m1-6; VS YOY",
         "thu_nsnn; so_thu; WHEN 2023m1-5; VS YOY"),
        # a stock of which only the month is said, the opening stock
        ("tổng nợ thuế đầu năm 2024", "no_thue; tong_no; WHEN 2024m1", "no_thue; tong_no; WHEN 2023m12"),
        # all years where none is said
        ("số vụ vi phạm từng năm", "vi_pham; so_vu; WHEN 2025m1-10; BY YEAR", "vi_pham; so_vu; BY YEAR"),
        # as it was said
        ("số tờ khai năm 2023", "to_khai; so_luong_to_khai; WHEN 2023", "to_khai; so_luong_to_khai; WHEN 2023"),
        # nothing is said: all the data, the last stock; where a word speaks of time the model's stand
        ("số tờ khai luồng xanh", "to_khai; so_luong_to_khai; WHEN 2025m10",
         "to_khai; so_luong_to_khai; WHERE phan_luong = 'Xanh'"),
        ("tổng nợ thuế", "no_thue; tong_no; WHEN 2024", "no_thue; tong_no; WHEN 2025m10"),
        ("số tờ khai hồi còn dịch", "to_khai; so_luong_to_khai; WHEN 2021-2025",
         "to_khai; so_luong_to_khai; WHEN 2021-2025"),
        # several are
        ("số tờ khai năm 2021 và năm 2023", "to_khai; so_luong_to_khai; WHEN 2021, 2023; BY YEAR",
         "to_khai; so_luong_to_khai; WHEN 2021, 2023; BY YEAR"),
    ],
)  # fmt: skip
def test_the_days_that_were_said_stand(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        ("khu vực nào thu nhiều nhất năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY khu_vuc_kinh_te; TOP 1",
         "thu_nsnn; so_thu; WHEN 2023; BY khu_vuc; TOP 1"),
        ("số tờ khai năm 2024 theo từng loại hình", "to_khai; so_luong_to_khai; WHEN 2024; BY cuc",
         "to_khai; so_luong_to_khai; WHEN 2024; BY loai_hinh"),
        # its own column was named too
        ("cục nào có nhiều cửa khẩu nhất", "to_khai; so_cua_khau; BY cuc; TOP 1",
         "to_khai; so_cua_khau; BY cuc; TOP 1"),
        # one member alone can be in the answer
        ("kim ngạch xuất khẩu sang Nhật năm 2023",
         "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu' & nuoc = 'Nhật Bản'; WHEN 2023; BY nuoc",
         "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu' & nuoc = 'Nhật Bản'; WHEN 2023"),
        ("tỷ lệ luồng đỏ của Quảng Ninh năm 2023",
         "to_khai; ty_le_luong_do; WHERE cuc = 'Quảng Ninh'; WHEN 2023; BY phan_luong",
         "to_khai; ty_le_luong_do; WHERE cuc = 'Quảng Ninh'; WHEN 2023"),
    ],
)  # fmt: skip
def test_the_grouping_that_was_said_stands(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


@pytest.mark.parametrize(
    ("question", "told", "meant"),
    [
        ("nước nào mua gạo của ta nhiều nhất năm 2023", "Nhập khẩu", "Xuất khẩu"),
        ("thị trường nào bán cho Việt Nam nhiều nhất năm 2023", "Xuất khẩu", "Nhập khẩu"),
        ("nước nào nhập hàng của Việt Nam nhiều nhất năm 2023", "Nhập khẩu", "Xuất khẩu"),
        ("ta nhập hàng của nước nào nhiều nhất năm 2023", "Nhập khẩu", "Nhập khẩu"),
        ("xuất khẩu sang nước nào nhiều nhất năm 2023", "Nhập khẩu", "Xuất khẩu"),
    ],
)
def test_the_direction_is_told_from_home(question: str, told: str, meant: str) -> None:
    line = "xnk; kim_ngach; WHERE chieu = '{}'; WHEN 2023; BY nuoc; TOP 1"
    assert f"chieu = '{meant}'" in _done(question, line.format(told))


def test_running_totals_and_counts_of_members_that_were_said() -> None:
    assert _done("số thu lũy kế theo tháng năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY MONTH") == _same(
        "thu_nsnn; so_thu; WHEN 2023; BY MONTH; RUN CUMULATIVE"
    )
    assert _done("bốn cục thu ít nhất năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc; BOTTOM 1") == _same(
        "thu_nsnn; so_thu; WHEN 2023; BY cuc; BOTTOM 4"
    )
    assert _done("trong 3 năm gần đây cục nào thu ít nhất", "thu_nsnn; so_thu; WHEN 2023-2025; BY cuc; BOTTOM 1") == (
        _same("thu_nsnn; so_thu; WHEN 2023-2025; BY cuc; BOTTOM 1")
    )


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        # a comparison that no word asks for
        ("số vụ vi phạm của Hải Phòng năm 2023", "vi_pham; so_vu; WHERE cuc = 'Hải Phòng'; WHEN 2023; VS YOY",
         "vi_pham; so_vu; WHERE cuc = 'Hải Phòng'; WHEN 2023"),
        ("số vụ vi phạm năm 2023 so với cùng kỳ", "vi_pham; so_vu; WHEN 2023; VS YOY",
         "vi_pham; so_vu; WHEN 2023; VS YOY"),
        # a part beside the whole that no word asks for
        ("số tờ khai luồng vàng năm 2023",
         "to_khai; so_luong_to_khai, so_luong_to_khai[phan_luong = 'Vàng']; WHEN 2023",
         "to_khai; so_luong_to_khai; WHERE phan_luong = 'Vàng'; WHEN 2023"),
        ("số tờ khai năm 2023, riêng luồng vàng",
         "to_khai; so_luong_to_khai, so_luong_to_khai[phan_luong = 'Vàng']; WHEN 2023",
         "to_khai; so_luong_to_khai, so_luong_to_khai[phan_luong = 'Vàng']; WHEN 2023"),
        # the part that was said in place of one that nobody named
        ("tỷ trọng tờ khai của doanh nghiệp ưu tiên năm 2023",
         "to_khai; so_luong_to_khai; WHERE la_uu_tien = TRUE; WHEN 2023; SHARE khu_vuc_kinh_te = 'Trong nước'",
         "to_khai; so_luong_to_khai; WHEN 2023; SHARE la_uu_tien = TRUE"),
        # the steps that were said
        ("số vụ vi phạm hằng năm giai đoạn 2020-2023", "vi_pham; so_vu; WHEN 2020-2023",
         "vi_pham; so_vu; WHEN 2020-2023; BY YEAR"),
        ("bình quân mỗi tháng năm 2023 có bao nhiêu vụ", "vi_pham; so_vu; WHEN 2023; PER MONTH",
         "vi_pham; so_vu; WHEN 2023; PER MONTH"),
    ],
)  # fmt: skip
def test_no_more_and_no_less_than_was_asked(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


def test_what_is_excluded_where_nothing_is_goes_and_what_was_said_turns() -> None:
    line = "to_khai; so_luong_to_khai; WHERE cuc <> 'Hải Phòng'; WHEN 2023"
    assert _done("số tờ khai của Hải Phòng năm 2023", line) == _same(line.replace("<>", "="))
    assert _done("số tờ khai năm 2023", line) == _same("to_khai; so_luong_to_khai; WHEN 2023")
    assert _done("số tờ khai năm 2023 trừ Hải Phòng", line) == _same(line)
    several = "to_khai; so_luong_to_khai; WHERE cuc IN ('Hải Phòng', 'Lạng Sơn'); WHEN 2023"
    assert "cuc NOT IN ('Hải Phòng', 'Lạng Sơn')" in _done("số tờ khai năm 2023 trừ Hải Phòng và Lạng Sơn", several)
