"""An assistant that answers from a script, for tests of the pages: no model, no database.

The words of the question choose the answer, so that one test app shows every kind of card.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from nl2sql.answer.extras import Change, Extras, Loosened, Point
from nl2sql.errors import ExecutionError, QueryRejected
from nl2sql.model.scripted import ScriptedModel
from nl2sql.pipeline import SYNTHETIC_NOTE
from nl2sql.policy import User, load_roles
from nl2sql.types import (
    Answer,
    Clarification,
    Column,
    FilterMatch,
    GroupMatch,
    MetricMatch,
    Option,
    Period,
    Question,
    Ranking,
    Reading,
    Refusal,
    Result,
    Shape,
    Span,
    Status,
    Trust,
)
from schema.semantic import Catalogue, Dimension, Metric, TimeDimension, Value, View

OnStep = Callable[[str], None]
ROLES = load_roles()
USER = User("local", ROLES["analyst"])
LEADER = User("khách", ROLES["leader"])
AS_OF = dt.date(2025, 10, 31)
SUGGESTIONS = (
    "Kim ngạch xuất khẩu 9 tháng đầu năm 2025",
    "10 thị trường xuất khẩu lớn nhất năm 2024",
    "Kim ngạch nhập khẩu theo tháng năm 2025",
)
METRIC = MetricMatch("kim_ngach", "SUM(tri_gia_usd)", "Kim ngạch", "USD")
YEAR = Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31), "year", "năm 2024")
OPEN_YEAR = Period(dt.date(2025, 1, 1), AS_OF, "year", "năm 2025", open=True)
EXPORT = FilterMatch("chieu = 'Xuất khẩu'", "chieu", ("Xuất khẩu",), "Chiều: Xuất khẩu")
EMPTY_READING = Reading("rỗng", "xnk", (METRIC,), (EXPORT,), (YEAR,), certainty=1.0)
HOSTILE = "<img src=x onerror=\"document.title='hỏng'\"> **đậm** `=1+1` $x$"


def catalogue() -> Catalogue:
    """A catalogue of one view."""
    view = View(
        name="xnk",
        label="Xuất nhập khẩu hàng hóa",
        grain="một dòng hàng",
        dimensions=(
            Dimension("nuoc", "Nước đối tác", synonyms=("thị trường",), values=(Value("Hoa Kỳ", synonyms=("Mỹ",)),)),
        ),
        time_dimensions=(TimeDimension("ngay", "Ngày", parts={"year": "nam"}, default=True),),
        metrics=(
            Metric(
                "kim_ngach",
                "Kim ngạch",
                "SUM(tri_gia_usd)",
                unit="USD",
                description="Tổng trị giá hàng hóa.",
                synonyms=("trị giá", "giá trị"),
            ),
        ),
    )
    return Catalogue(
        name="Kho thử",
        version="0123456789ab",
        as_of=AS_OF,
        synthetic=True,
        views={"xnk": view},
        suggestions=SUGGESTIONS,
        glossary={"Kim ngạch": "Trị giá hàng hóa xuất khẩu hoặc nhập khẩu."},
    )


class ScriptedAssistant:
    """Answers by the words of the question; remembers what it was asked.

    Attributes:
        asked: Every question, in order.
        gate: When set, ``ask`` waits for it in the generation step.
    """

    def __init__(self, *, gate: threading.Event | None = None) -> None:
        self.catalogue = catalogue()
        self.model = ScriptedModel(())
        self.asked: list[Question] = []
        self.readings: list[Reading] = []
        self.reruns: list[str] = []
        self.gate = gate

    def catalogue_for(self, user: User) -> Catalogue:
        """The same for everybody."""
        return self.catalogue

    def read(self, text: str, *, user: User) -> Reading:
        """Nothing is understood."""
        return Reading(text)

    def suits(self, text: str, user: User) -> bool:
        """Everything suits everybody."""
        return True

    def ask(
        self,
        question: Question,
        *,
        user: User | None = None,
        on_step: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """The scripted answer."""
        self.asked.append(question)
        step = on_step or (lambda _: None)
        step("reading")
        step("generation")
        if self.gate is not None:
            self.gate.wait(60)
        step("validation")
        step("execution")
        step("presentation")
        return scripted_answer(question)

    def run_sql(self, sql: str, *, user: User | None = None, cancel: threading.Event | None = None) -> Answer:
        """A small table, or an error when the SQL names ``lỗi``."""
        self.asked.append(Question(sql, role=user.role.name if user else ""))
        if "lỗi" in sql:
            raise ExecutionError("Truy vấn chạy quá 30 giây.", code="timeout", action="Hãy thu hẹp kỳ thời gian.")
        return ranking(sql).with_(reading=None, chart=None)

    def check_sql(self, sql: str, *, user: User | None = None) -> QueryRejected | None:
        """A complaint at the second line when the SQL names ``sai``."""
        return QueryRejected("Không có cột sai.", code="unknown_column", line=2, column=3) if "sai" in sql else None

    def plan(self, sql: str, *, user: User | None = None) -> str:
        """A plan of one step."""
        return "SEQ_SCAN xnk"

    def answer_reading(
        self,
        reading: Reading,
        *,
        user: User | None = None,
        on_step: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """The scripted answer to the reading's text, with the reading that was asked for."""
        self.readings.append(reading)
        return scripted_answer(Question(reading.text)).with_(reading=reading)

    def rerun(self, answer: Answer, *, user: User | None = None, cancel: threading.Event | None = None) -> Answer:
        """The same again; remembers under whose role."""
        self.reruns.append(user.role.name if user else "")
        return answer

    def adopt(self) -> None:
        """Nothing: the catalogue is the script's."""

    def extras(self, answer: Answer, *, user: User | None = None) -> Extras:
        """A change and a trend for a number; one condition to drop for nothing."""
        if answer.status is Status.NO_DATA:
            if answer.reading is None:
                return Extras()
            return Extras(loosened=(Loosened("“Nước đối tác: Sao Hỏa”", answer.reading, "12 dòng"),))
        change = Change("Cùng kỳ năm trước", "Năm 2023", 3.5e11, 14.1, "▲ 14,1%", True)
        points = tuple(Point(f"Năm {year}", str(year), year * 1e8) for year in range(2020, 2025))
        return Extras((change,), points, "USD")


def scripted_answer(question: Question) -> Answer:
    """The answer that the words of a question choose."""
    text = question.text.lower()
    if "mã độc" in text:
        return hostile(question.text)
    if "mơ hồ" in text:
        return clarify(question.text)
    if "lương" in text:
        return blank(question.text, Status.REFUSED, refusal=Refusal("absent", "Kho không có số liệu về lương."))
    if "sao hỏa" in text:
        return blank(question.text, Status.NO_DATA, headline="Không có tờ khai nào với nước đối tác Sao Hỏa.")
    if "rỗng" in text:
        return blank(question.text, Status.NO_DATA, headline="Không có số liệu.").with_(reading=EMPTY_READING)
    if "hỏng" in text:
        raise ExecutionError("Truy vấn chạy quá 30 giây.", code="timeout", action="Hãy thu hẹp kỳ thời gian.")
    if "theo tháng" in text:
        return trend(question.text)
    if "thị trường" in text:
        return ranking(question.text)
    if "lưu ý kép" in text:
        return total(question.text).with_(warnings=(SYNTHETIC_NOTE,))
    return total(question.text)


def blank(text: str, status: Status, *, headline: str = "", refusal: Refusal | None = None) -> Answer:
    """An answer without a result."""
    return Answer(status=status, question=text, headline=headline, refusal=refusal, data_as_of=AS_OF)


def clarify(text: str) -> Answer:
    """A question back with two options."""
    options = (
        Option("Theo nước xuất xứ", "Kim ngạch nhập khẩu theo nước xuất xứ năm 2024"),
        Option("Theo cửa khẩu", "Kim ngạch nhập khẩu theo cửa khẩu năm 2024"),
    )
    return Answer(
        status=Status.CLARIFY, question=text, clarification=Clarification("Bạn muốn chia theo cách nào?", options)
    )


def total(text: str) -> Answer:
    """One number, as a database gives it."""
    column = Column("kim_ngach", "Kim ngạch xuất khẩu", "number", "USD", "measure")
    return _answered(
        text,
        Result((column,), ((405_532_123_456.5,),)),
        Reading(text, "xnk", (METRIC,), (EXPORT,), (YEAR,), shape=Shape.TOTAL, certainty=0.95),
        headline="Kim ngạch xuất khẩu năm 2024 đạt 405,5 tỷ USD.",
        trust=Trust.VERIFIED,
    )


def trend(text: str) -> Answer:
    """Months of a year that has not ended, with a line."""
    columns = (
        Column("thang", "Tháng", "integer", "", "time"),
        Column("kim_ngach", "Kim ngạch nhập khẩu", "number", "USD", "measure"),
    )
    values = (30.06, 32.9, 36.9, 36.87, 38.95, 36.9, 39.97, 39.66, 39.81, 39.45)
    rows = tuple((month, value * 1e9) for month, value in enumerate(values, 1))
    chart = {
        "data": {"values": [{"thang": f"T{month}", "tri_gia": value / 1e9} for month, value in rows]},
        "mark": {"type": "line", "point": True, "tooltip": True},
        "height": 300,
        "encoding": {
            "x": {"field": "thang", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0}},
            "y": {
                "field": "tri_gia",
                "type": "quantitative",
                "title": "Kim ngạch (tỷ USD)",
                "axis": {"format": ",.1f"},
            },
            "tooltip": [
                {"field": "thang", "title": "Tháng"},
                {"field": "tri_gia", "title": "Kim ngạch (tỷ USD)", "format": ",.2f", "type": "quantitative"},
            ],
        },
    }
    reading = Reading(
        text,
        "xnk",
        (METRIC,),
        (),
        (OPEN_YEAR,),
        (GroupMatch("thang", "Tháng", "month"),),
        shape=Shape.TREND,
        assumptions=("“Kim ngạch” tính theo trị giá thống kê, đơn vị USD.",),
        unread=(Span(0, 5, "chừng"),),
    )
    return _answered(
        text,
        Result(columns, rows),
        reading,
        headline="Kim ngạch nhập khẩu cao nhất vào tháng 7/2025: 39,97 tỷ USD.",
        chart=chart,
        trust=Trust.REVIEW,
        warnings=("Tháng 10/2025 mới có số liệu đến ngày 31/10/2025.",),
    )


def ranking(text: str) -> Answer:
    """Countries in order, with bars; cut short."""
    columns = (
        Column("nuoc", "Nước đối tác", "text", "", "category"),
        Column("kim_ngach", "Kim ngạch xuất khẩu", "number", "USD", "measure"),
        Column("so_to_khai", "Số tờ khai", "integer", "tờ khai", "measure"),
    )
    rows = (
        ("Hoa Kỳ", 119_464_123_000.4, 1_234_567),
        ("Trung Quốc", 61_210_500_000.0, 998_001),
        ("Hàn Quốc", 25_590_000_000.0, 412_345),
        ("Nhật Bản", 24_605_000_000.0, 398_700),
        ("Hà Lan", 13_005_000_000.0, 99),
        ('=HYPERLINK("http://x")', 12_000_000_000.0, None),
    )
    chart = {
        "data": {"values": [{"nuoc": row[0], "tri_gia": row[1] / 1e6} for row in rows]},
        "mark": {"type": "bar", "tooltip": True},
        "height": {"step": 30},
        "encoding": {
            "y": {"field": "nuoc", "type": "nominal", "sort": None, "title": None},
            "x": {
                "field": "tri_gia",
                "type": "quantitative",
                "title": "Kim ngạch (triệu USD)",
                "axis": {"format": ",.0f"},
            },
            "tooltip": [
                {"field": "nuoc", "title": "Nước đối tác"},
                {"field": "tri_gia", "title": "Kim ngạch (triệu USD)", "format": ",.1f", "type": "quantitative"},
            ],
        },
    }
    reading = Reading(
        text,
        "xnk",
        (METRIC,),
        (EXPORT,),
        (YEAR,),
        (GroupMatch("nuoc", "Nước đối tác"),),
        shape=Shape.RANKING,
        ranking=Ranking(10),
    )
    return _answered(
        text,
        Result(columns, rows, truncated=True),
        reading,
        headline="Hoa Kỳ dẫn đầu với 119,5 tỷ USD, gấp 2,0 lần Trung Quốc.",
        chart=chart,
        trust=Trust.GENERATED,
    )


def hostile(text: str) -> Answer:
    """Markup in every place where text of others stands."""
    columns = (Column("ten", HOSTILE, "text"), Column("so", "Số", "integer", "", "measure"))
    reading = Reading(text, metrics=(MetricMatch("m", HOSTILE, HOSTILE, ""),), assumptions=(HOSTILE,))
    return _answered(text, Result(columns, ((HOSTILE, 1), ("b", 2))), reading, headline=HOSTILE, warnings=(HOSTILE,))


def _answered(
    text: str,
    result: Result,
    reading: Reading,
    *,
    headline: str,
    chart: dict[str, object] | None = None,
    trust: Trust = Trust.GENERATED,
    warnings: tuple[str, ...] = (),
) -> Answer:
    return Answer(
        status=Status.ANSWERED,
        question=text,
        reading=reading,
        sql="SELECT\n  nuoc,\n  SUM(tri_gia_usd) AS kim_ngach\nFROM xnk\nWHERE chieu = 'Xuất khẩu'\nGROUP BY nuoc",
        dialect="duckdb",
        result=result,
        headline=headline,
        explanation="Cộng trị giá (USD) của các dòng hàng xuất khẩu trong năm 2024.",
        chart=chart,
        trust=trust,
        warnings=warnings,
        timings={"reading": 12.0, "generation": 2100.0, "execution": 80.0, "total": 2240.0},
        model="qwen2.5-coder-1.5b",
        catalogue_version="0123456789ab",
        data_as_of=AS_OF,
    )
