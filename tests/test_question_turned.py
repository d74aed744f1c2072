"""Questions put another way round: differences, times, parts, places, means and courses in their other wordings."""

from __future__ import annotations

import pytest

from nl2sql.generation.outline import outline
from nl2sql.question.read import Reader
from nl2sql.question.text import normalise
from nl2sql.types import Question, Reading

CASES = [
    # a difference that is asked for without a unit
    (
        "số tờ khai tháng 5/2025 thấp hơn tháng 4/2025 bao nhiêu",
        "to_khai; so_luong_to_khai; WHEN 2025m5; VS PREV absolute",
    ),
    (
        "kim ngạch xuất khẩu năm 2024 tăng thêm bao nhiêu so với năm 2023",
        "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2024; VS YOY absolute",
    ),
    (
        "số chuyến tàu biển tháng 3/2025 lệch bao nhiêu so với tháng 2/2025",
        "chuyen_tau_bay; so_luot_chuyen; WHERE loai_phuong_tien = 'Tàu biển'; WHEN 2025m3; VS PREV absolute",
    ),
    ("thu ngan sach thang 9/2025 cao hon thang 8/2025 bao nhieu", "thu_nsnn; so_thu; WHEN 2025m9; VS PREV absolute"),
    # what stands before "hơn" is told of, whichever is the earlier
    ("số vụ vi phạm tháng 3/2025 ít hơn tháng 5/2025 bao nhiêu", "vi_pham; so_vu; WHEN 2025m3; VS 2025m5 absolute"),
    # a percentage stays one
    ("thu ngân sách tháng 9/2025 cao hơn tháng 8/2025 bao nhiêu phần trăm", "thu_nsnn; so_thu; WHEN 2025m9; VS PREV"),
    (
        "kim ngạch xuất khẩu tháng 6/2025 cao hơn tháng 5/2025 bao nhiêu, tăng mấy phần trăm",
        "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2025m6; VS PREV both",
    ),
    # two members set apart
    (
        "số tờ khai của Lạng Sơn kém Quảng Ninh bao nhiêu trong quý 2/2025",
        "to_khai; so_luong_to_khai; WHEN 2025q2; CONTRAST cuc = 'Lạng Sơn' <> cuc = 'Quảng Ninh'",
    ),
    (
        "số thu của TP. Hồ Chí Minh gấp Hải Phòng mấy lần năm 2024",
        "thu_nsnn; so_thu; WHEN 2024; CONTRAST TIMES cuc = 'TP. Hồ Chí Minh' <> cuc = 'Hải Phòng'",
    ),
    ("số vụ vi phạm tháng 10/2025 gấp tháng trước mấy lần", "vi_pham; so_vu; WHEN 2025m10; VS PREV times"),
    ("thu ngân sách năm 2024 gấp năm 2020 bao nhiêu lần", "thu_nsnn; so_thu; WHEN 2024; VS 2020 times"),
    (
        "kim ngạch xuất khẩu sang EU nhiều hơn sang ASEAN bao nhiêu năm 2024",
        "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2024; CONTRAST la_eu = TRUE <> la_asean = TRUE",
    ),
    # percent of a base that is said first
    (
        "so với tháng 8/2025, số tờ khai tháng 9/2025 bằng bao nhiêu phần trăm",
        "to_khai; so_luong_to_khai; WHEN 2025m9; VS PREV of_base",
    ),
    ("so với cùng kỳ năm trước, số thu quý 3/2025 đạt mấy phần trăm", "thu_nsnn; so_thu; WHEN 2025q3; VS YOY of_base"),
    ("so với cùng kỳ, số thu 9 tháng 2025 tăng bao nhiêu phần trăm", "thu_nsnn; so_thu; WHEN 2025m1-9; VS YOY"),
    # parts: of one whole, and of the whole of each
    (
        "năm 2024, trong xe khách, Cam-pu-chia chiếm mấy phần trăm số xe",
        "phuong_tien; luot_phuong_tien; WHERE loai_xe = 'Xe khách'; WHEN 2024; SHARE nuoc_giap = 'Cam-pu-chia'",
    ),
    (
        "phần của đường bộ trong số vụ vi phạm quý 1/2025 là mấy phần trăm",
        "vi_pham; so_vu; WHEN 2025q1; SHARE tuyen = 'Đường bộ'",
    ),
    (
        "có bao nhiêu phần trăm số container năm 2024 là container 40 feet",
        "container; so_container_dem; WHEN 2024; SHARE kich_co = '40 feet'",
    ),
    (
        "tỷ trọng ma túy trong số vụ vi phạm từng cục năm 2024",
        "vi_pham; so_vu; WHEN 2024; BY cuc; SHARE hanh_vi = 'Ma túy'",
    ),
    (
        "từng tháng có bao nhiêu % kim ngạch xuất khẩu là Hoa Kỳ năm 2024",
        "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2024; BY MONTH; SHARE nuoc = 'Hoa Kỳ'",
    ),
    ("mỗi cục có mấy phần trăm số tờ khai là luồng Vàng quý 1/2025", "to_khai; ty_le_luong_vang; WHEN 2025q1; BY cuc"),
    (
        "tỷ trọng của top 3 cục trong số thu năm 2024",
        "thu_nsnn; so_thu; WHEN 2024; BY cuc; TOP 3; SHARE FIRST 3",
    ),
    (
        "phần của 3 nước lớn nhất trong kim ngạch nhập khẩu năm 2024 là bao nhiêu phần trăm",
        "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2024; BY nuoc; TOP 3; SHARE FIRST 3",
    ),
    ("cứ 100 tờ khai năm 2024 thì bao nhiêu tờ khai luồng Đỏ", "to_khai; ty_le_luong_do; WHEN 2024"),
    ("cứ 100 C/O thì mấy C/O bị từ chối trong năm 2024", "giay_xuat_xu; ty_le_tu_choi_co; WHEN 2024"),
    ("trong 100 tờ khai thì mấy tờ khai luồng Đỏ năm 2024", "to_khai; ty_le_luong_do; WHEN 2024"),
    (
        "so với dự toán, thu ngân sách 9 tháng 2025 bằng bao nhiêu phần trăm",
        "tien_do_thu; ty_le_du_toan; WHEN 2025m1-9",
    ),
    # places
    (
        "so sánh thứ bậc các cảng về số container quý 2/2025 với quý 1/2025",
        "container; so_container_dem; WHEN 2025q2; BY cang; VS PREV; MOVED",
    ),
    (
        "vị trí của Nhật Bản trong các nước về kim ngạch xuất khẩu năm 2024",
        "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2024; BY nuoc; PLACE nuoc = 'Nhật Bản'",
    ),
    (
        "nước nào số một về kim ngạch nhập khẩu năm 2024",
        "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2024; BY nuoc; TOP 1",
    ),
    ("cảng nào giữ vị trí số một về số container năm 2024", "container; so_container_dem; WHEN 2024; BY cang; TOP 1"),
    ("cục nào xếp đầu về số vụ vi phạm năm 2024", "vi_pham; so_vu; WHEN 2024; BY cuc; TOP 1"),
    (
        "nước nào là thị trường nhập khẩu số một năm 2024",
        "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2024; BY nuoc; TOP 1",
    ),
    (
        "vi tri cua Hai Phong trong cac cuc ve so thu nam 2024",
        "thu_nsnn; so_thu; WHEN 2024; BY cuc; PLACE cuc = 'Hải Phòng'",
    ),
    (
        "xếp hạng các khu vực về số vụ vi phạm năm 2024 thay đổi ra sao so với năm 2023",
        "vi_pham; so_vu; WHEN 2024; BY khu_vuc; VS YOY; MOVED",
    ),
    (
        "Hải Phòng đứng ở vị trí nào trong các cục về số tờ khai năm 2024",
        "to_khai; so_luong_to_khai; WHEN 2024; BY cuc; PLACE cuc = 'Hải Phòng'",
    ),
    # means
    ("trung bình số thu theo tháng của từng năm 2022, 2023", "thu_nsnn; so_thu; WHEN 2022, 2023; BY YEAR; PER MONTH"),
    ("một tháng trung bình có bao nhiêu vụ vi phạm năm 2024", "vi_pham; so_vu; WHEN 2024; PER MONTH"),
    ("trung bình số tờ khai theo tháng năm 2024", "to_khai; so_luong_to_khai; WHEN 2024; PER MONTH"),
    (
        "bình quân số chuyến tàu biển theo tháng năm 2024 của từng cảng",
        "chuyen_tau_bay; so_luot_chuyen; WHERE loai_phuong_tien = 'Tàu biển'; WHEN 2024; BY cang; PER MONTH",
    ),
    ("trung bình thời gian thông quan theo tháng năm 2024", "to_khai; gio_thong_quan_tb; WHEN 2024; BY MONTH"),
    ("số thu giai đoạn 2020-2024 tăng trưởng kép bao nhiêu", "thu_nsnn; so_thu; WHEN 2020-2024; RUN COMPOUND 4"),
    ("số tờ khai 2019-2024 CAGR bao nhiêu", "to_khai; so_luong_to_khai; WHEN 2019-2024; RUN COMPOUND 5"),
    ("trung bình di động 3 tháng số vụ vi phạm năm 2024", "vi_pham; so_vu; WHEN 2024; BY MONTH; RUN MOVING 3"),
    ("MA 6 tháng của số tờ khai năm 2024", "to_khai; so_luong_to_khai; WHEN 2024; BY MONTH; RUN MOVING 6"),
    # courses
    ("số thu năm 2024 tăng hay giảm qua các tháng", "thu_nsnn; so_thu; WHEN 2024; BY MONTH"),
    ("tổng nợ thuế lên xuống ra sao qua các quý năm 2024", "no_thue; tong_no; WHEN 2024; BY QUARTER"),
    ("số vụ vi phạm thay đổi theo tháng thế nào năm 2024", "vi_pham; so_vu; WHEN 2024; BY MONTH"),
    ("số tờ khai thay đổi thế nào từ tháng 1 đến tháng 9/2025", "to_khai; so_luong_to_khai; WHEN 2025m1-9; BY MONTH"),
    ("tỷ lệ luồng Đỏ thay đổi ra sao qua các quý năm 2024", "to_khai; ty_le_luong_do; WHEN 2024; BY QUARTER"),
    (
        "số tờ khai tăng giảm qua các tháng năm 2024 bao nhiêu phần trăm",
        "to_khai; so_luong_to_khai; WHEN 2024; BY MONTH; RUN GROWTH",
    ),
]


def _read(reader: Reader, question: str) -> Reading:
    return reader.read(Question(question))


@pytest.mark.parametrize(("question", "meant"), CASES, ids=[q for q, _ in CASES])
def test_a_turned_question_is_read_as_it_is_meant(reader: Reader, question: str, meant: str) -> None:
    reading = _read(reader, question)
    assert outline(reading, reader.catalogue) == meant
    assert not reading.unread
    assert reading.certainty > 0.99


def test_of_a_thousand_is_no_percentage_and_is_told(reader: Reader) -> None:
    reading = _read(reader, "cứ 1.000 tờ khai năm 2024 thì mấy tờ khai luồng Đỏ")
    assert any("1.000" in span.text for span in reading.unread)
    assert reading.certainty < 1


def test_of_the_newest_hundred_is_told_to_be_unread(reader: Reader) -> None:
    reading = _read(reader, "trong 100 tờ khai gần nhất thì mấy tờ khai luồng Đỏ")
    assert any("100 tờ khai" in span.text for span in reading.unread)


def test_places_of_one_member_in_two_periods_are_told_to_be_unread(reader: Reader) -> None:
    reading = _read(reader, "so sánh thứ hạng của Hải Phòng về số thu năm 2024 với năm 2023")
    assert any("thứ hạng" in span.text for span in reading.unread)


@pytest.mark.parametrize(
    "said",
    [
        "số thu gấp đôi năm 2023",
        "vượt gấp 3 lần",
        "ma túy quý 1/2024",
        "hang nao ma 3 thang dau nam giam",
        "so thu bac ninh nam 2024",
        "bo nao nhieu ho so mot cua nhat",
        "đội số 1",
    ],
)
def test_what_is_no_turn_stays(said: str) -> None:
    assert normalise(said).nfc == said
