"""What the steps of a question work with: catalogue, database, reader, model, rights; one for each asker's rights."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib import import_module

from nl2sql.config import Settings
from nl2sql.errors import (
    ModelError,
)
from nl2sql.generation.draft import Adapted, Workshop
from nl2sql.generation.prompt import prefix
from nl2sql.generation.snap import Values, values_of
from nl2sql.generation.verified import Shelf
from nl2sql.history.audit import AuditLog
from nl2sql.model import open_model
from nl2sql.model.protocol import Message, Model
from nl2sql.model.recall import Recall
from nl2sql.model.stoppable import stoppable
from nl2sql.policy import Guard, User, guard_for
from nl2sql.policy.secret import pseudonym_key
from nl2sql.query.database import Database
from nl2sql.query.scoped import ScopedValues
from nl2sql.query.validate import validate
from nl2sql.query.value_index import indexed
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from nl2sql.types import Query, Question, Reading
from nl2sql.vocabulary_file import kept_vocabulary
from schema.semantic import Catalogue, View

_SCOPES_KEPT = 24


@dataclass
class Context:
    """What the steps work with.

    Attributes:
        described: The catalogue was written by people; otherwise it was drafted from the database itself.
        url: Address of the database, by which its value index is found.
    """

    settings: Settings
    catalogue: Catalogue
    database: Database
    described: bool
    given_model: Model | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    prefixes: dict[str, tuple[Message, ...]] = field(default_factory=dict)
    guard: Guard | None = None
    parent: Context | None = None
    audit: AuditLog | None = None
    scoped: OrderedDict[str, Context] = field(default_factory=OrderedDict)
    stored: dict[str, Values] = field(default_factory=dict)
    url: str = ""

    @cached_property
    def reader(self) -> Reader:
        """The reader over the catalogue's words and the database's values, as far as the role may see them."""
        if self.guard is not None:
            return Reader(self.catalogue, build_vocabulary(self.catalogue, ScopedValues(self.database, self.guard)))
        source = indexed(self.catalogue, self.database, self.settings, self.url)
        if not self.described:
            return Reader(self.catalogue, build_vocabulary(self.catalogue, source))
        return Reader(self.catalogue, kept_vocabulary(self.catalogue, source, self.settings, self.url))

    def for_user(self, user: User) -> Context:
        """The same context as a user may see it, with a catalogue, words and prompts of its own.

        Kept for the roles and units last used; nothing of it is shared but the database, the model and the lock.

        Raises:
            UserError: The role may not ask this database, or its unit is unknown.
        """
        if user.role.unrestricted and (self.described or user.permissions.foreign_allowed):
            return self
        key = f"{user.role!r} {user.units!r}"
        with self.lock:
            found = self.scoped.get(key)
            if found is not None:
                self.scoped.move_to_end(key)
                return found
        guard = guard_for(user, self.catalogue, described=self.described, secret=pseudonym_key(self.settings.home))
        views = guard.catalogue.views
        allowed = tuple(s for s in self.catalogue.suggestions if self._leads_to(s) in views)
        meant = tuple(
            replace(a, options=tuple(o for o in a.options if self._leads_to(o) in {"", *views}))
            for a in self.catalogue.ambiguous
        )
        asked = tuple(a for a in meant if a.options)  # a phrase that means nothing to the role is not asked back
        guard = replace(guard, catalogue=replace(guard.catalogue, suggestions=allowed, ambiguous=asked))
        made = replace(
            self, catalogue=guard.catalogue, guard=guard, parent=self, prefixes={}, scoped=OrderedDict(), stored={}
        )
        with self.lock:
            made = self.scoped.setdefault(key, made)
            while len(self.scoped) > _SCOPES_KEPT:
                self.scoped.popitem(last=False)
        return made

    def _leads_to(self, suggestion: str) -> str:
        return self.reader.read(Question(suggestion)).view

    @cached_property
    def shelf(self) -> Shelf:
        """The verified queries of the catalogue."""
        return Shelf(self.catalogue, replace(self.reader, names=False).read)

    def model(self) -> Model:
        """The model, opened when it is first needed."""
        if self.parent is not None:
            return self.parent.model()
        with self.lock:
            if self.given_model is None:
                self.given_model = open_model(self.settings)
            return self.given_model

    def learnt(self, view: View) -> Adapted | None:
        """The model with the adapter that has learnt a view; None where the model has to be prompted.

        An adapter has seen the names in the columns that it has learnt, and may write one that nobody asked for: for a
        role that may not see some column of the view the model is prompted instead.
        """
        root = self.parent or self
        if not root.described or view.name not in root.recall.learnt.views:
            return None
        if self.guard is not None:
            whole = root.catalogue.views.get(view.name)
            if self.guard.masks.get(view.name) or whole is None or set(whole.columns()) != set(view.columns()):
                return None
        model = root.recall.model()
        if model is None:
            return None
        if view.name not in self.stored:  # a role's own: a literal is never mended to a value that it may not see
            self.stored[view.name] = values_of(self.reader.vocabulary, view)
        return Adapted(model, self.stored[view.name], root.recall.learnt.views[view.name])

    @cached_property
    def recall(self) -> Recall:
        """The adapter in use, chosen once."""
        return Recall(self.settings, self.catalogue)

    def _learnt(self, view: View, *, cancel: threading.Event | None) -> Adapted | None:
        found = self.learnt(view)
        return replace(found, model=stoppable(found.model, cancel)) if found else None

    def open_ahead(self, *, drawn: bool) -> None:
        """Begin to open the model without waiting for it; a fault is told by whoever needs the model.

        Args:
            drawn: A chart will be wanted too.
        """

        def work() -> None:
            with contextlib.suppress(ModelError):
                root = self.parent or self
                if not (root.described and root.recall.learnt.adapter and root.recall.model()):
                    self.model()
            if drawn:
                import_module("nl2sql.answer.chart")

        if (self.parent or self).given_model is None:
            threading.Thread(target=work, daemon=True).start()

    def prefix(self, view: View) -> tuple[Message, ...]:
        """Constant prompt messages of a view."""
        if view.name not in self.prefixes:
            self.prefixes[view.name] = prefix(self.catalogue, view, replace(self.reader, names=False).read)
        return self.prefixes[view.name]

    def validate(self, sql: str, k: int = 0) -> Query:
        """The door, for this database and this role; ``k`` raises the role's own where groups have to be larger."""
        guard = replace(self.guard, k=k) if self.guard is not None and k > self.guard.k else self.guard
        return validate(sql, self.catalogue, dialect=self.database.dialect, row_cap=self.settings.row_cap, guard=guard)

    def workshop(self, route: str = "", turns: tuple[str, ...] = (), cancel: threading.Event | None = None) -> Workshop:
        """What drafting needs.

        Args:
            route: In place of the settings'.
            turns: Earlier questions of the conversation.
            cancel: Set, it ends query and model.
        """

        def before() -> Reading | None:
            return self.reader.read(Question(turns[-1], turns=turns[:-1])) if turns else None

        return Workshop(
            self.catalogue,
            lambda: stoppable(self.model(), cancel),
            self.prefix,
            self.validate,
            lambda query: list(self.database.run(query, cancel=cancel).rows),
            route or self.settings.route,
            self.shelf,
            self.database.dialect,
            partial(self._learnt, cancel=cancel),
            before,
        )
