"""What one question leaves in the log. Never a result row, never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from nl2sql.history.redact import redact
from nl2sql.policy.guard import Guard
from nl2sql.policy.roles import User
from nl2sql.types import Answer, Query, Question

LONGEST = 20_000


def question_record(
    event: str,
    question: Question,
    answer: Answer,
    *,
    user: User | None,
    query: Query | None,
    guard: Guard | None,
    db: str,
) -> dict[str, Any]:
    """The row of a question.

    Args:
        event: ``question``, ``explain`` or ``sql`` (a person's own).
        user: None when the role itself was refused.
        query: What passed the door; its ``sql`` is what ran, policy included.
        db: URL of the database; its password is left out.
    """
    secrets = [guard.secret] if guard is not None else []
    tables = query.tables if query else ()
    return {
        "event": event,
        "user": user.name if user else "local",
        "role": user.role.name if user else question.role,
        "units": list(user.units if user else question.units),
        "question": redact(question.text[:LONGEST]),
        "turns": [redact(turn[:LONGEST]) for turn in question.turns],
        "reading": _reading(answer),
        "sql": redact(query.sql, secrets) if query else None,
        "policy": guard.applied(tables) if guard is not None else {},
        "tables": list(tables),
        "columns": list(query.columns) if query else [],
        "rows": answer.result.row_count if answer.result else None,
        "truncated": bool(answer.result and answer.result.truncated),
        "ms": round(answer.timings.get("total", 0.0), 1),
        "status": answer.status.value,
        "code": answer.refusal.code if answer.refusal else None,
        "trust": answer.trust.value if answer.trust else None,
        "confidence": round(answer.confidence, 3),
        "model": answer.model,
        "catalogue": answer.catalogue_version,
        "db": _without_password(db),
    }


def decision_record(event: str, user: str, what: str, **more: Any) -> dict[str, Any]:
    """The row of a decision: a sign-in, a change of users, an export, an approval.

    Args:
        event: ``signin``, ``user``, ``export``, ``feedback``, ``verified``, ``catalogue`` …
        what: In Vietnamese.
    """
    return {"event": event, "user": user, "what": redact(what), **more}


def _reading(answer: Answer) -> Mapping[str, Any] | None:
    """The reading; its filters hold what the question named, not what a result showed."""
    if answer.reading is None:
        return None
    said = answer.reading.to_json()
    return {key: value for key, value in said.items() if value not in (None, [], "")}


def _without_password(db: str) -> str:
    try:
        return make_url(db).render_as_string(hide_password=True)
    except ArgumentError:
        return ""
