"""Where the parts of a catalogue stand in its files, for faults that are found after loading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from schema.loading import SHARED_FILE, VERIFIED_DIR
from schema.yamlnodes import Item, read_yaml

Key = tuple[str, str, str]
"""Kind (``view``, ``column``, ``metric``, ``filter``, ``example``, ``relationship``, ``verified``), view, name."""

_LISTS = {
    "dimensions": "column",
    "time_dimensions": "column",
    "facts": "column",
    "metrics": "metric",
    "filters": "filter",
}


def places(directory: Path) -> Mapping[Key, Item]:
    """Every part of the catalogue of a directory with the item that it was read from.

    Raises:
        CatalogueError: A file is no YAML.
    """
    found: dict[Key, Item] = {}
    for path in sorted(directory.glob("*.yaml")):
        content = read_yaml(path)
        if path.name == SHARED_FILE:
            for number, item in enumerate(content.children("relationships")):
                found["relationship", "", str(number)] = item
            continue
        for view in content.children("views"):
            found.update(_view(view))
    for path in sorted((directory / VERIFIED_DIR).glob("*.yaml")):
        content = read_yaml(path)
        name = content.get("view", Item.text, "")
        for item in content.children("queries"):
            found["verified", name, item.get("name", Item.text, "")] = item
    return found


def _view(view: Item) -> Iterable[tuple[Key, Item]]:
    name = view.get("name", Item.text, "")
    yield ("view", name, ""), view
    for key, kind in _LISTS.items():
        for item in view.children(key):
            yield (kind, name, _name(item)), item
    for number, item in enumerate(view.children("examples")):
        yield ("example", name, str(number)), item


def _name(item: Item) -> str:
    if not isinstance(item.value, dict):
        return item.text()
    return item.get("name", Item.text, "") or item.get("use", Item.text, "")
