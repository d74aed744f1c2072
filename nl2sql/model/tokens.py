"""A model file's tokeniser alone: token ids of prompts and answers exactly as the model reads them in use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from nl2sql.errors import ModelError
from nl2sql.model.chatml import render_chatml
from nl2sql.model.protocol import Prompt
from nl2sql.model.runtime import llama_api

_END = "<|im_end|>"


class Tokens:
    """The vocabulary of a GGUF file, read without its weights.

    Raises:
        ModelError: The file is missing or broken.
    """

    def __init__(self, path: Path) -> None:
        parameters = llama_api.llama_model_default_params()
        parameters.vocab_only = True
        self._model: Any = (
            llama_api.llama_model_load_from_file(os.fsencode(path), parameters) if path.is_file() else None
        )
        if not self._model:
            raise ModelError(
                f"Không đọc được tệp mô hình {path}.", action="Hãy chạy: hoikho model verify", phase="setup"
            )
        self._vocab = llama_api.llama_model_get_vocab(self._model)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._model:
            llama_api.llama_model_free(self._model)
            self._model = None

    def prompt(self, prompt: Prompt) -> list[int]:
        """Token ids of a rendered prompt."""
        rendered = render_chatml(prompt)
        return [t for s in (*rendered.prefix, *rendered.rest) for t in self._ids(s.text, control=s.control)]

    def answer(self, text: str) -> list[int]:
        """Token ids of an answer and of the mark that ends it."""
        return [*self._ids(text, control=False), *self._ids(_END, control=True)]

    def _ids(self, text: str, *, control: bool) -> list[int]:
        data = text.encode("utf-8")
        size = len(data) + 2
        buffer = (llama_api.llama_token * size)()
        count = llama_api.llama_tokenize(self._vocab, data, len(data), buffer, size, False, control)
        return list(buffer[:count])
