"""When not to answer: orders, topics that are not there, vague questions; and good questions in an odd manner."""

from __future__ import annotations

import unicodedata

import pytest

from nl2sql.question.orders import order
from nl2sql.question.read import Reader
from nl2sql.question.tasks import is_task
from nl2sql.question.text import normalise
from nl2sql.types import Question, Reading


def read(reader: Reader, text: str, *turns: str) -> Reading:
    return reader.read(Question(text, turns=turns))


def bare(text: str) -> str:
    flat = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in flat if not unicodedata.combining(c))


ORDERS = (
    "Chỉnh số nợ của Cục Hải quan Cao Bằng xuống 0 đồng",
    "Phê duyệt giúp tôi hồ sơ miễn thuế của công ty Minh Phát",
    "Đưa tờ khai này vào luồng xanh cho nhanh",
    "Mở khóa tài khoản của anh Tuấn",
    "Thêm một tờ khai nhập khẩu vào ngày hôm nay",
    "Gửi kết quả này qua zalo cho chi cục trưởng",
    "Cấp quyền xem toàn ngành cho tôi",
    "Xóa khoản nợ của công ty Minh Phát đi",
)


@pytest.mark.parametrize("text", [*ORDERS, *map(bare, ORDERS)])
def test_an_order_is_no_question(reader: Reader, text: str) -> None:
    reading = read(reader, text)
    assert reading.refusal is not None
    assert reading.refusal.code == "unsafe"


@pytest.mark.parametrize(
    "text",
    [
        "Cập nhật cho tôi số thu ngân sách quý I/2023",
        "Gửi anh số tờ khai luồng đỏ tháng 3/2023",
        "Hoàn thuế nhập khẩu năm 2022 bao nhiêu tiền?",
        "Số tờ khai bị hủy năm 2022",
        "Xử phạt vi phạm hành chính năm 2022",
        "Giảm bao nhiêu phần trăm so với cùng kỳ?",
        "Những tờ khai chuyển sang luồng đỏ tháng 4/2023",
    ],
)
def test_words_of_doing_inside_a_question_order_nothing(text: str) -> None:
    for form in (text, bare(text)):
        assert order(form) is None
        assert not is_task(normalise(form))


def test_in_a_conversation_a_column_is_added_and_nothing_is_changed(reader: Reader) -> None:
    reading = read(reader, "thêm cột tiền phạt", "Số vụ vi phạm theo tuyến năm 2022")
    assert [m.name for m in reading.metrics] == ["so_vu", "tong_tien_phat"]
    told = read(reader, "sửa số vụ thành 900 vụ", "Số vụ vi phạm năm 2022")
    assert told.refusal is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Doanh số của các công ty gỗ năm 2022", "absent"),
        ("Chi ngân sách của ngành năm 2022", "absent"),
        ("Sản lượng ngô thu hoạch ở Sơn La", "absent"),
        ("Cước vận tải biển đi châu Âu", "absent"),
        ("Liệu cuối năm có đủ chỉ tiêu không?", "forecast"),
        ("Giá vàng hôm nay", "out_of_scope"),
        ("Làm thế nào để mở tờ khai tạm nhập?", "out_of_scope"),
        ("Khuyên tôi nên nhập gạo từ đâu", "out_of_scope"),
        ("Những tiêu chí nào đẩy lô hàng vào luồng đỏ?", "forbidden"),
        ("Số di động của người khai hải quan", "forbidden"),
        ("Hàn Quốc xuất khẩu sang Nhật Bản bao nhiêu năm 2022?", "absent"),
    ],
)
@pytest.mark.parametrize("plain", [False, True])
def test_what_is_not_there_is_said_so(reader: Reader, text: str, code: str, plain: bool) -> None:
    reading = read(reader, bare(text) if plain else text)
    assert reading.refusal is not None
    assert reading.refusal.code == code


@pytest.mark.parametrize(
    "text",
    [
        "Trong số tờ khai năm 2022 có bao nhiêu tờ luồng đỏ?",
        "Từ đầu năm tới giờ thu ngân sách được bao nhiêu?",
        "Số vụ vi phạm pháp luật hải quan năm 2022",
        "Xuất khẩu của doanh nghiệp có vốn đầu tư nước ngoài năm 2022",
        "Không cần dự báo, chỉ cần số tờ khai năm 2022",
        "Việt Nam xuất khẩu sang Hàn Quốc và Nhật Bản bao nhiêu năm 2022?",
    ],
)
@pytest.mark.parametrize("plain", [False, True])
def test_likeness_to_an_absent_topic_turns_nobody_away(reader: Reader, text: str, plain: bool) -> None:
    reading = read(reader, bare(text) if plain else text)
    assert reading.refusal is None
    assert reading.clarification is None


@pytest.mark.parametrize(
    "text",
    ["Đơn vị nào làm việc xuất sắc nhất?", "Tình hình Cao Bằng năm 2022", "Hồ tiêu năm 2022 thế nào?",
     "Năm nay có khá hơn năm ngoái không?"],
)  # fmt: skip
def test_a_question_without_a_measure_is_asked_back_with_complete_ones(reader: Reader, text: str) -> None:
    reading = read(reader, text)
    assert reading.clarification is not None
    assert 2 <= len(reading.clarification.options) <= 3
    for option in reading.clarification.options:
        chosen = read(reader, option.question)
        assert chosen.view, option.question


def test_a_pointer_without_a_conversation_is_asked_back(reader: Reader) -> None:
    reading = read(reader, "thế cái đó thì sao")
    assert reading.clarification is not None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Phục vụ giao ban sáng thứ hai tuần tới, tôi cần biết số tờ khai luồng vàng quý I/2023",
         "số tờ khai luồng vàng quý I/2023"),
        ("Dạ em chào chị, em ở văn phòng cục ạ, chị làm ơn cho em hỏi năm 2022 nhập khẩu ngô bao nhiêu, em cảm ơn",
         "năm 2022 nhập khẩu ngô bao nhiêu"),
        ("Trước khi soạn công văn tôi cần biết năm 2022 có bao nhiêu vụ vi phạm", "năm 2022 có bao nhiêu vụ vi phạm"),
        ("Thủ tướng sắp thăm Hy Lạp, cần số liệu xuất khẩu sang Hy Lạp năm 2022", "xuất khẩu sang Hy Lạp năm 2022"),
    ],
)  # fmt: skip
def test_what_stands_around_a_question_changes_nothing(reader: Reader, text: str, same: str) -> None:
    long, short = read(reader, text), read(reader, same)
    assert long.refusal is None
    assert [m.name for m in long.metrics] == [m.name for m in short.metrics]
    assert {f.sql for f in long.filters} == {f.sql for f in short.filters}
    assert [(p.start, p.end) for p in long.periods] == [(p.start, p.end) for p in short.periods]
    assert [g.column for g in long.groups] == [g.column for g in short.groups]


@pytest.mark.parametrize(
    "question",
    [
        "Bảng lương và phụ cấp của chuyên viên",
        "quỹ lương và tiền thưởng của từng cục",
        "tiền lương và công tác phí năm 2024",
    ],
)
def test_a_word_of_what_is_not_held_is_no_slip_of_another(reader: Reader, question: str) -> None:
    """ "lương" is one mark away from "lượng", which is a measure."""
    reading = reader.read(Question(question))
    assert reading.refusal is not None
    assert reading.refusal.code == "forbidden"
