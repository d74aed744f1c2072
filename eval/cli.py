"""``hoikho eval``: run and check suites. What works on finished runs is in ``cli_runs``, import in ``cli_import``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from eval import check as checking
from eval import cli_import, cli_readings, cli_runs
from eval import report as reporting
from eval.cli_errors import errors
from eval.log import load_log
from eval.noise import load_any, noisy
from eval.sample import choose
from eval.session import run_here
from eval.suite import Suite, SuiteError, load_suite, suites_dir
from eval.training import training_questions
from nl2sql.config import load_settings
from schema.loading import load_catalogue

app = typer.Typer(no_args_is_help=True, help="Đo độ đúng: chạy bộ câu hỏi, kiểm tra đáp án, so sánh, định ngưỡng.")
_console = Console()

SuiteArg = Annotated[str, typer.Argument(help="Tên bộ câu hỏi (first, noise …) hoặc đường dẫn tệp YAML.")]


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
    db: Annotated[str, typer.Option(help="URL SQLAlchemy của kho; mặc định theo bộ câu hỏi.")] = "",
    jobs: Annotated[int, typer.Option(min=1, help="Số câu hỏi cùng lúc; mô hình vẫn chỉ có một.")] = 1,
    fresh: Annotated[bool, typer.Option("--fresh", help="Không chạy tiếp lần chạy dở.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Chỉ in con số, không in câu hỏi (bộ giữ kín).")] = False,
    misses: Annotated[int, typer.Option(help="In nhiều nhất từng này câu sai.")] = 40,
    runs: Annotated[Path | None, typer.Option("--runs", help="Thư mục chứa nhật ký các lần chạy.")] = None,
) -> None:
    """Chạy một bộ câu hỏi và in kết quả; lần chạy bị cắt được chạy tiếp."""
    with errors():
        chosen = _chosen(suite, limit, sample, seed, only, category, noise)
        settings = load_settings()
        settings = replace(settings, route=route or settings.route, model=model or settings.model, db=db or settings.db)
        with _progress() as progress:
            task = progress.add_task(chosen.name, total=len(chosen.items), right=0)
            right = 0

            def show(done: int, record: Mapping[str, Any]) -> None:
                nonlocal right
                right += record["score"]["outcome"] == "right"
                progress.update(task, completed=done, right=right)

            path = run_here(chosen, settings, jobs=jobs, directory=runs, fresh=fresh, on_item=show)
        log = load_log(path)
        reporting.render(log, _console, misses=misses, quiet=quiet or "-holdout" in chosen.name)
        _console.print(f"\nNhật ký: {path}", soft_wrap=True)


@app.command()
def check(
    suite: SuiteArg,
    db: Annotated[str, typer.Option(help="URL SQLAlchemy của kho; mặc định theo bộ câu hỏi.")] = "",
    training: Annotated[int, typer.Option(min=0, help="So cả với từng này cặp huấn luyện được soạn (seed 0).")] = 0,
    near: Annotated[float, typer.Option(min=0, max=100, help="Độ giống (0–100) kể từ đó câu bị liệt kê.")] = 80.0,
) -> None:
    """Chứng minh đáp án chạy được, có dòng, ổn định, và câu hỏi không trùng điều đã đưa cho trợ lý."""
    with errors():
        chosen = load_any(suite)
        settings = load_settings()
        settings = replace(settings, db=db or settings.db)
        others = [
            other
            for path in sorted(suites_dir().glob("*.yaml"))
            if (other := load_suite(str(path))).name not in {chosen.name, chosen.name.split("~")[0]}
        ]
        if "~" in chosen.name:
            others = []  # noise is made from a suite that is checked by itself
        with checking.Golds(chosen, settings) as golds, _progress() as progress:
            task = progress.add_task(chosen.name, total=len(chosen.items), right="–")
            found = checking.check_suite(
                chosen,
                golds,
                load_catalogue(),
                others,
                near=near,
                training=training_questions(settings, training),
                on_item=lambda done: progress.update(task, completed=done),
            )
    for item in found:
        text = f"{item.id}: {checking.KINDS[item.kind]}: {item.detail}"
        _console.print(text, markup=False, highlight=False, soft_wrap=True)
    faults = sum(not item.only_near for item in found)
    golds_count = sum(len(i.golds) for i in chosen.items)
    near_count = len(found) - faults
    text = f"{chosen.name}: {len(chosen.items)} câu, {golds_count} đáp án, {faults} lỗi, {near_count} câu gần giống."
    _console.print(text, soft_wrap=True)
    if faults:
        raise typer.Exit(1)


@app.command(name="list")
def list_suites() -> None:
    """Liệt kê các bộ câu hỏi có sẵn."""
    with errors():
        for path in sorted(suites_dir().glob("*.yaml")):
            found = load_suite(str(path))
            _console.print(f"{found.name}: {len(found.items)} câu. {found.description}", markup=False, soft_wrap=True)
        _console.print("noise: sinh từ customs, mỗi câu một kiểu nhiễu.", markup=False, soft_wrap=True)


cli_runs.register(app)
cli_import.register(app)
cli_readings.register(app)


def _chosen(suite: str, limit: int, sample: int, seed: int, only: str, category: str, noise: str) -> Suite:
    chosen = load_any(suite, seed)
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
    chosen = choose(chosen, limit=limit, sample=sample, seed=seed)
    if not chosen.items:
        raise SuiteError(f"Bộ {chosen.name} không còn câu nào sau khi lọc.", phase="eval")
    return chosen


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
