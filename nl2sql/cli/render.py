"""An answer on the terminal: reading, headline, table, SQL, warnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from nl2sql.types import Answer, Reading, Result

MOST_ROWS = 60
TRUST = {
    "verified": "Đã kiểm duyệt",
    "generated": "Máy sinh, đã qua kiểm tra",
    "review": "Cần xem lại trước khi dùng",
}


def show(answer: Answer, out: TextIO) -> None:
    """Print an answer for a person.

    Args:
        out: Where to; colours only when it is a terminal.
    """
    from rich.console import Console
    from rich.text import Text

    from nl2sql.answer.format import format_number

    width = None if out.isatty() else 160
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    if answer.reading:
        for label, text in reading_lines(answer.reading):
            console.print(Text.assemble((f"{label}: ", "dim"), text))
    if answer.headline:
        console.print(Text(answer.headline, style="bold"))
    if answer.refusal and answer.refusal.message != answer.headline:
        console.print(answer.refusal.message)
    if answer.clarification:
        if answer.clarification.question != answer.headline:
            console.print(Text(answer.clarification.question, style="bold"))
        for option in answer.clarification.options:
            console.print(f"  • {option.label}: {option.question}")
    if answer.result and answer.result.rows:
        console.print(_table(answer.result))
        if answer.result.row_count > MOST_ROWS:
            console.print(f"… và {format_number(answer.result.row_count - MOST_ROWS)} dòng nữa (dùng --json để lấy đủ)")
    if answer.sql:
        console.print(Text("SQL:", style="dim"))
        console.print(Text(answer.sql), soft_wrap=True)
    if answer.trust:
        console.print(Text.assemble(("Độ tin cậy: ", "dim"), trust_words(answer)))
    for warning in answer.warnings:
        console.print(Text(f"⚠ {warning}", style="yellow"))


def trust_words(answer: Answer) -> str:
    """How far an answer may be relied on, in words: a verified one says who answers for it."""
    if answer.approval:
        return answer.approval.label
    return TRUST[answer.trust.value] if answer.trust else ""


def reading_lines(reading: Reading) -> Iterator[tuple[str, str]]:
    """What was understood, as label and text, in the order in which people say it."""
    if reading.metrics:
        yield "Chỉ tiêu", ", ".join(m.label + (" (mặc định)" if m.assumed else "") for m in reading.metrics)
    if reading.periods:
        yield "Kỳ", ", ".join(p.label for p in reading.periods)
    if reading.comparison:
        yield "So với", reading.comparison.base.label
    if reading.filters:
        yield "Điều kiện", "; ".join(("không " if f.negated else "") + f.label for f in reading.filters)
    if reading.share and reading.share.label:
        yield "Tỷ trọng của", reading.share.label
    if reading.groups:
        yield "Theo", ", ".join(g.label for g in reading.groups)
    if reading.ranking and reading.ranking.n:
        yield "Xếp hạng", f"{reading.ranking.n} {'lớn nhất' if reading.ranking.descending else 'nhỏ nhất'}"
    if reading.assumptions:
        yield "Giả định", " ".join(reading.assumptions)


def _table(result: Result) -> Any:
    from rich.table import Table

    from nl2sql.answer.format import format_value, unit_word

    table = Table(header_style="bold")
    for column in result.columns:
        unit = unit_word(column.unit)
        label = f"{column.label} ({unit})" if unit and unit not in column.label else column.label
        table.add_column(label, justify="right" if column.type in ("integer", "number") else "left")
    for row in result.rows[:MOST_ROWS]:
        table.add_row(*(format_value(value, column) for value, column in zip(row, result.columns, strict=True)))
    return table
