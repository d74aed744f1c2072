"""Lists inside a question: numbers of a scale, counts with a condition of their own, units, steps inside steps."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

LEVELS = "SELECT muc_tuan_thu, SUM(so_doanh_nghiep) AS v FROM tuan_thu WHERE ngay = '2024-12-31'"
DOUBTED = "SUM(CASE WHEN phan_luong = 'Đỏ' THEN 1 ELSE 0 END)"

CASES = [
    # numbers of a scale: a list, a range of values, a range of numbers
    (
        "doanh nghiệp tuân thủ mức 3, 4 và 5 cuối năm 2024 là bao nhiêu",
        f"{LEVELS} AND substr(muc_tuan_thu, 5, 1) IN ('3', '4', '5') GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Năm 2023, số tờ khai của từng mức tuân thủ từ 2 đến 4",
        "SELECT muc_tuan_thu, SUM(so_to_khai) AS v FROM rui_ro WHERE nam = 2023 "
        "AND substr(muc_tuan_thu, 5, 1) BETWEEN '2' AND '4' GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "từ mức 1 đến mức 3, mỗi mức có bao nhiêu doanh nghiệp đăng ký",
        "SELECT muc_tuan_thu, COUNT(*) AS v FROM doanh_nghiep WHERE substr(muc_tuan_thu, 5, 1) BETWEEN '1' AND '3' "
        "GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "tỷ lệ doanh nghiệp tuân thủ tốt (mức 1 + 2) theo ngành",
        "SELECT nganh, 100.0 * SUM(CASE WHEN substr(muc_tuan_thu, 5, 1) IN ('1', '2') THEN 1 ELSE 0 END) / COUNT(*) "
        "AS v FROM doanh_nghiep GROUP BY 1 ORDER BY v DESC",
    ),
    # counts listed with a condition of their own
    (
        "năm 2023 bao nhiêu tờ khai, bao nhiêu tờ khai luồng đỏ theo khu vực",
        f"SELECT khu_vuc, COUNT(*) AS v, {DOUBTED} FROM to_khai WHERE nam = 2023 GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "Tham vấn giá quý I/2023: số dòng tham vấn, số dòng chấp nhận",
        "SELECT SUM(CASE WHEN co_tham_van THEN 1 ELSE 0 END), SUM(CASE WHEN ket_qua = 'Chấp nhận' THEN 1 ELSE 0 END) "
        "FROM tham_van_gia WHERE nam = 2023 AND quy = 1",
    ),
    # units listed as measures
    (
        "vi phạm 2022 theo cục: số vụ/đối tượng",
        "SELECT cuc, COUNT(*) AS v, SUM(so_doi_tuong) FROM vi_pham WHERE nam = 2022 GROUP BY 1 ORDER BY v DESC",
    ),
    (
        "nhập khẩu sắt thép 2023 theo nước, cả tấn lẫn trị giá",
        "SELECT nuoc, SUM(tri_gia_usd) AS v, SUM(luong) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 "
        "AND nhom_hang = 'Sắt thép các loại' GROUP BY 1 ORDER BY v DESC",
    ),
    # the amount that a count is followed by
    (
        "bao nhiêu doanh nghiệp nộp thuế nhập khẩu năm 2023 và nộp tổng cộng bao nhiêu tiền",
        "SELECT COUNT(DISTINCT ma_so_thue), SUM(so_tien) FROM thu_nsnn WHERE loai_thue = 'Thuế nhập khẩu' "
        "AND nam = 2023",
    ),
    (
        "Bao nhiêu doanh nghiệp nợ trên 90 ngày và tổng số nợ đó là bao nhiêu?",
        "SELECT COUNT(DISTINCT ma_so_thue), SUM(so_no) FROM no_thue WHERE ngay = '2025-10-31' AND so_ngay_qua_han > 90",
    ),
    # steps of the calendar inside one another, bounds beside a rank inside groups
    (
        "Mỗi năm giai đoạn 2019-2023, quý nào số vụ vi phạm nhiều nhất?",
        "SELECT nam, quy, v FROM (SELECT nam, quy, COUNT(*) AS v, ROW_NUMBER() OVER (PARTITION BY nam ORDER BY "
        "COUNT(*) DESC) AS h FROM vi_pham WHERE nam BETWEEN 2019 AND 2023 GROUP BY nam, quy) WHERE h = 1 ORDER BY nam",
    ),
    (
        "Từng quý trong năm 2024, tháng nào thu ngân sách thấp nhất?",
        "SELECT quy, thang, v FROM (SELECT quy, thang, SUM(so_tien) AS v, ROW_NUMBER() OVER (PARTITION BY quy ORDER BY "
        "SUM(so_tien)) AS h FROM thu_nsnn WHERE nam = 2024 GROUP BY quy, thang) WHERE h = 1 ORDER BY quy",
    ),
    (
        "Với mỗi khu vực, loại hình nào có thời gian thông quan bình quân dài nhất năm 2023, chỉ xét loại hình từ 50 "
        "tờ khai?",
        "SELECT khu_vuc, loai_hinh, v FROM (SELECT khu_vuc, loai_hinh, AVG(gio_thong_quan) AS v, ROW_NUMBER() OVER "
        "(PARTITION BY khu_vuc ORDER BY AVG(gio_thong_quan) DESC) AS h FROM to_khai WHERE nam = 2023 "
        "GROUP BY 1, 2 HAVING COUNT(*) >= 50) WHERE h = 1 ORDER BY khu_vuc",
    ),
    # points are those of a rate
    (
        "Từ năm 2022 sang năm 2023, hồ sơ đúng hạn tăng hay giảm mấy điểm phần trăm?",
        "SELECT b, a, b - a FROM (SELECT 100.0 * SUM(CASE WHEN nam = 2022 AND dung_han THEN 1 ELSE 0 END) / "
        "COUNT(CASE WHEN nam = 2022 THEN dung_han END) AS a, 100.0 * SUM(CASE WHEN nam = 2023 AND dung_han THEN 1 "
        "ELSE 0 END) / COUNT(CASE WHEN nam = 2023 THEN dung_han END) AS b FROM nsw_ho_so)",
    ),
    # a place bounds the whole of a rate
    (
        "phần trăm hóa đơn bị từ chối tại sân bay Nội Bài năm 2024",
        "SELECT 100.0 * SUM(CASE WHEN trang_thai = 'Từ chối' THEN 1 ELSE 0 END) / COUNT(*) FROM hoan_thue_du_khach "
        "WHERE cua_khau = 'Sân bay quốc tế Nội Bài' AND nam = 2024",
    ),
    # what is counted is no column
    (
        "Phân bổ doanh nghiệp theo ngành, kèm tỷ trọng",
        "SELECT nganh, COUNT(*) AS v, 100.0 * COUNT(*) / SUM(COUNT(*)) OVER () FROM doanh_nghiep GROUP BY 1 "
        "ORDER BY v DESC",
    ),
    # abbreviations in capitals, a week by its days
    (
        "TL luồng đỏ theo tháng năm 2024",
        f"SELECT thang, 100.0 * {DOUBTED} / COUNT(*) FROM to_khai WHERE nam = 2024 GROUP BY 1 ORDER BY 1",
    ),
    (
        "TG thông quan trung bình luồng đỏ năm 2023",
        "SELECT AVG(gio_thong_quan) FROM to_khai WHERE nam = 2023 AND phan_luong = 'Đỏ'",
    ),
    (
        "thu ngân sách tuần 6/10-12/10/2025",
        "SELECT SUM(so_tien) FROM thu_nsnn WHERE ngay BETWEEN '2025-10-06' AND '2025-10-12'",
    ),
    (
        "số tờ khai tuần 23/2024",
        "SELECT COUNT(*) FROM to_khai WHERE ngay BETWEEN '2024-06-03' AND '2024-06-09'",
    ),
]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=[q for q, _ in CASES])
def test_the_answer_is_that_of_a_query_written_by_hand(
    ask: Ask, database: duckdb.DuckDBPyConnection, question: str, expected: str
) -> None:
    assert same(ask(question), database.execute(expected).fetchall())
