"""Merging at set-up, after training and by hand: what is done, what is said, and what a failure leaves working."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nl2sql.cli import setup
from nl2sql.cli.model import app
from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.model import adapters, fetch, merged
from nl2sql.model.adapters import Adapter, Card, Choice
from nl2sql.model.merged import Merged


class Shop:
    """Stands in for merging: two adapters, the first in use; what was merged, and with which kept beside."""

    def __init__(self, home: Path) -> None:
        folder = home / "adapters"
        folder.mkdir(parents=True)
        self.listed = tuple(
            Adapter(folder / f"{name}.gguf", Card(name, digit * 64, "qwen2.5-coder-0.5b", "b" * 64, "1"))
            for name, digit in (("dùng", "1"), ("khác", "2"))
        )
        for adapter in self.listed:
            adapter.path.write_bytes(b"GGUF")
        self.choice = Choice(self.listed[0])
        self.merged: list[str] = []
        self.kept: list[list[str]] = []
        self.fault = ""

    def merge(self, settings: Settings, adapter: Adapter, progress: object = None, *, keep: tuple[Card, ...] = (),
              afresh: bool = False) -> Merged:  # fmt: skip
        if self.fault:
            raise ModelError(self.fault, action="", phase="setup")
        self.merged.append(adapter.card.name)
        self.kept.append([card.name for card in keep])
        path = merged.merged_path(settings, adapter.card)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(2_000_000))
        return Merged(path, "c" * 64)

    def current(self, _settings: Settings, card: Card, *, afresh: bool = False) -> Merged | None:
        return Merged(Path("x"), "c" * 64) if card.name in self.merged and not self.fault else None


@pytest.fixture
def shop(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = Shop(settings.home)
    monkeypatch.setattr(adapters, "choose", lambda *_: made.choice)
    monkeypatch.setattr(adapters, "found", lambda *_: made.listed)
    monkeypatch.setattr(adapters, "verify", lambda *_: None)
    monkeypatch.setattr(fetch, "ensure", lambda *_a, **_k: Path("goc.gguf"))
    monkeypatch.setattr(merged, "merge", made.merge)
    monkeypatch.setattr(merged, "current", made.current)
    return made


def test_setup_merges_the_adapter_in_use(
    settings: Settings, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "build_demo", lambda _: None)
    monkeypatch.setattr(setup, "warm_once", lambda _: None)
    setup.setup()
    assert shop.merged == ["dùng"]
    assert "Bộ tinh chỉnh dùng: đã gộp (2 MB)" in capsys.readouterr().err


def test_a_full_disk_does_not_end_the_setup(settings: Settings, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.fault = "Ổ đĩa chỉ còn 0,1 GB"
    setup.merge_chosen(settings)
    assert "ghép vào mô hình gốc mỗi lần mở (Ổ đĩa chỉ còn 0,1 GB)" in capsys.readouterr().err


def test_nothing_is_merged_where_no_adapter_is_used(settings: Settings, shop: Shop) -> None:
    shop.choice = Choice(note="không hợp")
    setup.merge_chosen(settings)
    assert setup.get_base(dataclasses.replace(settings, adapter="none")) is False
    assert shop.merged == []


def test_training_merges_what_it_made_only_when_that_is_in_use(settings: Settings, shop: Shop) -> None:
    setup.merge_chosen(settings, only=shop.listed[1].path)
    assert shop.merged == []
    setup.merge_chosen(settings, only=shop.listed[0].path)
    assert shop.merged == ["dùng"]


def test_by_hand_the_one_in_use_or_a_named_one_beside_it(settings: Settings, shop: Shop) -> None:
    done = CliRunner().invoke(app, ["merge"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("c" * 64)
    assert CliRunner().invoke(app, ["merge", "khác"]).exit_code == 0
    assert shop.merged == ["dùng", "khác"]
    assert shop.kept == [["dùng"], ["dùng"]]


def test_by_hand_without_an_adapter_the_reason_is_told(settings: Settings, shop: Shop) -> None:
    shop.choice = Choice(note="viết theo lối cũ")
    done = CliRunner().invoke(app, ["merge"])
    assert isinstance(done.exception, ModelError)
    assert "viết theo lối cũ" in done.exception.message


def test_the_list_says_which_way_each_is_served(settings: Settings, shop: Shop) -> None:
    CliRunner().invoke(app, ["merge"])
    lines = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["list"]).output.splitlines()
    ways = {name: line for line in lines for name in ("dùng (đang dùng)", "khác") if line.startswith(name)}
    assert ways["dùng (đang dùng)"].rstrip().endswith("gộp sẵn")
    assert ways["khác"].rstrip().endswith("ghép khi mở")


def test_a_merged_file_that_is_damaged_is_told_when_it_is_read_again(settings: Settings, shop: Shop) -> None:
    CliRunner().invoke(app, ["merge"])
    assert CliRunner().invoke(app, ["verify", "dùng"]).output.count("c" * 64) == 1
    shop.fault = "hỏng"
    done = CliRunner().invoke(app, ["verify", "dùng"])
    assert isinstance(done.exception, ModelError)
    assert done.exception.action == "Hãy chạy: hoikho model merge dùng"
