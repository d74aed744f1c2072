"""A result as a file for a spreadsheet. Cells that look like formulas stay text."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from nl2sql.answer.format import unit_word
from nl2sql.types import Answer, Column, Result, json_value
from ui import texts

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CELL_LIMIT = 32_767
MAX_WIDTH = 60
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
    _figures(book.create_sheet("Số liệu"), answer.result)
    _source(book.create_sheet("Nguồn"), answer, synthetic=synthetic)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def file_name(answer: Answer, suffix: str) -> str:
    """A file name of ASCII letters, so that every mail program keeps it."""
    until = f"-{answer.data_as_of:%Y%m%d}" if answer.data_as_of else ""
    return f"hoikho{until}.{suffix}"


def _figures(sheet: WriteOnlyWorksheet, result: Result) -> None:
    sheet.freeze_panes = "A2"
    for index, column in enumerate(result.columns):
        longest = max([len(heading(column)), *(len(_plain(row[index])) for row in result.rows[:200])])
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(longest + 4, MAX_WIDTH)
    sheet.append([_title(sheet, heading(column)) for column in result.columns])
    for row in result.rows:
        sheet.append([_cell(sheet, value, column) for value, column in zip(row, result.columns, strict=True)])
    if result.truncated:
        sheet.append([_text(sheet, f"Mới có {texts.row_count(result.row_count, True)}.")])


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


def _cell(sheet: WriteOnlyWorksheet, value: Any, column: Column) -> WriteOnlyCell:
    if value is None:
        return WriteOnlyCell(sheet, None)
    if isinstance(value, bool):
        return _text(sheet, "Có" if value else "Không")
    if isinstance(value, int | float | Decimal):
        number = json_value(value)
        cell = WriteOnlyCell(sheet, number)
        # Years and other codes stored as numbers are not grouped.
        if column.role == "measure":
            cell.number_format = NUMBER_FORMATS["integer" if isinstance(number, int) else "number"]
        return cell
    if isinstance(value, dt.datetime | dt.date):
        stamp = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
        cell = WriteOnlyCell(sheet, stamp)
        cell.number_format = NUMBER_FORMATS["timestamp" if isinstance(value, dt.datetime) else "date"]
        return cell
    return _text(sheet, str(value))


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
