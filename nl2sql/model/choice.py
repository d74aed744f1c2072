"""The base and the adapter that a person chose for this machine, kept under ``HOIKHO_HOME``.

Only what was found good is kept: a base that is here and whole, an adapter whose file is what its card says and which
fits the catalogue. An environment variable goes before the choice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from nl2sql.config import CHOICE, Settings, kept_choice
from nl2sql.errors import ModelError
from nl2sql.model import adapters
from nl2sql.model.fetch import is_url, locate
from nl2sql.model.registry import find
from schema.semantic import Catalogue


def choose(name: str, settings: Settings, catalogue: Catalogue) -> str:
    """Keep a choice: a base (name, GGUF file, server), an adapter (name, file), or ``auto`` / ``none`` for adapters.

    Returns:
        What was chosen: ``model`` or ``adapter``.

    Raises:
        ModelError: It is not there, is damaged, or does not fit; the choice before stays.
    """
    adapter = _adapter(name, settings, catalogue)
    if adapter:
        _keep(settings, "adapter", adapter)
        return "adapter"
    kept = name
    if not is_url(name):
        path = locate(name, settings)
        kept = name if find(name) else str(path)
    _keep(settings, "model", kept)
    return "model"


def forget(settings: Settings) -> None:
    """Go back to the defaults."""
    (settings.home / CHOICE).unlink(missing_ok=True)


def _adapter(name: str, settings: Settings, catalogue: Catalogue) -> str:
    """The setting for an adapter of that name; empty when there is no such adapter.

    Raises:
        ModelError: There is one, and it may not be used.
    """
    if name in ("auto", adapters.NONE):
        return name
    known = [a for a in adapters.found(settings.home) if name in (a.card.name, a.path.stem, str(a.path))]
    own_file = name.endswith(".gguf") and os.path.exists(os.path.splitext(name)[0] + ".json")
    if not known and not own_file:
        return ""
    setting = known[0].card.name if known else os.path.abspath(name)
    chosen = adapters.choose(setting, settings.home, catalogue)
    if chosen.adapter is None:
        raise ModelError(
            f"Không dùng được bộ tinh chỉnh “{name}”: {chosen.note}.",
            action="Hãy chọn bộ khác (hoikho model list), hoặc huấn luyện lại: hoikho train",
            phase="setup",
        )
    adapters.verify(chosen.adapter, settings.states_dir)
    return setting


def _keep(settings: Settings, what: str, value: str) -> None:
    choice: Mapping[str, str] = {**kept_choice(settings.home), what: value}
    place = settings.home / CHOICE
    fresh = place.with_name(f".{CHOICE}.{os.getpid()}.tmp")
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(choice, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        os.replace(fresh, place)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ModelError(
            f"Không ghi được lựa chọn vào “{settings.home}”: {error.strerror or error}.",
            action="Hãy giải phóng chỗ hoặc sửa quyền ghi của thư mục, rồi chạy lại.",
            phase="setup",
        ) from error
