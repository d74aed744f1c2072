"""What is denied, what is left of an amount, one number shared among rows, and a unit of time without a number."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.read import Reader
from nl2sql.types import Question

CASES = [
    # "chưa" denies the condition after it
    (
        "Số container chưa gắn seal điện tử vào cảng Cái Mép năm 2024",
        "SELECT COUNT(*) FROM container WHERE nam = 2024 AND cang = 'Cảng Cái Mép' AND NOT seal_dien_tu",
    ),
    (
        "Hồ sơ một cửa chưa được cấp phép năm 2023 theo bộ",
        "SELECT bo_nganh, COUNT(*) AS v FROM nsw_ho_so WHERE nam = 2023 AND trang_thai <> 'Đã cấp phép' "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Bao nhiêu C/O chưa được chấp nhận quý 2/2024",
        "SELECT COUNT(*) FROM giay_xuat_xu WHERE nam = 2024 AND quy = 2 AND trang_thai <> 'Chấp nhận'",
    ),
    (
        "Dòng hàng bị nghi vấn giá mà chưa tham vấn từng quý năm 2023",
        "SELECT quy, COUNT(*) FROM tham_van_gia WHERE nam = 2023 AND NOT co_tham_van GROUP BY 1 ORDER BY 1",
    ),
    (
        "Cont 20 feet vào cảng năm 2025 mà tới giờ chưa ra",
        "SELECT COUNT(*) FROM container WHERE nam = 2025 AND kich_co = '20 feet' AND trang_thai = 'Đang lưu tại cảng'",
    ),
    (
        "Ngành nào chưa có doanh nghiệp chế xuất nào",
        "SELECT nganh FROM doanh_nghiep WHERE nganh IS NOT NULL GROUP BY 1 HAVING NOT BOOL_OR(la_che_xuat) ORDER BY 1",
    ),
    # a total beside the remainder of it, a total shared among rows
    (
        "Tiền ấn định hậu kiểm chưa nộp của khu vực V năm 2023",
        "SELECT SUM(tien_an_dinh + tien_phat - da_nop) FROM ktstq WHERE nam = 2023 AND khu_vuc = 'Khu vực V'",
    ),
    (
        "2 cục có số thuế ấn định qua kiểm tra sau thông quan bình quân một cuộc cao nhất năm 2022",
        "SELECT cuc, 1.0 * SUM(tien_an_dinh) / COUNT(*) AS v FROM ktstq WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC "
        "LIMIT 2",
    ),
    (
        "Biên chế giao và số có mặt cuối năm 2023 của khu vực II, còn thiếu bao nhiêu",
        "SELECT SUM(bien_che_giao), SUM(co_mat), SUM(bien_che_giao) - SUM(co_mat) FROM nhan_su WHERE nam = 2023 "
        "AND thang = 12 AND khu_vuc = 'Khu vực II'",
    ),
    # numbers of things in percent of one another
    (
        "Tỷ lệ cán bộ tin học trên biên chế của khu vực III cuối năm 2022",
        "SELECT 100.0 * SUM(chuyen_trach_cntt) / SUM(bien_che_giao) FROM nhan_su WHERE nam = 2022 AND thang = 12 "
        "AND khu_vuc = 'Khu vực III'",
    ),
    # what is said of those that the words before bound
    (
        "Tỷ lệ cont xuất bị soi chiếu mà nghi vấn năm 2023",
        "SELECT 100.0 * COUNT(CASE WHEN ket_qua_soi = 'Nghi vấn' THEN 1 END) / COUNT(ket_qua_soi) FROM container "
        "WHERE nam = 2023 AND chieu = 'Xuất khẩu' AND soi_chieu",
    ),
    # the little word of a bound is not that of the superlative
    (
        "Nước nào khai thấp hơn giá tham chiếu trên 40% nhiều lần nhất năm 2024",
        "SELECT nuoc, COUNT(*) AS v FROM tham_van_gia WHERE nam = 2024 AND chenh_lech_pct > 40 GROUP BY 1 "
        "ORDER BY v DESC LIMIT 1",
    ),
    ("5 mã hàng có giá tham chiếu lớn nhất tính theo tấn quý 1/2024",
     "SELECT ma_hs, AVG(gia_tham_chieu_usd) AS v FROM gia_tham_chieu WHERE nam = 2024 AND quy = 1 "
     "AND don_vi_gia = 'tấn' GROUP BY 1 ORDER BY v DESC LIMIT 5"),
    # a mean that is asked for is what a bound beside it lies on
    (
        "Kim ngạch xuất khẩu bình quân tháng theo nước năm 2023, nước nào trên 800 triệu USD",
        "SELECT nuoc, SUM(tri_gia_usd) / COUNT(DISTINCT thang) AS v FROM xnk WHERE nam = 2023 "
        "AND chieu = 'Xuất khẩu' GROUP BY 1 HAVING v > 800000000 ORDER BY v DESC",
    ),
    (
        "Số chuyến bay bình quân ngày ở từng sân bay năm 2023, chỉ lấy sân bay trên 1 chuyến/ngày",
        "SELECT cang, 1.0 * COUNT(*) / COUNT(DISTINCT ngay) AS v FROM chuyen_tau_bay WHERE nam = 2023 "
        "AND loai_phuong_tien = 'Tàu bay' GROUP BY 1 HAVING v > 1 ORDER BY v DESC",
    ),
    (
        "Lưu lượng xe bình quân ngày của các cửa khẩu giáp Lào tháng 5/2024, cửa khẩu nào dưới 40 xe",
        "SELECT cua_khau, 1.0 * SUM(so_xe) / COUNT(DISTINCT ngay) AS v FROM phuong_tien WHERE nam = 2024 "
        "AND thang = 5 AND nuoc_giap = 'Lào' GROUP BY 1 HAVING v < 40 ORDER BY v DESC",
    ),
    (
        "Bình quân một C/O form D giảm được bao nhiêu tiền thuế năm 2023",
        "SELECT 1.0 * SUM(thue_giam) / COUNT(*) FROM giay_xuat_xu WHERE nam = 2023 AND mau_co = 'Form D'",
    ),
    # the part that a number counts bounds the amount beside it
    (
        "Số cont tồn đọng trên 90 ngày theo cảng, tính cả TEU",
        "SELECT cang, COUNT(*) AS v, SUM(so_teu) FROM container WHERE ton_qua_90_ngay GROUP BY 1 ORDER BY v DESC",
    ),
    # what a ratio is measured against is no second measure
    (
        "Tỷ lệ thu nộp so với số ấn định, phạt của từng cục năm 2023",
        "SELECT cuc, 100.0 * SUM(da_nop) / NULLIF(SUM(tien_an_dinh + tien_phat), 0) AS v FROM ktstq WHERE nam = 2023 "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    # a condition on things of a roster holds before they are ranked
    (
        "5 doanh nghiệp ngành gỗ nợ thuế nhiều nhất nhưng vẫn đang hoạt động",
        "SELECT doanh_nghiep, SUM(so_no_thue) AS v FROM doanh_nghiep WHERE dang_hoat_dong "
        "AND nganh = 'Gỗ, giấy' GROUP BY 1 ORDER BY v DESC LIMIT 5",
    ),
    (
        "5 doanh nghiệp nộp thuế nhiều nhất nhưng không phải FDI",
        "SELECT doanh_nghiep, SUM(so_thue_da_nop) AS v FROM doanh_nghiep WHERE khu_vuc_kinh_te <> 'FDI' GROUP BY 1 "
        "ORDER BY v DESC LIMIT 5",
    ),
    # a denied condition may be the part that is asked for
    (
        "Cục nào hậu kiểm không phát hiện vi phạm chiếm trên 60% số cuộc năm 2023",
        "SELECT cuc, 100.0 * COUNT(CASE WHEN NOT co_vi_pham THEN 1 END) / COUNT(*) AS v FROM ktstq WHERE nam = 2023 "
        "GROUP BY 1 HAVING v > 60 ORDER BY v DESC",
    ),
    # two changes against each other, told with "mà"
    (
        "Khu vực có số vụ tăng mà tiền phạt lại giảm năm 2023 so với năm 2022",
        "SELECT khu_vuc FROM vi_pham WHERE nam IN (2022, 2023) GROUP BY 1 HAVING COUNT(CASE WHEN nam = 2023 THEN 1 END)"
        " > COUNT(CASE WHEN nam = 2022 THEN 1 END) AND SUM(CASE WHEN nam = 2023 THEN tien_phat ELSE 0 END) < "
        "SUM(CASE WHEN nam = 2022 THEN tien_phat ELSE 0 END) ORDER BY 1",
    ),
    # goods are asked for by "hàng nào"; people are counted where a question begins with them
    (
        "Hàng nào bị nghi vấn giá mà tỷ lệ bác bỏ dưới 20% năm 2023",
        "SELECT nhom_hang, 100.0 * COUNT(CASE WHEN ket_qua = 'Bác bỏ' THEN 1 END) / NULLIF(COUNT(CASE WHEN co_tham_van "
        "THEN 1 END), 0) AS v FROM tham_van_gia WHERE nam = 2023 GROUP BY 1 HAVING v < 20 ORDER BY v DESC",
    ),
    (
        "Hành khách đi bằng tàu hỏa liên vận năm 2024",
        "SELECT SUM(so_hanh_khach) FROM chuyen_tau_bay WHERE nam = 2024 AND loai_phuong_tien = 'Tàu hỏa' "
        "AND chieu_xnc = 'Xuất cảnh'",
    ),
    (
        "Tháng nào khách du lịch hoàn thuế ở Nội Bài đông nhất năm 2023",
        "SELECT thang, COUNT(*) AS v FROM hoan_thue_du_khach WHERE nam = 2023 AND "
        "cua_khau = 'Sân bay quốc tế Nội Bài' GROUP BY 1 ORDER BY v DESC LIMIT 1",
    ),
    # things that owe; the part of a whole that was named before
    (
        "Doanh nghiệp chế xuất nào còn nợ thuế",
        "SELECT doanh_nghiep, SUM(so_no_thue) AS v FROM doanh_nghiep WHERE la_che_xuat AND so_no_thue > 0 GROUP BY 1 "
        "ORDER BY v DESC",
    ),
    (
        "Ngành gỗ có bao nhiêu doanh nghiệp, FDI chiếm mấy phần trăm",
        "SELECT COUNT(*), 100.0 * COUNT(CASE WHEN khu_vuc_kinh_te = 'FDI' THEN 1 END) / COUNT(*) FROM doanh_nghiep "
        "WHERE nganh = 'Gỗ, giấy'",
    ),
    # bounds on rows, in pieces, for each of the things
    (
        "Hóa đơn trị giá trên 30 triệu bị từ chối hoàn năm 2023",
        "SELECT COUNT(*) FROM hoan_thue_du_khach WHERE nam = 2023 AND trang_thai = 'Từ chối' "
        "AND tri_gia_hoa_don > 30000000",
    ),
    (
        "Số C/O bị từ chối theo từng mẫu năm 2024, mẫu nào quá 10 cái thì kê ra",
        "SELECT mau_co, COUNT(*) AS v FROM giay_xuat_xu WHERE nam = 2024 AND trang_thai = 'Từ chối' GROUP BY 1 "
        "HAVING v > 10 ORDER BY v DESC",
    ),
    (
        "Bình quân mỗi quyết định hoàn thuế xuất nhập khẩu năm 2023 theo cục, cục nào trên 300 triệu một quyết định",
        "SELECT cuc, SUM(so_tien) / COUNT(*) AS v FROM hoan_thue WHERE nam = 2023 AND hinh_thuc = 'Hoàn thuế' "
        "GROUP BY 1 HAVING v > 300000000 ORDER BY v DESC",
    ),
    (
        "Tổng số tiền miễn thuế và giảm thuế năm 2023",
        "SELECT SUM(so_tien) FROM hoan_thue WHERE nam = 2023 AND hinh_thuc IN ('Miễn thuế', 'Giảm thuế')",
    ),
    # every year is asked for, and which is the largest: it stands first; the end of each year of a stretch
    (
        "Khối lượng ma túy bắt giữ mỗi năm bao nhiêu kg, năm nào nhiều nhất",
        "SELECT nam, SUM(khoi_luong_ma_tuy) AS v FROM vi_pham GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Số doanh nghiệp tuân thủ cao cuối các năm 2019 đến 2022",
        "SELECT nam, SUM(so_doanh_nghiep) FROM tuan_thu WHERE nam BETWEEN 2019 AND 2022 AND thang = 12 "
        "AND muc_tuan_thu = 'Mức 2 - Tuân thủ cao' GROUP BY 1 ORDER BY 1",
    ),
    (
        "Lý do từ chối C/O nhiều nhất năm 2024, trừ lý do sai tiêu chí xuất xứ",
        "SELECT ly_do_tu_choi, COUNT(*) AS v FROM giay_xuat_xu WHERE nam = 2024 AND ly_do_tu_choi IS NOT NULL AND "
        "ly_do_tu_choi <> 'Sai tiêu chí xuất xứ' GROUP BY 1 ORDER BY v DESC LIMIT 1",
    ),
    # a unit of time without a number is the one of today
    ("Tổng số cuộc hậu kiểm trong năm", "SELECT COUNT(*) FROM ktstq WHERE nam = 2025"),
    ("Số tờ khai trong tháng của khu vực I",
     "SELECT COUNT(*) FROM to_khai WHERE nam = 2025 AND thang = 10 AND khu_vuc = 'Khu vực I'"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_the_answer_is_that_of_a_query_written_by_hand(
    database: duckdb.DuckDBPyConnection, ask: Ask, question: str, expected: str
) -> None:
    assert same(ask(question), database.execute(expected).fetchall())


@pytest.mark.parametrize(
    ("question", "lost"),
    [
        ("Số doanh nghiệp không nộp thuế năm 2023", "không"),
        ("Bao nhiêu tàu biển nhập cảnh năm 2024 chưa rời cảng", "rời cảng"),
        ("Bên nào thu nộp qua hậu kiểm nhiều năm 2023", "nào"),
        ("Văn bản đến tháng 9/2024 đã hoàn thành mấy cái, còn mấy cái", "còn mấy"),
    ],
)
def test_a_denial_that_changed_nothing_is_shown_as_unread(reader: Reader, question: str, lost: str) -> None:
    assert any(lost in span.text for span in reader.read(Question(question)).unread)


@pytest.mark.parametrize(
    "question", ["Thu ngân sách năm 2024 đạt dự toán chưa", "Cho biết số vụ ma túy năm 2024 được không"]
)
def test_a_denying_word_at_the_end_only_asks(reader: Reader, question: str) -> None:
    assert reader.read(Question(question)).unread == ()
