"""Fixtures of every room. Heavy things are made once: in the user cache, under a key that changes with their makers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest

from nl2sql.config import Settings, load_settings
from nl2sql.model.protocol import Model
from nl2sql.model.scripted import ScriptedModel
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import build_vocabulary
from schema.loading import load_catalogue

# What is quick and most likely to tell runs first; the real model and the browser last.
_ORDER = ("postgres", "model", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Unit tests first."""

    def weight(item: pytest.Item) -> int:
        return max((place for place, name in enumerate(_ORDER, 1) if item.get_closest_marker(name)), default=0)

    items.sort(key=weight)


# No test fails because the machine is slow: how fast things are is measured by benchmarks.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a user who has nothing yet; the environment says the same."""
    home = tmp_path / "hoikho"
    for name in ("DB", "ADAPTER", "MODEL", "MODEL_FILE", "THREADS", "TIMEOUT", "PORT"):
        monkeypatch.delenv(f"HOIKHO_{name}", raising=False)
    monkeypatch.setenv("HOIKHO_HOME", str(home))
    return Settings(home=home)


@pytest.fixture
def scripted_model() -> Callable[..., ScriptedModel]:
    """Makes a scripted model from what it shall say."""
    return ScriptedModel


@pytest.fixture(scope="session")
def user_settings() -> Settings:
    """Settings of the person who runs the tests: their cache, the default model, the demo warehouse."""
    return replace(load_settings(), db="", model=Settings.model, adapter="none")


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The reader over the catalogue in the repository alone, without stored values."""
    catalogue = load_catalogue()
    return Reader(catalogue, build_vocabulary(catalogue))


@pytest.fixture(scope="session")
def demo_warehouse(user_settings: Settings) -> Path:
    """The demo warehouse file, built unless the one in the user cache is whole and of this generator."""
    from nl2sql.cli.setup import build_demo

    build_demo(user_settings)
    return user_settings.warehouse_file


@pytest.fixture(scope="session")
def real_model(user_settings: Settings) -> Iterator[Model]:
    """The default model, fetched unless it is there, opened once."""
    from nl2sql.model import fetch, open_model

    fetch.ensure(user_settings.model, user_settings)
    model = open_model(user_settings)
    yield model
    model.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's Chromium, for the tests marked ``browser``."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail("Chưa có Chromium để thử giao diện. Hãy chạy: sudo apt install chromium", pytrace=False)
    return found
