"""Settings: defaults, ``HOIKHO_*`` environment variables, and where state and caches live."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

CHOICE = "lua-chon.json"
"""File under ``home`` with what ``hoikho model choose`` chose."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set.

    Attributes:
        home: Directory of caches and state (models, warehouse, prefix states, logs).
        db: SQLAlchemy URL of the warehouse; empty for the demo warehouse under ``home``.
        model: Name in the model registry, or path of a GGUF file, or ``http(s)://`` URL of an OpenAI-compatible server.
        threads: CPU threads for the model; 0 for the machine's physical share.
        timeout_s: Statement timeout, seconds.
        row_cap: Most rows that an answer holds.
        max_question: Longest question taken, characters.
        route: ``auto``: a question that was understood whole is answered by SQL composed from its reading, any other
            is written by the model; ``model``: the model is always asked; ``composed``: never. For measuring alone:
            ``adapter``, ``adapter-bare`` and ``adapter-wrong``, what the adapted model writes with the hint, without,
            and with a wrong one.
        adapter: ``auto`` (an adapter that fits the catalogue, trained here or shipped), ``none``, a name or a path.
        catalogue: Directory of the catalogue that describes ``db``; empty for the customs catalogue, or a draft in
            memory for a database that it does not describe.
        approved: File of what people approved on this machine; empty for the one under ``home``.
    """

    home: Path
    db: str = ""
    model: str = "qwen2.5-coder-1.5b"
    threads: int = 0
    timeout_s: float = 30.0
    row_cap: int = 1000
    max_question: int = 1000
    route: str = "auto"
    catalogue: str = ""
    adapter: str = "auto"
    approved: str = ""

    @property
    def models_dir(self) -> Path:
        """Where model files are kept."""
        return self.home / "models"

    @property
    def states_dir(self) -> Path:
        """Where saved prompt-prefix states are kept."""
        return self.home / "states"

    @property
    def warehouse_file(self) -> Path:
        """The demo warehouse."""
        return self.home / "warehouse" / "demo.duckdb"

    @property
    def approved_file(self) -> Path:
        """What people approved for the catalogue in use (``schema.approved``); need not be there."""
        name = Path(self.catalogue).name if self.catalogue else "catalogue"
        return Path(self.approved) if self.approved else self.home / "config" / "approved" / f"{name}.yaml"

    @property
    def db_url(self) -> str:
        """SQLAlchemy URL of the warehouse in use."""
        return self.db or f"duckdb:///{self.warehouse_file}"


def load_settings() -> Settings:
    """Settings from the environment; base and adapter also as chosen by ``hoikho model choose``.

    ``HOIKHO_HOME`` moves everything; without it, the user cache directory of the platform is used.
    """
    env = os.environ
    home = Path(env.get("HOIKHO_HOME") or platformdirs.user_cache_dir("hoikho", appauthor=False)).expanduser()
    kept = kept_choice(home)
    return Settings(
        home=home,
        db=env.get("HOIKHO_DB", ""),
        model=env.get("HOIKHO_MODEL") or kept.get("model", Settings.model),
        threads=_number(env.get("HOIKHO_THREADS"), Settings.threads),
        timeout_s=float(_number(env.get("HOIKHO_TIMEOUT"), int(Settings.timeout_s))),
        row_cap=_number(env.get("HOIKHO_ROW_CAP"), Settings.row_cap),
        route=env.get("HOIKHO_ROUTE", Settings.route),
        catalogue=env.get("HOIKHO_CATALOGUE", ""),
        adapter=env.get("HOIKHO_ADAPTER") or kept.get("adapter", Settings.adapter),
    )


def kept_choice(home: Path) -> Mapping[str, str]:
    """The ``model`` and the ``adapter`` chosen for this machine; empty without a choice, or where it is damaged."""
    try:
        data = json.loads((home / CHOICE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {what: data[what] for what in ("model", "adapter") if isinstance(data.get(what), str) and data[what]}


def _number(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        return default
