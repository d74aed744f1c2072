"""``hoikho eval``: run, check, compare and report suites."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from eval import check as checking
from eval import compare as comparing
from eval import foreign_databases
from eval import report as reporting
from eval.noise import noisy
from eval.run import choose, load_log, make_spec, rescore, run_suite
from eval.suite import Suite, SuiteError, load_suite, suites_dir
from nl2sql.config import Settings, load_settings
from nl2sql.errors import UserError
from nl2sql.pipeline import open_assistant
from nl2sql.query.database import open_database
from schema.loading import load_catalogue

app = typer.Typer(no_args_is_help=True, help="Đo độ đúng: chạy bộ câu hỏi, kiểm tra đáp án, so sánh hai lần chạy.")
_console = Console()
_RUNS = Path("runs")

SuiteArg = Annotated[str, typer.Argument(help="Tên bộ câu hỏi (first, status …) hoặc đường dẫn tệp YAML.")]
RunsOpt = Annotated[Path, typer.Option("--runs", help="Thư mục chứa kết quả các lần chạy.")]


@app.command()
def run(
    suite: SuiteArg,
    limit: Annotated[int, typer.Option(help="Chỉ hỏi từng này câu đầu.")] = 0,
    sample: Annotated[int, typer.Option(help="Lấy mẫu từng này câu, giữ tỷ lệ các dạng.")] = 0,
    seed: Annotated[int, typer.Option(help="Hạt giống của mẫu và của nhiễu.")] = 0,
    only: Annotated[str, typer.Option(help="Chỉ các mã này, cách nhau bằng dấu phẩy.")] = "",
    category: Annotated[str, typer.Option(help="Chỉ dạng câu này.")] = "",
    noise: Annotated[str, typer.Option(help="Thêm nhiễu: no_diacritics, typo, telex, mixed …")] = "",
    route: Annotated[str, typer.Option(help="Đường đi của trợ lý: auto, composed, model.")] = "",
    model: Annotated[str, typer.Option(help="Mô hình: tên, tệp GGUF hoặc URL.")] = "",
    db: Annotated[str, typer.Option(help="URL SQLAlchemy của kho; mặc định là kho mô phỏng.")] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Không chạy tiếp lần chạy dở.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Chỉ in con số, không in câu hỏi (bộ giữ kín).")] = False,
    misses: Annotated[int, typer.Option(help="In nhiều nhất từng này câu sai.")] = 40,
    runs: RunsOpt = _RUNS,
) -> None:
    """Chạy một bộ câu hỏi và in kết quả; lần chạy bị cắt được chạy tiếp."""
    with _errors():
        chosen = _chosen(suite, limit, sample, seed, only, category, noise)
        settings = load_settings()
        db = db or _foreign(chosen, settings)
        settings = replace(settings, route=route or settings.route, model=model or settings.model, db=db or settings.db)
        with open_database(settings.db_url, settings) as database:
            assistant = open_assistant(settings, db=settings.db or None)
            try:
                name = "" if settings.route == "composed" else assistant.model.name
                spec = make_spec(chosen, settings, model=name, catalogue_version=assistant.catalogue.version)
                with _progress() as progress:
                    task = progress.add_task(chosen.name, total=len(chosen.items), right=0)
                    right = 0

                    def show(done: int, record: Mapping[str, Any]) -> None:
                        nonlocal right
                        right += record["score"]["outcome"] == "right"
                        progress.update(task, completed=done, right=right)

                    path = run_suite(chosen, assistant, database, spec, runs, fresh=fresh, on_item=show)
            finally:
                assistant.close()
        log = load_log(path)
        reporting.render(log, _console, misses=misses, quiet=quiet or chosen.name.endswith("-holdout"))
        _console.print(f"\nNhật ký: {path}")


@app.command()
def check(
    suite: SuiteArg,
    db: Annotated[str, typer.Option(help="URL SQLAlchemy của kho; mặc định là kho mô phỏng.")] = "",
) -> None:
    """Chứng minh đáp án chạy được, có dòng, ổn định, và câu hỏi không trùng câu mẫu của danh mục."""
    with _errors():
        chosen = load_suite(suite)
        settings = load_settings()
        db = db or _foreign(chosen, settings)
        others = [
            other
            for path in sorted(suites_dir().glob("*.yaml"))
            if (other := load_suite(str(path))).name != chosen.name
        ]
        with open_database(db or settings.db_url, settings) as database:
            found = checking.check_suite(chosen, database, None if db else load_catalogue(), others)
    for item in found:
        _console.print(f"{item.id}: {item.kind}: {item.detail}", markup=False, highlight=False, soft_wrap=True)
    golds = sum(len(i.golds) for i in chosen.items)
    _console.print(f"{chosen.name}: {len(chosen.items)} câu, {golds} đáp án, {len(found)} vấn đề.")
    if found:
        raise typer.Exit(1)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="Nhật ký A.", exists=True, dir_okay=False)],
    second: Annotated[Path, typer.Argument(help="Nhật ký B.", exists=True, dir_okay=False)],
) -> None:
    """So sánh hai lần chạy: câu nào tốt lên, câu nào kém đi, có ý nghĩa không."""
    with _errors():
        comparing.render(load_log(first), load_log(second), _console)


@app.command()
def report(
    log: Annotated[Path, typer.Argument(help="Nhật ký của một lần chạy.", exists=True, dir_okay=False)],
    again: Annotated[bool, typer.Option("--rescore", help="Chấm lại từ câu trả lời đã lưu.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In các con số dạng JSON.")] = False,
    misses: Annotated[int, typer.Option(help="In nhiều nhất từng này câu sai.")] = 40,
) -> None:
    """In lại kết quả của một lần chạy."""
    with _errors():
        data = load_log(log)
        if again:
            data = rescore(data, load_suite(data["spec"]["suite"]))
        if as_json:
            typer.echo(json.dumps(reporting.summary(data), ensure_ascii=False, indent=2))
        else:
            reporting.render(data, _console, misses=misses)


@app.command(name="list")
def list_suites() -> None:
    """Liệt kê các bộ câu hỏi có sẵn."""
    with _errors():
        for path in sorted(suites_dir().glob("*.yaml")):
            found = load_suite(str(path))
            _console.print(f"{found.name}: {len(found.items)} câu. {found.description}", markup=False, soft_wrap=True)


def _chosen(suite: str, limit: int, sample: int, seed: int, only: str, category: str, noise: str) -> Suite:
    chosen = load_suite(suite)
    if noise:
        chosen = noisy(chosen, noise, seed)
    if only:
        wanted = {name.strip() for name in only.split(",")}
        unknown = wanted - {i.id for i in chosen.items}
        if unknown:
            raise SuiteError(f"Không có câu {', '.join(sorted(unknown))} trong bộ {chosen.name}.", phase="eval")
        chosen = chosen.only(i for i in chosen.items if i.id in wanted)
    if category:
        chosen = chosen.only(i for i in chosen.items if i.category == category)
    return choose(chosen, limit=limit, sample=sample, seed=seed)


def _foreign(suite: Suite, settings: Settings) -> str:
    """URL of the small foreign database that a suite is bound to; empty for the warehouse."""
    return "" if suite.warehouse == "demo" else foreign_databases.url(suite.warehouse, settings.home / "foreign")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("đúng {task.fields[right]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


class _errors:
    """Show errors of the person's making as text and leave with code 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, UserError | ValueError):
            Console(stderr=True).print(str(error), style="red", markup=False)
            raise typer.Exit(2) from error
        if isinstance(error, KeyboardInterrupt):
            Console(stderr=True).print("Đã dừng. Chạy lại đúng lệnh này để tiếp tục từ câu đang dở.", markup=False)
            raise typer.Exit(130) from error
