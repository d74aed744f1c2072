"""The shipped adapter merged into the real base answers as it does laid over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nl2sql.config import Settings
from nl2sql.generation.adapted import MAX_TOKENS, STOP, adapted_prompt
from nl2sql.model import Model, fetch, merged, open_adapted
from nl2sql.model.adapters import Adapter, found, shipped_dir

QUESTIONS = [
    "Kim ngạch nhập khẩu từ Thái Lan theo tháng năm 2022",
    "năm cục có nhiều tờ khai nhất quý 3/2023",
    "so vu vi pham cua cuc Lang Son nam 2021",
    "Xuất khẩu gạo năm 2023 bao nhiêu tấn",
    "tỷ lệ luồng đỏ của từng cục năm 2024",
    "Thu ngân sách sáu tháng đầu năm 2022",
]


@pytest.fixture
def home(user_settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A home of its own with the real base, so that nobody's merged file is replaced; 491 MB that are not kept."""
    (tmp_path / "models").mkdir()
    path = fetch.ensure("qwen2.5-coder-0.5b", user_settings)
    (tmp_path / "models" / path.name).symlink_to(path)
    yield replace(user_settings, home=tmp_path)
    shutil.rmtree(tmp_path / "models")


def _outlines(model: Model) -> list[str]:
    try:
        return [
            model.complete(adapted_prompt(question), max_tokens=MAX_TOKENS, stop=STOP).text.strip()
            for question in QUESTIONS
        ]
    finally:
        model.close()


@pytest.mark.model
def test_merged_and_laid_over_write_the_same_outlines(home: Settings) -> None:
    adapter: Adapter = next(a for a in found(home.home) if a.path.parent == shipped_dir())
    assert adapter.card.base == "qwen2.5-coder-0.5b"
    over = open_adapted(home, adapter)
    assert "gộp" not in over.name
    before = _outlines(over)
    made = merged.merge(home, adapter)
    assert merged.current(home, adapter.card, afresh=True) == made
    within = open_adapted(home, adapter)
    assert "gộp" in within.name
    after = _outlines(within)
    assert all(before)
    different = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert len(different) <= 1, different  # rounding anew may tip one choice that stood on the edge
