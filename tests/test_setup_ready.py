"""``hoikho setup``: the model is opened to prepare states only when something that they depend on has changed."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from nl2sql.cli import setup
from nl2sql.config import Settings


class Warmer:
    """Stands in for the assistant: writes one state and counts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.count = 0

    def warm(self, progress: Any) -> None:
        self.count += 1
        progress("Xuất nhập khẩu", 0.5)
        self.settings.states_dir.mkdir(parents=True, exist_ok=True)
        (self.settings.states_dir / "a.kv").write_bytes(b"state")

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def warmer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Warmer:
    settings.warehouse_file.parent.mkdir(parents=True)
    settings.warehouse_file.write_bytes(b"kho")
    fake = Warmer(settings)
    module = types.ModuleType("nl2sql.pipeline")
    module.open_assistant = lambda *_a, **_k: fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nl2sql.pipeline", module)
    monkeypatch.setattr(setup, "version", lambda _name: "0.3.36")
    return fake


def test_a_second_setup_prepares_nothing(settings: Settings, warmer: Warmer) -> None:
    setup.warm_once(settings)
    setup.warm_once(settings)
    assert warmer.count == 1


@pytest.mark.parametrize("change", ["state gone", "state cut", "warehouse", "llama", "note"])
def test_whatever_changed_is_prepared_again(
    change: str, settings: Settings, warmer: Warmer, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.warm_once(settings)
    state: Path = settings.states_dir / "a.kv"
    if change == "state gone":
        state.unlink()
    elif change == "state cut":
        state.write_bytes(b"st")
    elif change == "warehouse":
        settings.warehouse_file.write_bytes(b"kho khac")
    elif change == "llama":
        monkeypatch.setattr(setup, "version", lambda _name: "0.3.37")
    else:
        (settings.states_dir / "ready.json").write_text("{", encoding="utf-8")
    setup.warm_once(settings)
    assert warmer.count == 2
