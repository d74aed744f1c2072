"""English words among Vietnamese ones, weeks and half years, and what a gloss adds, against the warehouse."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest
from demo_fixtures import assistant as assistant
from demo_fixtures import warehouse as warehouse

from nl2sql.pipeline import Assistant
from nl2sql.question.text import normalise
from nl2sql.question.text_english import English
from nl2sql.types import Answer, Question, Status


def ask(assistant: Assistant, text: str) -> Answer:
    found = assistant.ask(Question(text))
    assert found.status is Status.ANSWERED, found.headline
    assert found.result is not None
    return found


def rows(assistant: Assistant, text: str) -> list[tuple[Any, ...]]:
    result = ask(assistant, text).result
    assert result is not None
    return [tuple(row) for row in result.rows]


@pytest.mark.parametrize(
    ("mixed", "plain"),
    [
        ("quarterly import value từ EU năm 2022", "kim ngạch nhập khẩu từ EU theo quý năm 2022"),
        ("top 4 export markets năm 2021", "4 thị trường xuất khẩu lớn nhất năm 2021"),
        ("number of declarations by month in 2022", "số tờ khai theo tháng năm 2022"),
        ("worst month về số tờ khai năm 2022", "tháng nào số tờ khai thấp nhất năm 2022"),
        ("average clearance time của luồng đỏ năm 2022", "thời gian thông quan bình quân của luồng đỏ năm 2022"),
        ("so to khai per quarter nam 2023", "số tờ khai theo quý năm 2023"),
        ("tax debt theo cục cuối December 2022", "nợ thuế theo cục cuối tháng 12/2022"),
        ("revenue last year của Hải Phòng", "thu ngân sách năm ngoái của Hải Phòng"),
        ("top 3 procedures có processing time lâu nhất năm 2022", "3 thủ tục có thời gian xử lý lâu nhất năm 2022"),
    ],
)
def test_english_words_mean_what_the_vietnamese_ones_mean(assistant: Assistant, mixed: str, plain: str) -> None:
    assert sorted(rows(assistant, mixed), key=repr) == sorted(rows(assistant, plain), key=repr)  # ties have no order


def test_spans_point_at_the_english_words_typed() -> None:
    text = normalise("exports by month", English.of({"exports": "xuất khẩu"}, set()))
    assert [t.norm for t in text.tokens] == ["xuất", "khẩu", "theo", "tháng"]
    assert text.span(0, 2).text == "exports"
    assert text.span(2, 4).text == "by month"
    assert not text.accented


def test_a_catalogue_in_english_keeps_its_own_words() -> None:
    english = English.of({}, {"average salary", "month"})
    assert [t.norm for t in normalise("average salary per year", english).tokens] == [
        "average",
        "salary",
        "theo",
        "năm",
    ]
    assert [t.norm for t in normalise("by month", english).tokens][-1] == "tháng"
    assert [t.norm for t in normalise("month", english).tokens] == ["month"]


def test_capitals_inside_a_sentence_are_names() -> None:
    english = English.of({}, set())
    assert "Best" in [t.text for t in normalise("công ty Best Foods năm 2023", english).tokens]


def test_unaccented_day_is_no_english_word() -> None:
    tokens = [t.norm for t in normalise("gan day", English.of({}, set())).tokens]
    assert tokens == ["gan", "day"]


def test_weeks_are_added_up_from_their_days(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    days = warehouse.execute("SELECT ngay FROM to_khai WHERE ngay BETWEEN '2022-05-01' AND '2022-05-31'").fetchall()
    expected: dict[dt.date, int] = {}
    for (day,) in days:
        monday = day - dt.timedelta(days=day.weekday())
        expected[monday] = expected.get(monday, 0) + 1
    found = rows(assistant, "số tờ khai theo tuần trong tháng 5/2022")
    assert {_day(week): count for week, count in found} == expected


def test_half_years(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    months = warehouse.execute("SELECT nam, thang FROM vi_pham WHERE nam BETWEEN 2021 AND 2022").fetchall()
    expected: dict[tuple[int, int], int] = {}
    for year, month in months:
        half = (year, 1 if month < 7 else 2)
        expected[half] = expected.get(half, 0) + 1
    found = rows(assistant, "số vụ vi phạm theo nửa năm 2021-2022")
    assert {(year, half): count for year, half, count in found} == expected


def test_members_with_a_total_over_a_bound_behind_their_conditions(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    totals = warehouse.execute(
        "SELECT sum(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 GROUP BY nuoc"
    ).fetchall()
    expected = sum(1 for (value,) in totals if value > 2e9)
    assert rows(assistant, "Có bao nhiêu nước có kim ngạch nhập khẩu trên 2 tỷ USD năm 2022?") == [(expected,)]


def test_a_ratio_explained_in_parentheses_stays_one_column(assistant: Assistant) -> None:
    found = rows(assistant, "Tỷ lệ lấp đầy biên chế (có mặt / biên chế giao) của cục Quảng Ninh cuối năm 2023")
    assert len(found) == 1
    assert len(found[0]) == 1


def test_a_little_word_inside_a_name_turns_no_order(assistant: Assistant, warehouse: duckdb.DuckDBPyConnection) -> None:
    totals = warehouse.execute(
        "SELECT tinh, count(*) FROM doanh_nghiep WHERE muc_tuan_thu LIKE 'Mức 4%' GROUP BY tinh"
    ).fetchall()
    most = max(count for _, count in totals)
    assert rows(assistant, "Tỉnh nào có nhiều doanh nghiệp tuân thủ thấp nhất?")[0][1] == most


def _day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def test_a_border_crossing_without_a_direction_counts_both(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    (both,) = warehouse.execute("SELECT sum(so_xe) FROM phuong_tien WHERE nam = 2022").fetchall()
    assert rows(assistant, "Tổng lượt phương tiện đường bộ xuất nhập cảnh năm 2022") == [both]


def test_physical_inspections_are_no_document_checks(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    (expected,) = warehouse.execute("SELECT sum(kiem_tra_thuc_te) FROM rui_ro WHERE nam = 2022").fetchall()
    assert rows(assistant, "Bao nhiêu tờ khai phải kiểm tra thực tế hàng hóa năm 2022?") == [expected]


def test_a_word_with_diacritics_is_no_slip_for_another(
    assistant: Assistant, warehouse: duckdb.DuckDBPyConnection
) -> None:
    (expected,) = warehouse.execute(
        "SELECT sum(so_tien) FROM hoan_thue WHERE hinh_thuc = 'Hoàn thuế' AND nam = 2022"
    ).fetchall()
    assert rows(assistant, "Số tiền thuế xuất nhập khẩu đã hoàn cho doanh nghiệp năm 2022") == [expected]


@pytest.mark.parametrize("text", ["how many complaints last year", "average salary of staff", "GDP forecast next year"])
def test_topics_that_are_not_in_the_warehouse_are_refused_in_english_too(assistant: Assistant, text: str) -> None:
    assert assistant.ask(Question(text)).status is Status.REFUSED
