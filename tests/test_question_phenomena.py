"""Questions of many shapes: what the composed query returns is what a query written by hand returns."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

CASES = [
    # members counted that keep to a bound
    (
        "Bao nhiêu thị trường mua trên 800 triệu USD hàng của Việt Nam năm 2022?",
        "SELECT COUNT(*) FROM (SELECT nuoc FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2022 GROUP BY nuoc "
        "HAVING SUM(tri_gia_usd) > 8e8)",
    ),
    (
        "Nước ta nhập siêu với bao nhiêu nước trong năm 2021",
        "SELECT COUNT(*) FROM (SELECT nuoc FROM xnk WHERE nam = 2021 GROUP BY nuoc HAVING "
        "SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) < 0)",
    ),
    (
        "Có mấy cục chưa đạt 90% dự toán năm 2023?",
        "SELECT COUNT(*) FROM (SELECT cuc FROM tien_do_thu WHERE nam = 2023 GROUP BY cuc "
        "HAVING 100.0 * SUM(so_thu) / SUM(du_toan) < 90)",
    ),
    (
        "Bao nhiêu cục có số tờ khai giảm trong năm 2023 so với năm 2022",
        "SELECT COUNT(*) FROM (SELECT cuc FROM to_khai GROUP BY cuc HAVING SUM(CASE WHEN nam = 2023 THEN 1 ELSE 0 END) "
        "< SUM(CASE WHEN nam = 2022 THEN 1 ELSE 0 END) AND SUM(CASE WHEN nam = 2022 THEN 1 ELSE 0 END) > 0)",
    ),
    # calendar units counted or listed by a claim
    (
        "Năm 2022 có mấy tháng nhập khẩu vượt 29 tỷ USD?",
        "SELECT COUNT(*) FROM (SELECT thang FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 GROUP BY thang "
        "HAVING SUM(tri_gia_usd) > 29e9)",
    ),
    (
        "Tháng nào của năm 2021 cả nước xuất siêu",
        "SELECT thang, SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) AS v FROM xnk "
        "WHERE nam = 2021 GROUP BY thang HAVING v > 0 ORDER BY thang",
    ),
    # a place in the order
    (
        "Thị trường xuất khẩu lớn thứ tư năm 2023",
        "SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2023 GROUP BY nuoc "
        "ORDER BY v DESC LIMIT 1 OFFSET 3",
    ),
    (
        "Cục nào đứng thứ nhì về thu ngân sách trong quý II/2024",
        "SELECT cuc, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2024 AND quy = 2 GROUP BY cuc "
        "ORDER BY v DESC LIMIT 1 OFFSET 1",
    ),
    # the first time
    (
        "Năm đầu tiên thu ngân sách vượt 400.000 tỷ đồng",
        "SELECT nam, SUM(so_tien) AS v FROM thu_nsnn GROUP BY nam HAVING v > 4e14 ORDER BY nam LIMIT 1",
    ),
    (
        "Tháng nào lần đầu tiên nhập khẩu trên 32 tỷ USD?",
        "SELECT nam, thang, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY nam, thang "
        "HAVING v > 32e9 ORDER BY nam, thang LIMIT 1",
    ),
    # both ends
    (
        "Quý cao nhất và quý thấp nhất về kim ngạch nhập khẩu năm 2023",
        "WITH t AS (SELECT quy, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 GROUP BY quy) "
        "SELECT * FROM t WHERE v IN ((SELECT MAX(v) FROM t), (SELECT MIN(v) FROM t)) ORDER BY v DESC",
    ),
    # words of time beside other groupings
    (
        "Kim ngạch xuất khẩu theo khu vực kinh tế và tháng năm 2022",
        "SELECT thang, khu_vuc_kinh_te, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2022 "
        "GROUP BY thang, khu_vuc_kinh_te ORDER BY thang, khu_vuc_kinh_te",
    ),
    (
        "Thu ngân sách phân theo sắc thuế và năm, giai đoạn 2021-2023",
        "SELECT nam, loai_thue, SUM(so_tien) FROM thu_nsnn WHERE nam BETWEEN 2021 AND 2023 "
        "GROUP BY nam, loai_thue ORDER BY nam, loai_thue",
    ),
    (
        "Trị giá nhập khẩu theo tỉnh trong quý I/2023",
        "SELECT tinh, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 AND quy = 1 "
        "GROUP BY tinh ORDER BY v DESC",
    ),
    # a ratio is never divided by a number of months
    (
        "Giá nhập khẩu phân bón bình quân từng quý năm 2022",
        "SELECT quy, SUM(tri_gia_usd) / SUM(luong) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 "
        "AND nhom_hang = 'Phân bón các loại' AND luong IS NOT NULL GROUP BY quy ORDER BY quy",
    ),
    (
        "Số tờ khai bình quân trên một doanh nghiệp theo luồng năm 2022",
        "SELECT phan_luong, 1.0 * COUNT(*) / COUNT(DISTINCT ma_so_thue) AS v FROM to_khai WHERE nam = 2022 "
        "GROUP BY phan_luong ORDER BY v DESC",
    ),
    # whose imports
    (
        "Kim ngạch nhập khẩu của Việt Nam từ Lào năm 2023",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nuoc = 'Lào' AND nam = 2023",
    ),
    (
        "Thị phần của Hàn Quốc trong nhập khẩu của Việt Nam năm 2022",
        "SELECT 100.0 * SUM(CASE WHEN nuoc = 'Hàn Quốc' THEN tri_gia_usd ELSE 0 END) / SUM(tri_gia_usd) FROM xnk "
        "WHERE chieu = 'Nhập khẩu' AND nam = 2022",
    ),
    # the units named are the units asked for
    (
        "Số tờ khai của khu vực V và khu vực VI năm 2023, đơn vị nào nhiều hơn?",
        "SELECT khu_vuc, COUNT(*) AS v FROM to_khai WHERE nam = 2023 AND khu_vuc IN ('Khu vực V', 'Khu vực VI') "
        "GROUP BY khu_vuc ORDER BY v DESC",
    ),
    # against the whole, and against another part past a default
    (
        "Tỷ lệ luồng vàng của Quảng Trị năm 2023 thấp hơn mức chung cả nước mấy điểm phần trăm",
        "SELECT a, b, a - b FROM (SELECT 100.0 * SUM(CASE WHEN phan_luong = 'Vàng' AND cuc = 'Quảng Trị' THEN 1 ELSE 0 "
        "END) / SUM(CASE WHEN cuc = 'Quảng Trị' THEN 1 ELSE 0 END) AS a, 100.0 * SUM(CASE WHEN phan_luong = 'Vàng' "
        "THEN 1 ELSE 0 END) / COUNT(*) AS b FROM to_khai WHERE nam = 2023)",
    ),
    (
        "Khoảng cách thuế suất giữa MFN và EVFTA năm 2024",
        "SELECT a, b, a - b FROM (SELECT AVG(CASE WHEN loai_thue_suat = 'MFN' THEN thue_suat END) AS a, "
        "AVG(CASE WHEN loai_thue_suat = 'EVFTA' THEN thue_suat END) AS b FROM bieu_thue WHERE nam = 2024)",
    ),
    # one period set against two
    (
        "Nhập khẩu tháng 5/2024 so với tháng 4/2024 và tháng 5/2023",
        "SELECT a, b, 100.0 * (a / b - 1), c, 100.0 * (a / c - 1) FROM (SELECT "
        "SUM(CASE WHEN nam = 2024 AND thang = 5 THEN tri_gia_usd ELSE 0 END) AS a, "
        "SUM(CASE WHEN nam = 2024 AND thang = 4 THEN tri_gia_usd ELSE 0 END) AS b, "
        "SUM(CASE WHEN nam = 2023 AND thang = 5 THEN tri_gia_usd ELSE 0 END) AS c "
        "FROM xnk WHERE chieu = 'Nhập khẩu')",
    ),
    # each of several values, with its part of the whole
    (
        "Tỷ trọng của Đức, Pháp và Hà Lan trong tổng kim ngạch nhập khẩu năm 2022",
        "SELECT nuoc, v, 100.0 * v / (SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022) FROM "
        "(SELECT nuoc, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 GROUP BY nuoc) "
        "WHERE nuoc IN ('Đức', 'Pháp', 'Hà Lan') ORDER BY v DESC",
    ),
    (
        "Đức và Pháp cộng lại chiếm mấy phần trăm nhập khẩu năm 2022",
        "SELECT 100.0 * SUM(CASE WHEN nuoc IN ('Đức', 'Pháp') THEN tri_gia_usd ELSE 0 END) / SUM(tri_gia_usd) FROM xnk "
        "WHERE chieu = 'Nhập khẩu' AND nam = 2022",
    ),
    # a bound on a part, of the whole and not of what the bound keeps
    (
        "Những thị trường nào chiếm trên 8% kim ngạch xuất khẩu năm 2021?",
        "SELECT nuoc, v, p FROM (SELECT nuoc, SUM(tri_gia_usd) AS v, 100.0 * SUM(tri_gia_usd) / SUM(SUM(tri_gia_usd)) "
        "OVER () AS p FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2021 GROUP BY nuoc) WHERE p > 8 ORDER BY v DESC",
    ),
    # blocs overlap: each has a column of its own
    (
        "Nhập khẩu từ RCEP, ASEAN và EU năm 2023, mỗi khối bao nhiêu?",
        "SELECT SUM(CASE WHEN la_rcep THEN tri_gia_usd ELSE 0 END), SUM(CASE WHEN la_asean THEN tri_gia_usd ELSE 0 "
        "END), SUM(CASE WHEN la_eu THEN tri_gia_usd ELSE 0 END) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023",
    ),
    (
        "Xuất khẩu tới các nước ngoài ASEAN và EU năm 2023",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2023 AND NOT la_asean AND NOT la_eu",
    ),
    # both sides beside what looks at them together
    (
        "Xuất khẩu, nhập khẩu và cán cân theo từng quý năm 2022",
        "SELECT quy, SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE 0 END) AS x, SUM(CASE WHEN chieu = "
        "'Nhập khẩu' THEN tri_gia_usd ELSE 0 END) AS n, x - n FROM xnk WHERE nam = 2022 GROUP BY quy ORDER BY quy",
    ),
    # one part above another
    (
        "Những tỉnh nào có nhập khẩu nhiều hơn xuất khẩu trong năm 2022",
        "SELECT tinh, SUM(CASE WHEN chieu = 'Nhập khẩu' THEN tri_gia_usd ELSE 0 END) AS n, SUM(CASE WHEN chieu = "
        "'Xuất khẩu' THEN tri_gia_usd ELSE 0 END) AS x FROM xnk WHERE nam = 2022 GROUP BY tinh HAVING n > x "
        "ORDER BY n DESC",
    ),
    # growth from step to step begins with the step before
    (
        "Tốc độ tăng nhập khẩu từng năm giai đoạn 2021-2024",
        "SELECT nam, v, 100.0 * (v / truoc - 1) FROM (SELECT nam, SUM(tri_gia_usd) AS v, LAG(SUM(tri_gia_usd)) OVER "
        "(ORDER BY nam) AS truoc FROM xnk WHERE chieu = 'Nhập khẩu' GROUP BY nam) WHERE nam BETWEEN 2021 AND 2024 "
        "ORDER BY nam",
    ),
    (
        "Tăng trưởng số tờ khai theo tháng so với tháng trước trong năm 2023",
        "SELECT thang, v, 100.0 * (1.0 * v / truoc - 1) FROM (SELECT nam, thang, COUNT(*) AS v, LAG(COUNT(*)) OVER "
        "(ORDER BY nam, thang) AS truoc FROM to_khai GROUP BY nam, thang) WHERE nam = 2023 ORDER BY thang",
    ),
    # a growth is ranked by where it is named as a noun
    (
        "Nhóm hàng nào có tốc độ tăng nhập khẩu thấp nhất năm 2023 so với năm 2022?",
        "SELECT nhom_hang, a, b, 100.0 * (a / b - 1) AS t FROM (SELECT nhom_hang, SUM(CASE WHEN nam = 2023 THEN "
        "tri_gia_usd ELSE 0 END) AS a, SUM(CASE WHEN nam = 2022 THEN tri_gia_usd ELSE 0 END) AS b FROM xnk WHERE "
        "chieu = 'Nhập khẩu' GROUP BY nhom_hang) WHERE b > 0 ORDER BY t LIMIT 1",
    ),
    # a noun inside a value's name is what is asked for
    (
        "Doanh nghiệp FDI nào nhập khẩu nhiều nhất năm 2022",
        "SELECT doanh_nghiep, SUM(tri_gia_usd) AS v FROM xnk WHERE chieu = 'Nhập khẩu' AND khu_vuc_kinh_te = 'FDI' "
        "AND nam = 2022 GROUP BY doanh_nghiep ORDER BY v DESC LIMIT 1",
    ),
    # means
    (
        "Thu ngân sách bình quân mỗi quý năm 2023 so với năm 2022",
        "SELECT a, b, 100.0 * (a / b - 1) FROM (SELECT SUM(CASE WHEN nam = 2023 THEN so_tien ELSE 0 END) / 4 AS a, "
        "SUM(CASE WHEN nam = 2022 THEN so_tien ELSE 0 END) / 4 AS b FROM thu_nsnn)",
    ),
    (
        "Số tờ khai trung bình giai đoạn 2019-2022",
        "SELECT COUNT(*) / 4.0 FROM to_khai WHERE nam BETWEEN 2019 AND 2022",
    ),
    # two subjects
    (
        "Số tờ khai và số thu ngân sách của từng cục năm 2022",
        "SELECT cuc, t.v, n.v FROM (SELECT cuc, COUNT(*) AS v FROM to_khai WHERE nam = 2022 GROUP BY cuc) t JOIN "
        "(SELECT cuc, SUM(so_tien) AS v FROM thu_nsnn WHERE nam = 2022 GROUP BY cuc) n USING (cuc) ORDER BY t.v DESC",
    ),
    (
        "Cục nào có số tờ khai trên mỗi biên chế thấp nhất năm 2023",
        "SELECT cuc, 1.0 * t.v / n.v AS q FROM (SELECT cuc, COUNT(*) AS v FROM to_khai WHERE nam = 2023 GROUP BY "
        "cuc) t JOIN (SELECT cuc, SUM(bien_che_giao) AS v FROM nhan_su WHERE ngay = DATE '2023-12-31' GROUP BY cuc) n "
        "USING (cuc) ORDER BY q LIMIT 1",
    ),
    (
        "Thu ngân sách năm 2022 bằng bao nhiêu phần trăm trị giá nhập khẩu?",
        "SELECT 100.0 * (SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2022) / (SELECT SUM(tri_gia_vnd) FROM xnk "
        "WHERE chieu = 'Nhập khẩu' AND nam = 2022)",
    ),
    # rows within a bound as a part of all
    (
        "Tỷ lệ tờ khai có trị giá trên 300.000 USD năm 2023",
        "SELECT 100.0 * SUM(CASE WHEN tri_gia_usd > 300000 THEN 1 ELSE 0 END) / COUNT(*) FROM to_khai WHERE nam = 2023",
    ),
    (
        "Bao nhiêu phần trăm tờ khai luồng vàng thông quan trên 6 giờ năm 2023?",
        "SELECT 100.0 * SUM(CASE WHEN gio_thong_quan > 6 THEN 1 ELSE 0 END) / COUNT(*) FROM to_khai WHERE nam = 2023 "
        "AND phan_luong = 'Vàng'",
    ),
    # of that, how much
    (
        "Nợ thuế của Đồng Nai hiện nay là bao nhiêu, trong đó nợ khó thu bao nhiêu?",
        "SELECT SUM(so_no), SUM(CASE WHEN nhom_no = 'Khó thu' THEN so_no ELSE 0 END) FROM no_thue WHERE cuc = "
        "'Đồng Nai' AND ngay = DATE '2025-10-31'",
    ),
    # both of two places
    (
        "Bao nhiêu doanh nghiệp xuất khẩu sang cả Nhật Bản và Hàn Quốc trong năm 2022",
        "SELECT COUNT(*) FROM (SELECT ma_so_thue FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2022 AND nuoc = "
        "'Nhật Bản' INTERSECT SELECT ma_so_thue FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2022 AND nuoc = "
        "'Hàn Quốc')",
    ),
    # a part against all the rest
    (
        "Thời gian thông quan bình quân của doanh nghiệp ưu tiên so với các doanh nghiệp khác năm 2023",
        "SELECT a, b, a - b FROM (SELECT AVG(CASE WHEN la_uu_tien THEN gio_thong_quan END) AS a, "
        "AVG(CASE WHEN NOT la_uu_tien THEN gio_thong_quan END) AS b FROM to_khai WHERE nam = 2023)",
    ),
    # what each adds to the change of all
    (
        "Đóng góp của từng khu vực kinh tế vào mức tăng xuất khẩu năm 2022 so với năm 2021",
        "SELECT khu_vuc_kinh_te, a, b, a - b, 100.0 * (a - b) / (SUM(a) OVER () - SUM(b) OVER ()) AS p FROM (SELECT "
        "khu_vuc_kinh_te, SUM(CASE WHEN nam = 2022 THEN tri_gia_usd ELSE 0 END) AS a, SUM(CASE WHEN nam = 2021 THEN "
        "tri_gia_usd ELSE 0 END) AS b FROM xnk WHERE chieu = 'Xuất khẩu' GROUP BY khu_vuc_kinh_te) ORDER BY p DESC",
    ),
    # shared out among members
    (
        "Thu ngân sách trên mỗi doanh nghiệp theo khu vực kinh tế năm 2023",
        "SELECT khu_vuc_kinh_te, 1.0 * SUM(so_tien) / COUNT(DISTINCT ma_so_thue) AS v FROM thu_nsnn WHERE nam = 2023 "
        "GROUP BY khu_vuc_kinh_te ORDER BY v DESC",
    ),
    # lower than another period, of members that are listed
    (
        "Những cục nào có số tờ khai năm 2023 thấp hơn năm 2022",
        "SELECT cuc, a, b, 100.0 * (1.0 * a / b - 1) AS t FROM (SELECT cuc, SUM(CASE WHEN nam = 2023 THEN 1 ELSE 0 "
        "END) AS a, SUM(CASE WHEN nam = 2022 THEN 1 ELSE 0 END) AS b FROM to_khai GROUP BY cuc) WHERE a < b "
        "ORDER BY t DESC",
    ),
    # the greatest single value
    (
        "Thuế suất MFN cao nhất của chương 87 năm 2023 là bao nhiêu",
        "SELECT MAX(thue_suat) FROM bieu_thue WHERE loai_thue_suat = 'MFN' AND chuong_hs = '87' AND nam = 2023",
    ),
    # the figure with its place
    (
        "Cục Hải quan Bình Dương thu ngân sách năm 2023 được bao nhiêu, đứng thứ mấy?",
        "SELECT v, h FROM (SELECT cuc, SUM(so_tien) AS v, RANK() OVER (ORDER BY SUM(so_tien) DESC) AS h FROM thu_nsnn "
        "WHERE nam = 2023 GROUP BY cuc) WHERE cuc = 'Bình Dương'",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_the_answer_is_that_of_a_query_written_by_hand(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, expected: str
) -> None:
    assert same(ask(question), database.execute(expected).fetchall())
