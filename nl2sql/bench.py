"""``hoikho bench``: how fast the model in use is on this machine, and how much memory it takes.

The prompt is of the size and kind that a catalogue gives (some 1,500 tokens before the question), but constant, so
that figures of different days and machines compare. Nothing of the user's states is touched: the prefix is computed and
saved in a temporary directory.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from nl2sql.config import Settings, load_settings
from nl2sql.errors import ModelError
from nl2sql.model.protocol import Message, Model, Prompt

_QUESTIONS = (
    "Tổng kim ngạch xuất khẩu năm 2024 sang Nhật Bản là bao nhiêu?",
    "Mười nước có trị giá nhập khẩu lớn nhất quý 2 năm 2025?",
    "Số tờ khai luồng đỏ theo từng tháng của năm 2023 tại Hải Phòng?",
    "Trị giá xuất khẩu dệt may theo năm từ 2019 đến 2024?",
    "Cục nào có kim ngạch nhập khẩu giảm so với cùng kỳ trong 6 tháng đầu năm 2025?",
)
_EXAMPLE = (
    "SELECT nuoc, SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE chieu = 'Xuất khẩu' AND nam = 2010 "
    "GROUP BY nuoc ORDER BY kim_ngach DESC LIMIT 10;"
)
_MAX_TOKENS = 96

Say = Callable[[str], None]


@dataclass(frozen=True)
class Bench:
    """What was measured. Times in seconds, memory in MiB, None where it does not apply (a model behind a URL).

    Attributes:
        load_s: Opening the model, its library's import included.
        prefix_tokens: Tokens of the constant prefix.
        prefix_cold_s: Computing and saving the prefix.
        prefix_restored_s: Fetching it from disk in a model opened anew.
        prompt_tokens_s: Tokens of prompt a second, over the cold prefix.
        generate_tokens_s: Tokens written a second, median over the questions.
        first_answer_s: Opening, restoring the prefix and writing the first answer.
        answer_s: A whole answer with its prefix at hand, median over the questions.
        peak_mib: Most memory resident in the process, mapped parts of the model file included.
        anonymous_mib: Memory that no file backs, after the last answer, with one prefix state held.
    """

    model: str
    cores: int
    load_s: float
    prefix_tokens: int | None
    prefix_cold_s: float | None
    prefix_restored_s: float | None
    prompt_tokens_s: float | None
    generate_tokens_s: float
    first_answer_s: float
    answer_s: float
    questions: int
    peak_mib: float | None
    anonymous_mib: float | None


def measure(settings: Settings, say: Say = lambda _text: None) -> Bench:
    """Measure the model that the settings name.

    Args:
        say: Told what is being done, in Vietnamese.

    Raises:
        ModelError: The model cannot be used.
    """
    from nl2sql.model.fetch import is_url

    if is_url(settings.model):
        return _measure_server(settings, say)
    return _measure_file(settings, say)


def command(
    only_json: Annotated[bool, typer.Option("--json", help="Chỉ in JSON, không in bảng.")] = False,
) -> None:
    """Đo tốc độ và bộ nhớ của mô hình trên máy này: một bảng và một dòng JSON."""
    from rich.console import Console

    # The table goes where progress goes, so that standard output is one JSON and nothing else.
    console = Console(stderr=True, quiet=only_json)
    result = measure(load_settings(), lambda text: console.print(text, style="dim"))
    console.print(_table(result))
    sys.stdout.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


def _measure_file(settings: Settings, say: Say) -> Bench:
    from nl2sql.model.digest import file_digest
    from nl2sql.model.fetch import locate

    path = locate(settings.model, settings)
    digest = file_digest(path, settings.states_dir)
    with tempfile.TemporaryDirectory(prefix="hoikho-bench-") as directory:

        def open_anew() -> Model:
            from nl2sql.model.llama import LlamaModel

            return LlamaModel(path, digest=digest, states_dir=Path(directory), threads=settings.threads)

        prefix = _prefix()
        say("Mở mô hình và tính phần đầu cố định…")
        began = time.perf_counter()
        model = open_anew()
        load_s = time.perf_counter() - began
        try:
            name = model.name
            began = time.perf_counter()
            model.warm(prefix)
            cold_s = time.perf_counter() - began
        finally:
            model.close()
        say("Mở lại, lấy phần đầu từ đĩa và hỏi…")
        began = time.perf_counter()
        model = open_anew()
        try:
            opened = time.perf_counter()
            model.warm(prefix)
            restored_s = time.perf_counter() - opened
            first_answer_s, answers, speeds, prefix_tokens = _ask_all(model, prefix, began)
            anonymous_mib = _memory("RssAnon")
        finally:
            model.close()
    return Bench(
        model=name,
        cores=os.cpu_count() or 1,
        load_s=round(load_s, 2),
        prefix_tokens=prefix_tokens,
        prefix_cold_s=round(cold_s, 2),
        prefix_restored_s=round(restored_s, 3),
        prompt_tokens_s=round(prefix_tokens / cold_s, 1),
        generate_tokens_s=round(statistics.median(speeds), 1),
        first_answer_s=round(first_answer_s, 2),
        answer_s=round(statistics.median(answers), 2),
        questions=len(answers),
        peak_mib=_memory("VmHWM"),
        anonymous_mib=anonymous_mib,
    )


def _measure_server(settings: Settings, say: Say) -> Bench:
    from nl2sql.model import open_model

    say("Hỏi máy chủ mô hình…")
    began = time.perf_counter()
    model = open_model(settings)
    load_s = time.perf_counter() - began
    try:
        first_answer_s, answers, speeds, _ = _ask_all(model, _prefix(), began)
        name = model.name
    finally:
        model.close()
    return Bench(
        model=name,
        cores=os.cpu_count() or 1,
        load_s=round(load_s, 2),
        prefix_tokens=None,
        prefix_cold_s=None,
        prefix_restored_s=None,
        prompt_tokens_s=None,
        generate_tokens_s=round(statistics.median(speeds), 1),
        first_answer_s=round(first_answer_s, 2),
        answer_s=round(statistics.median(answers), 2),
        questions=len(answers),
        peak_mib=None,
        anonymous_mib=None,
    )


def _ask_all(model: Model, prefix: tuple[Message, ...], began: float) -> tuple[float, list[float], list[float], int]:
    """Seconds from ``began`` to the first answer, seconds of each, tokens a second of each, cached prefix tokens."""
    first_s, answers, speeds, cached = 0.0, [], [], 0
    for number, question in enumerate(_QUESTIONS):
        asked = time.perf_counter()
        done = model.complete(
            Prompt(prefix, Message("user", question), "SELECT"), max_tokens=_MAX_TOKENS, stop=(";", "\n\n")
        )
        now = time.perf_counter()
        if number == 0:
            first_s, cached = now - began, done.cached_tokens
        answers.append(now - asked)
        if done.tokens and done.generate_ms:
            speeds.append(done.tokens / done.generate_ms * 1e3)
    if not speeds:
        raise ModelError("Mô hình không viết gì nên không đo được.", action="Hãy chọn mô hình khác bằng HOIKHO_MODEL.")
    return first_s, answers, speeds, cached


def _prefix() -> tuple[Message, ...]:
    columns = (
        ("ngay DATE, nam INT, quy INT, thang INT", "ngày đăng ký tờ khai và năm, quý, tháng của ngày đó"),
        ("chieu TEXT", "chiều: 'Xuất khẩu', 'Nhập khẩu'"),
        ("nhom_hang TEXT", "nhóm hàng trong biểu thống kê"),
        ("nuoc TEXT", "nước xuất xứ khi nhập khẩu, nước cuối cùng đến khi xuất khẩu"),
        ("cuc TEXT", "cục hải quan"),
        ("khu_vuc TEXT", "chi cục hải quan khu vực"),
        ("doanh_nghiep TEXT, khu_vuc_kinh_te TEXT", "tên doanh nghiệp; 'FDI', 'Trong nước'"),
        ("phan_luong TEXT", "'Xanh', 'Vàng', 'Đỏ'"),
        ("tri_gia_usd DOUBLE, tri_gia_vnd DOUBLE", "trị giá, USD và đồng"),
        ("so_to_khai TEXT", "số tờ khai"),
    )
    table = "CREATE TABLE xnk (\n" + "".join(f"  {column}, -- {comment}\n" for column, comment in columns) + ");"
    messages = [Message("system", f"You write one DuckDB SELECT for a question in Vietnamese.\n\n{table}")]
    for year in range(2011, 2025):
        messages.append(
            Message("user", f"Kim ngạch xuất khẩu theo nước trong năm {year}, mười nước lớn nhất?\nFROM xnk")
        )
        messages.append(
            Message(
                "assistant",
                _EXAMPLE.replace("2010", str(year)),
            )
        )
    return tuple(messages)


def _memory(field: str) -> float | None:
    """A line of the kernel's account of this process, in MiB."""
    try:
        found = re.search(rf"^{field}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:  # not Linux
        return None
    return round(int(found.group(1)) / 1024, 1) if found else None


def _table(result: Bench) -> object:
    from rich.table import Table

    table = Table("Đo", "Kết quả", title=f"{result.model} · {result.cores} nhân", title_justify="left")
    for label, value, unit, places in (
        ("Mở mô hình", result.load_s, "giây", 2),
        ("Phần đầu cố định", result.prefix_tokens, "đơn vị từ", 0),
        ("  tính lần đầu", result.prefix_cold_s, "giây", 2),
        ("  lấy lại từ đĩa", result.prefix_restored_s, "giây", 3),
        ("Đọc câu hỏi", result.prompt_tokens_s, "đơn vị từ/giây", 1),
        ("Viết SQL", result.generate_tokens_s, "đơn vị từ/giây", 1),
        ("Câu trả lời đầu của tiến trình mới", result.first_answer_s, "giây", 2),
        (f"Một câu trả lời (trung vị {result.questions} câu)", result.answer_s, "giây", 2),
        ("Bộ nhớ cao nhất", result.peak_mib, "MiB", 0),
        ("  phần không thuộc tệp nào", result.anonymous_mib, "MiB", 0),
    ):
        if value is not None:
            number = f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))
            table.add_row(label, f"{number} {unit}")
    return table
