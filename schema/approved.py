"""What people approved on this machine, laid over the catalogue: queries, worked examples, other names, definitions.

The file lies outside the catalogue, so that an update of the catalogue does not lose it and nobody has to edit the
catalogue's own files from a web page. It is a list; every entry says who approved it and when::

    approved:
      - {kind: verified, view: xnk, question: Kim ngạch gạo năm 2024, sql: SELECT …, owner: An, approved_at: 2026-11-22}
      - {kind: word, view: xnk, item: kim_ngach, said: doanh số thương mại, owner: An, approved_at: 2026-11-22}
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import yaml

from schema.checking import normal
from schema.errors import CatalogueError
from schema.semantic import Dimension, Example, Metric, NamedFilter, VerifiedQuery, View
from schema.yamlnodes import Item, read_yaml

Kind = Literal["verified", "example", "word", "definition"]
_KEYS = {"kind", "view", "question", "sql", "item", "said", "owner", "approved_at"}
_HEAD = "# Những gì người có quyền đã duyệt trên máy này; HỏiKho ghi sau khi kiểm tra. Bỏ một mục: xóa mục đó.\n"


@dataclass(frozen=True)
class Addition:
    """One thing that a person approved.

    Attributes:
        kind: ``verified`` and ``example`` have a question and its SQL; ``word`` (another name) and ``definition`` have
            the name of a measure or dimension and what is said of it.
        owner: Who approved it.
        approved_at: ISO date.
    """

    kind: Kind
    view: str
    question: str = ""
    sql: str = ""
    item: str = ""
    said: str = ""
    owner: str = ""
    approved_at: str = ""


def read_approved(file: Path) -> tuple[tuple[Addition, Item], ...]:
    """The entries of a file with their places; none where there is no file.

    Raises:
        CatalogueError: The file is wrong.
    """
    if not file.is_file():
        return ()
    content = read_yaml(file)
    content.only({"approved"})
    return tuple((_addition(item), item) for item in content.children("approved"))


def with_approved(views: Mapping[str, View], file: Path) -> dict[str, View]:
    """The views with what was approved for them.

    Raises:
        CatalogueError: An entry names something that the catalogue does not have, or a name that is taken.
    """
    made = dict(views)
    for place, (addition, item) in enumerate(read_approved(file), start=1):
        view = made.get(addition.view)
        if view is None:
            raise item.fault(f"không có bảng «{addition.view}» trong danh mục", action="Hãy xóa mục đã duyệt này.")
        made[addition.view] = _laid_over(view, addition, place, item)
    return made


def append(file: Path, addition: Addition) -> None:
    """Write one more entry; the file is whole before and after.

    Raises:
        CatalogueError: It cannot be written.
    """
    entries = [a for a, _ in read_approved(file)] + [addition]
    kept = [{key: value for key, value in asdict(entry).items() if value} for entry in entries]
    for entry in kept:
        entry["approved_at"] = dt.date.fromisoformat(entry["approved_at"])
    text = _HEAD + yaml.safe_dump({"approved": kept}, allow_unicode=True, sort_keys=False, width=10_000)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(name, file)
    except OSError as error:
        raise CatalogueError(f"không ghi được «{file}» ({error.strerror})") from error


def _addition(item: Item) -> Addition:
    item.only(_KEYS)
    kind = item.need("kind", Item.text)
    if kind not in get_args(Kind):
        raise item.fault(f"loại «{kind}» lạ; được có {', '.join(get_args(Kind))}")
    needed = ("question", "sql") if kind in ("verified", "example") else ("item", "said")
    texts = {key: item.need(key, Item.text) for key in needed}
    return Addition(kind, item.need("view", Item.text), **texts, owner=item.need("owner", Item.text),  # type: ignore[arg-type]
                    approved_at=item.need("approved_at", _day))  # fmt: skip


def _day(item: Item) -> str:
    if not isinstance(item.value, dt.date):
        raise item.fault("ngày phải có dạng 2026-11-22")
    return item.value.isoformat()


def _laid_over(view: View, addition: Addition, place: int, item: Item) -> View:
    sql = " ".join(addition.sql.split())
    if addition.kind == "verified":
        query = VerifiedQuery(f"da_duyet_{place}", (addition.question,), sql, addition.owner, addition.approved_at)
        return replace(view, verified_queries=(query, *view.verified_queries))
    if addition.kind == "example":
        return replace(view, examples=(Example(addition.question, sql), *view.examples))
    if addition.item not in {m.name for m in view.metrics} | {d.name for d in view.dimensions}:
        raise item.fault(f"bảng «{view.name}» không có chỉ tiêu hay cách chia «{addition.item}»")
    if addition.kind == "word":
        _free(view, addition, item)
    return replace(
        view,
        metrics=tuple(_metric(m, addition) for m in view.metrics),
        dimensions=tuple(_dimension(d, addition) for d in view.dimensions),
    )


def _free(view: View, addition: Addition, item: Item) -> None:
    wanted = normal(addition.said)
    named: list[Metric | Dimension | NamedFilter] = [*view.metrics, *view.dimensions, *view.filters]
    taken = [(m.label, (m.label, *m.synonyms)) for m in named]
    owner = next((label for label, names in taken if wanted in {normal(name) for name in names}), "")
    if owner:
        raise item.fault(f"cách gọi «{addition.said}» đã dùng cho «{owner}»")


def _metric(metric: Metric, addition: Addition) -> Metric:
    if metric.name != addition.item:
        return metric
    if addition.kind == "word":
        return replace(metric, synonyms=(*metric.synonyms, addition.said))
    return replace(metric, description=addition.said)


def _dimension(dimension: Dimension, addition: Addition) -> Dimension:
    if dimension.name != addition.item:
        return dimension
    if addition.kind == "word":
        return replace(dimension, synonyms=(*dimension.synonyms, addition.said))
    return replace(dimension, description=addition.said)
