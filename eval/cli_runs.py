"""``hoikho eval compare``, ``report``, ``calibrate`` and ``gate``: what is done with finished runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as RichTable

from eval import calibrate as calibrating
from eval import compare as comparing
from eval import export, html
from eval import fit as fitting
from eval import gate as gating
from eval import report as reporting
from eval.cli_errors import errors
from eval.log import load_log
from eval.noise import load_any
from eval.report import percent
from eval.run import rescore
from nl2sql.generation.confidence import CALIBRATION_FILE
from schema.loading import load_catalogue

_console = Console()
RunFile = Annotated[Path, typer.Argument(help="Nhật ký của một lần chạy.", exists=True, dir_okay=False)]
RunsOpt = Annotated[Path | None, typer.Option("--runs", help="Thư mục chứa nhật ký các lần chạy.")]


def register(app: typer.Typer) -> None:
    """Add these commands to ``hoikho eval``."""
    for command in (compare, report, calibrate, gate):
        app.command()(command)


def compare(
    first: Annotated[Path, typer.Argument(help="Nhật ký A.", exists=True, dir_okay=False)],
    second: Annotated[Path, typer.Argument(help="Nhật ký B.", exists=True, dir_okay=False)],
) -> None:
    """So sánh hai lần chạy: câu nào tốt lên, câu nào kém đi, có ý nghĩa không."""
    with errors():
        comparing.render(load_log(first), load_log(second), _console)


def report(
    log: RunFile,
    again: Annotated[bool, typer.Option("--rescore", help="Chấm lại từ câu trả lời đã lưu.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In các con số dạng JSON.")] = False,
    as_csv: Annotated[Path | None, typer.Option("--csv", help="Ghi mỗi câu một dòng vào tệp CSV này.")] = None,
    as_html: Annotated[Path | None, typer.Option("--html", help="Ghi báo cáo một tệp HTML tự đủ.")] = None,
    misses: Annotated[int, typer.Option(help="In nhiều nhất từng này câu sai.")] = 40,
) -> None:
    """In lại kết quả của một lần chạy, hoặc xuất ra HTML, CSV, JSON."""
    with errors():
        data = load_log(log)
        if again:
            data = rescore(data, load_any(data["spec"]["suite"]), load_catalogue())
        if as_html:
            as_html.write_text(html.page(data), encoding="utf-8")
            _console.print(f"Đã ghi {as_html}", markup=False, soft_wrap=True)
        if as_csv:
            as_csv.write_text(export.csv_text(data), encoding="utf-8-sig", newline="")
            _console.print(f"Đã ghi {as_csv}", markup=False, soft_wrap=True)
        if as_json:
            typer.echo(json.dumps(reporting.summary(data), ensure_ascii=False, indent=2))
        elif not as_html and not as_csv:
            reporting.render(data, _console, misses=misses, quiet="-holdout" in data["spec"]["suite"])


def calibrate(
    suites: Annotated[list[str], typer.Argument(help="Bộ câu hỏi, hoặc nhật ký .json của lần chạy đã có.")],
    precision: Annotated[float, typer.Option(min=0.5, max=1.0, help="Tỷ lệ đúng muốn có ở phần được trả lời.")] = 0.97,
    judge: Annotated[
        list[str] | None, typer.Option("--judge", help="Bộ (hoặc nhật ký) giữ kín để chọn ngưỡng; nêu được nhiều lần.")
    ] = None,
    coverage: Annotated[float, typer.Option(min=0, max=1, help="Ít nhất phần này phải được trả lời.")] = 0.5,
    route: Annotated[str, typer.Option(help="Đường đi của trợ lý khi chạy: auto, composed, model.")] = "auto",
    jobs: Annotated[int, typer.Option(min=1, help="Số câu hỏi cùng lúc.")] = 1,
    dry: Annotated[bool, typer.Option("--dry", help="Chỉ in, không lưu ngưỡng.")] = False,
    as_json: Annotated[Path | None, typer.Option("--json", help="Ghi đường cong vào tệp JSON này.")] = None,
    runs: RunsOpt = None,
) -> None:
    """Định độ tự tin và ngưỡng cho tỷ lệ đúng mong muốn; lưu cùng danh mục để trợ lý dùng."""
    with errors():
        logs = [load_log(_run_of(name, route, jobs, runs)) for name in suites]
        found_samples = [s for log in logs for s in fitting.samples(log)]
        before = calibrating.auroc([(s.before, s.right) for s in found_samples])
        weights = fitting.fit(found_samples)
        held = [load_log(_run_of(name, route, jobs, runs)) for name in judge or ()]
        pairs = fitting.judged(weights, [s for log in held for s in fitting.samples(log)])
        pairs = pairs or fitting.unseen(found_samples)
        logs += held
        names = tuple(dict.fromkeys(str(log["spec"]["suite"]) for log in logs))
        found = calibrating.calibrate(pairs, precision, names, coverage)
        _render_curve(found, pairs)
        _render_weights(weights, before)
        if as_json:
            text = json.dumps(calibrating.as_json(found, pairs), ensure_ascii=False, indent=1)
            as_json.write_text(text, encoding="utf-8")
        if not dry:
            spec = logs[0]["spec"]
            calibrating.store(found, spec["catalogue_version"], spec["model"], weights)
            _console.print(f"Đã lưu ngưỡng vào {CALIBRATION_FILE.name}.", markup=False)


def _run_of(name: str, route: str, jobs: int, runs: Path | None) -> Path:
    path = Path(name)
    return path if path.suffix == ".json" and path.is_file() else gating.fresh_run(name, route, jobs, runs)


def _render_curve(found: calibrating.Calibration, pairs: list[tuple[float, bool]]) -> None:
    table = RichTable("Ngưỡng", "Trả lời", "Độ phủ", "Đúng", "Khoảng 95%")
    points = calibrating.curve(pairs)
    step = max(1, len(points) // 25)
    for place, point in enumerate(points):
        if place % step == 0 or point in (found.point, points[-1]):
            mark = " ←" if point == found.point else ""
            table.add_row(
                f"{point.threshold:.3f}".replace(".", ",") + mark,
                str(point.answered),
                percent(point.coverage),
                percent(point.precision),
                f"{percent(point.low)} – {percent(point.high)}",
            )
    _console.print(table)
    area = "–" if found.auroc is None else f"{found.auroc:.3f}".replace(".", ",")
    verdict = "đạt" if found.reached else "KHÔNG đạt, lấy điểm đúng nhất"
    level = f"{found.point.threshold:.3f}".replace(".", ",")
    _console.print(
        f"AUROC {area}. Muốn đúng {percent(found.wanted)}: {verdict}. Ngưỡng {level} trả lời"
        f" {percent(found.point.coverage)} số câu, đúng {percent(found.point.precision)}"
        f" ({percent(found.point.low)} – {percent(found.point.high)}).",
        soft_wrap=True,
    )


def _render_weights(weights: Mapping[str, float], before: float | None) -> None:
    shown = ", ".join(f"{name} {value:+.2f}".replace(".", ",") for name, value in weights.items() if value)
    _console.print(f"Trọng số: {shown}", markup=False, soft_wrap=True)
    if before is not None:
        _console.print(f"AUROC của độ tự tin mà các lần chạy đã hiện: {before:.3f}".replace(".", ","))


def gate(
    quick: Annotated[bool, typer.Option("--quick", help="Chỉ phần lấy mẫu nhanh, có mô hình.")] = False,
    record: Annotated[bool, typer.Option("--record", help="Ghi lần chạy này làm mốc so sánh mới.")] = False,
    only: Annotated[str, typer.Option(help="Chỉ bộ này.")] = "",
    jobs: Annotated[int, typer.Option(min=1, help="Số câu hỏi cùng lúc.")] = 1,
    runs: RunsOpt = None,
) -> None:
    """Cổng phát hành: thoát khác 0 khi một bộ dưới sàn, hoặc kém mốc đã ghi một cách có ý nghĩa."""
    with errors():
        rules = [r for r in gating.load_gate() if r.quick == quick and (not only or r.suite == only)]
        if not rules:
            raise ValueError(f"eval/gate.yaml không có bộ “{only}” cho lần chạy này.")
        failed = 0
        for rule in rules:
            verdict = gating.run_rule(rule, jobs=jobs, runs=runs, record=record)
            failed += not verdict.passed
            _console.print(verdict.text, style="green" if verdict.passed else "red", markup=False, soft_wrap=True)
    if failed:
        raise typer.Exit(1)
