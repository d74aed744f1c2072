"""Adapters: which there are, whether one is what its card says, and whether it fits the base and the catalogue.

An adapter is a GGUF file with a JSON card beside it. The shipped ones lie in ``nl2sql/adapters``, those trained here in
``HOIKHO_HOME/adapters``. One that is cut short, made for another base, or for another catalogue is not used: the model
is prompted instead, and the reason is stated.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

from nl2sql.errors import ModelError
from nl2sql.model.adapter_fit import ROWS, Items, news
from nl2sql.model.digest import file_digest
from nl2sql.model.registry import find
from schema.semantic import Catalogue

NONE = "none"
"""Setting that turns adapters off."""


LANGUAGE = "outline-3"
"""What adapters of this version write (``generation.outline``); one that learnt another language is not used."""


@dataclass(frozen=True)
class Card:
    """What an adapter is.

    Attributes:
        sha256: Digest of the adapter file.
        base: Name of the base in the registry.
        base_sha256: Digest of the base file.
        catalogue: Version of the catalogue that it learnt.
        language: What it writes (``generation.adapted``); another one cannot be read.
        views: View → what of it was learnt by heart (``adapter_fit``), so that a change elsewhere does not matter.
        pairs: Number of training pairs.
        pairs_sha256: Digest of the training pairs, shortened.
        counts: Pairs by kind, style, hint and view.
        seed: Chance of pairs and weights.
        settings: Rank, alpha, learning rate, batch; where it went on from another one (``from``), what all
            trainings before it had seen (``from_seen``) and their minutes (``from_minutes``).
        minutes: Time trained.
        seen: Pairs seen, repeats included.
        figures: What was measured.
        made: Day, ISO.
    """

    name: str
    sha256: str
    base: str
    base_sha256: str
    catalogue: str
    language: str = ""
    views: Mapping[str, Items] = field(default_factory=dict)
    pairs: int = 0
    pairs_sha256: str = ""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    minutes: float = 0.0
    seen: int = 0
    figures: Mapping[str, Any] = field(default_factory=dict)
    made: str = ""

    @property
    def seen_in_all(self) -> int:
        """Pairs seen, with those of the trainings that it went on from."""
        return self.seen + int(self.settings.get("from_seen", 0))


@dataclass(frozen=True)
class Adapter:
    """An adapter file with its card."""

    path: Path
    card: Card


def card_path(adapter: Path) -> Path:
    """Where the card of an adapter file lies."""
    return adapter.with_suffix(".json")


def shipped_dir() -> Path:
    """Where the adapters of the repository lie."""
    return Path(str(resources.files("nl2sql"))) / "adapters"


def read_card(adapter: Path) -> Card:
    """The card of an adapter file.

    Raises:
        ModelError: It is missing or no card.
    """
    place = card_path(adapter)
    try:
        data = json.loads(place.read_text(encoding="utf-8"))
        known = {f.name for f in fields(Card)}
        return Card(**{k: v for k, v in data.items() if k in known})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(
            f"Không đọc được thẻ {place.name} của bộ tinh chỉnh.",
            action="Hãy chép lại cả tệp .gguf và tệp .json, hoặc chạy lại: hoikho train",
            phase="setup",
        ) from error


def found(home: Path) -> tuple[Adapter, ...]:
    """Every adapter with a readable card; those trained here first, the newest before."""
    adapters: list[Adapter] = []
    for folder in (home / "adapters", shipped_dir()):
        files = sorted(folder.glob("*.gguf"), key=lambda p: p.stat().st_mtime, reverse=True) if folder.is_dir() else []
        for file in files:
            try:
                adapters.append(Adapter(file, read_card(file)))
            except ModelError:
                continue  # `hoikho model list` shows files without a card; nobody else can use them
    return tuple(adapters)


def questions_path(adapter: Path) -> Path:
    """Where the questions that an adapter learnt from are kept, one a line, compressed."""
    return adapter.with_suffix(".cau-hoi.gz")


def learnt_questions(adapters: Iterable[Adapter]) -> tuple[str, ...]:
    """The questions that adapters learnt from, so that a suite can be checked against them."""
    found: list[str] = []
    for adapter in adapters:
        place = questions_path(adapter.path)
        if place.is_file():
            found.extend(gzip.decompress(place.read_bytes()).decode("utf-8").splitlines())
    return tuple(dict.fromkeys(found))


def verify(adapter: Adapter, states_dir: Path | None = None) -> None:
    """Check the file against its card.

    Raises:
        ModelError: It was cut short or changed.
    """
    digest = file_digest(adapter.path, states_dir)
    if digest != adapter.card.sha256:
        raise ModelError(
            f"Bộ tinh chỉnh {adapter.path.name} không đúng mã kiểm tra (có {digest[:12]}…, cần "
            f"{adapter.card.sha256[:12]}…).",
            action="Hãy chép lại tệp, hoặc chạy lại: hoikho train",
            phase="setup",
        )


def holds(card: Card, catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """View → its parts that came after the adapter learnt it; views of which something learnt is gone are left out."""
    found = {}
    for name, view in catalogue.views.items():
        learnt = card.views.get(name)
        fresh = news(learnt, view) if isinstance(learnt, Mapping) else None
        if fresh is not None:
            found[name] = fresh
    return found


def unfit(card: Card, base_sha256: str, catalogue: Catalogue) -> str:
    """Why an adapter does not fit, in Vietnamese; empty when it fits.

    Args:
        base_sha256: Digest of the base in use.
        catalogue: The one in use.
    """
    if card.language != LANGUAGE:
        return f"bộ tinh chỉnh {card.name} viết theo lối cũ (hãy chạy: hoikho train)"
    if card.base_sha256 != base_sha256:
        return f"bộ tinh chỉnh {card.name} làm cho mô hình gốc khác ({card.base})"
    if catalogue.views and not holds(card, catalogue):
        return f"bộ tinh chỉnh {card.name} học một danh mục khác (bản {card.catalogue})"
    return ""


@dataclass(frozen=True)
class Choice:
    """The adapter in use, or why there is none.

    Attributes:
        views: Views that it has learnt, each with its parts that came afterwards.
        note: What a person should know, in Vietnamese: why an adapter is not used, or not for every view.
    """

    adapter: Adapter | None = None
    views: Mapping[str, frozenset[str]] = field(default_factory=dict)
    note: str = ""


def choose(setting: str, home: Path, catalogue: Catalogue) -> Choice:
    """The adapter that the settings name, or with ``auto`` the first that fits and whose base lies on this machine.

    Its file is not read here; ``verify`` does that before it is loaded.

    Raises:
        ModelError: An adapter was named that is not there.
    """
    if setting == NONE:
        return Choice()
    listed = found(home)
    if setting != "auto":
        path = Path(setting)
        listed = (Adapter(path, read_card(path)),) if path.suffix == ".gguf" else named(setting, listed)
    note = ""
    for adapter in listed:
        base = find(adapter.card.base)
        reason = f"không biết mô hình gốc {adapter.card.base}" if base is None else unfit(
            adapter.card, base.sha256, catalogue
        )  # fmt: skip
        if base is not None and not reason and not (home / "models" / base.file).is_file():
            reason = f"chưa có mô hình gốc {base.name} (hãy chạy: hoikho model get {base.name})"
        if reason:
            note = note or reason
            continue
        learnt = holds(adapter.card, catalogue)
        return Choice(adapter, learnt, _told(catalogue, learnt))
    return Choice(note=note)


def _told(catalogue: Catalogue, learnt: Mapping[str, frozenset[str]]) -> str:
    """What the adapter in use does not know, in Vietnamese: there the model is prompted instead."""
    changed = sorted(set(catalogue.views) - set(learnt))
    grown = [f"{view} ({', '.join(sorted(key.partition(':')[2] or key for key in fresh))})"
             for view, fresh in sorted(learnt.items()) if fresh - {ROWS}]  # fmt: skip
    parts = [f"đã đổi từ khi học: {', '.join(changed)}"] if changed else []
    parts += [f"chưa học phần mới của {', '.join(grown)}"] if grown else []
    return "; ".join(parts)


def named(name: str, listed: tuple[Adapter, ...]) -> tuple[Adapter, ...]:
    """The adapter of a name.

    Raises:
        ModelError: There is none.
    """
    chosen = tuple(a for a in listed if a.card.name == name or a.path.stem == name)[:1]
    if not chosen:
        raise ModelError(f"Không có bộ tinh chỉnh “{name}”.", action="Hãy xem: hoikho model list", phase="setup")
    return chosen
