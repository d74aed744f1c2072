"""Which catalogue describes a database: the one that people wrote, where the database holds it, or a draft."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from nl2sql.config import Settings
from nl2sql.errors import ExecutionError, WarehouseError
from nl2sql.query.database import Database
from schema.introspect import draft_catalogue
from schema.loading import load_catalogue
from schema.saving import with_live_values
from schema.semantic import Catalogue, View


def described_by(settings: Settings, url: str, database: Database) -> tuple[Catalogue, bool]:
    """The catalogue of a database, and whether people described it there.

    Raises:
        UserError: The database is of an older catalogue than the one in use, or cannot be asked.
    """
    folder = Path(settings.catalogue) if settings.catalogue else None
    catalogue = load_catalogue(folder, settings.approved_file, settings.home / "index")
    if catalogue.draft:
        return with_live_values(catalogue, draft_catalogue(url, database.shared_engine)), False
    lacking = _lacking(database, catalogue)
    if lacking is None:
        return catalogue, True
    if settings.catalogue:
        raise WarehouseError(
            f"Danh mục «{settings.catalogue}» không khớp với cơ sở dữ liệu này.",
            action=f'Hãy chạy: hoikho catalogue check "{settings.catalogue}" --db URL.',
        )
    if url == f"duckdb:///{settings.warehouse_file}":
        raise WarehouseError(
            f"Kho dữ liệu mô phỏng trên máy không khớp với danh mục hiện nay (bản cũ hoặc dở dang): thiếu {lacking}.",
            action="Hãy chạy: hoikho setup.",
        )
    if lacking.column:  # every table is there: it is this warehouse, of an older catalogue
        raise WarehouseError(
            f"Kho dữ liệu được dựng theo danh mục cũ: thiếu {lacking}.",
            action="Hãy dựng lại kho: hoikho warehouse build --db URL, "
            "hoặc chỉ danh mục khớp với kho bằng HOIKHO_CATALOGUE.",
        )
    return draft_catalogue(url, database.shared_engine), False


@dataclass(frozen=True)
class _Lack:
    """A table of the catalogue that a database does not have, or has without a column."""

    table: str
    column: str = ""

    def __str__(self) -> str:
        return f"cột «{self.column}» của bảng «{self.table}»" if self.column else f"bảng «{self.table}»"


def _lacking(database: Database, catalogue: Catalogue) -> _Lack | None:
    """What the database lacks of the catalogue, tables before columns; None when it holds everything."""
    short: _Lack | None = None
    for view in catalogue.views.values():
        if _readable(database, view, tuple(view.columns())):
            continue
        if not _readable(database, view, ()):
            return _Lack(view.name)
        missing = (name for name in view.columns() if not _readable(database, view, (name,)))
        short = short or next((_Lack(view.name, name) for name in missing), None)
    return short


def _readable(database: Database, view: View, columns: tuple[str, ...]) -> bool:
    """Whether columns of a view can be read; without columns, whether the view can.

    Raises:
        ExecutionError: The database cannot be asked at all.
    """

    def quoted(name: str) -> str:
        return exp.to_identifier(name, quoted=True).sql(dialect=database.dialect)

    # With the table before it, or SQLite takes an unknown quoted name for a text.
    listed = ", ".join(f"v.{quoted(name)}" for name in columns) or "1 AS x"
    try:
        database.scalar(f"SELECT COUNT(*) FROM (SELECT {listed} FROM {quoted(view.name)} AS v LIMIT 1) AS t")  # noqa: S608
    except ExecutionError as error:
        if error.code == "failed":
            return False
        raise
    return True
