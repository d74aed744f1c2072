"""Adapters: cards, digests, and when one may be used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from nl2sql.errors import ModelError
from nl2sql.model.adapter_fit import catalogue_items, needs, news
from nl2sql.model.adapters import LANGUAGE, Adapter, Card, card_path, choose, found, holds, read_card, unfit, verify
from nl2sql.model.registry import find
from schema.loading import load_catalogue
from schema.semantic import Catalogue, Dimension, View

CATALOGUE = load_catalogue()
XNK = CATALOGUE.views["xnk"]


def _with(view: View) -> Catalogue:
    return replace(CATALOGUE, views={**CATALOGUE.views, view.name: view})


@pytest.fixture
def adapter(tmp_path: Path) -> Adapter:
    folder = tmp_path / "adapters"
    folder.mkdir()
    file = folder / "thu.gguf"
    file.write_bytes(b"GGUF" + bytes(100))
    card = Card(
        "thu",
        hashlib.sha256(file.read_bytes()).hexdigest(),
        "goc",
        "a" * 64,
        "bản 1",
        LANGUAGE,
        {"xnk": {"column:x": "1"}},
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
    card = replace(adapter.card, views={"xnk": catalogue_items(CATALOGUE)["xnk"], "to_khai": {"column:khong_con": "1"}})
    assert unfit(card, "a" * 64, CATALOGUE) == ""
    assert holds(card, CATALOGUE) == {"xnk": frozenset()}
    assert "mô hình gốc khác" in unfit(card, "b" * 64, CATALOGUE)
    other = replace(card, views={"to_khai": card.views["to_khai"], "kho": {"column:x": "1"}})
    assert "danh mục khác" in unfit(other, "a" * 64, CATALOGUE)


def test_a_card_of_another_format_fits_nothing(adapter: Adapter) -> None:
    assert "danh mục khác" in unfit(replace(adapter.card, views={"xnk": "11"}), "a" * 64, CATALOGUE)  # type: ignore[dict-item]


def test_a_renamed_column_takes_its_view_alone_from_the_adapter(adapter: Adapter) -> None:
    card = replace(adapter.card, views=catalogue_items(CATALOGUE))
    renamed = replace(XNK, dimensions=(replace(XNK.dimensions[0], name="huong"), *XNK.dimensions[1:]))
    assert set(holds(card, CATALOGUE)) - set(holds(card, _with(renamed))) == {"xnk"}


def test_a_new_column_and_a_new_measure_are_news_and_nothing_else() -> None:
    learnt = catalogue_items(CATALOGUE)["xnk"]
    column: Dimension = replace(XNK.dimensions[0], name="kho_bai")
    measure = replace(XNK.metrics[0], name="kim_ngach_rong")
    grown = replace(XNK, dimensions=(*XNK.dimensions, column), metrics=(*XNK.metrics, measure))
    fresh = news(learnt, grown)
    assert fresh == {"column:kho_bai", "measure:kim_ngach_rong"}
    assert needs("xnk; kim_ngach; WHERE kho_bai = 'a'", fresh)
    assert needs("xnk; kim_ngach_rong", fresh)
    assert not needs("xnk; kim_ngach; WHEN 2024", fresh)


def test_other_columns_in_a_list_are_news_for_lists_alone() -> None:
    fresh = news(catalogue_items(CATALOGUE)["xnk"], replace(XNK, detail=XNK.detail[:2]))
    assert fresh is not None
    assert needs("xnk; ROWS", fresh, rows=True)
    assert not needs("xnk; kim_ngach", fresh)


def test_another_definition_of_a_measure_does_not_undo_what_was_learnt() -> None:
    """The model writes its name alone; the SQL is the catalogue's of today."""
    learnt = catalogue_items(CATALOGUE)["xnk"]
    defined = replace(XNK, metrics=(replace(XNK.metrics[0], expr="SUM(tri_gia_vnd)"), *XNK.metrics[1:]))
    assert news(learnt, defined) == frozenset()
    renamed = replace(XNK, metrics=(replace(XNK.metrics[0], name="ten_moi"), *XNK.metrics[1:]))
    assert news(learnt, renamed) is None


def test_an_adapter_that_writes_another_language_is_refused(adapter: Adapter) -> None:
    old = replace(adapter.card, language="")
    assert "lối cũ" in unfit(old, old.base_sha256, CATALOGUE)


def test_a_new_synonym_changes_nothing() -> None:
    renamed = replace(XNK, metrics=(replace(XNK.metrics[0], synonyms=("doanh số",)), *XNK.metrics[1:]))
    assert news(catalogue_items(CATALOGUE)["xnk"], renamed) == frozenset()


def test_the_choice_says_which_parts_of_which_views_are_not_known(adapter: Adapter) -> None:
    base = find("qwen2.5-coder-0.5b")
    assert base is not None
    home = adapter.path.parent.parent
    (home / "models").mkdir()
    (home / "models" / base.file).write_bytes(b"GGUF")
    learnt = {name: items for name, items in catalogue_items(CATALOGUE).items() if name != "to_khai"}
    learnt["xnk"] = {key: digest for key, digest in learnt["xnk"].items() if key != "measure:kim_ngach"}
    card = replace(adapter.card, base=base.name, base_sha256=base.sha256, views=learnt)
    card_path(adapter.path).write_text(json.dumps(asdict(card)), encoding="utf-8")
    chosen = choose("thu", home, CATALOGUE)
    assert chosen.adapter is not None
    assert chosen.views["xnk"] == {"measure:kim_ngach"}
    assert "to_khai" not in chosen.views
    assert "to_khai" in chosen.note
    assert "xnk (kim_ngach)" in chosen.note
