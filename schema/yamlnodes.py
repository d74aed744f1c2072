"""YAML with line numbers: a tree of plain values in which each one remembers where it stands in its file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from schema.errors import CatalogueError

T = TypeVar("T")

# The C parser reads the catalogue ten times faster; PyYAML has it wherever libyaml was there when it was built.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Item:
    """A value of a YAML file.

    Attributes:
        value: ``dict[str, Item]``, ``list[Item]`` or a plain scalar.
        file: Short name of the file.
        line: Line on which it starts, from 1.
    """

    value: Any
    file: str
    line: int

    def fault(self, message: str, *, action: str = "") -> CatalogueError:
        """An error that points at this place."""
        return CatalogueError(message, file=self.file, line=self.line, action=action)

    def mapping(self) -> dict[str, Item]:
        """The value as a mapping.

        Raises:
            CatalogueError: It is something else.
        """
        if not isinstance(self.value, dict):
            raise self.fault("chỗ này phải là các cặp «khóa: giá trị»")
        return self.value

    def items(self) -> list[Item]:
        """The value as a list; an absent value is an empty list."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.fault("chỗ này phải là một danh sách")
        return self.value

    def text(self) -> str:
        """The value as stripped text.

        Raises:
            CatalogueError: It is a list or a mapping, or YAML read a bare word as something else.
        """
        if isinstance(self.value, bool):
            raise self.fault("YAML đọc giá trị này thành đúng/sai", action="Hãy đặt nó trong dấu ngoặc kép.")
        if not isinstance(self.value, str | int | float):
            raise self.fault("chỗ này phải là một đoạn chữ")
        return str(self.value).strip()

    def flag(self) -> bool:
        """The value as true or false."""
        if not isinstance(self.value, bool):
            raise self.fault("chỗ này phải là true hoặc false")
        return self.value

    def number(self) -> int:
        """The value as a whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.fault("chỗ này phải là một số nguyên")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """The value as a list of texts."""
        return tuple(item.text() for item in self.items())

    def only(self, allowed: Iterable[str]) -> dict[str, Item]:
        """The value as a mapping that has no key outside ``allowed``.

        Raises:
            CatalogueError: A key is unknown.
        """
        found = self.mapping()
        names = sorted(allowed)
        for key, item in found.items():
            if key not in names:
                raise item.fault(f"khóa lạ «{key}»", action=f"Các khóa được dùng: {', '.join(names)}.")
        return found

    def get(self, key: str, read: Callable[[Item], T], default: T) -> T:
        """The member ``key`` read by ``read``; ``default`` when it is absent."""
        item = self.mapping().get(key)
        return default if item is None else read(item)

    def children(self, key: str) -> list[Item]:
        """The list under ``key``; empty when it is absent."""
        item = self.mapping().get(key)
        return [] if item is None else item.items()

    def members(self, key: str) -> dict[str, Item]:
        """The mapping under ``key``; empty when it is absent."""
        item = self.mapping().get(key)
        return {} if item is None else item.mapping()

    def need(self, key: str, read: Callable[[Item], T], *, what: str = "") -> T:
        """The member ``key``, which must be there and not be empty.

        Raises:
            CatalogueError: It is missing or empty.
        """
        item = self.mapping().get(key)
        if item is None or item.value in (None, "", []):
            raise self.fault(f"thiếu «{key}»" + (f" của {what}" if what else ""))
        return read(item)


def read_yaml(path: Path) -> Item:
    """The content of a YAML file as a tree of items.

    Raises:
        CatalogueError: The file cannot be read, is no YAML, has a tab or names a key twice.
    """
    name = path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"không đọc được tệp ({error})", file=name) from error
    for number, line in enumerate(text.split("\n"), start=1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise CatalogueError("có ký tự tab ở đầu dòng", file=name, line=number, action="Hãy thay bằng dấu cách.")
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "sai cú pháp"
        line_no = mark.line + 1 if mark else 0
        raise CatalogueError(f"YAML sai cú pháp: {problem}", file=name, line=line_no) from error
    if node is None:
        raise CatalogueError("tệp rỗng", file=name, line=1)
    return _convert(node, name, yaml.SafeLoader(""))


def _convert(node: yaml.Node, file: str, loader: yaml.SafeLoader) -> Item:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        members: dict[str, Item] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in members:
                raise CatalogueError(f"khóa «{key}» ghi hai lần", file=file, line=key_node.start_mark.line + 1)
            item = _convert(value_node, file, loader)
            members[key] = Item(item.value, file, key_node.start_mark.line + 1)
        return Item(members, file, line)
    if isinstance(node, yaml.SequenceNode):
        return Item([_convert(child, file, loader) for child in node.value], file, line)
    return Item(loader.construct_object(node, deep=True), file, line)
