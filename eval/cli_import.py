"""``hoikho eval import`` and ``hoikho eval predictions``: public sets in, predictions out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval import spider
from eval.cli_errors import errors
from eval.log import load_log
from eval.suite import load_suite

_console = Console()
_imports = typer.Typer(no_args_is_help=True, help="Biến bộ câu hỏi công khai thành bộ của HỏiKho.")


def register(app: typer.Typer) -> None:
    """Add these commands to ``hoikho eval``."""
    app.add_typer(_imports, name="import")
    app.command()(predictions)


@_imports.callback()
def _group() -> None:
    """Biến bộ câu hỏi công khai thành bộ của HỏiKho."""


@_imports.command(name="spider")
def from_spider(
    questions: Annotated[Path, typer.Option(help="Tệp câu hỏi: dev.json của Spider, BIRD hoặc ViText2SQL.")],
    tables: Annotated[Path, typer.Option(help="Tệp tables.json (BIRD: dev_tables.json).")],
    db_dir: Annotated[Path, typer.Option("--db-dir", help="Thư mục chứa các tệp SQLite.")],
    lang: Annotated[str, typer.Option(help="Ngôn ngữ câu hỏi: vi hoặc en.")] = "vi",
    out: Annotated[Path | None, typer.Option(help="Tệp YAML ghi ra; mặc định cạnh tệp câu hỏi.")] = None,
    name: Annotated[str, typer.Option(help="Tên bộ; mặc định theo tên tệp.")] = "",
) -> None:
    """Nhập bố cục Spider, BIRD, ViText2SQL; bộ tạo ra chạy trên các tệp SQLite sẵn có."""
    with errors():
        target = out or questions.with_suffix(".yaml")
        made = spider.import_suite(questions, tables, db_dir, name=name, lang=lang, target=target)
        target.write_text(spider.suite_text(made), encoding="utf-8")
        read = load_suite(str(target))
        _console.print(
            f"Đã ghi {target}: {len(read.items)} câu, {len(read.databases)} cơ sở dữ liệu.",
            markup=False,
            soft_wrap=True,
        )


def predictions(
    log: Annotated[Path, typer.Argument(help="Nhật ký của một lần chạy.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Argument(help="Tệp văn bản ghi ra: mỗi dòng SQL, tab, tên cơ sở dữ liệu.")],
    gold: Annotated[Path | None, typer.Option(help="Ghi thêm tệp đáp án cùng thứ tự.")] = None,
    suite: Annotated[str, typer.Option(help="Bộ câu hỏi của lần chạy; cần cho --gold.")] = "",
) -> None:
    """Xuất SQL của một lần chạy theo bố cục mà bộ chấm chính thức của Spider đọc."""
    with errors():
        data = load_log(log)
        out.write_text(spider.predictions(data), encoding="utf-8")
        _console.print(f"Đã ghi {out}: {len(data['items'])} dòng.", markup=False, soft_wrap=True)
        if gold:
            source = load_suite(suite or data["spec"]["suite"])
            asked = source.only(source.item(r["id"]) for r in data["items"])
            gold.write_text("".join(spider.gold_lines(asked)), encoding="utf-8")
            _console.print(f"Đã ghi {gold}", markup=False, soft_wrap=True)
