"""Conversations over the demo catalogue: going back, replies to what was asked back, changes by structure."""

from __future__ import annotations

import pytest

from nl2sql.question.dialogue import NOTHING_BEFORE
from nl2sql.question.read import Reader
from nl2sql.types import Question, Reading, Shape


def after(reader: Reader, *said: str) -> Reading:
    """The reading of the last of several turns."""
    return reader.read(Question(said[-1], turns=said[:-1]))


def conditions(reading: Reading) -> set[str]:
    return {f.sql for f in reading.filters if f.span is not None or f.values}


def grouped(reading: Reading) -> list[str]:
    return [g.column for g in reading.groups]


STORY = ("Số vụ vi phạm năm 2022", "chia theo tuyến", "chỉ lấy đường biển")


@pytest.mark.parametrize(
    ("move", "groups", "held"),
    [
        ("quay lại câu trước", ["tuyen"], set()),
        ("bỏ thay đổi vừa rồi", ["tuyen"], set()),
        ("hoàn tác", ["tuyen"], set()),
        ("quay lai cau truoc", ["tuyen"], set()),
        ("trở lại câu đầu tiên", [], set()),
        ("lùi lại hai câu", [], set()),
        ("để như ban đầu đi", [], set()),
        ("quay lại câu thứ 2", ["tuyen"], set()),
    ],
)
def test_a_move_back_gives_the_reading_of_that_turn(
    reader: Reader, move: str, groups: list[str], held: set[str]
) -> None:
    reading = after(reader, *STORY, move)
    assert grouped(reading) == groups
    assert conditions(reading) == held
    assert [p.start.year for p in reading.periods] == [2022]
    assert not reading.unread


def test_going_back_once_more_goes_one_further(reader: Reader) -> None:
    assert grouped(after(reader, *STORY, "quay lại câu trước", "câu trước nữa")) == []


def test_what_follows_a_move_changes_the_reading_gone_back_to(reader: Reader) -> None:
    reading = after(reader, *STORY, "quay lại câu đầu nhưng chia theo quý")
    assert [g.grain for g in reading.groups] == ["quarter"]


def test_a_follow_up_after_a_move_changes_where_it_went(reader: Reader) -> None:
    reading = after(reader, *STORY, "trở lại câu đầu", "còn năm 2021")
    assert grouped(reading) == []
    assert [p.start.year for p in reading.periods] == [2021]


def test_a_move_names_the_turn_by_what_it_spoke_of(reader: Reader) -> None:
    reading = after(
        reader, "Nhập khẩu đậu tương năm 2021", "Số tờ khai luồng vàng năm 2022", "quay lại phần đậu tương nhé"
    )
    assert "nhom_hang = 'Đậu tương'" in conditions(reading)


@pytest.mark.parametrize("move", ["quay lại câu trước", "quay lai cau truoc"])
def test_there_is_nothing_to_go_back_to(reader: Reader, move: str) -> None:
    reading = after(reader, move)
    assert reading.clarification is not None
    assert reading.clarification.question == NOTHING_BEFORE


@pytest.mark.parametrize(
    "text", ["Kim ngạch xuất khẩu 3 năm trở lại đây", "Số tờ khai trước đó một tháng là bao nhiêu"]
)
def test_words_of_return_inside_a_question_are_no_move(reader: Reader, text: str) -> None:
    reading = after(reader, "Nhập khẩu ngô năm 2022", text)
    assert not any("Ngô" in c for c in conditions(reading))


@pytest.mark.parametrize(
    ("reply", "cuc"),
    [("Bình Dương", "Bình Dương"), ("ý tôi là Bình Định", "Bình Định"), ("cái đầu tiên", "Bình Dương"),
     ("phương án 2", "Bình Định")],
)  # fmt: skip
def test_a_short_reply_settles_what_was_asked_back(reader: Reader, reply: str, cuc: str) -> None:
    reading = after(reader, "Thu ngân sách của hải quan BD quý I/2023", reply)
    assert conditions(reading) == {f"cuc = '{cuc}'"}
    assert reading.view == "thu_nsnn"


def test_a_refused_turn_in_between_is_passed_over(reader: Reader) -> None:
    reading = after(reader, "Số cuộc kiểm tra sau thông quan năm 2022", "thời tiết hôm nay thế nào", "còn năm 2021?")
    assert reading.view == "ktstq"
    assert [p.start.year for p in reading.periods] == [2021]


@pytest.mark.parametrize(
    ("first", "then", "held", "groups"),
    [
        ("Số tờ khai luồng vàng của Cục Hải quan Nghệ An năm 2022", "bỏ điều kiện luồng",
         {"cuc = 'Nghệ An'"}, []),
        ("Số tờ khai luồng vàng của Cục Hải quan Nghệ An năm 2022", "thôi không lọc cục nữa",
         {"phan_luong = 'Vàng'"}, []),
        ("Số tờ khai theo cục và theo luồng năm 2022", "bỏ phần theo luồng", set(), ["cuc"]),
        ("Số tờ khai theo cục năm 2022", "không chia theo cục nữa", set(), []),
        ("Nhập khẩu ngô từ Bra-xin năm 2022", "bỏ hết điều kiện", set(), []),
        ("Số tờ khai của Cục Hải quan Nghệ An năm 2022", "theo từng cục", set(), ["cuc"]),
        ("Nhập khẩu ngô theo nước năm 2022", "loại Ác-hen-ti-na ra",
         {"chieu = 'Nhập khẩu'", "nhom_hang = 'Ngô'", "nuoc <> 'Ác-hen-ti-na'"}, ["nuoc"]),
    ],
)  # fmt: skip
def test_what_is_taken_away_is_gone_and_the_rest_stays(
    reader: Reader, first: str, then: str, held: set[str], groups: list[str]
) -> None:
    reading = after(reader, first, then)
    assert conditions(reading) == held
    assert grouped(reading) == groups
    assert [p.start.year for p in reading.periods] == [2022]


def test_a_comparison_is_taken_away(reader: Reader) -> None:
    reading = after(reader, "Thu ngân sách quý II/2022 so với cùng kỳ", "bỏ so sánh đi")
    assert reading.comparison is None
    assert reading.shape is Shape.TOTAL


def test_a_value_a_measure_and_a_column_come_beside_what_is_there(reader: Reader) -> None:
    values = after(reader, "Xuất khẩu sang Ba Lan năm 2022", "thêm cả Hy Lạp")
    assert values.filters[-1].values == ("Ba Lan", "Hy Lạp") or {"Ba Lan", "Hy Lạp"} in [
        set(f.values) for f in values.filters
    ]
    measures = after(reader, "Số tờ khai theo cục năm 2022", "thêm tỷ lệ luồng xanh")
    assert [m.name for m in measures.metrics] == ["so_luong_to_khai", "ty_le_luong_xanh"]
    columns = after(reader, "Số tờ khai theo luồng năm 2022", "thêm chiều xuất nhập khẩu")
    assert grouped(columns) == ["phan_luong", "chieu"]


def test_another_period_is_set_against_the_one_before(reader: Reader) -> None:
    reading = after(reader, "Nhập khẩu ngô quý I/2023", "so với 2021 thì sao")
    assert reading.comparison is not None
    assert str(reading.comparison.base.start) == "2021-01-01"
    assert str(reading.comparison.base.end) == "2021-03-31"
    assert [str(p.start) for p in reading.periods] == ["2023-01-01"]


def test_figures_by_group_become_shares(reader: Reader) -> None:
    reading = after(reader, "Số vụ vi phạm theo tuyến năm 2022", "quy ra phần trăm")
    assert reading.share is not None
    assert grouped(reading) == ["tuyen"]


@pytest.mark.parametrize(
    ("first", "then", "view", "held"),
    [
        ("Số tờ khai của Cục Hải quan Nghệ An năm 2022", "đơn vị này thu ngân sách bao nhiêu", "thu_nsnn",
         {"cuc = 'Nghệ An'"}),
        ("Số tờ khai của Cục Hải quan Nghệ An năm 2022", "số vụ vi phạm thì sao", "vi_pham", {"cuc = 'Nghệ An'"}),
        ("Nhập khẩu từ Hy Lạp năm 2022", "nước đó bán cho mình mặt hàng nào nhiều nhất", "xnk",
         {"chieu = 'Nhập khẩu'", "nuoc = 'Hy Lạp'"}),
    ],
)  # fmt: skip
def test_a_pointer_carries_scope_and_period_even_to_another_subject(
    reader: Reader, first: str, then: str, view: str, held: set[str]
) -> None:
    reading = after(reader, first, then)
    assert reading.view == view
    assert conditions(reading) == held
    assert [p.start.year for p in reading.periods] == [2022]


@pytest.mark.parametrize(
    ("first", "then", "start"),
    [
        ("Thu ngân sách tháng 5/2022", "tháng trước thì sao", "2022-04-01"),
        ("Thu ngân sách tháng 5/2022", "lũy kế từ đầu năm", "2022-01-01"),
        ("Số tờ khai năm 2022", "không, năm 2021 cơ", "2021-01-01"),
        ("Số tờ khai năm 2022", "nhầm năm rồi, 2020", "2020-01-01"),
    ],
)
def test_periods_are_read_in_the_light_of_the_one_before(reader: Reader, first: str, then: str, start: str) -> None:
    assert [str(p.start) for p in after(reader, first, then).periods] == [start]


@pytest.mark.parametrize(
    "then", ["Số hồ sơ một cửa của Bộ Y tế năm 2021", "Chuyển sang chuyện khác: nợ thuế cuối năm 2021"]
)
def test_a_new_topic_carries_nothing(reader: Reader, then: str) -> None:
    reading = after(reader, "Số tờ khai luồng đỏ của Cục Hải quan Nghệ An năm 2022", then)
    assert not any("Nghệ An" in c or "Đỏ" in c for c in conditions(reading))
    assert [p.end.year for p in reading.periods] == [2021]


def test_what_is_computed_over_a_table_is_in_the_json(reader: Reader) -> None:
    contrast = after(reader, "Xuất khẩu sang Ba Lan hơn Hy Lạp bao nhiêu năm 2022?")
    assert contrast.contrast is not None
    assert contrast.to_json()["contrast"]["labels"] == ["Ba Lan", "Hy Lạp"]
    plain = after(reader, "Số tờ khai năm 2022").to_json()
    assert plain["contrast"] is None
    assert plain["derived"] is None
    assert plain["terms"] == []
