"""Putting frames, statements and comments into a DuckDB file: what every way of building the warehouse needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from schema.semantic import Catalogue

_FOLDER = Path(__file__).parent

Progress = Callable[[str, float], None]
"""Told what is being done (Vietnamese) and how far it is, 0 to 1."""


def load(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame, *, temporary: bool) -> None:
    """Makes a table of a frame: whole numbers as INTEGER, days as DATE."""
    connection.register("staged", frame)
    kind = "TEMP TABLE" if temporary else "TABLE"
    casts = ", ".join(_cast(column, str(frame[column].dtype)) for column in frame.columns)
    connection.execute(f'CREATE {kind} "{name}" AS SELECT {casts} FROM staged')  # noqa: S608
    connection.unregister("staged")


def _cast(column: str, kind: str) -> str:
    if column in ("ngay", "tu_ngay", "den_ngay"):
        return f'CAST("{column}" AS DATE) AS "{column}"'
    if kind.startswith("int"):
        return f'CAST("{column}" AS INTEGER) AS "{column}"'
    return f'"{column}"'


def statements(file: str) -> list[str]:
    """The statements of a file beside this one."""
    return [found.query for found in duckdb.extract_statements((_FOLDER / file).read_text(encoding="utf-8"))]


def run(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    """Runs the statements of a file beside this one."""
    for statement in statements(file):
        connection.execute(statement)


def comment(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Writes what the catalogue says of its tables and columns into the file."""
    for view in catalogue.views.values():
        text = f"{view.label}: {view.grain}. {view.description} (dữ liệu mô phỏng)"
        connection.execute(f"COMMENT ON TABLE {view.name} IS {quoted(text)}")
        notes = {t.name: f"{t.label}. {t.description}" for t in view.time_dimensions}
        notes |= {d.name: f"{d.label}. {d.description}" for d in view.dimensions}
        notes |= {f.name: f"{f.label}{f' ({f.unit})' if f.unit else ''}. {f.description}" for f in view.facts}
        for column in view.columns():
            note = notes.get(column) or view.label_of(column)
            connection.execute(f'COMMENT ON COLUMN {view.name}."{column}" IS {quoted(note.strip())}')


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the tables of the file, sorted."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary ORDER BY table_name"
    ).fetchall()
    return [row[0] for row in found]


def count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Rows of a table."""
    row = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608
    return int(row[0]) if row else 0
