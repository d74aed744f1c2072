"""The labelled readings: questions by phenomenon with what must be understood of them, with and without diacritics.

A file ``eval/readings/<phenomenon>.yaml`` is a header (``phenomenon``, ``label``) and ``items`` with::

    - question: Số tờ khai luồng đỏ năm 2024
      family: so_dem                # wording family
      turns: [câu trước, …]         # earlier questions of the conversation
      filters: {phan_luong: [Đỏ]}   # column → stored values; a named filter has []; "!nuoc" excludes
      period: [2024-01-01, 2024-12-31]    # or a list of such pairs
      metrics: [so_luong_to_khai]
      grouping: [thang]             # columns; time as nam, nua_nam, quy, thang, ky, tuan, ngay
      or: [{metrics: […]}, …]       # other expectations of single parts that are as right
      base: [2023-01-01, 2023-12-31]      # period compared with
      bound: [">", 1000]            # threshold; "any" leaves direction and sign open, "between" has two numbers
      top: 5                        # or ``bottom``: how many, from which end
      share: nuoc                   # a share is asked for; window, average, derived: the kind of calculation
      expect: ambiguous             # in place of all parts: ambiguous, forbidden, unanswerable
      plain: so to khai …           # the form without diacritics, where it is not just that; false: there is none
      why: …                        # why there is none

A part that is not written is not compared. The form without diacritics is made by taking them off (đ → d).
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from eval.suite import SuiteError

OUTCOMES: tuple[str, ...] = ("ambiguous", "forbidden", "unanswerable")
PARTS: tuple[str, ...] = ("filters", "period", "metrics", "grouping")
SHAPES: tuple[str, ...] = ("base", "bound", "top", "bottom", "share", "window", "average", "derived")
_FIELDS = frozenset({"question", "family", "turns", "or", "expect", "plain", "why", *PARTS, *SHAPES})

Range = tuple[dt.date, dt.date]
Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Label:
    """What must be understood of one question; each part as the alternatives that are right, or None: not compared.

    Attributes:
        filters: Column, named filter, or either with ``!`` before it for an exclusion → stored values.
        shape: What is written of ``SHAPES``, as it is written; ``base`` as a range.
    """

    filters: tuple[Values, ...] | None = None
    period: tuple[tuple[Range, ...], ...] | None = None
    metrics: tuple[frozenset[str], ...] | None = None
    grouping: tuple[frozenset[str], ...] | None = None
    shape: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Labelled:
    """One question in one form.

    Attributes:
        expect: One of ``OUTCOMES``, or ``answer``.
        plain: Without diacritics.
    """

    id: str
    phenomenon: str
    family: str
    question: str
    turns: tuple[str, ...]
    expect: str
    label: Label
    plain: bool = False


def without_diacritics(text: str) -> str:
    """The text as it is typed without marks: "đường" → "duong"."""
    flat = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in flat if not unicodedata.combining(c))


def readings_dir() -> Path:
    """Where the labelled readings lie."""
    return Path(str(resources.files("eval") / "readings"))


def load_labelled(phenomenon: str = "", directory: Path | None = None) -> tuple[Labelled, ...]:
    """The labelled questions, each with diacritics and, where there is one, without.

    Args:
        phenomenon: Only this one; all when empty.

    Raises:
        SuiteError: There is no such phenomenon, or a file is wrong.
    """
    paths = sorted((directory or readings_dir()).glob("*.yaml"))
    chosen = [p for p in paths if phenomenon in {"", p.stem}]
    if not chosen:
        known = ", ".join(p.stem for p in paths)
        raise SuiteError(f"Không có hiện tượng “{phenomenon}”.", action=f"Hiện có: {known}.", phase="eval")
    return tuple(item for path in chosen for item in _file(path))


def _file(path: Path) -> list[Labelled]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SuiteError(f"{path.name}: không đọc được YAML: {error}", phase="eval") from error
    return parse_labelled(data, path.name)


def parse_labelled(data: Any, source: str = "") -> list[Labelled]:
    """The questions of one file's content.

    Raises:
        SuiteError: It is wrong.
    """
    if not isinstance(data, Mapping) or not data.get("phenomenon") or not isinstance(data.get("items"), list):
        raise SuiteError(f"{source}: cần phenomenon, label và danh sách items.", phase="eval")
    name = str(data["phenomenon"])
    found: list[Labelled] = []
    for place, entry in enumerate(data["items"], start=1):
        found += _item(entry, name, f"{name}-{place:03d}", f"{source} câu {place}")
    return found


def _item(entry: Any, phenomenon: str, name: str, where: str) -> list[Labelled]:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("question"), str) or entry.keys() - _FIELDS:
        raise SuiteError(f"{where}: cần question, và chỉ các trường {', '.join(sorted(_FIELDS))}.", phase="eval")
    expect = str(entry.get("expect", "answer"))
    if expect not in {"answer", *OUTCOMES} or ("expect" in entry) == any(p in entry for p in PARTS):
        raise SuiteError(f"{where}: cần đúng một trong hai: expect, hoặc các phần của cách hiểu.", phase="eval")
    turns = tuple(map(str, entry.get("turns", ())))
    label = _label(entry, where)
    family = str(entry.get("family", ""))
    question = str(entry["question"])
    first = Labelled(name, phenomenon, family, question, turns, expect, label)
    plain = entry.get("plain", without_diacritics(question))
    if plain is False:
        if not entry.get("why"):
            raise SuiteError(f"{where}: nêu lý do (why) câu này không có dạng không dấu.", phase="eval")
        return [first]
    bare = tuple(map(without_diacritics, turns))
    return [first, Labelled(f"{name}-kd", phenomenon, family, str(plain), bare, expect, label, plain=True)]


def _label(entry: Mapping[str, Any], where: str) -> Label:
    sources: list[Mapping[str, Any]] = [entry, *(entry.get("or") or ())]
    try:
        parts = {p: tuple(_READ[p](s[p]) for s in sources if p in s) or None for p in PARTS}
        shape = {s: entry[s] for s in SHAPES if s in entry}
        if "base" in shape:
            shape["base"] = _ranges(shape["base"])[0]
    except (TypeError, ValueError, AttributeError) as error:
        raise SuiteError(f"{where}: một phần của cách hiểu viết sai: {error}", phase="eval") from error
    return Label(parts["filters"], parts["period"], parts["metrics"], parts["grouping"], shape)


def _values(value: Any) -> Values:
    return {str(k): frozenset(map(str, v or ())) for k, v in value.items()}


def _names(value: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise TypeError("phải là danh sách")
    return frozenset(map(str, value))


def _ranges(value: Any) -> tuple[Range, ...]:
    pairs = value if value and all(isinstance(v, list) for v in value) else [value]
    found = []
    for first, last in pairs:
        if not isinstance(first, dt.date) or not isinstance(last, dt.date) or first > last:
            raise ValueError("period là [ngày đầu, ngày cuối]")
        found.append((first, last))
    return tuple(found)


_READ: Mapping[str, Any] = {"filters": _values, "period": _ranges, "metrics": _names, "grouping": _names}
