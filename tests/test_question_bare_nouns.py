"""Members asked for by their bare noun, members of a narrower kind, and lists of measures over several subjects."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.read import Reader
from nl2sql.types import Question

IN, OUT = (f"CASE WHEN chieu_xnc = '{way} cảnh' THEN so_xe ELSE 0 END" for way in ("Nhập", "Xuất"))
NO_FTA = "('MFN', 'Thông thường')"

CASES = [
    # a bare noun before what holds for some of its members asks which ones they are
    (
        "Cửa khẩu không có xe khách tháng 10/2022",
        "SELECT DISTINCT cua_khau FROM phuong_tien WHERE cua_khau NOT IN (SELECT cua_khau FROM phuong_tien "
        "WHERE nam = 2022 AND thang = 10 AND loai_xe = 'Xe khách') ORDER BY 1",
    ),
    (
        "Năm 2022 cảng có container nghi vấn",
        "SELECT cang, COUNT(*) AS v FROM container WHERE nam = 2022 AND ket_qua_soi = 'Nghi vấn' GROUP BY 1 "
        "ORDER BY v DESC",
    ),
    (
        "Cửa khẩu xe nhập cảnh nhiều hơn xuất cảnh năm 2023",
        f"SELECT cua_khau, SUM({IN}) AS v, SUM({OUT}) AS w FROM phuong_tien WHERE nam = 2023 GROUP BY 1 HAVING v > w "
        "ORDER BY v DESC",
    ),
    (
        "Doanh nghiệp FDI xuất khẩu lớn hơn nhập khẩu năm 2023",
        "SELECT doanh_nghiep, SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE 0 END) AS v, "
        "SUM(CASE WHEN chieu = 'Nhập khẩu' THEN tri_gia_usd ELSE 0 END) AS w FROM xnk WHERE nam = 2023 "
        "AND khu_vuc_kinh_te = 'FDI' GROUP BY 1 HAVING v > w ORDER BY v DESC",
    ),
    (
        "Thủ tục của Bộ Y tế có thời gian xử lý trên 24 giờ năm 2022",
        "SELECT thu_tuc, AVG(gio_xu_ly) AS v FROM nsw_ho_so WHERE nam = 2022 AND bo_nganh = 'Bộ Y tế' GROUP BY 1 "
        "HAVING v > 24 ORDER BY v DESC",
    ),
    (
        "Cục chưa đạt dự toán năm 2023",
        "SELECT cuc, 100.0 * SUM(so_thu) / SUM(du_toan) AS v FROM tien_do_thu WHERE nam = 2023 GROUP BY 1 "
        "HAVING v < 100 ORDER BY v DESC",
    ),
    (
        "Tháng có nhiều hơn 100 vụ vi phạm năm 2022",
        "SELECT thang, COUNT(*) FROM vi_pham WHERE nam = 2022 GROUP BY 1 HAVING COUNT(*) > 100 ORDER BY 1",
    ),
    # … and a noun that only says of what kind the name after it is, or what is counted, does not
    (
        "Cửa khẩu Hữu Nghị có xe khách năm 2022",
        "SELECT SUM(so_xe) FROM phuong_tien WHERE nam = 2022 AND cua_khau = 'Cửa khẩu Hữu Nghị' "
        "AND loai_xe = 'Xe khách'",
    ),
    (
        "Hàng hóa có xuất xứ Trung Quốc năm 2023",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND nuoc = 'Trung Quốc'",
    ),
    # who lacks something: nobody of another kind, everybody on the register, no part of a measure
    (
        "Nước ASEAN nào không nhập gạo năm 2022",
        "SELECT DISTINCT nuoc FROM xnk WHERE la_asean AND nuoc NOT IN (SELECT nuoc FROM xnk WHERE nam = 2022 "
        "AND chieu = 'Nhập khẩu' AND nhom_hang = 'Gạo') ORDER BY 1",
    ),
    (
        "Doanh nghiệp chưa từng bị kiểm tra sau thông quan",
        "SELECT DISTINCT doanh_nghiep FROM doanh_nghiep WHERE doanh_nghiep NOT IN (SELECT doanh_nghiep FROM ktstq) "
        "ORDER BY 1",
    ),
    (
        "Cửa khẩu nào không có xe quá hạn tháng 8/2021",
        "SELECT cua_khau FROM phuong_tien GROUP BY 1 HAVING SUM(CASE WHEN nam = 2021 AND thang = 8 THEN xe_qua_han "
        "ELSE 0 END) = 0 ORDER BY 1",
    ),
    (
        "Mẫu C/O nào không bị từ chối năm 2022",
        "SELECT mau_co FROM giay_xuat_xu GROUP BY 1 HAVING COUNT(CASE WHEN nam = 2022 AND trang_thai = 'Từ chối' "
        "THEN 1 END) = 0 ORDER BY 1",
    ),
    # members of a kind: rates of no agreement are none of the FTAs, but stay in the table that is laid out by them
    (
        "FTA nào có thuế suất bình quân cao nhất cho chương 87 năm 2023",
        f"SELECT loai_thue_suat, AVG(thue_suat) AS v FROM bieu_thue WHERE nam = 2023 AND chuong_hs = '87' AND "
        f"loai_thue_suat NOT IN {NO_FTA} GROUP BY 1 ORDER BY v DESC LIMIT 1",
    ),
    (
        "Bao nhiêu hiệp định có thuế suất 0% cho nhóm 8703 năm 2023",
        f"SELECT COUNT(DISTINCT loai_thue_suat) FROM bieu_thue WHERE nam = 2023 AND nhom_hs = '8703' AND thue_suat = 0 "
        f"AND loai_thue_suat NOT IN {NO_FTA}",
    ),
    (
        "Hiệp định nào có thuế suất thấp hơn MFN với chương 64 năm 2023",
        "SELECT loai_thue_suat, AVG(thue_suat) AS v FROM bieu_thue WHERE nam = 2023 AND chuong_hs = '64' AND "
        f"loai_thue_suat NOT IN {NO_FTA} GROUP BY 1 HAVING v < (SELECT AVG(thue_suat) FROM bieu_thue WHERE nam = 2023 "
        "AND chuong_hs = '64' AND loai_thue_suat = 'MFN') ORDER BY v DESC",
    ),
    (
        "Thuế suất theo từng FTA của chương 87 năm 2023",
        "SELECT loai_thue_suat, AVG(thue_suat) AS v FROM bieu_thue WHERE nam = 2023 AND chuong_hs = '87' GROUP BY 1 "
        "ORDER BY v DESC",
    ),
    (
        "Chương nào có nhiều dòng thuế 0% nhất năm 2022",
        "SELECT chuong_hs, COUNT(DISTINCT ma_hs) AS v FROM bieu_thue WHERE nam = 2022 AND loai_thue_suat = 'MFN' AND "
        "thue_suat = 0 GROUP BY 1 ORDER BY v DESC LIMIT 1",
    ),
    # one member held against another that "so với" names: the difference is that of the one asked about
    (
        "So với MFN thì EVFTA giảm mấy điểm đối với chương 87 năm 2023",
        "SELECT e, m, e - m FROM (SELECT AVG(thue_suat) FILTER (WHERE loai_thue_suat = 'EVFTA') AS e, AVG(thue_suat) "
        "FILTER (WHERE loai_thue_suat = 'MFN') AS m FROM bieu_thue WHERE nam = 2023 AND chuong_hs = '87')",
    ),
    (
        "So với C/O giấy thì C/O điện tử bị từ chối ít hơn bao nhiêu năm 2022",
        "SELECT e, p, e - p FROM (SELECT COUNT(*) FILTER (WHERE hinh_thuc_co = 'Điện tử') AS e, COUNT(*) FILTER "
        "(WHERE hinh_thuc_co = 'Bản giấy') AS p FROM giay_xuat_xu WHERE nam = 2022 AND trang_thai = 'Từ chối')",
    ),
    (
        "Thuế suất CPTPP và EVFTA năm 2023 giảm bao nhiêu điểm so với năm 2021",
        "SELECT loai_thue_suat, AVG(thue_suat) FILTER (WHERE nam = 2023) AS a, AVG(thue_suat) FILTER (WHERE nam = 2021)"
        " AS b, a - b FROM bieu_thue WHERE loai_thue_suat IN ('CPTPP', 'EVFTA') GROUP BY 1 ORDER BY a DESC",
    ),
    # … and the widest of such differences, whichever side is more
    (
        "3 chương có chênh lệch giữa thuế suất MFN và EVFTA lớn nhất năm 2023",
        "SELECT chuong_hs, AVG(thue_suat) FILTER (WHERE loai_thue_suat = 'MFN') AS m, AVG(thue_suat) FILTER "
        "(WHERE loai_thue_suat = 'EVFTA') AS e, m - e FROM bieu_thue WHERE nam = 2023 GROUP BY 1 "
        "ORDER BY ABS(m - e) DESC LIMIT 3",
    ),
    (
        "Nước nào có chênh lệch giữa xuất khẩu và nhập khẩu lớn nhất năm 2022",
        "SELECT nuoc, SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE 0 END) AS x, SUM(CASE WHEN "
        "chieu = 'Nhập khẩu' THEN tri_gia_usd ELSE 0 END) AS n, x - n FROM xnk WHERE nam = 2022 GROUP BY 1 "
        "ORDER BY ABS(x - n) DESC LIMIT 1",
    ),
    # "nhiều … hơn …" split around what is counted, of values and of named conditions
    (
        "Cửa khẩu nào có nhiều xe nhập cảnh hơn xe xuất cảnh năm 2022",
        f"SELECT cua_khau, SUM({IN}) AS v, SUM({OUT}) AS w FROM phuong_tien WHERE nam = 2022 GROUP BY 1 HAVING v > w "
        "ORDER BY v DESC",
    ),
    (
        "Thủ tục nào có nhiều hồ sơ đúng hạn hơn hồ sơ quá hạn năm 2022",
        "SELECT thu_tuc, COUNT(*) FILTER (WHERE dung_han) AS d, COUNT(*) FILTER (WHERE NOT dung_han) AS q "
        "FROM nsw_ho_so WHERE nam = 2022 GROUP BY 1 HAVING d > q ORDER BY d DESC",
    ),
    (
        "Cảng nào có nhiều container hơn cảng Tân Vũ năm 2022",
        "SELECT cang, COUNT(*) AS v FROM container WHERE nam = 2022 GROUP BY 1 HAVING v > (SELECT COUNT(*) FROM "
        "container WHERE nam = 2022 AND cang = 'Cảng Tân Vũ') ORDER BY v DESC",
    ),
    (
        "Thủ tục nào mất nhiều thời gian nhất của Bộ Công Thương năm 2022",
        "SELECT thu_tuc, AVG(gio_xu_ly) AS v FROM nsw_ho_so WHERE nam = 2022 AND bo_nganh = 'Bộ Công Thương' "
        "GROUP BY 1 ORDER BY v DESC LIMIT 1",
    ),
    (
        "Dòng thuế nào chịu TTĐB trên 20% năm 2023",
        "SELECT ma_hs, AVG(thue_suat_ttdb) AS v FROM bieu_thue WHERE nam = 2023 AND loai_thue_suat = 'MFN' GROUP BY 1 "
        "HAVING v > 20 ORDER BY v DESC",
    ),
    # two bounds on one amount, whose unit is said once; who is in both of two
    (
        "Số hóa đơn hoàn thuế trên 5 và dưới 50 triệu đồng năm 2023",
        "SELECT COUNT(*) FROM hoan_thue_du_khach WHERE nam = 2023 AND tri_gia_hoa_don > 5000000 "
        "AND tri_gia_hoa_don < 50000000",
    ),
    (
        "Bao nhiêu doanh nghiệp nộp hồ sơ cho cả Bộ Y tế và Bộ Công Thương năm 2022",
        "SELECT COUNT(*) FROM (SELECT ma_so_thue FROM nsw_ho_so WHERE nam = 2022 AND bo_nganh = 'Bộ Y tế' INTERSECT "
        "SELECT ma_so_thue FROM nsw_ho_so WHERE nam = 2022 AND bo_nganh = 'Bộ Công Thương')",
    ),
    # a bound on what is counted lies on the whole of it, and on the register where it counts its entries
    (
        "Cửa khẩu nào có hơn 5.000 xe container năm 2022",
        "SELECT cua_khau, SUM(so_xe) AS v FROM phuong_tien WHERE nam = 2022 AND loai_xe = 'Xe container' GROUP BY 1 "
        "HAVING v > 5000 ORDER BY v DESC",
    ),
    (
        "Tỉnh có trên 30 doanh nghiệp FDI",
        "SELECT tinh, COUNT(*) AS v FROM doanh_nghiep WHERE khu_vuc_kinh_te = 'FDI' GROUP BY 1 HAVING v > 30 "
        "ORDER BY v DESC",
    ),
]


@pytest.mark.parametrize(("question", "by_hand"), CASES)
def test_the_composed_query_returns_what_one_written_by_hand_returns(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, by_hand: str
) -> None:
    wanted = database.execute(by_hand).fetchall()

    assert wanted
    assert same(ask(question), wanted)


@pytest.mark.parametrize(
    ("question", "lost"),
    [
        ("Kim ngạch, số thu ngân sách và số doanh nghiệp năm 2023", "số doanh nghiệp"),
        ("Số thu, số chứng từ và số tờ khai năm 2022", "số chứng từ"),
        ("Nợ thuế, số thu và số vụ vi phạm của cục Hải Phòng cuối năm 2022", "Nợ thuế"),
        ("Số doanh nghiệp, kim ngạch và số tờ khai theo tỉnh năm 2022", "kim ngạch"),
        # hours and kinds of days that no row tells
        ("Cuối tuần có bao nhiêu xe qua Mộc Bài năm 2023", "Cuối tuần"),
        ("Giờ cao điểm có bao nhiêu xe qua Tân Thanh năm 2023", "Giờ cao điểm"),
        ("Ngành nào có nhiều doanh nghiệp ưu tiên hơn doanh nghiệp chế xuất", "nhiều hơn"),
        # what both sides keep is no side: no lorries are held against a gate
        ("Xe tải ra nhiều hơn xe tải vào bao nhiêu lượt ở Móng Cái năm 2023", "nhiều hơn"),
    ],
)
def test_what_a_reading_cannot_say_is_told_as_not_understood(reader: Reader, question: str, lost: str) -> None:
    read = reader.read(Question(question))

    assert lost in [span.text for span in read.unread]
    assert read.certainty < 0.9


@pytest.mark.parametrize(
    "question",
    [
        "Kim ngạch và số thu ngân sách năm 2023",
        "Xe nhập cảnh nhiều hơn xe xuất cảnh bao nhiêu lượt ở Móng Cái năm 2023",
        "Số container, số chuyến tàu theo cảng năm 2022",
        "Số xe qua Mộc Bài cuối tuần trước",
    ],
)
def test_what_is_said_whole_is_not_given_back(reader: Reader, question: str) -> None:
    assert reader.read(Question(question)).unread == ()
