"""Where the tensors of a GGUF file lie, and its single values: the header alone, in a quarter of a second.

The ``gguf`` package reads the whole vocabulary into objects, which takes longer than to merge an adapter. Format:
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 2 and 3, little-endian).
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nl2sql.errors import ModelError

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_ALIGNMENT = 32
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_MOST_DIMENSIONS = 4

Value = str | int | float | bool


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies.

    Attributes:
        shape: As numpy has it, rows first.
        kind: Number of its ggml type.
        start: Its first byte in the file.
    """

    name: str
    shape: tuple[int, ...]
    kind: int
    start: int


@dataclass(frozen=True)
class Header:
    """What stands before the data.

    Attributes:
        values: The single values by key; lists, such as the vocabulary, are passed over.
        tensors: By name, in the order of the file.
    """

    values: Mapping[str, Value]
    tensors: Mapping[str, Tensor]


def read_header(path: Path) -> Header:
    """The header of a file.

    Raises:
        ModelError: It is no GGUF file of a known version, or is cut short.
        OSError: It cannot be read.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Cursor(data).header()
    except (struct.error, ValueError, IndexError) as error:  # cut short, not text, a type that there is not
        raise ModelError(
            f"Không đọc được tệp {path.name}: không phải GGUF hoặc bị cắt ngắn.",
            action="Hãy chạy: hoikho model verify",
            phase="setup",
        ) from error


class _Cursor:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def header(self) -> Header:
        if self._data[:4] != _MAGIC:
            raise ValueError("no GGUF file")
        self._at = 4
        if self._number("<I") not in _VERSIONS:
            raise ValueError("another version")
        count, keys = self._number("<Q"), self._number("<Q")
        values: dict[str, Value] = {}
        for _ in range(keys):
            key, value = self._text(), self._value(self._number("<I"))
            if value is not None:
                values[key] = value
        found = [self._tensor() for _ in range(count)]
        alignment = int(values.get("general.alignment", _ALIGNMENT))
        start = -(-self._at // alignment) * alignment
        return Header(values, {name: Tensor(name, shape, kind, start + at) for name, shape, kind, at in found})

    def _number(self, form: str) -> int:
        return int(self._scalar(form))

    def _scalar(self, form: str) -> int | float | bool:
        (value,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return value  # type: ignore[no-any-return]

    def _text(self) -> str:
        size = self._number("<Q")
        start, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise ValueError("cut short")
        return self._data[start : self._at].decode("utf-8")

    def _value(self, kind: int) -> Value | None:
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            return self._scalar(_form(kind))
        kind, count = self._number("<I"), self._number("<Q")
        if kind == _STRING:
            for _ in range(count):
                size = self._number("<Q")
                self._at += size
        elif kind == _ARRAY:
            for _ in range(count):
                self._value(_ARRAY)
        else:
            self._at += count * struct.calcsize(_form(kind))
        return None

    def _tensor(self) -> tuple[str, tuple[int, ...], int, int]:
        name, dimensions = self._text(), self._number("<I")
        if dimensions > _MOST_DIMENSIONS:
            raise ValueError("too many dimensions")
        shape = tuple(self._number("<Q") for _ in range(dimensions))
        return name, shape[::-1], self._number("<I"), self._number("<Q")


def _form(kind: int) -> str:
    form = _SCALARS.get(kind)
    if form is None:
        raise ValueError("a type that there is not")
    return form
