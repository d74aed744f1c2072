"""Turns that point at several turns before or at one place of a list, set beside queries written by hand."""

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


RED = "SELECT cuc, COUNT(*) FROM to_khai WHERE nam = 2023 AND phan_luong = 'Đỏ' GROUP BY 1"
SECOND = (
    "SELECT nuoc FROM xnk WHERE nam = 2022 AND chieu = 'Nhập khẩu' GROUP BY 1 ORDER BY SUM(tri_gia_usd) DESC "
    "LIMIT 1 OFFSET 1"
)

CASES = [
    # several turns before, by their number
    (
        "thu ngân sách của Quảng Ninh tháng 2/2023 >> tháng 3 thì sao >> hai tháng ấy cộng lại được bao nhiêu",
        "SELECT SUM(so_tien) FROM thu_nsnn WHERE nam = 2023 AND thang IN (2, 3) AND cuc = 'Quảng Ninh'",
    ),
    (
        "nhập khẩu ngô năm 2021 >> năm 2022 >> tổng của hai năm đó",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE nam IN (2021, 2022) AND chieu = 'Nhập khẩu' AND nhom_hang = 'Ngô'",
    ),
    (
        "số vụ vi phạm quý 1/2023 >> quý 2 >> hai quý này chênh nhau bao nhiêu",
        "SELECT SUM(CASE WHEN quy = 2 THEN 1 ELSE 0 END), SUM(CASE WHEN quy = 1 THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN quy = 2 THEN 1 ELSE -1 END) FROM vi_pham WHERE nam = 2023 AND quy IN (1, 2)",
    ),
    (
        "xuất khẩu sang Ấn Độ năm 2020 >> 2021 >> 2022 >> năm nào thấp nhất trong ba năm",
        "SELECT nam, SUM(tri_gia_usd) FROM xnk WHERE nam BETWEEN 2020 AND 2022 AND chieu = 'Xuất khẩu' "
        "AND nuoc = 'Ấn Độ' GROUP BY 1 ORDER BY 2 LIMIT 1",
    ),
    (
        "nhap khau qua cua khau Mong Cai nam 2023 >> Huu Nghi thi sao >> con Tan Thanh >> "
        "trong ba cho do cho nao it nhat",
        "SELECT cua_khau, SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND cua_khau IN "
        "('Cửa khẩu Móng Cái', 'Cửa khẩu Hữu Nghị', 'Cửa khẩu Tân Thanh') GROUP BY 1 ORDER BY 2 LIMIT 1",
    ),
    (
        "thu ngân sách của Quảng Ninh năm 2022 >> Lạng Sơn thì sao >> hai cục này ai hơn",
        "SELECT cuc, SUM(so_tien) FROM thu_nsnn WHERE nam = 2022 AND cuc IN ('Quảng Ninh', 'Lạng Sơn') GROUP BY 1 "
        "ORDER BY 2 DESC",
    ),
    (
        "nhập khẩu bằng đường biển năm 2022 >> đường sắt? >> so hai loại đó với nhau",
        "SELECT phuong_thuc, SUM(tri_gia_usd) FROM xnk WHERE nam = 2022 AND chieu = 'Nhập khẩu' AND phuong_thuc IN "
        "('Đường biển', 'Đường sắt') GROUP BY 1 ORDER BY 2 DESC",
    ),
    (
        "thu thuế xuất khẩu tháng 3/2023 >> thuế bảo vệ môi trường >> cả hai theo khu vực",
        "SELECT khu_vuc, loai_thue, SUM(so_tien) FROM thu_nsnn WHERE nam = 2023 AND thang = 3 AND loai_thue IN "
        "('Thuế xuất khẩu', 'Thuế BVMT') GROUP BY 1, 2 ORDER BY 3 DESC",
    ),
    # one place of the list
    (
        "10 nước nhập khẩu nhiều nhất năm 2022 >> nước thứ hai trong danh sách năm 2023 là bao nhiêu",
        "SELECT nuoc, SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' "
        f"AND nuoc = ({SECOND}) GROUP BY 1",
    ),
    (
        "số tờ khai theo khu vực năm 2023 >> khu vực đứng đầu đó có bao nhiêu vụ vi phạm năm 2023",
        "SELECT khu_vuc, COUNT(*) FROM vi_pham WHERE nam = 2023 AND khu_vuc = (SELECT khu_vuc FROM to_khai "
        "WHERE nam = 2023 GROUP BY 1 ORDER BY COUNT(*) DESC LIMIT 1) GROUP BY 1",
    ),
    # the same measure without a time of its own
    (
        "có bao nhiêu cuộc kiểm tra sau thông quan quý 2/2023 >> bao nhiêu cuộc có vi phạm",
        "SELECT COUNT(*) FROM ktstq WHERE nam = 2023 AND quy = 2 AND co_vi_pham",
    ),
    # a correction of two parts, a period that is gone back to
    (
        "xuất khẩu gạo năm 2022 >> à không, ý tôi là cao su",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE nam = 2022 AND chieu = 'Xuất khẩu' AND nhom_hang = 'Cao su'",
    ),
    (
        "số tờ khai của Hà Nội năm 2022 >> năm 2023 >> quay lại 2022, chỉ luồng đỏ",
        "SELECT COUNT(*) FROM to_khai WHERE nam = 2022 AND cuc = 'Hà Nội' AND phan_luong = 'Đỏ'",
    ),
    (
        "số vụ vi phạm năm 2022 theo khu vực >> xếp từ thấp lên cao",
        "SELECT khu_vuc, COUNT(*) FROM vi_pham WHERE nam = 2022 GROUP BY 1 ORDER BY 2",
    ),
    # values on the column that holds them in another view
    (
        "số container qua cảng Cát Lái năm 2023 >> kim ngạch nhập khẩu qua cảng này năm 2023",
        "SELECT SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND cua_khau = 'Cảng Cát Lái'",
    ),
    (
        "5 tỉnh xuất khẩu nhiều nhất năm 2023 >> tỉnh đứng cuối danh sách đó nhập khẩu bao nhiêu",
        "SELECT tinh, SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND tinh = (SELECT tinh FROM "
        "xnk WHERE nam = 2023 AND chieu = 'Xuất khẩu' GROUP BY 1 ORDER BY SUM(tri_gia_usd) DESC LIMIT 1 OFFSET 4) "
        "GROUP BY 1",
    ),
    # measures that look at both sides themselves
    (
        "xuất khẩu sang Hàn Quốc năm 2022 >> cán cân",
        "SELECT SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) FROM xnk WHERE nam = 2022 "
        "AND nuoc = 'Hàn Quốc'",
    ),
    (
        "số văn bản đến quá hạn năm 2023 >> tỷ lệ quá hạn",
        "SELECT 100.0 * SUM(CASE WHEN qua_han THEN 1 ELSE 0 END) / COUNT(qua_han) FROM van_ban WHERE nam = 2023 "
        "AND huong_van_ban = 'Văn bản đến'",
    ),
    # words that mean whatever was listed
    ("số tờ khai luồng đỏ theo cục năm 2023 >> thấp nhất là ai", f"{RED} ORDER BY 2 LIMIT 1"),
    ("số tờ khai luồng đỏ theo cục năm 2023 >> cái nào nhiều nhất", f"{RED} ORDER BY 2 DESC LIMIT 1"),
    # as many from the other end
    ("4 cục có nhiều tờ khai luồng đỏ nhất năm 2023 >> còn ít nhất", f"{RED} ORDER BY 2 LIMIT 4"),
    # scope of the turn before
    (
        "thu ngân sách của Hà Tĩnh quý 3/2023 >> cục này cả năm đạt bao nhiêu phần trăm dự toán",
        "SELECT 100.0 * SUM(so_thu) / SUM(du_toan) FROM tien_do_thu WHERE nam = 2023 AND cuc = 'Hà Tĩnh'",
    ),
    (
        "hoàn thuế GTGT cho du khách ở Nội Bài năm 2023 được bao nhiêu tiền >> khách Nga thôi",
        "SELECT SUM(tien_hoan) FROM hoan_thue_du_khach WHERE nam = 2023 AND quoc_tich = 'Nga' "
        "AND cua_khau = 'Sân bay quốc tế Nội Bài'",
    ),
    (
        "kim ngạch nhập khẩu qua cửa khẩu Tân Thanh năm 2023 >> Mộc Bài với Móng Cái thì sao",
        "SELECT cua_khau, SUM(tri_gia_usd) FROM xnk WHERE nam = 2023 AND chieu = 'Nhập khẩu' AND cua_khau IN "
        "('Cửa khẩu Mộc Bài', 'Cửa khẩu Móng Cái') GROUP BY 1 ORDER BY 2 DESC",
    ),
    (
        "số tờ khai luồng vàng năm 2023 >> trung bình mỗi tháng",
        "SELECT COUNT(*) / 12 FROM to_khai WHERE nam = 2023 AND phan_luong = 'Vàng'",
    ),
    (
        "nhập siêu với Hàn Quốc năm 2022 >> Mỹ thì sao",
        "SELECT SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END) FROM xnk "
        "WHERE nam = 2022 AND nuoc = 'Hoa Kỳ'",
    ),
    (
        "thu nsnn 5t/2024 so ckỳ 2023 tăng giảm bn %",
        "SELECT a, b, 100.0 * (a / b - 1) FROM (SELECT SUM(CASE WHEN nam = 2024 THEN so_tien END) AS a, "
        "SUM(CASE WHEN nam = 2023 THEN so_tien END) AS b FROM thu_nsnn WHERE thang <= 5)",
    ),
]


@pytest.mark.parametrize(("talk", "by_hand"), CASES)
def test_a_turn_is_read_in_the_light_of_those_before(
    reader: Reader, database: duckdb.DuckDBPyConnection, talk: str, by_hand: str
) -> None:
    reading = read(reader, talk)
    sql = compose(reading, reader.catalogue)
    assert sql is not None, talk
    assert same(database.execute(sql).fetchall(), database.execute(by_hand).fetchall()), sql


def test_a_list_of_that_length_is_not_the_turns_before(reader: Reader) -> None:
    """ "ba nước đó" after a list of three means its rows, however many turns went before."""
    talk = "ba nước mua gạo nhiều nhất năm 2021 >> năm 2022 >> năm 2023 >> ba nước đó năm 2024 mua bao nhiêu"
    members = [f for f in read(reader, talk).filters if f.column == "nuoc"]
    assert len(members) == 1
    assert "LIMIT 3" in members[0].sql
