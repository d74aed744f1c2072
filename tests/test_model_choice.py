"""Choosing a base and an adapter for this machine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nl2sql.cli.model import app
from nl2sql.config import CHOICE, Settings, load_settings
from nl2sql.errors import ModelError
from nl2sql.model import choice
from nl2sql.model.adapter_fit import catalogue_items
from nl2sql.model.adapters import LANGUAGE, Card, card_path
from nl2sql.model.registry import find
from schema.loading import load_catalogue

CATALOGUE = load_catalogue()


@pytest.fixture
def adapter(settings: Settings) -> Path:
    """An adapter that fits, beside its base."""
    base = find("qwen2.5-coder-0.5b")
    assert base is not None
    file = settings.home / "adapters" / "cua-toi.gguf"
    for place in (file, settings.models_dir / base.file):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"GGUF" + bytes(20))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    card = Card("cua-toi", digest, base.name, base.sha256, "1", LANGUAGE, catalogue_items(CATALOGUE))
    card_path(file).write_text(json.dumps(asdict(card)), encoding="utf-8")
    return file


def _change(file: Path, **more: object) -> None:
    card = {**json.loads(card_path(file).read_text(encoding="utf-8")), **more}
    card_path(file).write_text(json.dumps(card), encoding="utf-8")


def test_a_chosen_adapter_is_there_the_next_time(settings: Settings, adapter: Path) -> None:
    assert choice.choose("cua-toi", settings, CATALOGUE) == "adapter"
    assert load_settings().adapter == "cua-toi"
    choice.choose("none", settings, CATALOGUE)
    assert load_settings().adapter == "none"
    choice.forget(settings)
    assert load_settings().adapter == Settings.adapter


def test_base_and_adapter_are_chosen_apart(settings: Settings, adapter: Path) -> None:
    own = settings.home / "của tôi.gguf"
    own.write_bytes(b"GGUF")
    choice.choose("cua-toi", settings, CATALOGUE)
    assert choice.choose(str(own), settings, CATALOGUE) == "model"
    chosen = load_settings()
    assert (chosen.model, chosen.adapter) == (str(own), "cua-toi")


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"base_sha256": "0" * 64}, "mô hình gốc khác"), ({"views": {}}, "danh mục khác"), ({"base": "la"}, "không biết")],
)
def test_an_adapter_that_does_not_fit_is_not_chosen(
    settings: Settings, adapter: Path, change: dict[str, object], reason: str
) -> None:
    _change(adapter, **change)
    with pytest.raises(ModelError, match=reason):
        choice.choose("cua-toi", settings, CATALOGUE)
    assert not (settings.home / CHOICE).exists()


def test_a_file_cut_short_is_not_chosen(settings: Settings, adapter: Path) -> None:
    adapter.write_bytes(adapter.read_bytes()[:10])
    with pytest.raises(ModelError, match="không đúng mã kiểm tra"):
        choice.choose("cua-toi", settings, CATALOGUE)
    assert load_settings().adapter == Settings.adapter


@pytest.mark.parametrize("name", ["khong-co", "qwen2.5-coder-1.5b", "/khong/co.gguf"])
def test_what_is_not_here_is_not_chosen(settings: Settings, name: str) -> None:
    with pytest.raises(ModelError):
        choice.choose(name, settings, CATALOGUE)
    assert load_settings().model == Settings.model


@pytest.mark.parametrize("text", ["", "[]", '{"model": 3, "adapter": ""}', "{"])
def test_a_damaged_choice_is_none(settings: Settings, text: str) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / CHOICE).write_text(text, encoding="utf-8")
    assert replace(load_settings(), home=settings.home) == settings


def test_the_environment_goes_before(settings: Settings, adapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIKHO_ADAPTER", "none")
    said = CliRunner().invoke(app, ["choose", "cua-toi"])
    assert said.exit_code == 0
    assert "HOIKHO_ADAPTER" in said.stderr
    assert load_settings().adapter == "none"
    monkeypatch.delenv("HOIKHO_ADAPTER")
    assert load_settings().adapter == "cua-toi"
    assert "Bộ tinh chỉnh: auto" in CliRunner().invoke(app, ["choose", "--default"]).stdout


def test_nothing_or_too_much_to_choose_is_told() -> None:
    assert CliRunner().invoke(app, ["choose"]).exit_code == 2
    assert CliRunner().invoke(app, ["choose", "auto", "--default"]).exit_code == 2
