"""Members of two lists, measures told in addition, bounds of each row, "tỷ" that begins a rate."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.numbers import read_numbers
from nl2sql.question.read import Reader
from nl2sql.question.text import normalise
from nl2sql.types import Question

RED = "100.0 * SUM(CASE WHEN phan_luong = 'Đỏ' THEN 1 ELSE 0 END) / COUNT(*)"
PAPERS = "SELECT khu_vuc, SUM(so_tien) AS v, COUNT(*) FROM thu_nsnn WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC"


def among_first(column: str, value: str, n: int, expr: str = "SUM(tri_gia_usd)", view: str = "xnk") -> str:
    """The first of a column in one year, under one condition."""
    return f"(SELECT {column} FROM {view} WHERE {value} GROUP BY 1 ORDER BY {expr} DESC LIMIT {n})"


EXPORTED = "nam = 2021 AND chieu = 'Xuất khẩu'"
IMPORTED = "nam = 2021 AND chieu = 'Nhập khẩu'"
BOTH_TOPS = f"{among_first('nuoc', EXPORTED, 7)} INTERSECT {among_first('nuoc', IMPORTED, 7)}"

CASES = [
    # "tỷ" that begins the name of a rate multiplies nothing
    (
        "Top 4 tỷ lệ luồng đỏ theo khu vực năm 2022",
        f"SELECT khu_vuc, {RED} AS v FROM to_khai WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC LIMIT 4",
    ),
    (
        "top 4 ty le luong do theo khu vuc nam 2022",
        f"SELECT khu_vuc, {RED} AS v FROM to_khai WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC LIMIT 4",
    ),
    (
        "Ba tỷ lệ luồng đỏ thấp nhất theo khu vực năm 2023",
        f"SELECT khu_vuc, {RED} AS v FROM to_khai WHERE nam = 2023 GROUP BY 1 ORDER BY v LIMIT 3",
    ),
    # among the first by two measures
    ("Những nước nào thuộc top 7 xuất khẩu và top 7 nhập khẩu năm 2021", f"{BOTH_TOPS} ORDER BY 1"),
    ("Nước nào lọt vào cả top 7 xuất khẩu lẫn top 7 nhập khẩu năm 2021?", f"{BOTH_TOPS} ORDER BY 1"),
    ("Năm 2021 nước nào đứng trong top 7 cả về xuất khẩu lẫn nhập khẩu", f"{BOTH_TOPS} ORDER BY 1"),
    (
        "Bao nhiêu nước có mặt trong cả top 7 xuất khẩu lẫn top 7 nhập khẩu năm 2021",
        f"SELECT COUNT(*) FROM ({BOTH_TOPS})",
    ),
    (
        "Cục nào nằm trong top 6 số vụ vi phạm và top 6 số thu năm 2022",
        f"{among_first('cuc', 'nam = 2022', 6, 'COUNT(*)', 'vi_pham')} INTERSECT "
        f"{among_first('cuc', 'nam = 2022', 6, 'SUM(so_tien)', 'thu_nsnn')} ORDER BY 1",
    ),
    # who has both of two things
    (
        "Có mấy cửa khẩu có cả xuất khẩu lẫn nhập khẩu tháng 4/2023",
        "SELECT COUNT(*) FROM (SELECT cua_khau FROM xnk WHERE nam = 2023 AND thang = 4 GROUP BY 1 "
        "HAVING COUNT(DISTINCT chieu) = 2)",
    ),
    (
        "bao nhieu nuoc co ca xuat khau lan nhap khau thang 4/2023",
        "SELECT COUNT(*) FROM (SELECT nuoc FROM xnk WHERE nam = 2023 AND thang = 4 GROUP BY 1 "
        "HAVING COUNT(DISTINCT chieu) = 2)",
    ),
    (
        "Bao nhiêu khu vực có cả vụ ma túy lẫn vụ hàng giả quý 2/2022",
        "SELECT COUNT(*) FROM (SELECT khu_vuc FROM vi_pham WHERE nam = 2022 AND quy = 2 GROUP BY 1 "
        "HAVING SUM(CASE WHEN hanh_vi = 'Ma túy' THEN 1 END) > 0 "
        "AND SUM(CASE WHEN hanh_vi = 'Hàng giả, sở hữu trí tuệ' THEN 1 END) > 0)",
    ),
    (
        "Số doanh nghiệp có cả xuất khẩu lẫn nhập khẩu tháng 7/2022",
        "SELECT COUNT(*) FROM (SELECT ma_so_thue FROM xnk WHERE nam = 2022 AND thang = 7 GROUP BY 1 "
        "HAVING COUNT(DISTINCT chieu) = 2)",
    ),
    (
        "Nước nào có cả xuất khẩu và nhập khẩu trên 2 tỷ USD năm 2022",
        "SELECT nuoc FROM xnk WHERE nam = 2022 GROUP BY 1 "
        "HAVING SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd END) > 2e9 "
        "AND SUM(CASE WHEN chieu = 'Nhập khẩu' THEN tri_gia_usd END) > 2e9 ORDER BY 1",
    ),
    (
        "Bao nhiêu nước có cả kim ngạch xuất khẩu trên 3 tỷ USD lẫn kim ngạch nhập khẩu dưới 1 tỷ USD năm 2022",
        "SELECT COUNT(*) FROM (SELECT nuoc FROM xnk WHERE nam = 2022 GROUP BY 1 "
        "HAVING SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd END) > 3e9 "
        "AND SUM(CASE WHEN chieu = 'Nhập khẩu' THEN tri_gia_usd END) < 1e9)",
    ),
    (
        "Doanh nghiệp nào có nhập khẩu từ Lào lẫn Campuchia năm 2023",
        "SELECT doanh_nghiep FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND nuoc IN ('Lào', 'Cam-pu-chia') "
        "GROUP BY 1 HAVING COUNT(DISTINCT nuoc) = 2 ORDER BY 1",
    ),
    (
        "Có bao nhiêu khu vực vừa có chấp nhận vừa có bác bỏ năm 2023",
        "SELECT COUNT(*) FROM (SELECT khu_vuc FROM tham_van_gia WHERE nam = 2023 GROUP BY 1 "
        "HAVING COUNT(DISTINCT CASE WHEN ket_qua IN ('Chấp nhận', 'Bác bỏ') THEN ket_qua END) = 2)",
    ),
    # sets inside sets
    (
        "Cục nào vừa có vụ ma túy vừa có vụ hàng giả năm 2022 nhưng năm 2023 không có vụ ma túy",
        "SELECT cuc FROM vi_pham GROUP BY 1 HAVING SUM(CASE WHEN nam = 2022 AND hanh_vi = 'Ma túy' THEN 1 END) > 0 "
        "AND SUM(CASE WHEN nam = 2022 AND hanh_vi = 'Hàng giả, sở hữu trí tuệ' THEN 1 END) > 0 "
        "AND SUM(CASE WHEN nam = 2023 AND hanh_vi = 'Ma túy' THEN 1 ELSE 0 END) = 0 ORDER BY 1",
    ),
    (
        "Nước nào nằm trong top 7 xuất khẩu và top 7 nhập khẩu trong cả hai năm 2021 và 2022",
        f"({BOTH_TOPS}) INTERSECT ({BOTH_TOPS.replace('2021', '2022')}) ORDER BY 1",
    ),
    # a total of both directions is no question about members
    (
        "Kim ngạch cả xuất khẩu lẫn nhập khẩu của Đồng Nai năm 2022",
        "SELECT chieu, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2022 AND cuc = 'Đồng Nai' GROUP BY 1 ORDER BY v DESC",
    ),
    # a measure told in addition
    ("Số thu theo khu vực năm 2022, kèm theo số chứng từ", PAPERS),
    ("Số thu theo khu vực năm 2022, kèm số chứng từ", PAPERS),
    ("Số thu và số chứng từ theo khu vực năm 2022", PAPERS),
    ("Số thu theo khu vực năm 2022, cả con số chứng từ", PAPERS),
    ("Số thu theo khu vực năm 2022, có cả số lần nộp", PAPERS),
    (
        "Nợ thuế theo khu vực cuối năm 2022, kèm theo số doanh nghiệp nợ",
        "SELECT khu_vuc, SUM(so_no) AS v, COUNT(DISTINCT ma_so_thue) FROM no_thue WHERE nam = 2022 AND thang = 12 "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Tiền phạt theo hành vi năm 2021, cả các vụ vi phạm",
        "SELECT hanh_vi, SUM(tien_phat) AS v, COUNT(*) FROM vi_pham WHERE nam = 2021 GROUP BY 1 ORDER BY v DESC",
    ),
    # members that are ranked are numbered; one that is asked for has a place
    (
        "Xếp hạng các nước theo kim ngạch xuất khẩu gạo năm 2022, kèm thứ hạng",
        "SELECT nuoc, SUM(tri_gia_usd) AS v, RANK() OVER (ORDER BY SUM(tri_gia_usd) DESC) FROM xnk WHERE nam = 2022 "
        "AND chieu = 'Xuất khẩu' AND nhom_hang = 'Gạo' GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Đồng Nai xếp thứ mấy về số thu năm 2022, kèm số thu",
        "SELECT v, r FROM (SELECT cuc, SUM(so_tien) AS v, RANK() OVER (ORDER BY SUM(so_tien) DESC) AS r FROM thu_nsnn "
        "WHERE nam = 2022 GROUP BY 1) WHERE cuc = 'Đồng Nai'",
    ),
    # an amount is bounded in the currency of its bound
    (
        "Số dòng hàng có trị giá trên 50 tỷ đồng năm 2023",
        "SELECT COUNT(*) FROM xnk WHERE nam = 2023 AND tri_gia_vnd > 50e9",
    ),
    (
        "Số dòng hàng có trị giá trên 3 triệu USD năm 2023",
        "SELECT COUNT(*) FROM xnk WHERE nam = 2023 AND tri_gia_usd > 3e6",
    ),
    # a bound on what the counted rows have
    (
        "Tỷ lệ tờ khai có thời gian thông quan trên 24 giờ theo khu vực năm 2022",
        "SELECT khu_vuc, 100.0 * SUM(CASE WHEN gio_thong_quan > 24 THEN 1 ELSE 0 END) / COUNT(*) AS v "
        "FROM to_khai WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Số tờ khai có thời gian thông quan từ 10 đến 20 giờ theo khu vực năm 2022",
        "SELECT khu_vuc, COUNT(*) AS v FROM to_khai WHERE nam = 2022 AND gio_thong_quan BETWEEN 10 AND 20 "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Số tờ khai có thuế phải nộp trên 3 tỷ đồng theo khu vực năm 2022",
        "SELECT khu_vuc, COUNT(*) AS v FROM to_khai WHERE nam = 2022 AND tong_thue > 3e9 GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Có bao nhiêu phần trăm tờ khai có thời gian thông quan trên 30 giờ năm 2022",
        "SELECT 100.0 * SUM(CASE WHEN gio_thong_quan > 30 THEN 1 ELSE 0 END) / COUNT(*) FROM to_khai WHERE nam = 2022",
    ),
    (
        "Số vụ có trị giá trên 300 triệu đồng và tiền phạt dưới 20 triệu đồng theo khu vực năm 2022",
        "SELECT khu_vuc, COUNT(*) AS v FROM vi_pham WHERE nam = 2022 AND tri_gia_tang_vat > 3e8 AND tien_phat < 2e7 "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Số lượng C/O có trị giá trên 200 nghìn USD theo khu vực năm 2022",
        "SELECT khu_vuc, COUNT(*) AS v FROM giay_xuat_xu WHERE nam = 2022 AND tri_gia_usd > 200000 GROUP BY 1 "
        "ORDER BY v DESC",
    ),
    (
        "Số tờ khai của các khu vực có thời gian thông quan trên 15 giờ năm 2022",
        "SELECT khu_vuc, COUNT(*) AS v FROM to_khai WHERE nam = 2022 GROUP BY 1 HAVING AVG(gio_thong_quan) > 15 "
        "ORDER BY v DESC",
    ),
    (
        "Tổng nợ của các khoản nợ có số ngày quá hạn trên 90 ngày cuối quý 2/2025",
        "SELECT SUM(so_no) FROM no_thue WHERE nam = 2025 AND thang = 6 AND so_ngay_qua_han > 90",
    ),
    (
        "Khu vực nào có ít tờ khai có thuế phải nộp trên 1 tỷ đồng nhất năm 2022",
        "SELECT khu_vuc, COUNT(*) AS v FROM to_khai WHERE nam = 2022 AND tong_thue > 1e9 GROUP BY 1 ORDER BY v LIMIT 1",
    ),
    (
        "Cục nào nhiều tờ khai có thời gian thông quan trên 20 giờ nhất năm 2022",
        "SELECT cuc, COUNT(*) AS v FROM to_khai WHERE nam = 2022 AND gio_thong_quan > 20 GROUP BY 1 ORDER BY v DESC "
        "LIMIT 1",
    ),
    # what a bound of money makes of a column
    (
        "Có bao nhiêu vụ có tang vật trên 2 tỷ năm 2022",
        "SELECT COUNT(*) FROM vi_pham WHERE nam = 2022 AND tri_gia_tang_vat > 2e9",
    ),
    (
        "Tang vật nào có trên 40 vụ năm 2022",
        "SELECT mat_hang, COUNT(*) AS v FROM vi_pham WHERE nam = 2022 GROUP BY 1 HAVING v > 40 ORDER BY v DESC",
    ),
    # a running total
    (
        "Số thu tính dồn đến hết từng quý năm 2022",
        "SELECT quy, SUM(so_tien), SUM(SUM(so_tien)) OVER (ORDER BY quy) FROM thu_nsnn WHERE nam = 2022 GROUP BY 1 "
        "ORDER BY 1",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_the_answer_is_that_of_a_query_written_by_hand(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, expected: str
) -> None:
    assert same(ask(question), database.execute(expected).fetchall())


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("top 5 tỷ trọng", 5),
        ("tốp 15 tỉ lệ", 15),
        ("8 tỷ suất cao nhất", 8),
        ("trên 6 tỷ lệ phí", 6e9),
        ("trên 6 tỷ đồng", 6e9),
        ("trên 6 nghìn tỷ giá trị", 6e12),
        ("hơn 2 tỷ, tỷ lệ", 2e9),
    ],
)
def test_a_rate_is_no_billion(said: str, value: float) -> None:
    assert [n.value for n in read_numbers(normalise(said), ())] == [value]


def test_now_is_no_hour() -> None:
    assert read_numbers(normalise("số vụ bây giờ"), ()) == ()
    assert [n.value for n in read_numbers(normalise("dưới bảy giờ"), ())] == [7]


@pytest.mark.parametrize(
    "question",
    ["Số vụ bây giờ có ít hơn hồi 2020 không", "So với hồi 2020 thì bây giờ số vụ tăng hay giảm"],
)
def test_now_is_compared_with_a_year(reader: Reader, question: str) -> None:
    reading = reader.read(Question(question))
    assert reading.comparison is not None
    assert reading.comparison.base.start.year == 2020
    assert [p.end.year for p in reading.periods] == [2025]


@pytest.mark.parametrize(
    "question",
    [
        "Có bao nhiêu tờ khai trị giá trên 90 tỷ đồng năm 2023",
        "Số tiền hoàn theo cửa khẩu năm 2023, cả hóa đơn",
        "Số vụ theo tuyến năm 2022 kèm hành vi",
    ],
)
def test_what_cannot_be_read_is_shown(reader: Reader, question: str) -> None:
    reading = reader.read(Question(question))
    assert reading.unread
    assert reading.certainty <= 0.8


def test_a_count_told_in_the_next_turn_stands_beside(reader: Reader) -> None:
    reading = reader.read(Question("kèm theo số chứng từ", turns=("Số thu theo khu vực năm 2022",)))
    assert [m.name for m in reading.metrics] == ["so_thu", "so_chung_tu_dem"]
    assert [g.column for g in reading.groups] == ["khu_vuc"]


def test_the_cases_themselves_are_listed_and_no_goods(reader: Reader) -> None:
    reading = reader.read(Question("Vụ nào có tang vật trên 3 tỷ đồng năm 2022"))
    assert [(t.metric, t.value, t.on_rows) for t in reading.thresholds] == [("tri_gia_tang_vat", 3e9, True)]
    assert not reading.groups
