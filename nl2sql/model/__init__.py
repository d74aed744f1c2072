"""Language models behind one protocol: llama.cpp in process, an OpenAI-compatible server, and a scripted one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nl2sql.errors import ModelError
from nl2sql.model.protocol import Completion, Message, Model, Prompt

if TYPE_CHECKING:
    from nl2sql.config import Settings
    from nl2sql.model.adapters import Adapter

_LOG = logging.getLogger(__name__)

__all__ = ["Completion", "Message", "Model", "Prompt", "open_adapted", "open_model"]


def open_model(settings: Settings) -> Model:
    """The model that the settings name: a server's URL, a model of the registry, or a GGUF file.

    Nothing is fetched: ``hoikho model get`` does that. Neither llama.cpp nor httpx is imported before it is needed.

    Raises:
        ModelError: It is not there or cannot be used; the message says what to do.
    """
    from nl2sql.model.fetch import is_url, locate

    if is_url(settings.model):
        from nl2sql.model.server import ServerModel

        return ServerModel(settings.model)
    path = locate(settings.model, settings)

    from nl2sql.model.llama import LlamaModel
    from nl2sql.model.registry import find

    known = find(settings.model)
    return LlamaModel(path, name=known.name if known else "", states_dir=settings.states_dir, threads=settings.threads)


def open_adapted(settings: Settings, adapter: Adapter) -> Model:
    """The base of an adapter with the adapter in it or on it; all files are checked against their digests.

    The merged file is taken where there is one (``nl2sql.model.merged``), else the adapter is laid over its base.
    Nothing is merged here.

    Raises:
        ModelError: Base or adapter is not there, or is not what it should be.
    """
    from nl2sql.model.adapters import verify
    from nl2sql.model.fetch import locate
    from nl2sql.model.llama import LlamaModel
    from nl2sql.model.merged import current

    card, states = adapter.card, settings.states_dir
    path = locate(card.base, settings)
    verify(adapter, states)
    merged = current(settings, card)
    if merged is not None:
        label = f"{card.base}@{card.base_sha256[:8]}+{adapter.path.stem}@{card.sha256[:8]}, gộp"
        try:
            return LlamaModel(merged.path, name=label, digest=merged.sha256, states_dir=states, n_ctx=1024,
                              threads=settings.threads)  # fmt: skip
        except ModelError as error:  # removed meanwhile for another adapter's, say
            _LOG.warning("merged model not used: %s", error)
    return LlamaModel(path, name=card.base, digest=card.base_sha256, states_dir=states, lora_path=adapter.path,
                      n_ctx=1024, threads=settings.threads)  # fmt: skip
