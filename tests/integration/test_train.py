"""A tiny adapter from end to end: pairs, training on the real base, the file, the card, and the model that loads it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from nl2sql.config import Settings
from nl2sql.model import fetch, open_adapted
from nl2sql.model.adapters import Adapter, choose, found, read_card
from nl2sql.model.protocol import Message, Prompt
from nl2sql.model.registry import find
from schema.loading import load_catalogue

pytest.importorskip("torch", reason="nhóm thư viện huấn luyện chưa cài")

from nl2sql.training.run import Order, train_adapter

_BASE = "qwen2.5-coder-0.5b"


@pytest.mark.model
def test_a_tiny_adapter_from_pairs_to_answer(user_settings: Settings, demo_warehouse: Path, tmp_path: Path) -> None:
    base = find(_BASE)
    assert base is not None
    path = fetch.ensure(_BASE, user_settings)
    home = tmp_path / "nhà thử"  # never the person's own: what is trained there would be used
    (home / "models").mkdir(parents=True)
    (home / "warehouse").mkdir()
    (home / "models" / path.name).symlink_to(path)
    (home / "warehouse" / demo_warehouse.name).symlink_to(demo_warehouse)
    settings = replace(user_settings, home=home, adapter="auto")
    told: list[str] = []
    outcome = train_adapter(settings, Order(pairs=24, rounds=1, minutes=0.5, name="thu"), told.append, lambda *_: None)

    card = read_card(outcome.path)
    assert card.sha256 == hashlib.sha256(outcome.path.read_bytes()).hexdigest()
    assert card.base_sha256 == base.sha256
    assert card.seen >= 8
    assert card.pairs == 24
    assert any("sai số" in line for line in told)
    assert next(a.card.name for a in found(home)) == "thu"
    catalogue = load_catalogue()
    chosen = choose("auto", home, catalogue)
    assert chosen.adapter is not None
    assert chosen.views == dict.fromkeys(catalogue.views, frozenset())

    model = open_adapted(settings, Adapter(outcome.path, card))
    try:
        assert "thu@" in model.name
        written = model.complete(Prompt((), Message("user", "kim ngach nam 2024")), max_tokens=24)
        assert written.text.strip()
    finally:
        model.close()
