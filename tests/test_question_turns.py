"""Turns of a conversation set beside queries written by hand: members pointed at, units, parts taken out."""

from __future__ import annotations

import duckdb
import pytest
from by_hand import same
from demo_fixtures import database as database

from nl2sql.generation.compose import compose
from nl2sql.question.read import Reader
from nl2sql.types import Question, Reading


def read(reader: Reader, talk: str) -> Reading:
    *turns, question = talk.split(" >> ")
    return reader.read(Question(question, turns=tuple(turns)))


FIVE = "SELECT cuc FROM thu_nsnn WHERE nam = 2023 GROUP BY cuc ORDER BY SUM(so_tien) DESC LIMIT 4"
BUYERS = (
    "SELECT nuoc FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Gạo' AND nam = 2022 "
    "GROUP BY nuoc ORDER BY SUM(tri_gia_usd) DESC LIMIT 3"
)

CASES = [
    (
        "4 cục thu ngân sách cao nhất năm 2023 >> những cục này nợ thuế bao nhiêu vào cuối năm 2023",
        f"SELECT cuc, SUM(so_no) FROM no_thue WHERE nam = 2023 AND thang = 12 AND cuc IN ({FIVE}) "
        "GROUP BY cuc ORDER BY 2 DESC",
    ),
    (
        "4 cục thu ngân sách cao nhất năm 2023 >> cộng lại mấy cục đó năm 2024 thu bao nhiêu",
        f"SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2024 AND cuc IN ({FIVE})",
    ),
    (
        "ba nước mua gạo nhiều nhất năm 2022 >> các nước đó năm 2024 mua bao nhiêu",
        f"SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Gạo' AND nam = 2024 "
        f"AND nuoc IN ({BUYERS}) GROUP BY nuoc ORDER BY 2 DESC",
    ),
    (
        "cuc nao co so vu vi pham lon nhat nam 2023 >> cuc nay co bao nhieu to khai nam 2023",
        "SELECT cuc, COUNT(*) FROM to_khai WHERE nam = 2023 AND cuc IN (SELECT cuc FROM vi_pham WHERE nam = 2023 "
        "GROUP BY cuc ORDER BY COUNT(*) DESC LIMIT 1) GROUP BY cuc",
    ),
    (
        "nhập khẩu từ Thái Lan, Ma-lai-xi-a, In-đô-nê-xi-a năm 2023 >> bỏ Thái Lan ra",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 "
        "AND nuoc IN ('Ma-lai-xi-a', 'In-đô-nê-xi-a') GROUP BY nuoc ORDER BY 2 DESC",
    ),
    (
        "kim ngạch nhập khẩu thép năm 2022 >> quy sang tỷ đồng giúp tôi",
        "SELECT SUM(tri_gia_vnd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nhom_hang = 'Sắt thép các loại' AND nam = 2022",
    ),
    (
        "tháng nào năm 2022 nhập khẩu nhiều nhất >> tháng đó có bao nhiêu tờ khai nhập khẩu",
        "SELECT thang, COUNT(*) FROM to_khai WHERE nam = 2022 AND chieu = 'Nhập khẩu' AND thang = (SELECT thang "
        "FROM xnk WHERE nam = 2022 AND chieu = 'Nhập khẩu' GROUP BY 1 ORDER BY SUM(tri_gia_usd) DESC LIMIT 1) "
        "GROUP BY thang",
    ),
    (
        "so sánh nhập khẩu năm 2023 với 2022 theo nhóm hàng >> mặt hàng nào giảm mạnh nhất >> mặt hàng đó năm 2023 "
        "nhập từ nước nào nhiều nhất",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND nhom_hang = (SELECT "
        "nhom_hang FROM xnk WHERE chieu = 'Nhập khẩu' AND nam IN (2022, 2023) GROUP BY 1 ORDER BY SUM(CASE WHEN nam = "
        "2023 THEN tri_gia_usd ELSE 0 END) / SUM(CASE WHEN nam = 2022 THEN tri_gia_usd END) LIMIT 1) "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "tỷ lệ luồng vàng năm 2023 theo khu vực >> khu vực nào trên 30% >> các khu vực đó có bao nhiêu vụ vi phạm",
        "SELECT khu_vuc, COUNT(*) FROM vi_pham WHERE nam = 2023 AND khu_vuc IN (SELECT khu_vuc FROM to_khai "
        "WHERE nam = 2023 GROUP BY 1 HAVING SUM(CASE WHEN phan_luong = 'Vàng' THEN 1 ELSE 0 END) > 0.3 * COUNT(*)) "
        "GROUP BY 1 ORDER BY 2 DESC",
    ),
    (
        "số tờ khai của Quảng Trị năm 2022 >> Hà Tĩnh thì sao >> cả hai",
        "SELECT cuc, COUNT(*) FROM to_khai WHERE nam = 2022 AND cuc IN ('Quảng Trị', 'Hà Tĩnh') GROUP BY 1 "
        "ORDER BY 2 DESC",
    ),
    (
        "thu ngân sách tháng 4/2024 >> tháng 5/2024 >> tháng 6/2024 >> cả ba tháng luôn",
        "SELECT thang, SUM(so_tien) FROM thu_nsnn WHERE nam = 2024 AND thang IN (4, 5, 6) GROUP BY 1 ORDER BY 1",
    ),
    (
        "nhập khẩu 2023 theo khu vực kinh tế >> bỏ FDI >> thêm FDI lại",
        "SELECT khu_vuc_kinh_te, SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' GROUP BY 1 "
        "ORDER BY 2 DESC",
    ),
    (
        "xuất khẩu năm 2022 theo quý >> chỉ quý 4 >> cộng lại",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE nam = 2022 AND quy = 4 AND chieu = 'Xuất khẩu'",
    ),
    ("số vụ vi phạm 5 tháng đầu năm 2024 >> cả năm 2023", "SELECT COUNT(*) FROM vi_pham WHERE nam = 2023"),
    (
        "nhập khẩu từ ASEAN năm 2022 >> Hoa Kỳ thì sao",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 AND nuoc = 'Hoa Kỳ'",
    ),
    (
        "nhập khẩu từ Đức năm 2022 >> còn EU?",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2022 AND la_eu",
    ),
    (
        "số tờ khai của cục Quảng Ninh năm 2022 >> khu vực V thì thế nào",
        "SELECT COUNT(*) FROM to_khai WHERE nam = 2022 AND khu_vuc = 'Khu vực V'",
    ),
    (
        "nhập khẩu từ các nước RCEP năm 2023 >> chỉ châu Á",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2023 AND la_rcep AND chau_luc = 'Châu Á'",
    ),
    (
        "tỷ trọng tờ khai luồng xanh năm 2022 >> thế luồng vàng",
        "SELECT 100.0 * SUM(CASE WHEN phan_luong = 'Vàng' THEN 1 ELSE 0 END) / COUNT(*) FROM to_khai WHERE nam = 2022",
    ),
    (
        "nhập khẩu năm 2023 theo quý >> thêm xuất khẩu >> và cán cân",
        "SELECT quy, SUM(CASE WHEN chieu = 'Nhập khẩu' THEN tri_gia_usd ELSE 0 END), SUM(CASE WHEN chieu = 'Xuất khẩu' "
        "THEN tri_gia_usd ELSE 0 END), SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) "
        "FROM xnk WHERE nam = 2023 GROUP BY 1 ORDER BY 1",
    ),
    (
        "nợ thuế cuối năm 2022 >> cuối năm 2021 thì sao >> chênh lệch hai năm",
        "SELECT a, b, a - b FROM (SELECT SUM(CASE WHEN nam = 2022 THEN so_no END) AS a, SUM(CASE WHEN nam = 2021 THEN "
        "so_no END) AS b FROM no_thue WHERE thang = 12)",
    ),
    (
        "số vụ ma túy năm 2022 >> buôn lậu thì sao >> tổng cộng bao nhiêu",
        "SELECT COUNT(*) FROM vi_pham WHERE nam = 2022 AND hanh_vi IN ('Ma túy', 'Buôn lậu')",
    ),
    (
        "nợ thuế cuối quý I, II năm 2024 theo nhóm nợ",
        "SELECT thang, nhom_no, SUM(so_no) FROM no_thue WHERE nam = 2024 AND thang IN (3, 6) "
        "GROUP BY thang, nhom_no ORDER BY thang, nhom_no",
    ),
    (
        "nơi nào phạt nhiều tiền nhất năm 2022",
        "SELECT cuc, SUM(tien_phat) FROM vi_pham WHERE nam = 2022 GROUP BY cuc ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "hạt điều xuất đi đâu nhiều nhất trong quý II/2023",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Hạt điều' AND nam = 2023 "
        "AND quy = 2 GROUP BY nuoc ORDER BY 2 DESC LIMIT 1",
    ),
    (
        "Đề nghị cung cấp số liệu năm 2022:\n- Số vụ vi phạm\n- Trị giá tang vật\n- Tiền phạt",
        "SELECT COUNT(*), SUM(tri_gia_tang_vat), SUM(tien_phat) FROM vi_pham WHERE nam = 2022",
    ),
    (
        "số thu và tỷ lệ đạt dự toán của từng khu vực năm 2022",
        "SELECT khu_vuc, SUM(so_thu), 100.0 * SUM(so_thu) / SUM(du_toan) FROM tien_do_thu WHERE nam = 2022 "
        "GROUP BY khu_vuc ORDER BY 2 DESC",
    ),
]


@pytest.mark.parametrize(("talk", "sql"), CASES)
def test_a_conversation_gives_what_a_query_by_hand_gives(
    database: duckdb.DuckDBPyConnection, reader: Reader, talk: str, sql: str
) -> None:
    composed = compose(read(reader, talk), reader.catalogue)
    assert composed is not None, talk
    found, wanted = database.execute(composed).fetchall(), database.execute(sql).fetchall()
    assert wanted
    if " ORDER BY thang" in sql:
        found, wanted = sorted(found), sorted(wanted)
    assert same(found, wanted), composed


@pytest.mark.parametrize(
    "said", ["đơn vị tỷ đồng", "triệu đồng nhé", "để số theo nghìn tỷ cho dễ đọc", "doi sang ty dong"]
)
def test_a_turn_that_names_a_unit_keeps_the_question(reader: Reader, said: str) -> None:
    before, after = (
        read(reader, "thu ngân sách năm 2023 theo khu vực"),
        read(reader, f"thu ngân sách năm 2023 theo khu vực >> {said}"),
    )
    assert (after.view, after.metrics, after.groups, after.periods) == (
        before.view, before.metrics, before.groups, before.periods,
    )  # fmt: skip
    assert after.assumptions


def test_a_currency_that_a_measure_does_not_have_is_refused(reader: Reader) -> None:
    refusal = read(reader, "thu ngân sách năm 2023 >> đổi ra USD").refusal
    assert refusal is not None
    assert refusal.code == "absent"


def test_a_condition_that_another_subject_does_not_know_is_told(reader: Reader) -> None:
    reading = read(reader, "thuế xuất khẩu thu được năm 2023 >> so với dự toán")
    assert reading.view == "tien_do_thu"
    assert reading.certainty <= 0.5
    assert any("Thuế xuất khẩu" in note for note in reading.assumptions)


def test_days_that_are_named_settle_vague_ones(reader: Reader) -> None:
    reading = read(reader, "mấy hôm nay tờ khai nhiều không, từ ngày 25/10 đến 31/10")
    assert [(p.start.isoformat(), p.end.isoformat()) for p in reading.periods] == [("2025-10-25", "2025-10-31")]


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        (
            "Thực hiện Kế hoạch kiểm tra năm 2024, Ban Tài vụ đề nghị các chi cục cho biết số vụ vi phạm 5 tháng đầu "
            "năm 2023 chia theo hành vi",
            "SELECT hanh_vi, COUNT(*) FROM vi_pham WHERE nam = 2023 AND thang <= 5 GROUP BY 1 ORDER BY 2 DESC",
        ),
        (
            "Phục vụ sơ kết quý I/2024, đề nghị cung cấp số tờ khai của từng khu vực",
            "SELECT khu_vuc, COUNT(*) FROM to_khai WHERE nam = 2024 AND quy = 1 GROUP BY 1 ORDER BY 2 DESC",
        ),
        (
            "chị Lan nhờ em hỏi gấp: kim ngạch nhập khẩu từ Đài Loan năm 2022",
            "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nuoc = 'Đài Loan' AND nam = 2022",
        ),
        (
            "3 vụ buôn lậu mới nhất của Quảng Ninh",
            "SELECT ma_vu, ngay, cuc, tuyen, hanh_vi, mat_hang, hinh_thuc_xu_ly, tri_gia_tang_vat, tien_phat "
            "FROM vi_pham WHERE hanh_vi = 'Buôn lậu' AND cuc = 'Quảng Ninh' ORDER BY ngay DESC LIMIT 3",
        ),
        (
            "tờ khai xuất khẩu tháng 4/2024 bao nhiêu, vàng mấy cái",
            "SELECT COUNT(*), SUM(CASE WHEN phan_luong = 'Vàng' THEN 1 ELSE 0 END) FROM to_khai "
            "WHERE chieu = 'Xuất khẩu' AND nam = 2024 AND thang = 4",
        ),
        (
            "số vụ bao nhiêu, tang vật trị giá bao nhiêu trong quý 2/2023",
            "SELECT COUNT(*), SUM(tri_gia_tang_vat) FROM vi_pham WHERE nam = 2023 AND quy = 2",
        ),
        (
            "lượt xe tải NC qua Móng Cái năm 2023",
            "SELECT SUM(so_xe) FROM phuong_tien WHERE chieu_xnc = 'Nhập cảnh' AND loai_xe = 'Xe tải' "
            "AND cua_khau = 'Cửa khẩu Móng Cái' AND nam = 2023",
        ),
        (
            "tờ khai thương mại điện tử 2023 tăng bao nhiêu lần so 2019",
            "SELECT a, b, 1.0 * a / b FROM (SELECT SUM(CASE WHEN nam = 2023 THEN 1 ELSE 0 END) AS a, "
            "SUM(CASE WHEN nam = 2019 THEN 1 ELSE 0 END) AS b FROM to_khai WHERE la_tmdt)",
        ),
        (
            "Căn cứ công văn số 88/BTC-VP ngày 05/5/2024 của Văn phòng Bộ, đề nghị cho biết kim ngạch nhập khẩu từ "
            "Ấn Độ quý I/2024 và tốc độ tăng so với cùng kỳ năm 2023",
            "SELECT a, b, 100.0 * (a / b - 1) FROM (SELECT SUM(CASE WHEN nam = 2024 THEN tri_gia_usd ELSE 0 END) AS a, "
            "SUM(CASE WHEN nam = 2023 THEN tri_gia_usd ELSE 0 END) AS b FROM xnk WHERE quy = 1 AND nuoc = 'Ấn Độ' "
            "AND chieu = 'Nhập khẩu')",
        ),
        (
            "số DN nợ thuế quá hạn trên 90 ngày đến 31/12/2023 và tổng số tiền nợ",
            "SELECT COUNT(DISTINCT ma_so_thue), SUM(so_no) FROM no_thue WHERE nam = 2023 AND thang = 12 "
            "AND so_ngay_qua_han > 90",
        ),
        (
            "xuất khẩu cà phê (tấn) 6 tháng đầu năm 2023",
            "SELECT SUM(luong) FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Cà phê' AND nam = 2023 "
            "AND thang <= 6",
        ),
        (
            "tờ khai chuyển luồng từ xanh sang vàng năm 2023",
            "SELECT COUNT(*) FROM to_khai WHERE nam = 2023 AND phan_luong = 'Xanh' AND luong_sau = 'Vàng'",
        ),
        (
            "thu NSNN KV I, III và V quý 2/2024",
            "SELECT khu_vuc, SUM(so_tien) FROM thu_nsnn WHERE khu_vuc IN ('Khu vực I', 'Khu vực III', 'Khu vực V') "
            "AND nam = 2024 AND quy = 2 GROUP BY 1 ORDER BY 2 DESC",
        ),
        (
            "số DN mức 4,5 cuối năm 2023",
            "SELECT muc_tuan_thu, SUM(so_doanh_nghiep) FROM tuan_thu WHERE nam = 2023 AND thang = 12 AND "
            "(muc_tuan_thu LIKE 'Mức 4%' OR muc_tuan_thu LIKE 'Mức 5%') GROUP BY 1 ORDER BY 2 DESC",
        ),
        (
            "thu NS KV VI 6T/2024, % DT",
            "SELECT SUM(so_thu), 100.0 * SUM(so_thu) / SUM(du_toan) FROM tien_do_thu WHERE khu_vuc = 'Khu vực VI' "
            "AND nam = 2024 AND thang <= 6",
        ),
        (
            "hai quý gần nhất có bao nhiêu vụ vi phạm",
            "SELECT COUNT(*) FROM vi_pham WHERE nam = 2025 AND thang BETWEEN 7 AND 10",
        ),
        (
            "kim ngạch bình quân một doanh nghiệp trong nước năm 2022",
            "SELECT SUM(tri_gia_usd) / COUNT(DISTINCT ma_so_thue) FROM xnk WHERE nam = 2022 "
            "AND khu_vuc_kinh_te = 'Trong nước'",
        ),
        (
            "có mấy nước nhập hạt tiêu của mình trên 10 triệu đô năm 2023",
            "SELECT COUNT(*) FROM (SELECT nuoc FROM xnk WHERE chieu = 'Xuất khẩu' AND nhom_hang = 'Hạt tiêu' "
            "AND nam = 2023 GROUP BY 1 HAVING SUM(tri_gia_usd) > 1e7)",
        ),
        (
            "số tờ khai KV XI-XIII quý 1/2023",
            "SELECT khu_vuc, COUNT(*) FROM to_khai WHERE khu_vuc IN ('Khu vực XI', 'Khu vực XII', 'Khu vực XIII') "
            "AND nam = 2023 AND quy = 1 GROUP BY 1 ORDER BY 2 DESC",
        ),
        (
            "nhập khẩu trong 3 năm từ 2019",
            "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam BETWEEN 2019 AND 2021",
        ),
        (
            "biên chế/có mặt khu vực VII tháng 6/2024",
            "SELECT SUM(bien_che_giao), SUM(co_mat) FROM nhan_su WHERE khu_vuc = 'Khu vực VII' AND nam = 2024 "
            "AND thang = 6",
        ),
        ("nhap khau tu dau nam", "SELECT SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Nhập khẩu' AND nam = 2025"),
    ],
)
def test_the_ways_people_write(database: duckdb.DuckDBPyConnection, reader: Reader, question: str, sql: str) -> None:
    composed = compose(read(reader, question), reader.catalogue)
    assert composed is not None, question
    found, wanted = database.execute(composed).fetchall(), database.execute(sql).fetchall()
    assert wanted
    if "ngay DESC" in sql:
        assert {row[0] for row in found} == {row[0] for row in wanted}
    else:
        assert same(found, wanted), composed


def test_a_refund_that_says_of_what_is_not_asked_back(reader: Reader) -> None:
    assert read(reader, "tiền hoàn thuế XNK năm 2023").view == "hoan_thue"
    assert read(reader, "tiền hoàn thuế năm 2023").clarification is not None


def test_bounds_that_found_the_members_do_not_bind_what_is_asked_of_them(reader: Reader) -> None:
    reading = read(reader, "cục nào thu trên 20 nghìn tỷ năm 2022 >> mấy cục đó năm 2023 thu bao nhiêu")
    assert not reading.thresholds
    assert len(reading.filters) == 1


def test_where_the_data_ends_is_told(reader: Reader) -> None:
    refusal = read(reader, "số liệu tờ khai cập nhật đến ngày nào").refusal
    assert refusal is not None
    assert "31/10/2025" in refusal.message


@pytest.mark.parametrize("asked", ["lý do khiến nhập khẩu thép giảm", "địa chỉ doanh nghiệp nợ thuế lớn nhất"])
def test_causes_and_addresses_are_refused(reader: Reader, asked: str) -> None:
    assert read(reader, asked).refusal is not None
