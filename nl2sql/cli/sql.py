"""``hoikho sql``: a person's own SQL, through the same door as the model's."""

from __future__ import annotations

from typing import Annotated

import typer

from nl2sql.cli.ask import AsJson, Db, Role, Unit, exit_status, put


def sql(
    text: Annotated[str, typer.Argument(metavar="SQL", help="Một câu SELECT, trong dấu nháy.")],
    as_json: AsJson = False,
    db: Db = "",
    role: Role = "local",
    unit: Unit = None,
) -> int:
    """Chạy một câu SELECT của bạn qua cùng hàng rào kiểm tra."""
    from nl2sql.cli.say import answers_only

    with answers_only() as stream:
        from nl2sql.config import load_settings
        from nl2sql.pipeline import open_assistant

        assistant = open_assistant(load_settings(), db=db or None)
        try:
            answer = assistant.run_sql(text, role=role, units=tuple(unit or ()))
        finally:
            assistant.close()
        put(answer, stream, as_json=as_json)
    return exit_status(answer.status)
