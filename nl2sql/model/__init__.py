"""Language models behind one protocol: llama.cpp in process, an OpenAI-compatible server, and a scripted one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nl2sql.model.protocol import Completion, Message, Model, Prompt

if TYPE_CHECKING:
    from nl2sql.config import Settings

__all__ = ["Completion", "Message", "Model", "Prompt", "open_model"]


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
