"""What must not be lost in silence: measures of a list, parts asked for one by one, periods that overlap, names."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.read import Reader
from nl2sql.types import Question

USD = "SUM(tri_gia_usd)"
US, EU = "CASE WHEN nuoc = 'Hoa Kỳ' THEN tri_gia_usd ELSE 0 END", "CASE WHEN la_eu THEN tri_gia_usd ELSE 0 END"

CASES = [
    # the name of a subject stands for its measure in a list of measures
    (
        "Số thu và dự toán theo khu vực năm 2022",
        "SELECT khu_vuc, SUM(so_thu) AS v, SUM(du_toan) FROM tien_do_thu WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Dự toán, chỉ tiêu phấn đấu và thu ngân sách năm 2021",
        "SELECT SUM(du_toan), SUM(phan_dau), SUM(so_thu) FROM tien_do_thu WHERE nam = 2021",
    ),
    (
        "Container và TEU theo cảng năm 2022",
        "SELECT cang, COUNT(*) AS v, SUM(so_teu) FROM container WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC",
    ),
    # parts of different columns that are asked for one by one
    (
        "Xuất khẩu năm 2022 sang Mỹ chiếm bao nhiêu phần trăm, sang EU chiếm bao nhiêu phần trăm",
        f"SELECT 100.0 * SUM({US}) / {USD}, 100.0 * SUM({EU}) / {USD} FROM xnk WHERE nam = 2022 "
        "AND chieu = 'Xuất khẩu'",
    ),
    (
        "Số tờ khai năm 2021, trong đó luồng đỏ bao nhiêu, của FDI bao nhiêu",
        "SELECT COUNT(*), COUNT(CASE WHEN phan_luong = 'Đỏ' THEN 1 END), "
        "COUNT(CASE WHEN khu_vuc_kinh_te = 'FDI' THEN 1 END) FROM to_khai WHERE nam = 2021",
    ),
    (
        "Tổng kim ngạch xuất khẩu sang EU và Mỹ năm 2023",
        f"SELECT {USD} FROM xnk WHERE nam = 2023 AND chieu = 'Xuất khẩu' AND (la_eu OR nuoc = 'Hoa Kỳ')",
    ),
    (
        "Từng đơn vị chủ trì năm 2023 nhận mấy văn bản đến, trễ hạn bao nhiêu phần trăm?",
        "SELECT don_vi_chu_tri, COUNT(*) AS v, 100.0 * SUM(CASE WHEN qua_han THEN 1 ELSE 0 END) / COUNT(*) "
        "FROM van_ban WHERE nam = 2023 AND huong_van_ban = 'Văn bản đến' GROUP BY 1 ORDER BY v DESC",
    ),
    # periods inside one another are columns, and the year is said once
    (
        "Thu ngân sách 9 tháng năm 2023, riêng tháng 9",
        "SELECT SUM(so_tien), SUM(CASE WHEN thang = 9 THEN so_tien END) FROM thu_nsnn WHERE nam = 2023 AND thang <= 9",
    ),
    (
        "Số tờ khai năm 2022 theo khu vực, riêng tháng 12 là bao nhiêu",
        "SELECT khu_vuc, COUNT(*) AS v, COUNT(CASE WHEN thang = 12 THEN 1 END) FROM to_khai WHERE nam = 2022 "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    # what flows has no day at which it stands; a stock has
    ("Thu ngân sách cuối năm 2023", "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2023 AND quy = 4"),
    ("Số vụ vi phạm cuối quý II/2023", "SELECT COUNT(*) FROM vi_pham WHERE nam = 2023 AND thang = 6"),
    (
        "Số tờ khai cuối tháng 4/2023",
        "SELECT COUNT(*) FROM to_khai WHERE ngay BETWEEN '2023-04-21' AND '2023-04-30'",
    ),
    ("Nợ thuế cuối năm 2023", "SELECT SUM(so_no) FROM no_thue WHERE ngay = '2023-12-31'"),
    # a mean per counted thing is a total shared among those that there are
    (
        "Kim ngạch bình quân một tờ khai theo nhóm hàng năm 2022",
        f"SELECT nhom_hang, 1.0 * {USD} / COUNT(DISTINCT so_to_khai) AS v FROM xnk WHERE nam = 2022 "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    # both of two subjects are kept where only one has a member, and both are compared
    (
        "Số vụ vi phạm và số hóa đơn hoàn thuế theo cục năm 2019",
        "SELECT COALESCE(a.d, b.d), COALESCE(v, 0) AS v, COALESCE(n, 0) FROM (SELECT cuc AS d, COUNT(*) AS v FROM "
        "vi_pham WHERE nam = 2019 GROUP BY 1) a FULL JOIN (SELECT cuc AS d, COUNT(*) AS n FROM hoan_thue_du_khach "
        "WHERE nam = 2019 GROUP BY 1) b ON a.d = b.d ORDER BY v DESC",
    ),
    (
        "Kim ngạch nhập khẩu và số vụ vi phạm năm 2023 so với cùng kỳ",
        "SELECT a, b, 100.0 * (a / b - 1), c, d, 100.0 * (1.0 * c / d - 1) FROM (SELECT SUM(CASE WHEN nam = 2023 THEN "
        "tri_gia_usd END) AS a, SUM(CASE WHEN nam = 2022 THEN tri_gia_usd END) AS b FROM xnk WHERE "
        "chieu = 'Nhập khẩu'), (SELECT COUNT(CASE WHEN nam = 2023 THEN 1 END) AS c, COUNT(CASE WHEN nam = 2022 THEN 1 "
        "END) AS d FROM vi_pham)",
    ),
    (
        "Top 4 cục vượt dự toán nhiều nhất năm 2022 (theo tỷ lệ)",
        "SELECT cuc, 100.0 * SUM(so_thu) / SUM(du_toan) AS v FROM tien_do_thu WHERE nam = 2022 GROUP BY 1 "
        "ORDER BY v DESC LIMIT 4",
    ),
    # the part of one kind in each member, values told in pairs, a part of all
    (
        "Mặt hàng nào có FDI chiếm hơn một nửa kim ngạch xuất khẩu năm 2022",
        "SELECT nhom_hang, 100.0 * SUM(CASE WHEN khu_vuc_kinh_te = 'FDI' THEN tri_gia_usd ELSE 0 END) / "
        "SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2022 AND chieu = 'Xuất khẩu' GROUP BY 1 HAVING v > 50 "
        "ORDER BY v DESC",
    ),
    (
        "Kim ngạch xuất khẩu sang Mỹ và nhập khẩu từ Hàn Quốc năm 2022",
        "SELECT chieu, nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE nam = 2022 AND (chieu, nuoc) IN "
        "(('Xuất khẩu', 'Hoa Kỳ'), ('Nhập khẩu', 'Hàn Quốc')) GROUP BY 1, 2 ORDER BY v DESC",
    ),
    (
        "Số vụ khởi tố chiếm bao nhiêu phần trăm tổng số vụ năm 2022",
        "SELECT 100.0 * AVG(CASE WHEN hinh_thuc_xu_ly = 'Khởi tố' THEN 1 ELSE 0 END) FROM vi_pham WHERE nam = 2022",
    ),
    (
        "Nợ thuế khó thu và nợ thuế quá hạn cuối quý II/2023 theo khu vực",
        "SELECT khu_vuc, SUM(CASE WHEN nhom_no = 'Khó thu' THEN so_no ELSE 0 END) AS v, SUM(so_no) FROM no_thue "
        "WHERE ngay = '2023-06-30' GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Bộ nào có thời gian xử lý hồ sơ trung bình lâu nhất và bộ nào nhanh nhất năm 2022",
        "SELECT b, v FROM (SELECT bo_nganh AS b, AVG(gio_xu_ly) AS v, RANK() OVER (ORDER BY AVG(gio_xu_ly)) AS u, "
        "RANK() OVER (ORDER BY AVG(gio_xu_ly) DESC) AS d FROM nsw_ho_so WHERE nam = 2022 GROUP BY 1) "
        "WHERE u = 1 OR d = 1 ORDER BY v DESC",
    ),
    # bounds told as a part, numbers of rows, the trade's own words
    (
        "Cục nào có tỷ lệ luồng xanh dưới hai phần ba năm 2022",
        "SELECT cuc, 100.0 * SUM(CASE WHEN phan_luong = 'Xanh' THEN 1 ELSE 0 END) / COUNT(*) AS v FROM to_khai WHERE "
        "nam = 2022 GROUP BY 1 HAVING v < 66.6667 ORDER BY v DESC",
    ),
    (
        "Liệt kê nhiều nhất 4 mặt hàng xuất khẩu năm 2021",
        f"SELECT nhom_hang, {USD} AS v FROM xnk WHERE nam = 2021 AND chieu = 'Xuất khẩu' GROUP BY 1 ORDER BY v DESC "
        "LIMIT 4",
    ),
    ("Doanh số nhập khẩu năm 2022", f"SELECT {USD} FROM xnk WHERE nam = 2022 AND chieu = 'Nhập khẩu'"),
    (
        "Lý do nào khiến C/O bị từ chối nhiều nhất năm 2023",
        "SELECT ly_do_tu_choi, COUNT(*) AS v FROM giay_xuat_xu WHERE nam = 2023 AND trang_thai = 'Từ chối' GROUP BY 1 "
        "ORDER BY v DESC LIMIT 1",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_the_answer_is_that_of_a_query_written_by_hand(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, expected: str
) -> None:
    assert same(ask(question), database.execute(expected).fetchall())


def test_how_the_end_of_a_year_was_understood_is_said(reader: Reader) -> None:
    assert any("quý IV" in note for note in reader.read(Question("Thu ngân sách cuối năm 2023")).assumptions)


def test_a_second_comparison_of_another_period_is_shown_as_unread(reader: Reader) -> None:
    reading = reader.read(Question("Kim ngạch 9 tháng năm 2023 so với cùng kỳ, riêng tháng 9 so với cùng kỳ"))
    assert any("tháng 9" in span.text for span in reading.unread)


@pytest.mark.parametrize(
    ("question", "lost"),
    [
        ("Cục nào thực thu cao nhất và cục nào hụt thu nhiều nhất năm 2023", "cao nhất"),
        ("Những khu vực nào vừa tăng thu vừa giảm số vụ vi phạm so với năm 2022", "tăng thu"),
        ("Kim ngạch và số tờ khai lũy kế theo tháng năm 2023", "số tờ khai"),
        ("Thu ngân sách, số tờ khai và kim ngạch theo khu vực năm 2023", "số tờ khai"),
        ("Top 5 mặt hàng nhập khẩu từ Trung Quốc và top 4 mặt hàng xuất khẩu sang Mỹ năm 2023", "4"),
    ],
)
def test_half_of_a_question_is_shown_as_unread(reader: Reader, question: str, lost: str) -> None:
    assert any(lost in span.text for span in reader.read(Question(question)).unread)


def test_the_reason_of_a_change_is_not_in_the_warehouse(reader: Reader) -> None:
    refusal = reader.read(Question("Lý do nào khiến kim ngạch xuất khẩu giảm năm 2023")).refusal
    assert refusal is not None
    assert refusal.code == "out_of_scope"


@pytest.mark.parametrize(
    "question", ["Doanh nghiệp FDI nhập khẩu bao nhiêu năm 2022", "Top 3 công ty xuất khẩu lớn nhất năm 2022"]
)
def test_a_kind_of_company_is_no_name(reader: Reader, question: str) -> None:
    assert reader.read(Question(question)).clarification is None


def test_an_airport_after_an_office_is_its_office(reader: Reader) -> None:
    first = "Số tờ khai của Chi cục Hải quan cửa khẩu sân bay quốc tế Nội Bài năm 2022"
    reading = reader.read(Question("còn sân bay Tân Sơn Nhất?", turns=(first,)))
    assert [f.column for f in reading.filters] == ["don_vi"]
    assert "Tân Sơn Nhất" in reading.filters[0].values[0]


@pytest.mark.parametrize(
    ("question", "lost"),
    [
        ("Số doanh nghiệp vừa xuất khẩu vừa nhập khẩu mỗi năm", "mỗi năm"),
        ("Tỷ lệ luồng vàng quý III/2025 cao hay thấp so với trung bình năm", "trung bình"),
        ("Cục nào nợ thuế nhiều nhất và nợ từ khi nào", "khi nào"),
        ("Những thị trường chiếm 70% kim ngạch nhập khẩu năm 2023", "70%"),
        ("Tờ khai luồng đỏ của Đồng Nai chiếm mấy phần trăm luồng đỏ toàn ngành năm 2023", "toàn ngành"),
    ],
)
def test_what_no_reading_says_is_told(question: str, lost: str, reader: Reader) -> None:
    reading = reader.read(Question(question))
    assert any(lost in s.text for s in reading.unread)
    assert reading.certainty < 0.9
