"""Adapters: cards, digests, and when one may be used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from nl2sql.errors import ModelError
from nl2sql.model.adapters import Adapter, Card, card_path, found, read_card, unfit, verify, view_digests
from schema.loading import load_catalogue


@pytest.fixture
def adapter(tmp_path: Path) -> Adapter:
    folder = tmp_path / "adapters"
    folder.mkdir()
    file = folder / "thu.gguf"
    file.write_bytes(b"GGUF" + bytes(100))
    card = Card(
        "thu", hashlib.sha256(file.read_bytes()).hexdigest(), "goc", "a" * 64, "bản 1", {"xnk": "11", "kho": "22"}
    )
    card_path(file).write_text(json.dumps(asdict(card)), encoding="utf-8")
    return Adapter(file, card)


def test_a_whole_adapter_is_found_and_verified(adapter: Adapter) -> None:
    listed = found(adapter.path.parent.parent)
    assert adapter in listed
    verify(adapter)


def test_a_file_cut_short_is_refused(adapter: Adapter) -> None:
    adapter.path.write_bytes(adapter.path.read_bytes()[:50])
    with pytest.raises(ModelError, match="không đúng mã kiểm tra"):
        verify(adapter)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "x"}'])
def test_a_broken_card_is_told_and_not_listed(adapter: Adapter, text: str) -> None:
    card_path(adapter.path).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="thẻ"):
        read_card(adapter.path)
    assert adapter.path not in [a.path for a in found(adapter.path.parent.parent)]


def test_fits_its_base_and_the_views_that_it_learnt(adapter: Adapter) -> None:
    card = adapter.card
    assert unfit(card, "a" * 64, {"xnk": "11", "kho": "22"}) == ""
    assert unfit(card, "a" * 64, {"xnk": "11", "kho": "other"}) == ""
    assert "mô hình gốc khác" in unfit(card, "b" * 64, {"xnk": "11"})
    assert "danh mục khác" in unfit(card, "a" * 64, {"xnk": "x", "kho": "y"})


def test_a_renamed_column_changes_its_view_alone() -> None:
    catalogue = load_catalogue()
    before = view_digests(catalogue)
    view = catalogue.views["xnk"]
    dims = (replace(view.dimensions[0], name="huong"), *view.dimensions[1:])
    after = view_digests(replace(catalogue, views={**catalogue.views, "xnk": replace(view, dimensions=dims)}))
    assert {name for name in before if before[name] != after[name]} == {"xnk"}


def test_a_new_synonym_changes_nothing() -> None:
    catalogue = load_catalogue()
    view = catalogue.views["xnk"]
    renamed = replace(view, metrics=(replace(view.metrics[0], synonyms=("doanh số",)), *view.metrics[1:]))
    after = view_digests(replace(catalogue, views={**catalogue.views, "xnk": renamed}))
    assert after == view_digests(catalogue)
