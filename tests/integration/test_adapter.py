"""The shipped adapter: whole, made for its base and this catalogue, and asked real questions on the real warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from nl2sql.config import Settings
from nl2sql.model import fetch
from nl2sql.model.adapters import Adapter, choose, found, questions_path, shipped_dir, verify
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.types import Question, Status
from schema.loading import load_catalogue

_MOST_BYTES = 40_000_000

CASES = [
    ("Kim ngạch xuất khẩu sang Nhật Bản theo quý năm 2023",
     "SELECT quy, SUM(tri_gia_usd) FROM xnk WHERE chieu = 'Xuất khẩu' AND nuoc = 'Nhật Bản' AND nam = 2023 "
     "GROUP BY quy"),
    ("so to khai luong vang cua hai quan Bac Ninh nam 2022",
     "SELECT COUNT(*) FROM to_khai WHERE phan_luong = 'Vàng' AND cuc = 'Bắc Ninh' AND nam = 2022"),
    ("Số vụ vi phạm theo tuyến năm 2021", "SELECT tuyen, COUNT(*) FROM vi_pham WHERE nam = 2021 GROUP BY tuyen"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Adapter:
    """The one adapter of the repository."""
    listed = [a for a in found(Path("/nowhere")) if a.path.parent == shipped_dir()]
    assert len(listed) == 1
    return listed[0]


def test_it_is_whole_small_and_says_what_it_learnt_from(shipped: Adapter) -> None:
    verify(shipped)
    assert shipped.path.stat().st_size <= _MOST_BYTES
    assert questions_path(shipped.path).is_file()
    assert shipped.card.pairs == sum(shipped.card.counts["kind"].values())


def test_it_still_knows_most_views_of_the_catalogue(shipped: Adapter, user_settings: Settings) -> None:
    fetch.ensure(shipped.card.base, user_settings)
    catalogue = load_catalogue()
    chosen = choose(str(shipped.path), user_settings.home, catalogue)
    assert chosen.adapter is not None, chosen.note
    assert 2 * len(chosen.views) > len(catalogue.views), "train a new one: " + chosen.note


@pytest.fixture(scope="module")
def asked(shipped: Adapter, user_settings: Settings, demo_warehouse: Path) -> Iterator[Assistant]:
    fetch.ensure(shipped.card.base, user_settings)
    made = open_assistant(replace(user_settings, adapter=str(shipped.path), route="adapter"))
    yield made
    made.close()


@pytest.mark.model
@pytest.mark.parametrize(("question", "sql"), CASES)
def test_its_own_answer_equals_independent_sql(asked: Assistant, question: str, sql: str) -> None:
    answer = asked.ask(Question(question))
    assert answer.status is Status.ANSWERED, answer.headline
    assert answer.result is not None
    assert answer.model.startswith("qwen2.5-coder-0.5b")
    rows = {tuple(map(_key, row)) for row in answer.result.rows}
    assert rows == {tuple(map(_key, row)) for row in asked.database.table(sql)}


def _key(value: object) -> str:
    return f"{float(value):.6g}" if isinstance(value, int | float | Decimal) else str(value)
