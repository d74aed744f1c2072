"""The log for other systems: JSON lines, and CEF for a SIEM."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version

from nl2sql.history.audit import Entry

_SEVERITY = {"refused": 6, "error": 5, "clarify": 2, "no_data": 2, "answered": 3}


def as_json(entry: Entry) -> str:
    """One line of JSON: number, time, the row's fields and the hashes."""
    row = {"seq": entry.seq, "at": entry.at, **entry.body, "prev": entry.prev, "hash": entry.hash}
    return json.dumps(row, ensure_ascii=False, sort_keys=False)


def as_cef(entry: Entry) -> str:
    """One line of the Common Event Format (ArcSight, version 0)."""
    body = entry.body
    event = str(body.get("event", "event"))
    extension = {
        "externalId": entry.seq,
        "rt": entry.at,
        "suser": body.get("user"),
        "spriv": body.get("role"),
        "outcome": body.get("status"),
        "reason": body.get("code"),
        "cnt": body.get("rows"),
        "msg": body.get("question") or body.get("what"),
        "cs1Label": "sql",
        "cs1": body.get("sql"),
        "cs2Label": "tables",
        "cs2": ",".join(body.get("tables") or ()),
        "cs3Label": "hash",
        "cs3": entry.hash,
        "cn1Label": "ms",
        "cn1": body.get("ms"),
    }
    said = " ".join(f"{key}={_value(value)}" for key, value in extension.items() if value not in (None, ""))
    severity = _SEVERITY.get(str(body.get("status")), 4)
    head = "|".join(map(_header, ("HoiKho", "HoiKho", _version(), event, f"hoikho {event}")))
    return f"CEF:0|{head}|{severity}|{said}"


def _header(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _value(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace("=", "\\=")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _version() -> str:
    try:
        return version("hoikho")
    except PackageNotFoundError:  # run from a tree that was not installed
        return "0"
