"""``hoikho catalogue check|refresh|export|init``."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nl2sql.cli.ask import Db

if TYPE_CHECKING:
    from nl2sql.config import Settings
    from schema.semantic import Catalogue

app = typer.Typer(help="Kiểm tra, xuất, tạo danh mục dữ liệu; làm mới chỉ mục giá trị.")

Folder = Annotated[Path | None, typer.Argument(metavar="THƯ_MỤC", help="Thư mục danh mục; trống: danh mục đang dùng.")]


class Format(StrEnum):
    """What a catalogue can be written as."""

    OSSIE = "ossie"
    JSON = "json"


@app.command(name="check")
def check(folder: Folder = None, db: Db = "") -> None:
    """Thử mọi điều danh mục nói trên chính kho dữ liệu; lỗi ghi rõ tệp và dòng."""
    from nl2sql.cli.progress import bar
    from nl2sql.curation.check import check_catalogue
    from nl2sql.query.database import open_database
    from schema.loading import load_catalogue

    settings = _settings(db)
    directory = _directory(folder, settings)
    catalogue = load_catalogue(directory, None if folder else settings.approved_file)
    with open_database(settings.db_url, settings) as database, bar("Kiểm tra danh mục") as report:
        summary = check_catalogue(catalogue, directory, database, lambda label, share: report(label, share, 1.0))
    for fault in summary.faults:
        typer.echo(str(fault))
    tried = ", ".join(f"{number} {what}" for what, number in summary.counts.items() if number)
    sys.stderr.write(f"{'✗' if summary.faults else '✓'} Đã thử {tried}: {len(summary.faults)} lỗi.\n")
    if summary.faults:
        raise typer.Exit(1)


@app.command(name="refresh")
def refresh(folder: Folder = None, db: Db = "") -> None:
    """Đọc lại giá trị của các cột từ kho vào chỉ mục, để mở trợ lý không phải quét kho."""
    from nl2sql.cli.progress import bar
    from nl2sql.query import value_index
    from nl2sql.query.database import open_database
    from schema.loading import load_catalogue

    settings = _settings(db)
    catalogue = load_catalogue(_directory(folder, settings))
    with open_database(settings.db_url, settings) as database, bar("Đọc giá trị") as report:
        done = value_index.refresh(
            catalogue, database, settings, settings.db_url, lambda label, share: report(label, share, 1.0)
        )
    size = f"{done.size / 1e6:.1f}".replace(".", ",")
    sys.stderr.write(f"✓ Chỉ mục giá trị: {done.columns} cột, {done.values} giá trị, {size} MB.\n")


@app.command(name="export")
def export(
    folder: Folder = None,
    form: Annotated[Format, typer.Option("--format", help="Dạng xuất ra.")] = Format.OSSIE,
    out: Annotated[Path | None, typer.Option("--out", metavar="TỆP", help="Ghi ra tệp; trống: in ra.")] = None,
) -> None:
    """Xuất danh mục cho công cụ khác: Apache Ossie (YAML) hoặc JSON đầy đủ."""
    from schema.loading import load_catalogue

    catalogue = load_catalogue(_directory(folder, _settings("")))
    text, left_out = _exported(catalogue, form)
    if out is None:
        typer.echo(text, nl=False)
    else:
        _write(out, text)
        sys.stderr.write(f"✓ Đã ghi {out}\n")
    for what in left_out:
        sys.stderr.write(f"  không có chỗ trong Ossie: {what}\n")


@app.command(name="init")
def init(
    db: Annotated[str, typer.Option("--db", metavar="URL", help="Địa chỉ SQLAlchemy của kho cần mô tả.")],
    out: Annotated[Path, typer.Option("--out", metavar="THƯ_MỤC", help="Thư mục mới để ghi bản nháp.")] = Path(
        "danh_muc"
    ),
) -> None:
    """Viết bản nháp danh mục của một cơ sở dữ liệu bất kỳ, dùng được ngay và sửa dần được."""
    from schema.introspect import draft_catalogue
    from schema.saving import save_draft

    draft = draft_catalogue(db)
    files = save_draft(draft, out)
    for note in draft.notes:
        sys.stderr.write(f"⚠ {note}\n")
    columns = sum(len(view.columns()) for view in draft.views.values())
    sys.stderr.write(
        f"✓ Đã ghi {len(files)} tệp vào {out}: {len(draft.views)} bảng, {columns} cột, "
        f"{len(draft.relationships)} quan hệ.\n"
        f'  Hỏi thử: hoikho ask --catalogue "{out}" --db "URL" "câu hỏi"\n'
    )


def _settings(db: str) -> Settings:
    from nl2sql.config import load_settings

    settings = load_settings()
    return replace(settings, db=db or settings.db)


def _directory(folder: Path | None, settings: Settings) -> Path:
    from schema.loading import CATALOGUE_DIR

    return folder or (Path(settings.catalogue) if settings.catalogue else CATALOGUE_DIR)


def _exported(catalogue: Catalogue, form: Format) -> tuple[str, tuple[str, ...]]:
    from schema.export import to_json, to_ossie

    if form is Format.JSON:
        return to_json(catalogue), ()
    from schema.saving import dump_yaml

    document, left_out = to_ossie(catalogue)
    return dump_yaml(document), left_out


def _write(path: Path, text: str) -> None:
    from schema.errors import UserError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"Không ghi được «{path}» ({error.strerror}).", action="Hãy chọn nơi khác với --out."
        ) from error
