"""``hoikho train`` around its steps: the pairs that a resumed training takes up again, and a disk that is full."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.model.adapters import Adapter, Card
from nl2sql.training import run
from nl2sql.training.pairs import PairSet
from nl2sql.training.plan import Pair
from nl2sql.training.run import Order

ORDER = Order(pairs=2, seed=7)
PAIRS = PairSet([Pair("một", "một", "", "a; b"), Pair("hai", "hai", "", "a; c")], [Pair("ba", "ba", "", "a; d")])


class Composer:
    """Stands for composing: counts how often it was needed."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, *_: Any) -> PairSet:
        self.times += 1
        return PairSet(list(PAIRS.train), list(PAIRS.held))


@pytest.fixture
def composer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Composer:
    made = Composer()
    monkeypatch.setattr(run, "composed", made)
    (settings.home / "train").mkdir(parents=True)
    return made


def _get(settings: Settings, order: Order, catalogue: str = "1") -> PairSet:
    return run._kept(settings, order, catalogue, lambda *_: None)


def test_a_resumed_training_takes_the_same_pairs_without_composing_them(settings: Settings, composer: Composer) -> None:
    first = _get(settings, ORDER)
    again = _get(settings, replace(ORDER, resume=True))
    assert composer.times == 1
    assert (again.train, again.held, again.digest) == (PAIRS.train, PAIRS.held, first.digest)


@pytest.mark.parametrize(
    ("order", "catalogue"), [(replace(ORDER, pairs=3), "1"), (replace(ORDER, seed=8), "1"), (ORDER, "2")]
)
def test_pairs_of_another_order_or_catalogue_are_composed_anew(
    settings: Settings, composer: Composer, order: Order, catalogue: str
) -> None:
    _get(settings, ORDER)
    _get(settings, replace(order, resume=True), catalogue)
    assert composer.times == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"stamp": 1}', '{"train": [{}]}'])
def test_damaged_pairs_are_composed_anew(settings: Settings, composer: Composer, text: str) -> None:
    _get(settings, ORDER)
    place = settings.home / "train" / "cap.json"
    place.write_text(text, encoding="utf-8")
    assert _get(settings, replace(ORDER, resume=True)).train == PAIRS.train
    assert composer.times == 2
    assert len(json.loads(place.read_text(encoding="utf-8"))["train"]) == 2


def test_a_full_disk_leaves_the_pairs_before_and_is_told(
    settings: Settings, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _get(settings, ORDER)
    place = settings.home / "train" / "cap.json"
    before = place.read_bytes()

    def full(self: Path, *_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ModelError, match="đầy"):
        _get(settings, ORDER)
    assert place.read_bytes() == before


def test_a_large_order_is_composed_by_two_and_a_small_one_by_one(
    settings: Settings, demo_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = replace(settings, db=f"duckdb:///{demo_warehouse}")
    alone = run.composed(used, Order(pairs=24, seed=5))
    monkeypatch.setattr(run, "_WORTH_TWO", 10)
    found = run.composed(used, Order(pairs=24, seed=5))
    assert [len(s) for s in (alone.train, alone.held, found.train, found.held)] == [24, 6, 24, 8]
    assert len({p.question for p in (*alone.train, *alone.held)} & {p.question for p in found.train}) < 20
    assert run.composed(used, Order(pairs=24, seed=5)) == found


def test_a_card_tells_what_all_trainings_before_had_seen() -> None:
    first = Card("a", "aa", "0.5b", "bb", "1", seen=9000, minutes=50.0)
    second = replace(first, sha256="cc", seen=7000, minutes=40.5, settings=run._origin(Adapter(Path("a"), first)))
    assert run._origin(None) == {}
    assert run._origin(Adapter(Path("b"), second)) == {"from": "cc", "from_seen": 16_000, "from_minutes": 90.5}
    assert (first.seen_in_all, second.seen_in_all) == (9000, 16_000)
