"""Database values as plain Python: int, float, str, bool, date, datetime, None."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

_MAX_TEXT = 20_000


def column_type(values: Sequence[Any], code: Any) -> str:
    """The type of a column, from its values, or from the driver's type code when there are none."""
    kinds = {_kind(v) for v in values if v is not None}
    kinds.discard("nothing")
    if not kinds:
        return _from_code(code)
    if kinds == {"timestamp"}:
        midnight = dt.time()
        return "date" if all(v is None or v.time() == midnight for v in values) else "timestamp"
    if kinds == {"date", "timestamp"}:
        return "timestamp"
    if kinds <= {"integer", "number"}:
        return "integer" if kinds == {"integer"} else "number"
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number" if math.isfinite(value) else "nothing"
    if isinstance(value, Decimal):
        if not value.is_finite():
            return "nothing"
        exponent = value.as_tuple().exponent
        return "integer" if isinstance(exponent, int) and exponent >= 0 else "number"
    if isinstance(value, dt.datetime):
        return "timestamp"
    if isinstance(value, dt.date):
        return "date"
    return "text"


def _from_code(code: Any) -> str:
    text = str(code).lower()
    if "bool" in text:
        return "boolean"
    if "timestamp" in text:
        return "timestamp"
    if text in {"date", "1082"}:
        return "date"
    if any(mark in text for mark in ("decimal", "double", "float", "numeric", "number", "1700", "701")):
        return "number"
    if "int" in text or text in {"20", "21", "23"}:
        return "integer"
    return "text"


def plain(value: Any, kind: str) -> Any:
    """A value of a column of type ``kind``; NaN and infinities become None, unusual things text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if kind == "integer" else float(value)
    if isinstance(value, dt.datetime):
        return value.date() if kind == "date" else value
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()[:_MAX_TEXT]
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)[:_MAX_TEXT]
    return str(value)[:_MAX_TEXT]
