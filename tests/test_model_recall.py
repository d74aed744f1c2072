"""The adapted model of an assistant: what cannot be used is not used, and it is said why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pytest

from nl2sql.config import Settings
from nl2sql.context import Context
from nl2sql.model import fetch
from nl2sql.model.adapter_fit import catalogue_items
from nl2sql.model.adapters import LANGUAGE, Card, card_path
from nl2sql.model.recall import Recall
from nl2sql.model.registry import find
from nl2sql.model.scripted import ScriptedModel
from nl2sql.query.database import Database, open_database
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()


@pytest.fixture
def adapter(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An adapter that fits, beside a base that counts as whole."""
    base = find("qwen2.5-coder-0.5b")
    assert base is not None
    file = settings.home / "adapters" / "thu.gguf"
    for place in (file, settings.models_dir / base.file):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"GGUF" + bytes(60))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    card = Card("thu", digest, base.name, base.sha256, "1", LANGUAGE, catalogue_items(CATALOGUE))
    card_path(file).write_text(json.dumps(asdict(card)), encoding="utf-8")
    monkeypatch.setattr(fetch, "locate", lambda *_: settings.models_dir / base.file)
    return file


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    duckdb.connect(str(tmp_path / "kho.duckdb")).close()
    made = open_database(f"duckdb:///{tmp_path / 'kho.duckdb'}", Settings(home=tmp_path))
    yield made
    made.close()


def test_an_adapter_cut_short_after_it_was_chosen_is_not_loaded(settings: Settings, adapter: Path) -> None:
    recall = Recall(replace(settings, adapter="auto"), CATALOGUE)
    assert recall.learnt.adapter is not None
    adapter.write_bytes(adapter.read_bytes()[:30])
    assert recall.model() is None
    assert "không đúng mã kiểm tra" in recall.learnt.note
    assert not recall.learnt.views


def test_a_base_that_is_no_model_is_told(settings: Settings, adapter: Path) -> None:
    recall = Recall(replace(settings, adapter="auto"), CATALOGUE)
    assert recall.model() is None
    assert "Không đọc được" in recall.learnt.note


@pytest.mark.parametrize("setting", ["khong-co", "/khong/co.gguf"])
def test_a_named_adapter_that_is_gone_is_told_and_the_rest_works(settings: Settings, setting: str) -> None:
    recall = Recall(replace(settings, adapter=setting), CATALOGUE)
    assert recall.model() is None
    assert recall.learnt.note


def test_a_renamed_column_is_prompted_for_at_once(settings: Settings, adapter: Path, database: Database) -> None:
    view = CATALOGUE.views["xnk"]
    renamed = replace(view, dimensions=(replace(view.dimensions[0], name="huong"), *view.dimensions[1:]))
    changed = replace(CATALOGUE, views={**CATALOGUE.views, "xnk": renamed})
    context = Context(
        replace(settings, adapter="auto"), changed, database, described=True, given_model=ScriptedModel([])
    )
    assert context.recall.learnt.adapter is not None
    assert context.learnt(renamed) is None
    assert "xnk" in context.recall.learnt.note
