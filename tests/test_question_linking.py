"""Names in other words, asked for indirectly, or shared by two areas: the composed query beside one by hand."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.question.paradigm import bare, wordings
from nl2sql.question.vocabulary import build_vocabulary
from schema.loading import load_catalogue

CASES = [
    # a name in another wording of the language
    (
        "Mấy hóa đơn được làm thủ tục hoàn thuế cho du khách trong quý I/2023?",
        "SELECT COUNT(*) FROM hoan_thue_du_khach WHERE nam = 2023 AND quy = 1",
    ),
    (
        "Phần trăm container phải soi chiếu tại cảng Đình Vũ năm 2022",
        "SELECT 100.0 * SUM(CASE WHEN soi_chieu THEN 1 ELSE 0 END) / COUNT(*) FROM container WHERE nam = 2022 AND "
        "cang = 'Cảng Đình Vũ'",
    ),
    (
        "Số công ty bị kiểm tra sau thông quan năm 2023",
        "SELECT COUNT(DISTINCT ma_so_thue) FROM ktstq WHERE nam = 2023",
    ),
    # a value keeps its words where a measure would take them
    (
        "Quý II/2022 truy thu được bao nhiêu tiền?",
        "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2022 AND quy = 2 AND loai_khoan = 'Truy thu'",
    ),
    # the rate of a measure, inside the place that is named
    (
        "Tỷ lệ hàng phải kiểm hóa ở cục Lạng Sơn năm 2022",
        "SELECT 100.0 * SUM(kiem_tra_thuc_te) / SUM(so_to_khai) FROM rui_ro WHERE nam = 2022 AND cuc = 'Lạng Sơn'",
    ),
    # the unit of a part is no second measure
    (
        "Năm 2021 kiểm hóa mấy tờ khai của doanh nghiệp tuân thủ thấp?",
        "SELECT SUM(kiem_tra_thuc_te) FROM rui_ro WHERE nam = 2021 AND muc_tuan_thu = 'Mức 4 - Tuân thủ thấp'",
    ),
    # what the question begins with is what is counted
    (
        "Hóa đơn không xuất trình được hàng hóa năm 2023 theo cửa khẩu",
        "SELECT cua_khau, COUNT(*) AS n FROM hoan_thue_du_khach WHERE nam = 2023 AND ly_do_tu_choi = "
        "'Không xuất trình hàng hóa' GROUP BY cua_khau ORDER BY n DESC",
    ),
    # columns asked for by a question word
    (
        "Năm 2022 ma túy bị bắt ở đâu nhiều nhất?",
        "SELECT cuc, COUNT(*) AS n FROM vi_pham WHERE nam = 2022 AND hanh_vi = 'Ma túy' GROUP BY cuc "
        "ORDER BY n DESC LIMIT 1",
    ),
    (
        "Khách Nhật mua gì nhiều nhất năm 2023?",
        "SELECT mat_hang_mua, SUM(tien_hoan) AS n FROM hoan_thue_du_khach WHERE nam = 2023 AND quoc_tich = 'Nhật Bản' "
        "GROUP BY mat_hang_mua ORDER BY n DESC LIMIT 1",
    ),
    # how long is a mean duration
    (
        "Tờ khai luồng đỏ năm 2023 thông quan mất bao lâu?",
        "SELECT AVG(gio_thong_quan) FROM to_khai WHERE nam = 2023 AND phan_luong = 'Đỏ'",
    ),
    # a register is of now: another time asks for what was recorded then
    (
        "Cuối năm 2022 có bao nhiêu doanh nghiệp không tuân thủ?",
        "SELECT SUM(so_doanh_nghiep) FROM tuan_thu WHERE nam = 2022 AND thang = 12 AND muc_tuan_thu = "
        "'Mức 5 - Không tuân thủ'",
    ),
    (
        "Có bao nhiêu doanh nghiệp không tuân thủ?",
        "SELECT COUNT(*) FROM doanh_nghiep WHERE muc_tuan_thu = 'Mức 5 - Không tuân thủ'",
    ),
    # members counted by a superlative that goes around them
    (
        "Tỉnh nào có nhiều công ty nhập khẩu nhất trong năm 2021?",
        "SELECT tinh, COUNT(DISTINCT ma_so_thue) AS n FROM xnk WHERE nam = 2021 AND chieu = 'Nhập khẩu' GROUP BY tinh "
        "ORDER BY n DESC LIMIT 1",
    ),
    # years are not counted where the year is named
    (
        "Ta xuất siêu sang Hoa Kỳ bao nhiêu năm 2022?",
        "SELECT SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) FROM xnk WHERE nam = 2022 "
        "AND nuoc = 'Hoa Kỳ'",
    ),
    # a rank inside the name of a measure
    (
        "Nhóm hàng nào có giá tham chiếu cao nhất quý II/2024?",
        "SELECT nhom_hang, AVG(gia_tham_chieu_usd) AS n FROM gia_tham_chieu WHERE nam = 2024 AND quy = 2 "
        "GROUP BY nhom_hang ORDER BY n DESC LIMIT 1",
    ),
    # a condition that a value implies is no second one
    (
        "Bao nhiêu phần trăm hàng nhập từ Hàn Quốc có C/O mẫu AK năm 2022?",
        "SELECT 100.0 * SUM(CASE WHEN mau_co = 'Form AK' THEN tri_gia_usd ELSE 0 END) / SUM(tri_gia_usd) FROM xnk "
        "WHERE nam = 2022 AND chieu = 'Nhập khẩu' AND nuoc = 'Hàn Quốc'",
    ),
    # all enterprises together, and as a list
    (
        "Các doanh nghiệp ở Hải Phòng nộp thuế bao nhiêu trong năm 2023?",
        "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2023 AND tinh = 'Hải Phòng'",
    ),
    # the column that is asked for decides between areas
    (
        "Bộ nào giải quyết chậm nhất năm 2023?",
        "SELECT bo_nganh, AVG(gio_xu_ly) AS n FROM nsw_ho_so WHERE nam = 2023 GROUP BY bo_nganh "
        "ORDER BY n DESC LIMIT 1",
    ),
    (
        "Tàu chở container cập cảng nào nhiều nhất năm 2022?",
        "SELECT cang, COUNT(*) AS n FROM chuyen_tau_bay WHERE nam = 2022 AND loai_chuyen = 'Chở container' AND "
        "chieu_xnc = 'Nhập cảnh' GROUP BY cang ORDER BY n DESC LIMIT 1",
    ),
    # money asked for by a superlative
    (
        "Cục nào xử phạt qua hậu kiểm nhiều tiền nhất năm 2022?",
        "SELECT cuc, SUM(tien_phat) AS n FROM ktstq WHERE nam = 2022 GROUP BY cuc ORDER BY n DESC LIMIT 1",
    ),
    # the governed proportion of two measures, and the part of a whole that is named to count it
    (
        "Số đã nộp so với số phải nộp qua kiểm tra sau thông quan năm 2023 được mấy phần trăm?",
        "SELECT 100.0 * SUM(da_nop) / SUM(tien_an_dinh + tien_phat) FROM ktstq WHERE nam = 2023",
    ),
    (
        "Bao nhiêu công chức là nữ ở cục Đà Nẵng cuối năm 2023?",
        "SELECT SUM(nu) FROM nhan_su WHERE nam = 2023 AND thang = 12 AND cuc = 'Đà Nẵng'",
    ),
    # a rate inside each group although the measure that goes without saying is money
    (
        "Tỷ lệ hồ sơ hoàn VAT cho du khách bị từ chối theo cửa khẩu năm 2023",
        "SELECT cua_khau, 100.0 * SUM(CASE WHEN trang_thai = 'Từ chối' THEN 1 ELSE 0 END) / COUNT(*) AS n "
        "FROM hoan_thue_du_khach WHERE nam = 2023 GROUP BY cua_khau ORDER BY n DESC",
    ),
    # members that reach a plan said in other words
    (
        "Bao nhiêu cục đạt kế hoạch thu năm 2023?",
        "SELECT COUNT(*) FROM (SELECT cuc FROM tien_do_thu WHERE nam = 2023 GROUP BY cuc "
        "HAVING 100.0 * SUM(so_thu) / NULLIF(SUM(du_toan), 0) >= 100)",
    ),
    # properties that stand together are both meant
    (
        "Doanh nghiệp chế xuất đã ngừng hoạt động có bao nhiêu?",
        "SELECT COUNT(*) FROM doanh_nghiep WHERE la_che_xuat AND NOT dang_hoat_dong",
    ),
    # what a question begins with says what is counted, and so the area
    (
        "C/O mẫu AJ nhập khẩu theo quý năm 2023",
        "SELECT quy, COUNT(*) FROM giay_xuat_xu WHERE nam = 2023 AND mau_co = 'Form AJ' AND chieu = 'Nhập khẩu' "
        "GROUP BY quy ORDER BY quy",
    ),
    # a column listed by belongs to one area only
    (
        "Phương tiện xuất cảnh theo loại xe năm 2023",
        "SELECT loai_xe, SUM(so_xe) AS n FROM phuong_tien WHERE nam = 2023 AND chieu_xnc = 'Xuất cảnh' "
        "GROUP BY loai_xe ORDER BY n DESC",
    ),
    # steps of the calendar are no list of rows
    (
        "Các vụ án khởi tố theo quý năm 2023",
        "SELECT quy, COUNT(*) FROM vi_pham WHERE nam = 2023 AND hinh_thuc_xu_ly = 'Khởi tố' GROUP BY quy ORDER BY quy",
    ),
    # a bound is no second measure
    (
        "Khai thấp hơn giá tham chiếu từ 40% trở lên có bao nhiêu dòng hàng năm 2023?",
        "SELECT COUNT(*) FROM tham_van_gia WHERE nam = 2023 AND chenh_lech_pct >= 40",
    ),
    # the column at the beginning is what the end asks for
    (
        "Mặt hàng chủ lực nhập khẩu của Bắc Ninh năm 2023 là gì?",
        "SELECT nhom_hang, SUM(tri_gia_usd) AS n FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND cuc = "
        "'Bắc Ninh' GROUP BY nhom_hang ORDER BY n DESC",
    ),
    # a compound means all of its parts and names none of them
    (
        "Số liệu sơ bộ xuất nhập khẩu tháng 9/2025",
        "SELECT SUM(tri_gia_usd) FROM xnk_ky WHERE nam = 2025 AND thang = 9 AND trang_thai_so_lieu = 'Sơ bộ'",
    ),
    (
        "Thuế xuất nhập khẩu thu được trong quý I/2024",
        "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2024 AND quy = 1 AND loai_thue IN ('Thuế xuất khẩu', "
        "'Thuế nhập khẩu')",
    ),
    # what a question begins with is counted by its end
    (
        "Doanh nghiệp nộp thuế trên 20 tỷ đồng năm 2023 có bao nhiêu?",
        "SELECT COUNT(*) FROM (SELECT ma_so_thue FROM thu_nsnn WHERE nam = 2023 GROUP BY ma_so_thue "
        "HAVING SUM(so_tien) > 20000000000)",
    ),
    # of two conditions the one named first is the part
    (
        "Tỷ lệ C/O bị từ chối của mẫu AJ năm 2023",
        "SELECT 100.0 * SUM(CASE WHEN trang_thai = 'Từ chối' THEN 1 ELSE 0 END) / COUNT(*) FROM giay_xuat_xu "
        "WHERE nam = 2023 AND mau_co = 'Form AJ'",
    ),
    # a direction told by where people go
    (
        "Lượng hành khách đi Nhật Bản năm 2023",
        "SELECT SUM(so_hanh_khach) FROM chuyen_tau_bay WHERE nam = 2023 AND chieu_xnc = 'Xuất cảnh' AND nuoc = "
        "'Nhật Bản'",
    ),
    # how things stood at the end of a period is in the snapshots
    (
        "Số doanh nghiệp ưu tiên cuối năm 2021",
        "SELECT SUM(so_doanh_nghiep) FROM tuan_thu WHERE nam = 2021 AND thang = 12 AND muc_tuan_thu = "
        "'Mức 1 - Doanh nghiệp ưu tiên'",
    ),
]


@pytest.mark.parametrize(("question", "sql"), CASES, ids=[q for q, _ in CASES])
def test_linked_as_an_expert_would(question: str, sql: str, ask: Ask, database: duckdb.DuckDBPyConnection) -> None:
    assert same(ask(question), database.execute(sql).fetchall())


def test_a_name_has_the_wordings_of_its_language_and_of_its_warehouse() -> None:
    alike = [[("quá", "hạn"), ("trễ", "hạn")]]
    found = wordings(("số", "phiếu", "quá", "hạn"), alike, measure=True)
    assert {
        ("số", "phiếu", "trễ", "hạn"),
        ("mấy", "phiếu", "quá", "hạn"),
        ("bao", "nhiêu", "phiếu", "trễ", "hạn"),
    } <= set(found)
    assert ("số", "phiếu", "quá", "hạn") not in found


def test_money_is_not_counted_one_by_one() -> None:
    found = wordings(("số", "tiền", "phạt"), [], measure=True)
    assert ("bao", "nhiêu", "tiền", "phạt") in found
    assert ("mấy", "tiền", "phạt") not in found


def test_particles_inside_a_name_are_set_aside_and_those_at_its_ends_kept() -> None:
    phrase = ("hồ", "sơ", "bị", "trả", "lại")
    assert bare(phrase, phrase)[0] == ("hồ", "sơ", "trả", "lại")
    assert bare(("bị", "phạt"), ("bi", "phat"))[0] == ("bị", "phạt")


class _Stored:
    """Gates of one warehouse; the other columns hold nothing."""

    def distinct_values(self, table: str, column: str, limit: int) -> list[tuple[str, int]]:
        gates = ["Sân bay quốc tế Cam Ranh", "Sân bay quốc tế Nội Bài", "Cảng Nội Bài"]
        return [(gate, 1) for gate in gates[:limit]] if (table, column) == ("hoan_thue_du_khach", "cua_khau") else []


def test_a_stored_name_is_known_by_its_proper_end_where_no_other_has_it() -> None:
    vocabulary = build_vocabulary(load_catalogue(), _Stored())
    found = {t.value for t in vocabulary.find("cam ranh") if t.view == "hoan_thue_du_khach" and t.name == "cua_khau"}
    assert found == {"Sân bay quốc tế Cam Ranh"}
    ends = [t for t in vocabulary.find("noi bai") if t.view == "hoan_thue_du_khach" and t.beginning]
    assert not ends
