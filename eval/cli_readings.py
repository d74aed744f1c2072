"""``hoikho eval readings``: what the reader understands of the labelled questions, without generation and model."""

from __future__ import annotations

import datetime as dt
import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as RichTable

from eval.cli_errors import errors
from eval.kept import kept
from eval.labelled import OUTCOMES, Labelled, load_labelled
from eval.library import runs_dir
from eval.noise import KINDS
from eval.reading_score import Mark, figures, mark, outcome_f1, speed
from eval.suite import SuiteError, load_suite
from nl2sql.config import Settings, load_settings
from nl2sql.query.database import open_database
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Question
from schema import warehouse
from schema.loading import load_catalogue

_console = Console()
_COLUMNS = {
    "filters_period": "lọc + kỳ",
    "metric_grouping": "chỉ tiêu + nhóm",
    "shape": "dạng",
    "turned_away": "câu tốt bị từ chối",
    "outcome": "kết cục",
}
_FORMS = {False: "có dấu", True: "không dấu"}


def register(app: typer.Typer) -> None:
    """Add the command to ``hoikho eval``."""
    app.command()(readings)
    app.command("kept")(kept_under_noise)


def readings(
    phenomenon: Annotated[str, typer.Option(help="Chỉ hiện tượng này: thoi_gian, gia_tri …")] = "",
    misses: Annotated[int, typer.Option(help="In nhiều nhất từng này câu hiểu sai.")] = 0,
    runs: Annotated[Path | None, typer.Option("--runs", help="Thư mục chứa nhật ký các lần chạy.")] = None,
) -> None:
    """Đo phần hiểu câu hỏi trên bộ cách hiểu đã gán nhãn, có dấu và không dấu, theo hiện tượng."""
    with errors():
        settings = load_settings()
        marks = read_all(load_labelled(phenomenon), settings)
        path = _write(marks, runs or runs_dir(settings) / "readings", phenomenon)
    _render(marks)
    wrong = [m for m in marks if not m.right]
    for one in wrong[:misses]:
        _console.print(_told(one), markup=False, highlight=False, soft_wrap=True)
    _console.print(f"\nNhật ký: {path}", soft_wrap=True)


def kept_under_noise(
    suite: Annotated[str, typer.Argument(help="Bộ câu hỏi lấy làm câu sạch.")] = "customs",
    kind: Annotated[str, typer.Option(help="Chỉ kiểu nhiễu này: typo, glued, vni …")] = "",
    every: Annotated[int, typer.Option(min=1, help="Chỉ lấy mỗi câu thứ n.")] = 1,
    seed: Annotated[int, typer.Option(help="Hạt giống của nhiễu.")] = 0,
    misses: Annotated[int, typer.Option(help="In nhiều nhất từng này câu hiểu khác đi, mỗi kiểu.")] = 0,
) -> None:
    """Đo cách hiểu còn giữ nguyên bao nhiêu khi câu hỏi bị gõ sai, mất dấu, dán lỗi …, theo kiểu nhiễu."""
    with errors():
        if kind and kind not in KINDS:
            raise SuiteError(f"Không có kiểu nhiễu “{kind}”.", action=f"Có: {', '.join(KINDS)}.", phase="eval")
        reader = _reader(load_settings())
        found = kept(reader, load_suite(suite).items[::every], [kind] if kind else list(KINDS), seed)
    table = RichTable("Kiểu nhiễu", "Giữ nguyên", "p95 (ms)")
    for one in found:
        share = f"{one.same}/{one.asked} = {100 * one.same / max(one.asked, 1):.1f}%".replace(".", ",")
        table.add_row(one.kind, share, f"{one.p95:.1f}".replace(".", ","))
    _console.print(table)
    for one in found if "-holdout" not in suite else ():
        for item, question in one.lost[:misses]:
            _console.print(f"{one.kind} {item}: {question}", markup=False, highlight=False, soft_wrap=True)


def _reader(settings: Settings) -> Reader:
    """A reader with the whole value index of the demo warehouse."""
    catalogue = load_catalogue()
    if not settings.warehouse_file.exists():
        warehouse.build(settings.warehouse_file)
    database = open_database(f"duckdb:///{settings.warehouse_file}", settings)
    try:
        vocabulary = build_vocabulary(catalogue, database)
        vocabulary.complete()
    finally:
        database.close()
    return Reader(catalogue, vocabulary)


def read_all(items: Sequence[Labelled], settings: Settings) -> list[Mark]:
    """The marks of all items, read with the whole value index of the demo warehouse."""
    reader = _reader(settings)
    catalogue = reader.catalogue
    reader.read(Question("Số tờ khai năm 2024"))  # what is made once is no part of a question's time
    found = []
    for item in items:
        started = time.process_time()
        reading = reader.read(Question(item.question, item.turns))
        spent = 1000 * (time.process_time() - started) / (1 + len(item.turns))
        found.append(mark(item, reading, catalogue, spent))
    return found


def _render(marks: Sequence[Mark]) -> None:
    for plain, form in _FORMS.items():
        mine = [m for m in marks if m.item.plain is plain]
        if not mine:
            continue
        table = RichTable(title=f"Cách hiểu, {form}: {len(mine)} câu")
        table.add_column("hiện tượng")
        for title in _COLUMNS.values():
            table.add_column(title, justify="right")
        names = sorted({m.item.phenomenon for m in mine})
        groups = [(n, [m for m in mine if m.item.phenomenon == n]) for n in names]
        for name, some in [*groups, ("tất cả", mine)]:
            got = figures(some)
            table.add_row(name, *(str(got[c]) if got[c].total else "–" for c in _COLUMNS))
        _console.print(table)
        kinds = ", ".join(f"{o} {_f1(outcome_f1(mine, o))}" for o in OUTCOMES)
        _console.print(f"F1 kết cục ({form}): {_f1(outcome_f1(mine))} ({kinds})", highlight=False, soft_wrap=True)
    middle, high = speed(marks)
    _console.print(f"Thời gian đọc một câu: p50 {middle:.1f} ms, p95 {high:.1f} ms (bộ xử lý).".replace(".", ",", 2))


def _f1(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace(".", ",")


def _told(one: Mark) -> str:
    turns = "".join(f"{t} → " for t in one.item.turns)
    seen = "; ".join(f"{p}={_plain(one.seen[p])}" for p in one.faults if p in one.seen)
    end = f"kết cục {one.outcome}, cần {one.item.expect}" if one.outcome != one.item.expect else ", ".join(one.faults)
    return f"{one.item.id} [{one.item.family}] {turns}{one.item.question}\n    {end}. {seen}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: sorted(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [f"{a} … {b}" for a, b in value]


def _write(marks: Sequence[Mark], directory: Path, phenomenon: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    when = dt.datetime.now().astimezone()
    path = directory / f"readings{'-' + phenomenon if phenomenon else ''}-{when:%Y%m%d-%H%M%S}.json"
    rows = [
        {
            "id": m.item.id,
            "question": m.item.question,
            "plain": m.item.plain,
            "expect": m.item.expect,
            "outcome": m.outcome,
            "faults": list(m.faults),
            "seen": {k: _plain(v) for k, v in m.seen.items()},
            "ms": round(m.ms, 2),
        }
        for m in marks
    ]
    totals = {
        form: {
            **{k: [f.right, f.total] for k, f in figures([m for m in marks if m.item.plain is p]).items()},
            "f1": outcome_f1([m for m in marks if m.item.plain is p]),
        }
        for p, form in _FORMS.items()
    }
    middle, high = speed(marks)
    data = {
        "kind": "readings",
        "time": when.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "totals": totals,
        "p50_ms": round(middle, 2),
        "p95_ms": round(high, 2),
        "items": rows,
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
