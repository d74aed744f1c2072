"""Questions over violations, audits, ports, staff …: the composed query returns what one written by hand returns."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import Ask, same
from demo_fixtures import ask as ask
from demo_fixtures import database as database

from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question
from schema.loading import load_catalogue

CASES = [
    # a change asked for in the measure's own unit, and in both ways
    (
        "Số cuộc hậu kiểm năm 2022 nhiều thêm bao nhiêu cuộc so với năm 2021",
        "SELECT a, b, a - b FROM (SELECT COUNT(*) FILTER (WHERE nam = 2022) AS a, COUNT(*) FILTER (WHERE nam = 2021) "
        "AS b FROM ktstq)",
    ),
    (
        "Lượt xe qua Lao Bảo năm 2023 giảm bao nhiêu lượt, tương ứng bao nhiêu phần trăm so với năm 2022?",
        "SELECT a, b, a - b, 100.0 * (a - b) / b FROM (SELECT SUM(so_xe) FILTER (WHERE nam = 2023) AS a, SUM(so_xe) "
        "FILTER (WHERE nam = 2022) AS b FROM phuong_tien WHERE cua_khau = 'Cửa khẩu Lao Bảo')",
    ),
    (
        "Tuyến nào giảm số đối tượng nhiều nhất năm 2022 so với năm 2021",
        "SELECT tuyen, a, b, a - b FROM (SELECT tuyen, SUM(so_doi_tuong) FILTER (WHERE nam = 2022) AS a, "
        "SUM(so_doi_tuong) FILTER (WHERE nam = 2021) AS b FROM vi_pham GROUP BY tuyen) ORDER BY a - b LIMIT 1",
    ),
    # a rate inside each group, not the groups' shares of a whole
    (
        "Tỷ lệ xe du lịch của từng cửa khẩu trong quý II/2023",
        "SELECT cua_khau, 100.0 * SUM(CASE WHEN loai_xe = 'Xe du lịch' THEN so_xe ELSE 0 END) / SUM(so_xe) AS t "
        "FROM phuong_tien WHERE nam = 2023 AND quy = 2 GROUP BY cua_khau ORDER BY t DESC",
    ),
    # the subject of "chiếm" is the group: what stands around it bounds the whole
    (
        "Trong các vụ gian lận thương mại năm 2021, cục nào chiếm nhiều nhất?",
        "SELECT cuc, COUNT(*) AS n FROM vi_pham WHERE hanh_vi = 'Gian lận thương mại' AND nam = 2021 GROUP BY cuc "
        "ORDER BY n DESC LIMIT 1",
    ),
    # a part that has a governed ratio
    (
        "Cán bộ nữ chiếm bao nhiêu phần trăm ở khu vực VIII cuối năm 2022",
        "SELECT 100.0 * SUM(nu) / SUM(co_mat) FROM nhan_su WHERE khu_vuc = 'Khu vực VIII' AND ngay = '2022-12-31'",
    ),
    # shared among members: one figure
    (
        "Trung bình mỗi khu vực có bao nhiêu cán bộ vào cuối năm 2021?",
        "SELECT 1.0 * SUM(co_mat) / COUNT(DISTINCT khu_vuc) FROM nhan_su WHERE ngay = '2021-12-31'",
    ),
    # a total and the mean of another are one measure
    (
        "Tiền thuế ấn định bình quân một cuộc kiểm tra theo chuyên đề năm 2022",
        "SELECT chuyen_de, SUM(tien_an_dinh) / COUNT(*) AS t FROM ktstq WHERE nam = 2022 GROUP BY chuyen_de "
        "ORDER BY t DESC",
    ),
    # members that lack something
    (
        "Chi cục khu vực nào chưa có vụ ma túy trong tháng 2/2021?",
        "SELECT DISTINCT khu_vuc FROM to_khai EXCEPT SELECT khu_vuc FROM vi_pham WHERE nam = 2021 AND "
        "thang = 2 AND hanh_vi = 'Ma túy' ORDER BY khu_vuc",
    ),
    # stocks: the newest against a base, and what a year began with
    (
        "So với cuối năm 2023, nợ thuế của cục Long An tăng bao nhiêu tỷ đồng?",
        "SELECT a, b, a - b FROM (SELECT SUM(so_no) FILTER (WHERE ngay = '2025-10-31') AS a, SUM(so_no) FILTER (WHERE "
        "ngay = '2023-12-31') AS b FROM no_thue WHERE cuc = 'Long An')",
    ),
    (
        "Quân số khu vực II đầu năm 2023 là bao nhiêu",
        "SELECT SUM(co_mat) FROM nhan_su WHERE khu_vuc = 'Khu vực II' AND ngay = '2022-12-31'",
    ),
    # the commonest, and columns that do not apply to every row
    (
        "Lý do từ chối hoàn thuế cho du khách thường gặp nhất năm 2022",
        "SELECT ly_do_tu_choi, COUNT(*) AS n FROM hoan_thue_du_khach WHERE nam = 2022 AND trang_thai = 'Từ chối' "
        "GROUP BY ly_do_tu_choi ORDER BY n DESC LIMIT 1",
    ),
    (
        "Số văn bản theo nơi gửi trong quý I/2022",
        "SELECT noi_gui, COUNT(*) AS n FROM van_ban WHERE huong_van_ban = 'Văn bản đến' AND nam = 2022 AND quy = 1 "
        "GROUP BY noi_gui ORDER BY n DESC",
    ),
    # durations ranked by the superlative alone
    (
        "Bộ nào giải quyết hồ sơ một cửa chậm nhất năm 2022?",
        "SELECT bo_nganh, AVG(gio_xu_ly) t FROM nsw_ho_so WHERE nam = 2022 GROUP BY bo_nganh ORDER BY t DESC LIMIT 1",
    ),
    # where something passes is no grouping once another is named
    (
        "Lượng xe qua các cửa khẩu biên giới Lào theo tháng năm 2022",
        "SELECT thang, SUM(so_xe) FROM phuong_tien WHERE nuoc_giap = 'Lào' AND nam = 2022 GROUP BY thang ORDER BY 1",
    ),
    # two members apart
    (
        "Số container của cảng Đình Vũ nhiều hơn cảng Cái Lân bao nhiêu container năm 2022?",
        "SELECT a, b, a - b FROM (SELECT COUNT(*) FILTER (WHERE cang = 'Cảng Đình Vũ') AS a, COUNT(*) FILTER (WHERE "
        "cang = 'Cảng Cái Lân') AS b FROM container WHERE nam = 2022)",
    ),
    # a province before a year, and documents that have come in
    (
        "so thu ngan sach theo tinh nam 2023",
        "SELECT tinh, SUM(so_tien) AS t FROM thu_nsnn WHERE nam = 2023 GROUP BY tinh ORDER BY t DESC",
    ),
    (
        "Số văn bản đến tháng 5/2023 của Ban Pháp chế",
        "SELECT COUNT(*) FROM van_ban WHERE huong_van_ban = 'Văn bản đến' AND don_vi_chu_tri = 'Ban Pháp chế' AND "
        "nam = 2023 AND thang = 5",
    ),
    # a bound on a column of the rows that are counted
    (
        "Dòng hàng khai thấp hơn giá tham chiếu trên 45% theo nhóm hàng trong quý I/2022",
        "SELECT nhom_hang, COUNT(*) AS n FROM tham_van_gia WHERE nam = 2022 AND quy = 1 AND chenh_lech_pct > 45 "
        "GROUP BY nhom_hang ORDER BY n DESC",
    ),
    # a yes-or-no column as a property
    (
        "Bao nhiêu doanh nghiệp ngành gỗ ở Quảng Ninh đang hoạt động?",
        "SELECT COUNT(*) FROM doanh_nghiep WHERE nganh = 'Gỗ, giấy' AND tinh = 'Quảng Ninh' AND dang_hoat_dong",
    ),
    # what is counted is not listed
    (
        "Cơ cấu doanh nghiệp theo lĩnh vực hoạt động",
        "SELECT nganh, COUNT(*) AS n, 100.0 * COUNT(*) / SUM(COUNT(*)) OVER () FROM doanh_nghiep GROUP BY nganh "
        "ORDER BY n DESC",
    ),
    # conditions inside a name of a measure are conditions
    (
        "Số doanh nghiệp được miễn thuế theo khu vực kinh tế năm 2022",
        "SELECT khu_vuc_kinh_te, COUNT(DISTINCT ma_so_thue) AS n FROM hoan_thue WHERE hinh_thuc = 'Miễn thuế' AND "
        "nam = 2022 GROUP BY khu_vuc_kinh_te ORDER BY n DESC",
    ),
    # stocks between two days
    (
        "Biên chế được giao của cục Thanh Hóa giảm bao nhiêu người từ cuối năm 2020 đến cuối năm 2022",
        "SELECT a, b, a - b FROM (SELECT SUM(bien_che_giao) FILTER (WHERE ngay = '2022-12-31') AS a, "
        "SUM(bien_che_giao) FILTER (WHERE ngay = '2020-12-31') AS b FROM nhan_su WHERE cuc = 'Thanh Hóa')",
    ),
    # what is said of the things counted is the numerator
    (
        "Bao nhiêu phần trăm hồ sơ của Bộ Y tế bị từ chối trong năm 2022?",
        "SELECT 100.0 * SUM(CASE WHEN trang_thai = 'Từ chối' THEN 1 ELSE 0 END) / COUNT(*) FROM nsw_ho_so WHERE "
        "bo_nganh = 'Bộ Y tế' AND nam = 2022",
    ),
    (
        "% container có seal điện tử theo kích cỡ năm 2022",
        "SELECT kich_co, 100.0 * SUM(CASE WHEN seal_dien_tu THEN 1 ELSE 0 END) / COUNT(*) AS t FROM container WHERE "
        "nam = 2022 GROUP BY kich_co ORDER BY t DESC",
    ),
    # the best of a property is the highest of its rate
    (
        "Khu vực nào xử lý văn bản đúng hạn kém nhất năm 2022",
        "SELECT khu_vuc, 100.0 * SUM(CASE WHEN qua_han THEN 0 ELSE 1 END) / COUNT(qua_han) AS t FROM van_ban WHERE "
        "nam = 2022 AND qua_han IS NOT NULL GROUP BY khu_vuc ORDER BY t LIMIT 1",
    ),
    # the mean of a measure that is not named
    (
        "Mức miễn thuế trung bình của từng khu vực kinh tế năm 2022",
        "SELECT khu_vuc_kinh_te, AVG(so_tien) AS t FROM hoan_thue WHERE hinh_thuc = 'Miễn thuế' AND nam = 2022 "
        "GROUP BY khu_vuc_kinh_te ORDER BY t DESC",
    ),
    # ranked by one measure, with another beside it
    (
        "Top 3 quốc tịch theo số hóa đơn, kèm số tiền hoàn năm 2022",
        "SELECT quoc_tich, COUNT(*) AS n, SUM(tien_hoan) FROM hoan_thue_du_khach WHERE nam = 2022 GROUP BY quoc_tich "
        "ORDER BY n DESC LIMIT 3",
    ),
    # a place told by its noun, a growth told as a rate, months and year in one word
    (
        "Hạng của Nghệ An về số vụ vi phạm năm 2022",
        "SELECT hang FROM (SELECT cuc, RANK() OVER (ORDER BY COUNT(*) DESC) AS hang FROM vi_pham WHERE nam = 2022 "
        "GROUP BY cuc) WHERE cuc = 'Nghệ An'",
    ),
    (
        "xe khách qua Mộc Bài 7T22",
        "SELECT SUM(so_xe) FROM phuong_tien WHERE loai_xe = 'Xe khách' AND cua_khau = 'Cửa khẩu Mộc Bài' AND "
        "nam = 2022 AND thang <= 7",
    ),
    # a bound on people, whatever they are called
    (
        "Cục nào thiếu trên 25 biên chế cuối năm 2022?",
        "SELECT cuc, SUM(co_mat) AS t FROM nhan_su WHERE ngay = '2022-12-31' GROUP BY cuc "
        "HAVING SUM(bien_che_giao) - SUM(co_mat) > 25 ORDER BY t DESC",
    ),
    # words of the trade
    (
        "Còn bao nhiêu container hàng lạnh nằm tại cảng Cát Lái?",
        "SELECT COUNT(*) FROM container WHERE loai_hang = 'Hàng lạnh' AND trang_thai = 'Đang lưu tại cảng' AND "
        "cang = 'Cảng Cát Lái'",
    ),
    (
        "Số còn phải nộp sau hậu kiểm của từng khu vực năm 2022",
        "SELECT khu_vuc, SUM(tien_an_dinh + tien_phat - da_nop) AS t FROM ktstq WHERE nam = 2022 GROUP BY khu_vuc "
        "ORDER BY t DESC",
    ),
    (
        "Hồ sơ kiểm dịch thực vật bị trễ hạn theo quý năm 2022",
        "SELECT quy, COUNT(*) FROM nsw_ho_so WHERE thu_tuc = 'Cấp giấy chứng nhận kiểm dịch thực vật' AND NOT dung_han "
        "AND nam = 2022 GROUP BY quy ORDER BY quy",
    ),
]


@pytest.mark.parametrize(("question", "by_hand"), CASES, ids=[q for q, _ in CASES])
def test_the_composed_query_returns_what_one_written_by_hand_returns(
    question: str, by_hand: str, ask: Ask, database: duckdb.DuckDBPyConnection
) -> None:
    assert same(ask(question), database.execute(by_hand).fetchall())


@pytest.mark.parametrize(
    ("question", "column", "rows"),
    [
        ("7 cuộc kiểm tra sau thông quan có số tiền phạt lớn nhất năm 2021", "tien_phat", 7),
        ("Danh sách vụ ma túy có khối lượng lớn nhất năm 2022", "khoi_luong_ma_tuy", 10),
        ("Danh sách container lưu lâu nhất năm 2022", "so_ngay_luu", 10),
    ],
)
def test_rows_are_listed_by_the_measure_that_is_named(
    question: str, column: str, rows: int, database: duckdb.DuckDBPyConnection
) -> None:
    catalogue = load_catalogue()
    sql = compose(Reader(catalogue, build_vocabulary(catalogue)).read(Question(question)), catalogue)
    assert sql is not None
    found = database.execute(sql).fetchdf()
    listed = list(found[column])
    assert len(listed) == rows
    assert listed == sorted(listed, reverse=True)
