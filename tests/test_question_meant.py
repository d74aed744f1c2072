"""What words mean beside each other: bounds before a year, commas in names, units told, members in short sentences."""

from __future__ import annotations

import pytest

from nl2sql.generation.outline import outline
from nl2sql.question.read import Reader
from nl2sql.types import Question, Reading

CASES = [
    # a number before "năm 2023" is a bound and announces no period
    (
        "cục nào có số vụ vi phạm trong khoảng từ 15 đến 30 năm 2023",
        "vi_pham; so_vu; WHEN 2023; BY cuc; HAVING BETWEEN 15 30",
    ),
    ("cục nào có số vụ vi phạm ít nhất 25 năm 2022", "vi_pham; so_vu; WHEN 2022; BY cuc; HAVING >= 25"),
    ("số thu ngân sách 4 năm 2020-2023", "thu_nsnn; so_thu; WHEN 2020-2023"),
    # a unit is compared whatever its capitals
    (
        "những nhóm hàng xuất khẩu được cấp khoảng từ 50 đến 90 C/O năm 2023",
        "giay_xuat_xu; so_co_cap; WHERE chieu = 'Xuất khẩu'; WHEN 2023; BY nhom_hang; HAVING BETWEEN 50 90",
    ),
    # above the mean of the groups, in the year that follows
    ("các cục có số thu thấp hơn mức bình quân năm 2023", "thu_nsnn; so_thu; WHEN 2023; BY cuc; HAVING < MEAN"),
    (
        "khu vực có số tờ khai cao hơn trung bình quý 1/2024",
        "to_khai; so_luong_to_khai; WHEN 2024q1; BY khu_vuc; HAVING > MEAN",
    ),
    # a name with commas is one name, in a sentence of several clauses too
    (
        "tuyến biển: buôn lậu, gian lận thương mại, hàng giả, có mấy vụ, quý trước",
        "vi_pham; so_vu; WHERE tuyen = 'Đường biển' & hanh_vi IN ('Buôn lậu', 'Gian lận thương mại', "
        "'Hàng giả, sở hữu trí tuệ'); WHEN 2025q3",
    ),
    (
        "nhập khẩu: số doanh nghiệp được hoàn, miễn, giảm thuế, quý vừa qua",
        "hoan_thue; so_dn_hoan; WHERE chieu = 'Nhập khẩu'; WHEN 2025q3",
    ),
    # a superlative inside the name of a measure
    (
        "giá tham chiếu cao nhất năm 2023, top 8 nhóm hàng",
        "gia_tham_chieu; gia_tham_chieu_cao_nhat; WHEN 2023; BY nhom_hang; TOP 8",
    ),
    (
        "nhóm hàng có giá tham chiếu cao nhất năm 2022",
        "gia_tham_chieu; gia_tham_chieu_bq; WHEN 2022; BY nhom_hang; TOP 1",
    ),
    # the rate of growth of a stretch of years
    (
        "từ năm 2019 đến 2022 tốc độ tăng trưởng bình quân năm của số thu",
        "thu_nsnn; so_thu; WHEN 2019-2022; RUN COMPOUND 3",
    ),
    # the unit that is told groups by nothing
    (
        "số chứng từ nộp quý 2/2024 theo khu vực tính theo chứng từ",
        "thu_nsnn; so_chung_tu_dem; WHEN 2024q2; BY khu_vuc",
    ),
    # the unit before the one named
    ("số vụ vi phạm tháng 3/2024 gấp mấy lần tháng liền trước", "vi_pham; so_vu; WHEN 2024m3; VS PREV times"),
    ("nợ thuế cuối tháng 5/2024 so với tháng trước", "no_thue; tong_no; WHEN 2024m5; VS PREV"),
    ("so sánh số tờ khai năm 2021 với năm trước", "to_khai; so_luong_to_khai; WHEN 2021; VS YOY"),
    # places that move
    (
        "thứ hạng các nước về nhập khẩu năm 2023 biến động ra sao so với năm 2020",
        "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu'; WHEN 2023; BY nuoc; VS 2020; MOVED",
    ),
    # the head word chooses the column
    ("số thu của hải quan thành phố Tp. HCM năm 2023", "thu_nsnn; so_thu; WHERE cuc = 'TP. Hồ Chí Minh'; WHEN 2023"),
    (
        "số thu của các cục tỉnh Bắc Ninh, Quảng Ninh năm 2023",
        "thu_nsnn; so_thu; WHERE cuc IN ('Bắc Ninh', 'Quảng Ninh'); WHEN 2023; BY cuc",
    ),
    ("số vụ vi phạm năm 2020 bằng mấy lần năm 2022", "vi_pham; so_vu; WHEN 2020; VS 2022 times"),
    # rows with a bound in percent
    (
        "liệt kê các biểu thuế có thuế suất nhập khẩu trên 30% năm 2023",
        "bieu_thue; ROWS; OF thue_suat_bq; WHERE loai_thue_suat = 'MFN'; WHEN 2023; HAVING EACH thue_suat > 30",
    ),
    # as many rows as are named, and what one row is called
    ("liệt kê 7 vụ vi phạm năm 2023", "vi_pham; ROWS; WHEN 2023; TOP 7 TIME"),
    ("xem 4 khoản nợ lớn nhất cuối tháng 3/2024", "no_thue; ROWS; OF tong_no; WHEN 2024m3; TOP 4"),
    # a fall that is part of a name
    (
        "liệt kê C/O có thuế được giảm dưới 2 tỷ năm 2023",
        "giay_xuat_xu; ROWS; OF thue_giam_nho_co; WHEN 2023; HAVING EACH thue_giam < 2e9",
    ),
    # what was paid is not what has to be
    ("tổng số thu của cục Đồng Nai năm 2022", "thu_nsnn; so_thu; WHERE cuc = 'Đồng Nai'; WHEN 2022"),
    # what changed is told by the measure and not by the word for its change
    ("số tờ khai năm 2022 so với 2021 chênh lệch bao nhiêu", "to_khai; so_luong_to_khai; WHEN 2022; VS YOY absolute"),
    # codes of one column are alternatives
    (
        "kim ngạch xuất khẩu chương 61 và chương 62 năm 2023",
        "xnk; kim_ngach; WHERE chieu = 'Xuất khẩu' & chuong_hs IN ('61', '62'); WHEN 2023; BY chuong_hs",
    ),
    (
        "trị giá nhập khẩu mã HS 8517 và mã HS 8542 năm 2023",
        "xnk; kim_ngach; WHERE chieu = 'Nhập khẩu' & (ma_hs LIKE '8517%' OR ma_hs LIKE '8542%'); WHEN 2023",
    ),
    # how much a count rose, and whose members are counted
    (
        "số doanh nghiệp nhập khẩu quý 2/2024 giảm bao nhiêu so với quý trước",
        "xnk; so_doanh_nghiep; WHERE chieu = 'Nhập khẩu'; WHEN 2024q2; VS PREV",
    ),
    (
        "mức đóng góp của từng cục vào biến động số tờ khai quý 1/2024 so với cùng kỳ",
        "to_khai; so_luong_to_khai; WHEN 2024q1; BY cuc; VS YOY part",
    ),
    # a unit in brackets belongs to the name; below the whole service
    ("kim ngạch (VND) xuất khẩu năm 2023 theo cục", "xnk; kim_ngach_vnd; WHERE chieu = 'Xuất khẩu'; WHEN 2023; BY cuc"),
    (
        "các cục có tỷ lệ luồng vàng dưới toàn ngành quý 4/2023",
        "to_khai; ty_le_luong_vang; WHEN 2023q4; BY cuc; HAVING < OVERALL",
    ),
    # members counted
    (
        "bao nhiêu nhóm hàng có tỷ lệ C/O điện tử của Nhật Bản trên 40% năm 2022",
        "giay_xuat_xu; so_nhom_hang; WHERE nuoc = 'Nhật Bản'; WHEN 2022; HAVING ty_le_co_dien_tu > 40",
    ),
    (
        "có bao nhiêu nước có kim ngạch nhập khẩu đạt trên 2 tỷ USD năm 2023",
        "xnk; so_nuoc; WHERE chieu = 'Nhập khẩu'; WHEN 2023; HAVING kim_ngach > 2e9",
    ),
]


def _read(reader: Reader, *turns: str) -> Reading:
    return reader.read(Question(turns[-1], turns=turns[:-1]))


@pytest.mark.parametrize(("question", "meant"), CASES, ids=[q for q, _ in CASES])
def test_a_question_is_read_as_it_is_meant(reader: Reader, question: str, meant: str) -> None:
    reading = _read(reader, question)
    assert outline(reading, reader.catalogue) == meant
    assert reading.certainty == 1.0


def test_a_bound_after_a_list_bounds_its_groups(reader: Reader) -> None:
    reading = _read(reader, "kim ngạch nhập khẩu năm 2023 theo nước", "trên 3 tỷ USD")
    assert [(t.metric, t.op, t.on_rows) for t in reading.thresholds] == [("kim_ngach", ">", False)]
    assert [g.column for g in reading.groups] == ["nuoc"]


def test_a_member_that_takes_a_part_is_a_part_of_what_was_asked(reader: Reader) -> None:
    reading = _read(reader, "kim ngạch nhập khẩu năm 2023", "Hàn Quốc chiếm bao nhiêu phần trăm")
    assert reading.share is not None
    assert "Hàn Quốc" in reading.share.numerator
    assert [f.sql for f in reading.filters] == ["chieu = 'Nhập khẩu'"]


def test_the_whole_named_again_is_no_part(reader: Reader) -> None:
    reading = _read(reader, "kim ngạch nhập khẩu xăng dầu năm 2023", "chiếm bao nhiêu % tổng nhập khẩu")
    assert reading.share is not None
    assert "nhom_hang" in reading.share.numerator
    assert [f.sql for f in reading.filters] == ["chieu = 'Nhập khẩu'"]


def test_a_clause_of_time_alone_is_about_the_measure_before(reader: Reader) -> None:
    reading = _read(reader, "bao nhiêu cục có số văn bản năm 2022 nhưng năm 2021 không có")
    assert reading.counted
    assert [(t.op, t.reading.view) for t in reading.terms] == [("except", "van_ban")]
    assert [p.start.year for p in (*reading.periods, *reading.terms[0].reading.periods)] == [2022, 2021]
