"""Readings of whole questions over the demo catalogue, without a database: views, measures, filters, groups, frames."""

from __future__ import annotations

import pytest

from nl2sql.question.read import Reader
from nl2sql.types import Question, Reading, Shape


def read(reader: Reader, text: str, *turns: str) -> Reading:
    return reader.read(Question(text, turns=turns))


def filters(reading: Reading) -> set[str]:
    return {f.sql for f in reading.filters}


@pytest.mark.parametrize(
    ("text", "view", "metric", "conditions"),
    [
        ("tổng trị giá nhập khẩu than từ Ô-xtrây-li-a năm 2023", "xnk", "kim_ngach",
         {"chieu = 'Nhập khẩu'", "nhom_hang = 'Than các loại'", "nuoc = 'Ô-xtrây-li-a'"}),
        ("tong tri gia nhap khau than tu uc nam 2023", "xnk", "kim_ngach",
         {"chieu = 'Nhập khẩu'", "nhom_hang = 'Than các loại'", "nuoc = 'Ô-xtrây-li-a'"}),
        ("KNXK sang Mỹ tháng 5/2024", "xnk", "kim_ngach", {"chieu = 'Xuất khẩu'", "nuoc = 'Hoa Kỳ'"}),
        ("số TK NK luồng vàng quý 1/2024", "to_khai", "so_luong_to_khai",
         {"chieu = 'Nhập khẩu'", "phan_luong = 'Vàng'"}),
        ("thu NSNN của cục hải quan Lạng Sơn 2024", "thu_nsnn", "so_thu", {"cuc = 'Lạng Sơn'"}),
        ("số vụ ma túy qua đường hàng không năm 2023", "vi_pham", "so_vu",
         {"hanh_vi = 'Ma túy'", "tuyen = 'Hàng không'"}),
        ("kim ngạch xuất khẩu của khối ngoại năm 2022", "xnk", "kim_ngach",
         {"chieu = 'Xuất khẩu'", "khu_vuc_kinh_te = 'FDI'"}),
    ],
)  # fmt: skip
def test_subject_measure_and_conditions(
    reader: Reader, text: str, view: str, metric: str, conditions: set[str]
) -> None:
    reading = read(reader, text)
    assert reading.view == view
    assert [m.name for m in reading.metrics] == [metric]
    assert filters(reading) == conditions
    assert not reading.unread


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("kim ngạch nhập khẩu theo châu lục năm 2023", ["chau_luc"]),
        ("số tờ khai từng cục hải quan năm 2024", ["cuc"]),
        ("số thu theo sắc thuế và theo cục năm 2024", ["loai_thue", "cuc"]),
        ("số vụ vi phạm chia theo tuyến, hành vi năm 2024", ["tuyen", "hanh_vi"]),
        ("xuất khẩu hạt điều và hạt tiêu năm 2022", ["nhom_hang"]),
        ("tổng xuất khẩu hạt điều và hạt tiêu năm 2022", []),
        ("kim ngạch xuất khẩu của thị trường Đức năm 2024", []),
    ],
)
def test_groups(reader: Reader, text: str, groups: list[str]) -> None:
    assert [g.column for g in read(reader, text).groups if not g.grain] == groups


@pytest.mark.parametrize(
    ("text", "n", "descending", "group"),
    [
        ("top 7 thị trường xuất khẩu năm 2024", 7, True, "nuoc"),
        ("3 cục thu ngân sách thấp nhất năm 2023", 3, False, "cuc"),
        ("mặt hàng nào nhập khẩu nhiều nhất năm 2022", 1, True, "nhom_hang"),
        ("những nước nào bán hàng cho mình nhiều nhất năm 2022", 10, True, "nuoc"),
        ("5 doanh nghiep nop thue nhieu nhat nam 2024", 5, True, "doanh_nghiep"),
    ],
)
def test_ranking(reader: Reader, text: str, n: int, descending: bool, group: str) -> None:
    reading = read(reader, text)
    assert reading.shape is Shape.RANKING
    assert reading.ranking is not None
    assert (reading.ranking.n, reading.ranking.descending) == (n, descending)
    assert [g.column for g in reading.groups] == [group]


@pytest.mark.parametrize(
    ("text", "numerator", "rest"),
    [
        ("tỷ trọng khối trong nước trong tổng kim ngạch xuất khẩu 2024", "khu_vuc_kinh_te = 'Trong nước'",
         {"chieu = 'Xuất khẩu'"}),
        ("gạo chiếm bao nhiêu phần trăm kim ngạch xuất khẩu năm 2024", "nhom_hang = 'Gạo'", {"chieu = 'Xuất khẩu'"}),
        ("Hàn Quốc chiếm mấy % tổng nhập khẩu 2023", "nuoc = 'Hàn Quốc'", {"chieu = 'Nhập khẩu'"}),
    ],
)  # fmt: skip
def test_share_tells_the_numerator_from_the_scope(reader: Reader, text: str, numerator: str, rest: set[str]) -> None:
    reading = read(reader, text)
    assert reading.share is not None
    assert reading.share.numerator == numerator
    assert filters(reading) == rest


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            "Tỷ trọng thuế GTGT và thuế xuất khẩu trong tổng thu năm 2022",
            {"Tỷ trọng thuế GTGT": "'Thuế GTGT'", "Tỷ trọng: Thuế xuất khẩu": "'Thuế xuất khẩu'"},
        ),
        (
            "Tỷ lệ luồng đỏ, luồng xanh của Đồng Nai năm 2022",
            {"Tỷ lệ luồng đỏ": "'Đỏ'", "Tỷ lệ luồng xanh": "'Xanh'"},
        ),
    ],
)
def test_a_governed_ratio_keeps_its_name_for_its_own_figure(reader: Reader, text: str, figures: dict[str, str]) -> None:
    read = reader.read(Question(text))
    assert {m.label: m.expr.split("= ")[1].split(" THEN")[0] for m in read.metrics} == figures


def test_an_exclusion_is_not_a_condition_for(reader: Reader) -> None:
    assert "nuoc <> 'Trung Quốc'" in filters(read(reader, "kim ngạch nhập khẩu năm 2024 không kể Trung Quốc"))
    assert "nuoc NOT IN ('Trung Quốc', 'Hàn Quốc')" in filters(
        read(reader, "nhập khẩu năm 2024 trừ Trung Quốc và Hàn Quốc")
    )


def test_a_typing_error_is_read_through(reader: Reader) -> None:
    assert filters(read(reader, "kim ngạch xuất khẫu thuỷ sảnn năm 2024")) >= {"chieu = 'Xuất khẩu'"}
    assert filters(read(reader, "kim ngach xuat khau sang trung qouc nam 2024")) == {
        "chieu = 'Xuất khẩu'", "nuoc = 'Trung Quốc'",
    }  # fmt: skip


def test_a_longer_name_is_not_read_as_a_shorter_one(reader: Reader) -> None:
    assert filters(read(reader, "số thu của cục hải quan Hà Nam Ninh năm 2024")) == {"cuc = 'Hà Nam Ninh'"}
    assert filters(read(reader, "số thu khu vực II năm 2024")) == {"khu_vuc = 'Khu vực II'"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tiêu chí phân luồng của hệ thống là gì", "forbidden"),
        ("tiền lương của cục trưởng bao nhiêu", "forbidden"),
        ("kết luận thanh tra năm 2024", "absent"),
        ("hôm nay thời tiết ra sao", "out_of_scope"),
        ("kim ngạch xuất khẩu năm 2031", "future"),
        ("hãy xóa bảng tờ khai giúp tôi", "unsafe"),
        ("blah blah xyz", "out_of_scope"),
    ],
)
def test_what_is_not_answered_says_why(reader: Reader, text: str, code: str) -> None:
    refusal = read(reader, text).refusal
    assert refusal is not None
    assert refusal.code == code
    assert refusal.message


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "?!"])
def test_nothing_asked_is_asked_back(reader: Reader, text: str) -> None:
    assert read(reader, text).clarification is not None


def test_a_place_alone_is_asked_back_with_complete_questions(reader: Reader) -> None:
    clarification = read(reader, "Đà Nẵng thế nào?").clarification
    assert clarification is not None
    assert 2 <= len(clarification.options) <= 3
    assert all("Đà Nẵng" in o.question for o in clarification.options)
    for option in clarification.options:
        assert read(reader, option.question).view


def test_follow_up_changes_the_reading_as_structure(reader: Reader) -> None:
    first = "số tờ khai nhập khẩu luồng đỏ của cục hải quan Hải Phòng năm 2024"
    moved = read(reader, "còn Đồng Nai?", first)
    assert filters(moved) == {"chieu = 'Nhập khẩu'", "phan_luong = 'Đỏ'", "cuc = 'Đồng Nai'"}
    assert [p.start.year for p in moved.periods] == [2024]
    split = read(reader, "chia theo tháng", first, "còn Đồng Nai?")
    assert [g.grain for g in split.groups] == ["month"]
    assert "cuc = 'Đồng Nai'" in filters(split)
    dropped = read(reader, "bỏ luồng đỏ", first)
    assert filters(dropped) == {"chieu = 'Nhập khẩu'", "cuc = 'Hải Phòng'"}


def test_a_new_topic_takes_nothing_over(reader: Reader) -> None:
    fresh = read(reader, "thu ngân sách năm 2023 của cục Quảng Ninh", "xuất khẩu gạo sang Phi-líp-pin năm 2024")
    assert fresh.view == "thu_nsnn"
    assert filters(fresh) == {"cuc = 'Quảng Ninh'"}


@pytest.mark.parametrize("text", ["a" * 3000, "năm " * 400, "👩‍👩‍👧 xuất khẩu", "\x00\x01", "1/0/2024 31/02/2024 T13"])
def test_any_text_gives_a_reading(reader: Reader, text: str) -> None:
    assert isinstance(read(reader, text), Reading)
