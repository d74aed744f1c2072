"""``hoikho ask --batch``: many questions in one process with one model.

Each line of the input is ``{"id", "question", "db"?, "turns"?, "role"?, "unit"?}``; each line of the output is that
line's answer with its ``id`` in front, in order, written out as soon as it is known. Run again after a cut, it keeps
the whole lines that are there and goes on with the next.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nl2sql.cli.ask import dumps
from nl2sql.cli.progress import bar
from nl2sql.cli.say import answers_only
from nl2sql.types import Answer, Question, Refusal, Status
from schema.errors import HoiKhoError, UserError

if TYPE_CHECKING:
    from nl2sql.config import Settings
    from nl2sql.pipeline import Assistant

LOG = logging.getLogger(__name__)
_OPEN_AT_ONCE = 8
INTERNAL = "Có lỗi bên trong chương trình khi trả lời câu này. Hãy thử lại hoặc hỏi cách khác."


@dataclass(frozen=True)
class Job:
    """One line of the input.

    Attributes:
        id: As given; None when the line has none.
        question: None when the line is wrong.
        db: SQLAlchemy URL; empty for the configured warehouse.
        fault: What is wrong with the line, in Vietnamese, or empty.
    """

    id: Any
    question: Question | None
    db: str = ""
    fault: str = ""


def run_batch(
    source: Path,
    target: Path,
    *,
    db: str = "",
    role: str = "local",
    units: tuple[str, ...] = (),
    explain: bool = False,
) -> int:
    """Answer a file of questions.

    Args:
        db: Warehouse of the lines that name none.
        role: Role of the lines that name none.
        units: Units of the lines that name none.
        explain: Stop before running the SQL.

    Returns:
        0 when every line has its answer, whatever its status.

    Raises:
        UserError: A file cannot be read or written, the output belongs to another input, or there is no model.
    """
    jobs = read_jobs(source, db=db, role=role, units=units)
    kept = resume(target, jobs, source)
    if kept == len(jobs):
        sys.stderr.write(f"✓ Đã có đủ {kept} trả lời trong {target}\n")
        return 0
    with answers_only():
        from nl2sql.config import load_settings

        desks = Assistants(load_settings())
        counts: Counter[str] = Counter()
        try:
            desks.open_model()  # without one, say so now and not once a line
            with bar("Trả lời") as report, open(target, "ab") as out:
                for index in range(kept, len(jobs)):
                    report(f"Trả lời từ câu {kept + 1}/{len(jobs)}", index, len(jobs))
                    line, status = _line(jobs[index], desks, explain=explain)
                    out.write(line)
                    out.flush()
                    counts[status] += 1
        finally:
            desks.close()
    told = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    sys.stderr.write(f"✓ {len(jobs) - kept} câu ({told}); kết quả: {target}\n")
    return 0


def read_jobs(source: Path, *, db: str = "", role: str = "local", units: tuple[str, ...] = ()) -> list[Job]:
    """The lines of the input; a wrong one becomes a job with a fault. Empty lines are passed over.

    Raises:
        UserError: The file cannot be read.
    """
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise UserError(
            f"Không đọc được tệp câu hỏi {source} ({error.strerror}).", action="Hãy kiểm tra đường dẫn sau --batch."
        ) from error
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [_job(line, number, db, role, units) for number, line in enumerate(lines, 1) if line.strip()]


def _job(line: bytes, number: int, db: str, role: str, units: tuple[str, ...]) -> Job:
    try:
        given = json.loads(line)
    except ValueError:
        return Job(None, None, fault=f"Dòng {number} không phải JSON hợp lệ.")
    if not isinstance(given, dict):
        return Job(None, None, fault=f"Dòng {number} phải là một đối tượng JSON.")
    ident = given.get("id")
    text, turns = given.get("question"), given.get("turns") or []
    if not isinstance(text, str):
        return Job(ident, None, fault=f"Dòng {number} thiếu trường question dạng chữ.")
    if isinstance(turns, list):
        turns = [turn.get("question") if isinstance(turn, dict) else turn for turn in turns]
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        return Job(ident, None, fault=f"Dòng {number}: turns phải là danh sách câu hỏi trước đó.")
    url, asker = given.get("db") or db, given.get("role") or role
    if not isinstance(url, str) or not isinstance(asker, str):
        return Job(ident, None, fault=f"Dòng {number}: db và role phải là chữ.")
    own = given.get("unit") or list(units)
    own = [own] if isinstance(own, str) else own
    if not isinstance(own, list) or not all(isinstance(item, str) for item in own):
        return Job(ident, None, fault=f"Dòng {number}: unit phải là chữ hoặc danh sách chữ.")
    return Job(ident, Question(_clean(text), tuple(map(_clean, turns)), asker, tuple(own)), url)


def _clean(text: str) -> str:
    """Without lone surrogates, which JSON can carry and nothing else can."""
    return text.encode("utf-8", "replace").decode()


def resume(target: Path, jobs: list[Job], source: Path) -> int:
    """How many answers the output already holds; what follows the last whole one is cut off.

    Raises:
        UserError: The output belongs to another input, or cannot be read or written.
    """
    kept = end = 0
    try:
        if target.exists() and target.samefile(source):
            raise UserError("Tệp --out trùng với tệp --batch.", action="Hãy chọn tên khác cho --out.")
        with open(target, "a+b") as out:
            out.seek(0)
            for line in out:
                answer = _whole_answer(line)
                if answer is None:
                    break
                if kept >= len(jobs) or answer.get("id") != jobs[kept].id:
                    raise UserError(
                        f"Dòng {kept + 1} của {target} không phải trả lời cho câu cùng thứ tự trong {source}.",
                        action="Hãy chọn tệp --out khác, hoặc xóa tệp đó nếu không cần nữa.",
                    )
                kept += 1
                end += len(line)
            out.truncate(end)
    except OSError as error:
        raise UserError(
            f"Không ghi được tệp kết quả {target} ({error.strerror}).", action="Hãy kiểm tra đường dẫn sau --out."
        ) from error
    return kept


def _whole_answer(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and "status" in answer else None


def _line(job: Job, desks: Assistants, *, explain: bool) -> tuple[bytes, str]:
    """A line of the output and its status. Nothing that one question does may end the batch."""
    if job.question is None:
        answer = failed("", "bad_input", job.fault)
    else:
        try:
            assistant = desks.get(job.db)
            answer = (assistant.explain if explain else assistant.ask)(job.question)
            return _encode(job, answer), answer.status.value
        except UserError as error:
            answer = failed(job.question.text, error.phase or "error", str(error))
        except HoiKhoError as error:
            LOG.error("question %r failed in phase %s", job.id, error.phase, exc_info=error)
            answer = failed(job.question.text, "internal", INTERNAL)
        except Exception:
            LOG.exception("question %r failed", job.id)
            answer = failed(job.question.text, "internal", INTERNAL)
    return _encode(job, answer), answer.status.value


def _encode(job: Job, answer: Answer) -> bytes:
    return (dumps({"id": job.id, **answer.to_json()}) + "\n").encode()


def failed(question: str, code: str, message: str) -> Answer:
    """An answer with status ``error`` and a message for the person."""
    return Answer(Status.ERROR, question, refusal=Refusal(code, message), headline=message)


class Assistants:
    """Assistants by database, with one model between them; the ones longest unused are closed.

    Args:
        open_one: Opens an assistant for a database; None for the real thing.
    """

    def __init__(self, settings: Settings, open_one: Callable[[str], Assistant] | None = None) -> None:
        self._settings = settings
        self._open_one = open_one or self._open
        self._ready: OrderedDict[str, Assistant] = OrderedDict()
        self._model: Any = None

    def get(self, db: str) -> Assistant:
        """The assistant of a database.

        Raises:
            UserError: The database cannot be opened.
        """
        if db not in self._ready:
            while len(self._ready) >= _OPEN_AT_ONCE:
                self._ready.popitem(last=False)[1].close()
            self._ready[db] = self._open_one(db)
        self._ready.move_to_end(db)
        return self._ready[db]

    def close(self) -> None:
        """Close everything."""
        for assistant in self._ready.values():
            assistant.close()
        self._ready.clear()
        if self._model is not None:
            self._model.close()

    def open_model(self) -> None:
        """Open the model that all share.

        Raises:
            ModelError: It cannot be opened.
        """
        from nl2sql.model import open_model

        self._model = open_model(self._settings)

    def _open(self, db: str) -> Assistant:
        from nl2sql.pipeline import open_assistant

        # A machine reads a batch: a database of its own is answered whole, up to a cap that only guards the memory.
        settings = replace(self._settings, row_cap=max(self._settings.row_cap, 50_000)) if db else self._settings
        return open_assistant(settings, db=db or None, model=self._model)
