"""What the command says besides answers, on standard error; and a standard output that carries answers only."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import TextIO

from schema.errors import HoiKhoError

STEPS = {
    "reading": "Đang đọc câu hỏi",
    "proposal": "Đang đọc câu hỏi và viết SQL",
    "generation": "Đang viết SQL",
    "validation": "Đang kiểm tra SQL",
    "execution": "Đang truy vấn kho",
    "presentation": "Đang trình bày",
}

# The messages of the option parser, which has no translations.
_USAGE: tuple[tuple[str, str], ...] = (
    (r"No such command (.+?)\.", r"Không có lệnh \1."),
    (r"Did you mean (.+?)\?", r"Có phải bạn muốn \1?"),
    (r"No such option:? (\S+)", r"Không có tùy chọn \1"),
    (r"\(Possible options: (.+?)\)", r"(gần nhất: \1)"),
    (r"Missing argument (.+?)\.", r"Thiếu đối số \1."),
    (r"Missing option (.+?)\.", r"Thiếu tùy chọn \1."),
    (r"Missing command\.", "Thiếu lệnh con."),
    (r"Got unexpected extra arguments? \((.+)\)", r"Thừa đối số (\1); nhớ đặt câu hỏi trong dấu nháy"),
    (r"Option (.+?) requires an argument\.?", r"Tùy chọn \1 cần một giá trị."),
    (r"Option (.+?) does not take a value\.?", r"Tùy chọn \1 không nhận giá trị."),
    (r"Invalid value for (.+?): (.+)", r"Giá trị không hợp lệ cho \1: \2"),
    (r"Invalid value: (.+)", r"\1"),
)


def complain(message: str, action: str = "") -> None:
    """What went wrong and what to do, for a person."""
    sys.stderr.write(f"✗ {message}\n" + (f"  → {action}\n" if action else ""))


def complain_internal(error: HoiKhoError) -> None:
    """An error that the person cannot mend."""
    logging.getLogger(__name__).error("internal error in phase %s", error.phase, exc_info=error)
    complain(
        "Có lỗi bên trong chương trình.",
        f"Hãy thử lại; nếu vẫn lỗi, gửi kèm dòng này khi báo lỗi: [{error.phase or 'không rõ'}] {error.message}",
    )


def usage_message(error: Exception) -> tuple[str, str]:
    """A wrong usage in Vietnamese, and where the right one stands."""
    describe = getattr(error, "format_message", None)
    text = str(describe() if callable(describe) else error)
    for pattern, words in _USAGE:
        text = re.sub(pattern, words, text)
    context = getattr(error, "ctx", None)
    return text, f"Xem cách dùng: {context.command_path if context else 'hoikho'} --help"


@contextlib.contextmanager
def answers_only() -> Iterator[TextIO]:
    """A stream to the real standard output, while everything else that prints, native libraries too, goes to stderr."""
    sys.stdout.flush()
    try:
        real = os.dup(1)
    except OSError:  # started without a standard output
        yield sys.stdout
        return
    with open(real, "w", encoding="utf-8", errors="replace") as out:
        os.dup2(2, 1)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                yield out
        finally:
            out.flush()
            os.dup2(real, 1)


@contextlib.contextmanager
def steps(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line on the terminal that says what the assistant is doing; nothing where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("Đang mở mô hình và kho …") as status:
        yield lambda step: status.update(f"{STEPS.get(step, step)} …")
