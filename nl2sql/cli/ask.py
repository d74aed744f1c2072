"""``hoikho ask``: one question, or a file of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from nl2sql.types import Answer, Status

Db = Annotated[str, typer.Option("--db", metavar="URL", help="Địa chỉ SQLAlchemy của kho khác.")]
Role = Annotated[str, typer.Option("--role", metavar="VAI", help="Hỏi với vai nào.")]
Unit = Annotated[list[str] | None, typer.Option("--unit", metavar="ĐƠN_VỊ", help="Đơn vị của vai; lặp lại được.")]
Described = Annotated[
    str, typer.Option("--catalogue", metavar="THƯ_MỤC", help="Danh mục đã lưu mô tả kho (xem: hoikho catalogue init).")
]
Turn = Annotated[
    list[str] | None,
    typer.Option("--turn", metavar="CÂU_TRƯỚC", help="Câu đã hỏi trước đó, cũ trước mới sau; lặp lại được."),
]
AsJson = Annotated[bool, typer.Option("--json", help="In một đối tượng JSON.")]


def ask(
    question: Annotated[str | None, typer.Argument(metavar="CÂU_HỎI", help="Câu hỏi, trong dấu nháy.")] = None,
    as_json: AsJson = False,
    db: Db = "",
    catalogue: Described = "",
    role: Role = "local",
    unit: Unit = None,
    turn: Turn = None,
    explain: Annotated[bool, typer.Option("--explain", help="Chỉ đọc hiểu và viết SQL, không chạy.")] = False,
    batch: Annotated[
        Path | None, typer.Option("--batch", metavar="VÀO.jsonl", help="Nhiều câu hỏi, mỗi dòng một JSON.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="RA.jsonl", help="Nơi ghi trả lời; chạy lại thì ghi tiếp.")
    ] = None,
) -> int:
    """Hỏi một câu, hoặc nhiều câu với --batch và --out."""
    if batch is not None:
        if question is not None or out is None:
            raise typer.BadParameter("--batch đi cùng --out và không đi cùng câu hỏi.")
        if turn:
            raise typer.BadParameter("--turn đi với một câu hỏi; với --batch hãy ghi trường turns trong từng dòng.")
        if catalogue:
            raise typer.BadParameter("--batch nhận danh mục qua biến HOIKHO_CATALOGUE, không qua --catalogue.")
        from nl2sql.cli.batch import run_batch

        return run_batch(batch, out, db=db, role=role, units=tuple(unit or ()), explain=explain)
    if question is None or out is not None:
        raise typer.BadParameter("cần một câu hỏi trong dấu nháy, hoặc --batch VÀO.jsonl --out RA.jsonl.")

    from nl2sql.cli.say import answers_only, steps

    with answers_only() as stream:
        from nl2sql.config import load_settings
        from nl2sql.pipeline import open_assistant
        from nl2sql.types import Question

        with steps(quiet=as_json) as on_step:
            settings = load_settings()
            settings = replace(settings, catalogue=catalogue or settings.catalogue)
            assistant = open_assistant(settings, db=db or None)
            try:
                asked = Question(question, tuple(turn or ()), role, tuple(unit or ()))
                if explain:
                    answer = assistant.explain(asked, on_step=on_step)
                else:
                    answer = assistant.ask(asked, on_step=on_step, drawn=as_json)
            finally:
                assistant.close()
        put(answer, stream, as_json=as_json)
    return exit_status(answer.status)


def put(answer: Answer, stream: TextIO, *, as_json: bool) -> None:
    """Write an answer as JSON or for a person."""
    if as_json:
        stream.write(dumps(answer.to_json()) + "\n")
        return
    from nl2sql.cli.render import show

    show(answer, stream)


def dumps(value: dict[str, object]) -> str:
    """One line of JSON that is always valid UTF-8 (a lone surrogate is escaped)."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False)
    return text


def exit_status(status: Status) -> int:
    """The process's exit status for an answer."""
    return {"answered": 0, "clarify": 3, "refused": 4, "no_data": 4, "error": 1}[status.value]
