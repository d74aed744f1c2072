"""Wordings of Vietnamese that name periods, bounds, codes, places and parts; what they mean was written down first."""

from __future__ import annotations

from typing import Any

import pytest
from demo_fixtures import assistant as assistant
from demo_fixtures import warehouse as warehouse

from nl2sql.pipeline import Assistant
from nl2sql.types import Question, Reading, Shape


def read(assistant: Assistant, text: str) -> Reading:
    found = assistant.reader.read(Question(text))
    assert found.refusal is None and found.clarification is None, text
    return found


def conditions(reading: Reading) -> dict[str, Any]:
    return {f.column: f.values or f.sql for f in reading.filters}


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("số vụ vi phạm bán niên 2025", "2025-01-01", "2025-06-30"),
        ("số tờ khai bán niên sau năm 2023", "2023-07-01", "2023-12-31"),
        ("kim ngạch nhập khẩu bán niên đầu 2024", "2024-01-01", "2024-06-30"),
        ("số tờ khai 2022-24", "2022-01-01", "2024-12-31"),
        ("thu ngân sách giai đoạn 2020 - 22", "2020-01-01", "2022-12-31"),
        ("số tờ khai 2022-12", "2022-12-01", "2022-12-31"),
        ("thu NSNN 9th đầu năm", "2025-01-01", "2025-09-30"),
        ("số vụ vi phạm 6th đầu năm 2024", "2024-01-01", "2024-06-30"),
        ("số tờ khai th6/2024", "2024-06-01", "2024-06-30"),
        ("số tờ khai 3Q/2025", "2025-01-01", "2025-09-30"),
        ("thu NSNN 1Q/2024", "2024-01-01", "2024-03-31"),
        ("thu NSNN H1", "2025-01-01", "2025-06-30"),
        ("số vụ vi phạm H2/2023", "2023-07-01", "2023-12-31"),
    ],
)
def test_periods_written_short(assistant: Assistant, said: str, first: str, last: str) -> None:
    period = read(assistant, said).periods[0]
    assert (period.start.isoformat(), period.end.isoformat()) == (first, last)


@pytest.mark.parametrize("said", ["năm hải quan tỉnh thu ngân sách cao nhất", "năm cục có nợ thuế cao nhất"])
def test_nam_before_what_is_counted_is_five(assistant: Assistant, said: str) -> None:
    reading = read(assistant, said)
    assert reading.ranking is not None and reading.ranking.n == 5
    assert [g.column for g in reading.groups] == ["cuc"]


@pytest.mark.parametrize(
    ("said", "metric", "op", "value"),
    [
        ("có bao nhiêu cục có số tờ khai năm 2024 trên 5000", "so_luong_to_khai", ">", 5000),
        ("có mấy cục có số vụ vi phạm năm 2023 dưới 100", "so_vu", "<", 100),
        ("bao nhiêu nước có kim ngạch xuất khẩu năm 2024 dưới 100 triệu USD", "kim_ngach", "<", 1e8),
        ("bao nhiêu mặt hàng có kim ngạch nhập khẩu quý 2/2024 từ 1 tỷ USD trở lên", "kim_ngach", ">=", 1e9),
    ],
)
def test_a_bound_behind_the_period_holds_for_each_member(
    assistant: Assistant, said: str, metric: str, op: str, value: float
) -> None:
    bounds = read(assistant, said).thresholds
    assert [(b.metric, b.op, b.value, b.on_rows) for b in bounds] == [(metric, op, value, False)]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("kim ngạch xuất khẩu chương 61 tới 64 năm 2024", "61", "64"),
        ("nhap khau chuong 84-85 nam 2024", "84", "85"),
        ("số C/O từ chương 50 đến chương 63 năm 2024", "50", "63"),
        ("thuế suất MFN bình quân chương 1 đến 5", "01", "05"),
    ],
)
def test_a_stretch_of_chapters_is_one_condition(assistant: Assistant, said: str, first: str, last: str) -> None:
    reading = read(assistant, said)
    assert f"chuong_hs BETWEEN '{first}' AND '{last}'" in [f.sql for f in reading.filters]
    assert not reading.groups


def test_chapter_up_to_now_is_no_stretch(assistant: Assistant) -> None:
    assert conditions(read(assistant, "nhập khẩu chương 25 đến nay"))["chuong_hs"] == ("25",)


@pytest.mark.parametrize(
    ("said", "has", "other", "op"),
    [
        ("nước nào năm 2021 mới có xuất khẩu cà phê, năm 2019 chưa có", 2021, 2019, "except"),
        ("những cục năm 2019 không có vụ ma túy nhưng 2021 có", 2021, 2019, "except"),
        ("so với 2019, năm 2021 có thêm nước nào xuất khẩu gạo", 2021, 2019, "except"),
        ("đếm nước có xuất khẩu gạo năm 2024 mà 2023 không có", 2024, 2023, "except"),
        ("số nước có nhập khẩu ô tô năm 2024 mà năm 2020 chưa có", 2024, 2020, "except"),
        ("năm 2024 nước nào mới nhập khẩu than, năm 2023 chưa có", 2024, 2023, "except"),
        ("mặt hàng nào năm 2024 có nhập từ Lào, năm 2023 thì không", 2024, 2023, "except"),
        ("so nuoc co nhap khau o to nam 2024 ma nam 2020 chua co", 2024, 2020, "except"),
        ("nuoc nao nam 2021 moi co xuat khau ca phe, nam 2019 chua co", 2021, 2019, "except"),
        ("nước nào năm 2023 nhập khẩu ô tô và năm 2024 cũng có", 2023, 2024, "intersect"),
        ("cục nào có vụ buôn lậu năm 2023 và năm 2024 cũng có", 2023, 2024, "intersect"),
    ],
)
def test_members_told_apart_by_two_years(assistant: Assistant, said: str, has: int, other: int, op: str) -> None:
    reading = read(assistant, said)
    assert [p.start.year for p in reading.periods] == [has]
    assert [(t.op, [p.start.year for p in t.reading.periods]) for t in reading.terms] == [(op, [other])]
    assert reading.terms[0].reading.filters and not reading.unread
    assert reading.counted is said.startswith(("đếm", "số", "so nuoc"))


@pytest.mark.parametrize(
    ("said", "column", "places"),
    [
        ("số chuyến qua sân bay Cam Ranh năm 2024", "cang", {"Sân bay quốc tế Cam Ranh"}),
        ("số chuyến qua cảng Cam Ranh năm 2024", "cang", {"Cảng Cam Ranh"}),
        ("kim ngạch nhập khẩu qua sân bay Cam Ranh năm 2024", "cua_khau", {"Sân bay quốc tế Cam Ranh"}),
        (
            "so hanh khach qua cac san bay Da Nang, Cam Ranh nam 2024",
            "cang",
            {"Sân bay quốc tế Đà Nẵng", "Sân bay quốc tế Cam Ranh"},
        ),
        (
            "hoàn thuế du khách tại các sân bay Nội Bài và Đà Nẵng năm 2024",
            "cua_khau",
            {"Sân bay quốc tế Nội Bài", "Sân bay quốc tế Đà Nẵng"},
        ),
    ],
)
def test_the_word_of_kind_settles_the_place(assistant: Assistant, said: str, column: str, places: set[str]) -> None:
    found = conditions(read(assistant, said))
    assert set(found[column]) == places
    assert "cuc" not in found and "don_vi" not in found


def test_a_name_that_goes_on_a_list_of_airports_is_an_airport(assistant: Assistant) -> None:
    found = conditions(read(assistant, "kim ngạch xuất khẩu qua Nội Bài và Đà Nẵng năm 2024"))
    assert set(found["cua_khau"]) == {"Sân bay quốc tế Nội Bài", "Sân bay quốc tế Đà Nẵng"} and "cuc" not in found


def test_the_ports_of_an_area_leave_its_airport_out(assistant: Assistant) -> None:
    found = conditions(read(assistant, "kim ngạch xuất khẩu qua cảng Đà Nẵng năm 2024"))
    assert found["cua_khau"] == "cua_khau LIKE 'Cảng %'" and found["cuc"] == ("Đà Nẵng",)


def test_an_office_at_an_airport_stays_an_office(assistant: Assistant) -> None:
    found = conditions(read(assistant, "số tờ khai của hải quan sân bay Đà Nẵng năm 2024"))
    assert found == {"don_vi": ("HQ CK sân bay quốc tế Đà Nẵng",)}


def test_which_airport_leaves_seaports_out(assistant: Assistant) -> None:
    reading = read(assistant, "sân bay nào có nhiều chuyến nhất năm 2024")
    assert conditions(reading)["cang"] == "cang LIKE 'Sân bay %'"
    assert [g.column for g in reading.groups] == ["cang"]


@pytest.mark.parametrize(
    ("said", "view", "column", "value"),
    [
        ("vụ nào phạt trên 500 triệu năm 2024", "vi_pham", "tien_phat", 5e8),
        ("cuộc nào phạt trên 1 tỷ", "ktstq", "tien_phat", 1e9),
        ("cuộc kiểm tra nào ấn định trên 5 tỷ năm 2024", "ktstq", "tien_an_dinh", 5e9),
    ],
)
def test_which_case_over_a_bound_lists_the_cases(
    assistant: Assistant, said: str, view: str, column: str, value: float
) -> None:
    reading = read(assistant, said)
    assert (reading.view, reading.shape) == (view, Shape.ROWS)
    assert [(t.metric, t.op, t.value, t.on_rows) for t in reading.thresholds] == [(column, ">", value, True)]


def test_a_whole_and_a_part_by_itself(assistant: Assistant) -> None:
    reading = read(assistant, "số vụ vi phạm năm 2024 trên toàn ngành, riêng Hải Phòng bao nhiêu")
    assert [m.expr for m in reading.metrics] == ["COUNT(*)", "COUNT(CASE WHEN cuc = 'Hải Phòng' THEN 1 END)"]
    assert not reading.filters


def test_how_things_went_over_years_is_shown_by_year(assistant: Assistant) -> None:
    assert [g.grain for g in read(assistant, "tình hình thu ngân sách từ 2020 trở lại đây").groups] == ["year"]
    assert not read(assistant, "tình hình thu ngân sách năm 2024").groups


def test_an_amount_and_of_how_many(assistant: Assistant) -> None:
    reading = read(assistant, "nợ thuế đến cuối năm 2024 là bao nhiêu, của bao nhiêu doanh nghiệp")
    assert [m.name for m in reading.metrics] == ["tong_no", "so_dn_no"]


def test_revenue_and_its_plan(assistant: Assistant) -> None:
    reading = read(assistant, "thu ngân sách năm 2024 và so dự toán")
    assert [m.name for m in reading.metrics] == ["thu_thuc_hien", "ty_le_du_toan"]


def test_registrations_go_back_before_the_other_views(assistant: Assistant) -> None:
    reading = read(assistant, "số doanh nghiệp đăng ký năm 2010")
    assert (reading.view, reading.periods[0].start.year) == ("doanh_nghiep", 2010)
    before = read(assistant, "số doanh nghiệp đăng ký trước năm 2020").periods[0]
    assert before.start.year <= 2006 and before.end.year == 2019
    assert read(assistant, "số vụ vi phạm trước năm 2020").periods[0].start.year == 2018
    refused = assistant.reader.read(Question("kim ngạch xuất khẩu năm 2010")).refusal
    assert refused is not None and refused.code == "future"
