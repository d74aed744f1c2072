"""Bounds of training questions: the reader of numbers finds the very bound in every wording; all forms occur."""

from __future__ import annotations

import math
import random

import pytest

from nl2sql.question.numbers import read_numbers
from nl2sql.question.text import normalise
from nl2sql.training.bounds import say_bound


@pytest.mark.parametrize("unit", ["VND", "USD", "%", "vụ", "giờ", ""])
@pytest.mark.parametrize("near", [3.2, 47.0, 45_000.0, 2.6e9, 1.7e12])
def test_every_bound_is_read_as_it_is_meant(unit: str, near: float) -> None:
    rng = random.Random(3)
    for _ in range(30):
        said = say_bound(near, unit, rng)
        (found,) = [n for n in read_numbers(normalise(f"nơi nào có {said.text}"), ()) if n.comparator]
        assert found.comparator == said.op, said
        assert math.isclose(found.value, said.value), said
        assert said.upper is None or (found.upper is not None and math.isclose(found.upper, said.upper)), said


def test_bounds_come_in_all_directions_and_scales() -> None:
    rng = random.Random(5)
    said = [say_bound(near, "VND", rng) for near in (4.5e6, 5e8, 2.5e9, 1.2e13) for _ in range(150)]
    text = " | ".join(s.text for s in said)
    assert {s.op for s in said} == {">", ">=", "<", "<=", "between"}
    for form in ("nghìn tỷ", "triệu", "tr ", "tỷ đồng", "trở lên", "chưa đến", "không quá", "từ ", " đến "):
        assert form in text, form
    assert all(near / 4 <= s.value <= near * 4 for s, near in zip(said[:150], [4.5e6] * 150, strict=True))
