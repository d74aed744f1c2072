"""A result as a file for a spreadsheet. Cells that look like formulas stay text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from nl2sql.answer.format import unit_word
from nl2sql.types import Answer, Column, Result, json_value
from ui import texts

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CELL_LIMIT = 32_767
MAX_WIDTH = 60
FIGURES = "Số liệu"
FIRST_SHEET = "xl/worksheets/sheet1.xml"
BATCH = 500
CellWriter = Callable[[Any, int], str]
"""Writes a value as a cell of a row (counted from 1)."""
NUMBER_FORMATS = {"integer": "#,##0", "number": "#,##0.00", "date": "dd/mm/yyyy", "timestamp": "dd/mm/yyyy hh:mm"}


def heading(column: Column) -> str:
    """A column's heading with its unit."""
    unit = unit_word(column.unit)
    return f"{column.label} ({unit})" if unit and unit not in column.label else column.label


def csv_bytes(result: Result) -> bytes:
    """The result as CSV for a spreadsheet under a Vietnamese Windows: UTF-8 with a mark, ``;`` between, ``,`` decimal.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([_csv_text(heading(column)) for column in result.columns])
    for row in result.rows:
        writer.writerow([_csv_cell(value) for value in row])
    return buffer.getvalue().encode("utf-8-sig")


def xlsx_bytes(answer: Answer, *, synthetic: bool) -> bytes:
    """The answer as a workbook: a sheet of figures (real numbers with formats) and a sheet on where they come from.

    Raises:
        ValueError: The answer has no result.
    """
    if answer.result is None:
        raise ValueError("answer without result")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(FIGURES)
    _head(sheet, answer.result)
    # Asked for before the book is saved, so that it holds their styles.
    writers = [_writer(sheet, column, index) for index, column in enumerate(answer.result.columns)]
    _source(book.create_sheet("Nguồn"), answer, synthetic=synthetic)
    made = io.BytesIO()
    book.save(made)
    return _filled(made, answer.result, writers)


def file_name(answer: Answer, suffix: str) -> str:
    """A file name of ASCII letters, so that every mail program keeps it."""
    until = f"-{answer.data_as_of:%Y%m%d}" if answer.data_as_of else ""
    return f"hoikho{until}.{suffix}"


def _head(sheet: WriteOnlyWorksheet, result: Result) -> None:
    sheet.freeze_panes = "A2"
    for index, column in enumerate(result.columns):
        longest = max([len(heading(column)), *(len(_plain(row[index])) for row in result.rows[:200])])
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(longest + 4, MAX_WIDTH)
    sheet.append([_title(sheet, heading(column)) for column in result.columns])


def _filled(made: io.BytesIO, result: Result, writers: Sequence[CellWriter]) -> bytes:
    """The workbook with the rows in its first sheet.

    They are written past openpyxl, which takes twenty times as long over them: an Excel of 200,000 rows would hold
    everybody else up for ten seconds.
    """
    filled = io.BytesIO()
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as after:
        for name in before.namelist():
            if name != FIRST_SHEET:
                after.writestr(name, before.read(name))
                continue
            head, end, tail = before.read(name).decode("utf-8").rpartition("</sheetData>")
            with after.open(name, "w") as sheet:
                sheet.write(head.encode("utf-8"))
                for part in batched_rows(result, writers):
                    sheet.write(part.encode("utf-8"))
                sheet.write(f"{end}{tail}".encode())
    return filled.getvalue()


def batched_rows(result: Result, writers: Sequence[CellWriter]) -> Iterator[str]:
    """The rows below the heading as SpreadsheetML, some hundreds at a time; last the note on what is left out."""
    for start in range(0, len(result.rows), BATCH):
        yield "".join(
            f'<row r="{at}">{"".join(write(value, at) for write, value in zip(writers, row, strict=True))}</row>'
            for at, row in enumerate(result.rows[start : start + BATCH], start + 2)
        )
    if result.truncated:
        at = len(result.rows) + 2
        yield f'<row r="{at}">{_text_xml(f"A{at}", f"Mới có {texts.row_count(result.row_count, True)}.", "")}</row>'


def _writer(sheet: WriteOnlyWorksheet, column: Column, index: int) -> CellWriter:
    """What writes a column's cells: numbers and dates as such with the column's formats, everything else as text."""
    letter = get_column_letter(index + 1)
    whole, broken, day, moment = (_style(sheet, NUMBER_FORMATS[kind]) for kind in NUMBER_FORMATS)
    quoted = _style(sheet, "General", quoted=True)
    if column.role != "measure":  # years and other codes stored as numbers are not grouped
        whole = broken = ""

    def write(value: Any, row: int) -> str:
        at = f"{letter}{row}"
        if isinstance(value, bool):
            return _text_xml(at, "Có" if value else "Không", "")
        if isinstance(value, int | float | Decimal):
            number = json_value(value)
            style = whole if isinstance(number, int) else broken
            return "" if number is None else f'<c r="{at}"{style}><v>{number!r}</v></c>'
        if isinstance(value, dt.datetime | dt.date):
            stamp = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
            return f'<c r="{at}"{moment if isinstance(value, dt.datetime) else day}><v>{to_excel(stamp)!r}</v></c>'
        text = _plain(value)
        return _text_xml(at, text, quoted if text.startswith(FORMULA_STARTS) else "") if text else ""

    return write


def _style(sheet: WriteOnlyWorksheet, number_format: str, *, quoted: bool = False) -> str:
    """The attribute of a cell with that format, which the workbook then knows."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = number_format
    cell.quotePrefix = quoted
    return f' s="{cell.style_id}"'


def _text_xml(at: str, text: str, style: str) -> str:
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)[:CELL_LIMIT]
    kept = "" if clean == clean.strip() and "\n" not in clean else ' xml:space="preserve"'
    return f'<c r="{at}"{style} t="inlineStr"><is><t{kept}>{escape(clean)}</t></is></c>'


def _source(sheet: WriteOnlyWorksheet, answer: Answer, *, synthetic: bool) -> None:
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 110
    trust = texts.TRUST_LABELS[answer.trust] if answer.trust else ""
    facts = (
        ("Câu hỏi", answer.question),
        ("Trả lời", answer.headline),
        ("Cách tính", answer.explanation),
        ("Mức tin cậy", trust),
        ("Dữ liệu đến", texts.day(answer.data_as_of) if answer.data_as_of else ""),
        ("Lưu ý", texts.SYNTHETIC if synthetic else ""),
        ("SQL", answer.sql),
    )
    for name, value in facts:
        if value:
            body = _text(sheet, value)
            body.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.append([_title(sheet, name), body])


def _title(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8EEF6")
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _text(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:CELL_LIMIT])
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int | float | Decimal):
        return "" if json_value(value) is None else str(json_value(value)).replace(".", ",")
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, dt.date):
        return texts.day(value)
    return _csv_text(str(value))


def _csv_text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
