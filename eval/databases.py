"""Which database and which assistant serve an item: the synthetic warehouse, or a foreign database by its name."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

from eval import foreign_databases
from eval.suite import DEFAULT_SEED, Item, Suite, SuiteError
from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.generation.draft import MEASURED
from nl2sql.model import adapters, open_model
from nl2sql.model.merged import current
from nl2sql.model.protocol import Model
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.query.database import Database, open_database
from nl2sql.types import Answer, Question
from schema import warehouse
from schema.semantic import Catalogue

_OPEN_AT_ONCE = 16


class Asks(Protocol):
    """What a run needs of an assistant."""

    def ask(self, question: Question) -> Answer:
        """Answer a question."""
        ...

    def run_sql(self, sql: str, *, role: str = ...) -> Answer:
        """Run a person's own SQL through the door."""
        ...


@dataclass(frozen=True)
class Place:
    """Where an item is asked. The gold runs on a connection of its own, past the door.

    Attributes:
        catalogue: What people wrote about the database; None when nobody described it.
    """

    assistant: Asks
    database: Database
    catalogue: Catalogue | None = None


class Places(Protocol):
    """Finds the place of an item."""

    def at(self, item: Item) -> Place:
        """The assistant and the database for this item."""
        ...


@dataclass(frozen=True)
class OnePlace:
    """The same place for every item."""

    place: Place

    def at(self, item: Item) -> Place:
        """The one place."""
        return self.place


def url_of(suite: Suite, item: Item, settings: Settings) -> str:
    """SQLAlchemy URL of the database that an item is bound to; ``settings.db`` overrules the suite.

    A synthetic warehouse of another scale or seed is built beside the demo one when it is not there.

    Raises:
        SuiteError: Nobody knows that name.
    """
    if settings.db:
        return settings.db
    name = item.db or suite.warehouse
    if name in suite.databases:
        return suite.databases[name]
    if name in warehouse.SCALES:
        return f"duckdb:///{_synthetic(name, suite.seed, settings)}"
    if name in foreign_databases.NAMES:
        return foreign_databases.url(name, settings.home / "foreign")
    known = [*warehouse.SCALES, *foreign_databases.NAMES, *suite.databases]
    raise SuiteError(
        f"{suite.name}: không biết cơ sở dữ liệu “{name}”.",
        action=f"Hãy khai báo trong databases của bộ câu hỏi, hoặc dùng: {', '.join(known)}.",
        phase="eval",
    )


def _synthetic(scale: str, seed: int, settings: Settings) -> str:
    if scale == "demo" and seed == DEFAULT_SEED:
        return str(settings.warehouse_file)
    path = settings.warehouse_file.with_name(f"{scale}-{seed}.duckdb")
    if not warehouse.is_current(path, scale=scale, seed=seed):
        warehouse.build(path, scale=scale, seed=seed)
    return str(path)


class Desk:
    """Opens assistants as items need them; all share one model. Thread-safe."""

    def __init__(self, suite: Suite, settings: Settings, model: Model | None = None) -> None:
        self._suite = suite
        self._settings = settings
        self._model = model
        self._own_model = False
        self._places: OrderedDict[str, Place] = OrderedDict()
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def model(self) -> Model:
        """The one model, opened when it is first needed."""
        with self._lock:
            if self._model is None:
                self._model = open_model(self._settings)
                self._own_model = True
            return self._model

    def at(self, item: Item) -> Place:
        """The place of an item; databases that were not used for long are closed."""
        url = url_of(self._suite, item, self._settings)
        with self._lock:
            place = self._places.get(url)
            if place is None:
                place = self._open(url)
                self._places[url] = place
                while len(self._places) > _OPEN_AT_ONCE:
                    _close(self._places.popitem(last=False)[1])
            self._places.move_to_end(url)
            return place

    @property
    def prompted(self) -> bool:
        """Whether the route may ask the model that the settings name; the others do without its memory."""
        return self._settings.route not in ("composed", *MEASURED)

    def adapter(self) -> str:
        """Name and digest of the adapter that serves the suite's first item; empty where none does."""
        place = self.at(self._suite.items[0]) if self._suite.items else None
        if place is None or place.catalogue is None or self._settings.route == "composed":
            return ""
        try:
            chosen = adapters.choose(self._settings.adapter, self._settings.home, place.catalogue).adapter
        except ModelError:
            return ""
        if chosen is None:
            return ""
        way = ", gộp" if current(self._settings, chosen.card) else ""
        return f"{chosen.card.name}@{chosen.card.sha256[:8]}{way}"

    def catalogue_version(self) -> str:
        """Version of the catalogue that serves the suite's first item; empty without one."""
        place = self.at(self._suite.items[0]) if self._suite.items else None
        return place.catalogue.version if place and place.catalogue else ""

    def close(self) -> None:
        """Close every database, and the model if it was opened here."""
        with self._lock:
            for place in self._places.values():
                _close(place)
            self._places.clear()
            if self._own_model and self._model is not None:
                self._model.close()
                self._model = None

    def _open(self, url: str) -> Place:
        settings = replace(self._settings, db="" if url == self._settings.db_url else url)
        asked = self.prompted or self._model is not None
        model = self.model if asked else None
        assistant = open_assistant(settings, db=url, model=model)
        return Place(assistant, open_database(url, settings), assistant.catalogue if assistant.described else None)


def _close(place: Place) -> None:
    place.database.close()
    if isinstance(place.assistant, Assistant):
        place.assistant.close()


def database_urls(suite: Suite, settings: Settings) -> Mapping[str, str]:
    """URL of every database that the suite's items are bound to, by name."""
    return {item.db or suite.warehouse: url_of(suite, item, settings) for item in suite.items}
