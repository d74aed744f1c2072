"""The adapted model of an assistant: chosen by the catalogue, opened when first needed, and what to say about it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from nl2sql.errors import ModelError
from nl2sql.model import open_adapted
from nl2sql.model.adapters import Choice, choose
from nl2sql.model.protocol import Model
from schema.semantic import Catalogue

if TYPE_CHECKING:
    from nl2sql.config import Settings

_LOG = logging.getLogger(__name__)


class Recall:
    """The adapter in use for one catalogue.

    Attributes:
        learnt: Which adapter and for which views, or why none.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._model: Model | None = None
        self._failed = False
        try:
            self.learnt = choose(settings.adapter, settings.home, catalogue)
        except ModelError as error:
            _LOG.warning("adapter not used: %s", error)
            self.learnt = Choice(note=error.message)

    def model(self) -> Model | None:
        """The base with the adapter; None where it cannot be used, and the note then says why."""
        with self._lock:
            if self._model is None and self.learnt.adapter is not None and not self._failed:
                try:
                    self._model = open_adapted(self._settings, self.learnt.adapter)
                except ModelError as error:
                    _LOG.warning("adapter not used: %s", error)
                    self._failed = True
                    self.learnt = Choice(note=error.message)
            return self._model

    def close(self) -> None:
        """Free the model."""
        with self._lock:
            if self._model is not None:
                self._model.close()
                self._model = None
