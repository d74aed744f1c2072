"""A part as a number and as a percentage, money and those it went to, shares of another subject, bounds on a count."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.read import Reader
from nl2sql.types import Question

YELLOW = "SUM(CASE WHEN phan_luong = 'Vàng' THEN 1 ELSE 0 END)"

CASES = [
    # a part under a condition that has a governed rate
    (
        "Năm 2022 có bao nhiêu tờ khai luồng vàng, chiếm bao nhiêu phần trăm",
        f"SELECT {YELLOW}, 100.0 * {YELLOW} / COUNT(*) FROM to_khai WHERE nam = 2022",
    ),
    (
        "Tờ khai luồng vàng năm 2021: số lượng và tỷ lệ",
        f"SELECT {YELLOW}, 100.0 * {YELLOW} / COUNT(*) FROM to_khai WHERE nam = 2021",
    ),
    (
        "Từng khu vực có bao nhiêu tờ khai luồng vàng năm 2023, chiếm mấy phần trăm",
        f"SELECT khu_vuc, {YELLOW} AS v, 100.0 * {YELLOW} / COUNT(*) FROM to_khai WHERE nam = 2023 GROUP BY 1 "
        "ORDER BY v DESC",
    ),
    (
        "Số tờ khai luồng vàng năm 2022 chiếm mấy phần trăm",
        f"SELECT 100.0 * {YELLOW} / COUNT(*) FROM to_khai WHERE nam = 2022",
    ),
    (
        "Trong số tờ khai quý 3/2023, luồng vàng chiếm bao nhiêu tờ khai, bao nhiêu phần trăm",
        f"SELECT {YELLOW}, 100.0 * {YELLOW} / COUNT(*) FROM to_khai WHERE nam = 2023 AND quy = 3",
    ),
    # a measure that is itself a part
    (
        "Số công chức nữ cuối năm 2023 là bao nhiêu, chiếm bao nhiêu phần trăm?",
        "SELECT SUM(nu), 100.0 * SUM(nu) / SUM(co_mat) FROM nhan_su WHERE nam = 2023 AND thang = 12",
    ),
    (
        "Container tồn đọng quá 90 ngày ở cảng Cát Lái là bao nhiêu, chiếm mấy % tổng số?",
        "SELECT SUM(CASE WHEN ton_qua_90_ngay THEN 1 ELSE 0 END), "
        "100.0 * SUM(CASE WHEN ton_qua_90_ngay THEN 1 ELSE 0 END) / COUNT(*) FROM container "
        "WHERE cang = 'Cảng Cát Lái'",
    ),
    # money, and those whom it went to or came from
    (
        "Tiền miễn thuế nhập khẩu năm 2022, của mấy doanh nghiệp?",
        "SELECT SUM(so_tien), COUNT(DISTINCT ma_so_thue) FROM hoan_thue WHERE nam = 2022 "
        "AND hinh_thuc = 'Miễn thuế' AND loai_thue = 'Thuế nhập khẩu'",
    ),
    (
        "Tổng nợ thuế cuối quý 2/2025, của bao nhiêu doanh nghiệp?",
        "SELECT SUM(so_no), COUNT(DISTINCT ma_so_thue) FROM no_thue WHERE nam = 2025 AND thang = 6",
    ),
    (
        "Bao nhiêu doanh nghiệp được miễn thuế nhập khẩu năm 2022",
        "SELECT COUNT(DISTINCT ma_so_thue) FROM hoan_thue WHERE nam = 2022 AND hinh_thuc = 'Miễn thuế' "
        "AND loai_thue = 'Thuế nhập khẩu'",
    ),
    # the whole of a share says which subject it is about
    (
        "Tỷ trọng FDI trong tổng số thu quý 1/2023",
        "SELECT 100.0 * SUM(CASE WHEN khu_vuc_kinh_te = 'FDI' THEN so_tien ELSE 0 END) / SUM(so_tien) "
        "FROM thu_nsnn WHERE nam = 2023 AND quy = 1",
    ),
    (
        "Tỷ trọng FDI trong kim ngạch nhập khẩu quý 1/2023",
        "SELECT 100.0 * SUM(CASE WHEN khu_vuc_kinh_te = 'FDI' THEN tri_gia_usd ELSE 0 END) / SUM(tri_gia_usd) "
        "FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 AND quy = 1",
    ),
    (
        "Tỷ trọng FDI trong số tờ khai quý 2/2022",
        "SELECT 100.0 * COUNT(CASE WHEN khu_vuc_kinh_te = 'FDI' THEN 1 END) / COUNT(*) FROM to_khai "
        "WHERE nam = 2022 AND quy = 2",
    ),
    # bounds: on a mean, two at once, on members that are only counted, on what is left out
    (
        "khu vực nào có thời gian thông quan bình quân trên 10 giờ năm 2023",
        "SELECT khu_vuc, AVG(gio_thong_quan) AS v FROM to_khai WHERE nam = 2023 GROUP BY 1 HAVING v > 10 "
        "ORDER BY v DESC",
    ),
    (
        "cảng nào có trên 100 container và thời gian lưu trung bình trên 10 ngày năm 2023",
        "SELECT cang, AVG(so_ngay_luu) AS v FROM container WHERE nam = 2023 GROUP BY 1 HAVING v > 10 "
        "AND COUNT(*) > 100 ORDER BY v DESC",
    ),
    (
        "kim ngạch nhập khẩu theo nước năm 2022, chỉ lấy nước có từ 30 doanh nghiệp trở lên",
        "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2022 AND chieu = 'Nhập khẩu' GROUP BY 1 "
        "HAVING COUNT(DISTINCT ma_so_thue) >= 30 ORDER BY v DESC",
    ),
    (
        "Tiền phạt theo khu vực năm 2021, loại khu vực có dưới 20 vụ",
        "SELECT khu_vuc, SUM(tien_phat) AS v FROM vi_pham WHERE nam = 2021 GROUP BY 1 HAVING COUNT(*) >= 20 "
        "ORDER BY v DESC",
    ),
    (
        "Thu ngân sách và số nợ thuế dưới 300 tỷ theo khu vực năm 2023",
        "SELECT n.khu_vuc, t.v, n.v FROM (SELECT khu_vuc, SUM(so_no) AS v FROM no_thue WHERE nam = 2023 "
        "AND thang = 12 GROUP BY 1 HAVING v < 300e9) n JOIN (SELECT khu_vuc, SUM(so_tien) AS v FROM thu_nsnn "
        "WHERE nam = 2023 GROUP BY 1) t USING (khu_vuc) ORDER BY t.v DESC",
    ),
    # what is done more by one than by another is a rate
    (
        "Bộ Y tế với Bộ Công an, bộ nào trả hồ sơ đúng hạn hơn trong năm 2023?",
        "SELECT bo_nganh, 100.0 * SUM(CASE WHEN dung_han THEN 1 ELSE 0 END) / COUNT(dung_han) AS v FROM nsw_ho_so "
        "WHERE nam = 2023 AND bo_nganh IN ('Bộ Y tế', 'Bộ Công an') GROUP BY 1 ORDER BY v DESC",
    ),
    # the kind of year that a subject is dated by
    (
        "Doanh nghiệp ưu tiên chia theo năm thành lập",
        "SELECT nam, COUNT(*) FROM doanh_nghiep WHERE la_uu_tien GROUP BY 1 ORDER BY 1",
    ),
    (
        "DNCX theo năm đăng ký",
        "SELECT nam, COUNT(*) FROM doanh_nghiep WHERE la_che_xuat GROUP BY 1 ORDER BY 1",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_the_answer_is_that_of_a_query_written_by_hand(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, expected: str
) -> None:
    assert same(ask(question), database.execute(expected).fetchall())


def test_a_bound_of_money_never_lies_on_a_count(reader: Reader) -> None:
    reading = reader.read(Question("khu vực nào trên 900 tỷ năm 2023, chỉ lấy nơi có trên 300 tờ khai"))
    assert [t.value for t in reading.thresholds] == [300.0]
    assert any("900 tỷ" in span.text for span in reading.unread)
    assert reading.certainty < 0.8


def test_bounds_that_exclude_each_other_are_shown(reader: Reader) -> None:
    reading = reader.read(Question("nước nào có kim ngạch trên 8 tỷ USD và dưới 2 tỷ USD năm 2023"))
    assert {span.text for span in reading.unread} >= {"trên 8 tỷ USD", "dưới 2 tỷ USD"}
    kept = reader.read(Question("nước nào có kim ngạch trên 2 tỷ USD và dưới 8 tỷ USD năm 2023"))
    assert not kept.unread


def test_a_length_of_time_before_the_end_of_a_month_is_no_period(reader: Reader) -> None:
    reading = reader.read(Question("nợ thuế quá hạn trên 60 ngày cuối tháng 6/2025"))
    assert [(p.start.month, p.end.month) for p in reading.periods] == [(6, 6)]
    assert [t.value for t in reading.thresholds] == [60.0]


def test_a_word_that_names_what_a_bound_lies_on_is_read(reader: Reader) -> None:
    reading = reader.read(Question("tờ khai nào có thuế từ 4 tỷ đồng tháng 5/2024"))
    assert [(t.metric, t.value) for t in reading.thresholds] == [("tong_thue", 4e9)]
    assert not reading.unread


def test_a_mean_told_before_what_it_is_compared_with_is_shown(reader: Reader) -> None:
    reading = reader.read(Question("bình quân năm 2023 so với số thu tháng 2/2024"))
    assert any("bình quân" in span.text.lower() for span in reading.unread)


def test_days_of_another_kind_are_not_lost_in_silence(reader: Reader) -> None:
    reading = reader.read(Question("số tờ khai theo ngày đăng ký tháng 3/2024"))
    assert any("theo ngày" in span.text for span in reading.unread) or any(g.grain == "day" for g in reading.groups)
