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
        ("Hàng nào bị nghi vấn giá mà tỷ lệ bác bỏ dưới 20% năm 2023", "nào"),
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
