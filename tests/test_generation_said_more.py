"""Bounds, ranks, members and letters that a question says, put in place of what an outline made up."""

from __future__ import annotations

import pytest

from tests.test_generation_said import _done, _same


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        ("cục nào thu dưới 500 tỷ đồng năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc; HAVING >= 500e9",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc; HAVING < 500e9"),
        ("những cục thu từ 3 nghìn tỷ đồng trở lên năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc; HAVING > 3e9",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc; HAVING >= 3000e9"),
        # a number that is a year bounds nothing
        ("số tờ khai theo cục năm 2022", "to_khai; so_luong_to_khai; WHEN 2022; BY cuc; HAVING > 2022",
         "to_khai; so_luong_to_khai; WHEN 2022; BY cuc"),
        # two bounds: which is which stays the model's
        ("cục nào có trên 500 vụ và dưới 900 vụ năm 2023", "vi_pham; so_vu; WHEN 2023; BY cuc; HAVING BETWEEN 500 900",
         "vi_pham; so_vu; WHEN 2023; BY cuc; HAVING BETWEEN 500 900"),
        # the bound of a growth is the model's
        ("cục nào thu tăng trên 15% năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc; VS YOY; HAVING CHANGE > 15",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc; VS YOY; HAVING CHANGE > 15"),
    ],
)  # fmt: skip
def test_the_bound_that_was_said_stands(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        ("nước nào mua nhiều gạo nhất năm 2023",
         "xnk; kim_ngach; WHERE nhom_hang = 'Gạo' & chieu = 'Xuất khẩu'; WHEN 2023; BY nuoc",
         "xnk; kim_ngach; WHERE nhom_hang = 'Gạo' & chieu = 'Xuất khẩu'; WHEN 2023; BY nuoc; TOP 1"),
        ("cuc nao thu it nhat nam 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc; BOTTOM 1"),
        ("cục nào đội sổ về thu năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc; BOTTOM 1"),
        ("với mỗi châu lục, nước nào mua nhiều nhất năm 2023",
         "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2023; BY chau_luc; TOP 1",
         "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2023; BY chau_luc, nuoc; TOP 1 INSIDE chau_luc"),
        # several are asked for, or so many
        ("những cục nào thu nhiều nhất năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc"),
        ("3 cục nào thu nhiều nhất năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc; TOP 3",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc; TOP 3"),
        ("cục nào thu nhiều nhất và ít nhất năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc"),
        # what grew most is ranked by its change
        ("cục nào tăng thu nhanh nhất năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc; VS YOY; TOP 1 CHANGE",
         "thu_nsnn; so_thu; WHEN 2023; BY cuc; VS YOY; TOP 1 CHANGE"),
        # members are ranked by their mean
        ("5 chi cục thông quan lâu nhất năm 2023", "to_khai; MAX gio_thong_quan_tb; WHEN 2023; BY don_vi; TOP 5",
         "to_khai; gio_thong_quan_tb; WHEN 2023; BY don_vi; TOP 5"),
    ],
)  # fmt: skip
def test_a_superlative_asks_for_one(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        # other diacritics are other words
        ("diễn biến số tờ khai năm 2023 theo quý",
         "to_khai; so_luong_to_khai; WHERE cuc = 'Điện Biên'; WHEN 2023; BY QUARTER",
         "to_khai; so_luong_to_khai; WHEN 2023; BY QUARTER"),
        ("số tờ khai của điện biên năm 2023 theo quý",
         "to_khai; so_luong_to_khai; WHERE cuc = 'Điện Biên'; WHEN 2023; BY QUARTER",
         "to_khai; so_luong_to_khai; WHERE cuc = 'Điện Biên'; WHEN 2023; BY QUARTER"),
        # one of two members was said, both were
        ("tiền được miễn thuế năm 2023",
         "hoan_thue; so_tien_hoan_mien; WHERE hinh_thuc IN ('Miễn thuế', 'Hoàn thuế'); WHEN 2023",
         "hoan_thue; so_tien_hoan_mien; WHERE hinh_thuc = 'Miễn thuế'; WHEN 2023"),
        ("tổng số tờ khai luồng xanh và luồng đỏ năm 2023",
         "to_khai; so_luong_to_khai; WHERE phan_luong IN ('Xanh', 'Đỏ'); WHEN 2023",
         "to_khai; so_luong_to_khai; WHERE phan_luong IN ('Xanh', 'Đỏ'); WHEN 2023"),
        ("số tờ khai luồng xanh, luồng đỏ năm 2023",
         "to_khai; so_luong_to_khai; WHERE phan_luong IN ('Xanh', 'Đỏ'); WHEN 2023",
         "to_khai; so_luong_to_khai; WHERE phan_luong IN ('Xanh', 'Đỏ'); WHEN 2023; BY phan_luong"),
        # nothing is missing where nobody says so
        ("thuế được giảm nhờ C/O năm 2023", "giay_xuat_xu; thue_giam_nho_co; WHERE mau_co IS NULL; WHEN 2023",
         "giay_xuat_xu; thue_giam_nho_co; WHEN 2023"),
    ],
)  # fmt: skip
def test_members_are_those_that_were_said(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        # a rate has no parts
        ("thuế suất ưu đãi của mã 85171300 là mấy phần trăm",
         "bieu_thue; thue_suat_bq; WHERE loai_thue_suat = 'MFN'; WHEN 2025; SHARE ma_hs = '85171300'",
         "bieu_thue; thue_suat_bq; WHERE loai_thue_suat = 'MFN' & ma_hs = '85171300'; WHEN 2025"),
        # a number of different ones has
        ("doanh nghiệp FDI chiếm bao nhiêu phần trăm số doanh nghiệp có tờ khai năm 2023",
         "to_khai; so_doanh_nghiep; WHEN 2023; SHARE khu_vuc_kinh_te = 'FDI'",
         "to_khai; so_doanh_nghiep; WHEN 2023; SHARE khu_vuc_kinh_te = 'FDI'"),
        # shares and running totals that no word asks for
        ("số vụ vi phạm theo cục năm 2023", "vi_pham; so_vu; WHEN 2023; BY cuc; SHARE ALL",
         "vi_pham; so_vu; WHEN 2023; BY cuc"),
        ("cơ cấu số vụ vi phạm theo cục năm 2023", "vi_pham; so_vu; WHEN 2023; BY cuc; SHARE ALL",
         "vi_pham; so_vu; WHEN 2023; BY cuc; SHARE ALL"),
        ("số vụ vi phạm theo tháng năm 2023", "vi_pham; so_vu; WHEN 2023; BY MONTH; RUN CUMULATIVE",
         "vi_pham; so_vu; WHEN 2023; BY MONTH"),
        # a part of the rows of which no word was said
        ("văn bản hỏa tốc tháng 3/2024", "van_ban; so_vb_qua_han; WHERE do_khan = 'Hỏa tốc'; WHEN 2024m3",
         "van_ban; so_van_ban_dem; WHERE do_khan = 'Hỏa tốc'; WHEN 2024m3"),
        ("văn bản hỏa tốc quá hạn tháng 3/2024", "van_ban; so_vb_qua_han; WHERE do_khan = 'Hỏa tốc'; WHEN 2024m3",
         "van_ban; so_vb_qua_han; WHERE do_khan = 'Hỏa tốc'; WHEN 2024m3"),
        # all the years that were said; one step of the calendar is none
        ("số vụ vi phạm các năm 2021, 2022 và 2024", "vi_pham; so_vu; WHEN 2021; BY YEAR",
         "vi_pham; so_vu; WHEN 2021, 2022, 2024; BY YEAR"),
        ("số vụ vi phạm tháng 7/2023", "vi_pham; so_vu; WHEN 2023m7; BY MONTH", "vi_pham; so_vu; WHEN 2023m7"),
    ],
)  # fmt: skip
def test_what_no_word_asks_for_goes(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        # the present of a stock
        ("tỷ lệ nữ hiện nay là bao nhiêu", "nhan_su; ty_le_nu; WHEN 2024", "nhan_su; ty_le_nu; WHEN 2025m10"),
        ("Quảng Ninh đang có mấy người", "nhan_su; so_co_mat; WHERE cuc = 'Quảng Ninh'",
         "nhan_su; so_co_mat; WHERE cuc = 'Quảng Ninh'; WHEN 2025m10"),
        # a day is no bound, and nobody asked by office
        ("quân số ngày 31/10/2025", "nhan_su; so_co_mat; WHEN 2025m10; BY cuc; HAVING >= 31",
         "nhan_su; so_co_mat; WHEN 2025m10"),
        ("số vụ vi phạm của Lạng Sơn năm 2023", "vi_pham; so_vu; WHERE cuc = 'Lạng Sơn'; WHEN 2023; BY tuyen",
         "vi_pham; so_vu; WHERE cuc = 'Lạng Sơn'; WHEN 2023"),
        ("số vụ thuốc lá điếu theo tuyến năm 2023",
         "vi_pham; so_vu; WHERE mat_hang = 'Thuốc lá điếu'; WHEN 2023; BY tuyen",
         "vi_pham; so_vu; WHERE mat_hang = 'Thuốc lá điếu'; WHEN 2023; BY tuyen"),
        # what a verb asserts of a measure
        ("những cục nào đạt dự toán năm 2023", "tien_do_thu; ty_le_du_toan; WHEN 2023; BY cuc",
         "tien_do_thu; ty_le_du_toan; WHEN 2023; BY cuc; HAVING >= 100"),
        ("những cục nào chưa hoàn thành dự toán năm 2023", "tien_do_thu; ty_le_du_toan; WHEN 2023; BY cuc",
         "tien_do_thu; ty_le_du_toan; WHEN 2023; BY cuc; HAVING < 100"),
    ],
)  # fmt: skip
def test_stocks_of_the_present_and_what_verbs_assert(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        # what stands before the verb is the part
        ("kim ngạch xuất khẩu năm 2023, khối FDI chiếm bao nhiêu phần trăm",
         "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu' & khu_vuc_kinh_te = 'FDI'; WHEN 2023",
         "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu'; WHEN 2023; SHARE khu_vuc_kinh_te = 'FDI'"),
        ("Hải Phòng chiếm mấy phần trăm số tờ khai luồng đỏ năm 2023",
         "to_khai; so_luong_to_khai; WHERE cuc = 'Hải Phòng'; WHEN 2023; SHARE phan_luong = 'Đỏ'",
         "to_khai; so_luong_to_khai; WHERE phan_luong = 'Đỏ'; WHEN 2023; SHARE cuc = 'Hải Phòng'"),
        # the part of several in themselves is always a hundred
        ("luồng vàng, luồng đỏ chiếm bao nhiêu phần trăm năm 2023",
         "to_khai; so_luong_to_khai; WHERE phan_luong IN ('Vàng', 'Đỏ'); WHEN 2023; SHARE ALL",
         "to_khai; so_luong_to_khai; WHEN 2023; SHARE EACH phan_luong OF phan_luong IN ('Vàng', 'Đỏ')"),
        # "trong" is no "trọng"
        ("so vu vi pham theo tuyen trong nam 2023", "vi_pham; so_vu; WHEN 2023; BY tuyen; SHARE ALL",
         "vi_pham; so_vu; WHEN 2023; BY tuyen"),
        # how much more is not how much of
        ("số vụ năm 2023 nhiều hơn cùng kỳ bao nhiêu phần trăm", "vi_pham; so_vu; WHEN 2023; VS YOY of_base",
         "vi_pham; so_vu; WHEN 2023; VS YOY"),
        ("số vụ năm 2023 bằng bao nhiêu phần trăm cùng kỳ", "vi_pham; so_vu; WHEN 2023; VS YOY of_base",
         "vi_pham; so_vu; WHEN 2023; VS YOY of_base"),
    ],
)  # fmt: skip
def test_the_part_that_was_said_stands(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        # both ways in one breath
        ("kim ngạch xuất nhập khẩu năm 2022", "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022",
         "xnk; kim_ngach; WHEN 2022"),
        ("xuất nhập khẩu năm 2022, riêng nhập khẩu", "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022",
         "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2022"),
        # a balance of one way
        ("nhập khẩu từ EU theo tháng năm 2022",
         "xnk; can_can; WHERE chieu = 'Nhập khẩu' & la_eu = TRUE; WHEN 2022; BY MONTH",
         "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu' & la_eu = TRUE; WHEN 2022; BY MONTH"),
        # a rate of those that it counts
        ("tỷ lệ cuộc có vi phạm theo cục năm 2022",
         "ktstq; ty_le_phat_hien; WHERE co_vi_pham = TRUE; WHEN 2022; BY cuc",
         "ktstq; ty_le_phat_hien; WHEN 2022; BY cuc"),
        # the first of a column held to one of its members
        ("4 chi cục nhiều tờ khai nhất năm 2022",
         "to_khai; so_luong_to_khai; WHERE don_vi = 'HQ CK Bờ Y'; WHEN 2022; BY don_vi; TOP 4",
         "to_khai; so_luong_to_khai; WHEN 2022; BY don_vi; TOP 4"),
        # one member and no list
        ("số tờ khai của HP năm 2022", "to_khai; so_luong_to_khai; WHEN 2022; BY cuc",
         "to_khai; so_luong_to_khai; WHERE cuc = 'Hải Phòng'; WHEN 2022"),
        ("số tờ khai năm 2022 theo luồng đỏ, vàng", "to_khai; so_luong_to_khai; WHEN 2022; BY phan_luong",
         "to_khai; so_luong_to_khai; WHEN 2022; BY phan_luong"),
        ("số vụ năm 2022 theo tuyến đường bộ, đường biển", "vi_pham; so_vu; WHEN 2022; BY tuyen",
         "vi_pham; so_vu; WHERE tuyen IN ('Đường bộ', 'Đường biển'); WHEN 2022; BY tuyen"),
        # the present against the past
        ("quân số bây giờ so với cuối năm 2023", "nhan_su; so_co_mat; WHEN 2023m12; VS 2023m12",
         "nhan_su; so_co_mat; WHEN 2025m10; VS 2023m12"),
        ("quân số bây giờ so với cuối năm 2023", "nhan_su; so_co_mat; WHEN 2023m12; VS 2025m12",
         "nhan_su; so_co_mat; WHEN 2025m10; VS 2023m12"),
        ("lúc này ta có mấy người", "nhan_su; so_co_mat; WHEN 2024", "nhan_su; so_co_mat; WHEN 2025m10"),
        ("hiện có bao nhiêu container tồn quá 90 ngày", "container; so_ton_dong; WHEN 2025-10-20..2025-10-26",
         "container; so_ton_dong"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_mended(question: str, line: str, expected: str) -> None:
    assert _done(question, line) == _same(expected)


def test_a_name_cut_short_is_the_plain_measure() -> None:
    line = "tham_van_gia; thue_tang; WHEN 2023; BY cuc"
    assert _same(line) == _same("tham_van_gia; thue_tang_do_tham_van; WHEN 2023; BY cuc")
    assert _same("to_khai; thong_quan_bq; WHEN 2023") == _same("to_khai; gio_thong_quan_tb; WHEN 2023")
