"""Frozen dataclasses as JSON and back, by their annotations: how answers are kept and opened again.

Dates inside ``Any`` (cells of a result) carry a mark, because JSON has none.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
_DATE, _STAMP = "$date", "$time"


def dumps(value: Any) -> str:
    """A dataclass as JSON text."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def loads(text: str, kind: type[T]) -> T:
    """The dataclass back.

    Raises:
        ValueError: The text is not what ``dumps`` wrote for this class.
    """
    try:
        made = _typed(json.loads(text), kind)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a stored {kind.__name__}") from error
    if not isinstance(made, kind):
        raise ValueError(f"not a stored {kind.__name__}")
    return made


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return {_STAMP: value.isoformat()}
    if isinstance(value, dt.date):
        return {_DATE: value.isoformat()}
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _typed(value: Any, kind: Any) -> Any:
    origin = typing.get_origin(kind)
    if kind is Any or origin is typing.Literal:
        return _marked(value)
    if origin in (types.UnionType, typing.Union):
        inner = [k for k in typing.get_args(kind) if k is not type(None)]
        return None if value is None else _typed(value, inner[0])
    if origin is tuple:
        arguments = typing.get_args(kind)
        return tuple(_typed(v, arguments[0]) for v in value)
    if origin is not None:
        return {k: _marked(v) for k, v in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _typed(v, hints[name]) for name, v in value.items() if name in hints})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return _marked(value)


def _marked(value: Any) -> Any:
    if isinstance(value, dict):
        if _DATE in value:
            return dt.date.fromisoformat(value[_DATE])
        if _STAMP in value:
            return dt.datetime.fromisoformat(value[_STAMP])
        return {k: _marked(v) for k, v in value.items()}
    return [_marked(v) for v in value] if isinstance(value, list) else value
