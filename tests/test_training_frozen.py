"""Frozen weights multiplied as bytes: near what bfloat16 gives, exact where nothing has to be rounded."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="nhóm thư viện huấn luyện chưa cài")

from nl2sql.training import frozen as weights  # noqa: E402 - after the check that torch is there
from nl2sql.training.lora import LowRank  # noqa: E402

torch.set_num_threads(1)


def _whole(rows: int, columns: int, seed: int) -> Any:
    """Whole numbers whose largest in each row is 127: their scale is one, and nothing is rounded."""
    torch.manual_seed(seed)
    found = torch.randint(-126, 127, (rows, columns)).float()
    found[:, 0] = 127.0
    return found


class Narrow:
    """A weight as bytes, however few its rows are."""

    def __init__(self, weight: Any, bias: Any = None) -> None:
        rows = max(len(weight), weights._LEAST_ROWS)
        padded = torch.cat([weight, torch.ones(rows - len(weight), weight.shape[1], dtype=weight.dtype)])
        found = weights.frozen(padded, None, narrow=True)
        assert found.sizes is not None and found.weight.dtype == torch.int8
        self._weight, self._sizes, self._bias = found.weight[: len(weight)], found.sizes[:, : len(weight)], bias

    def through(self, rows: Any) -> Any:
        return weights.through(rows, self._weight, self._sizes, self._bias)

    def back(self, gradient: Any) -> Any:
        return weights.back(gradient, self._weight, self._sizes)


def test_whole_numbers_are_multiplied_exactly() -> None:
    weight, rows, bias = _whole(6, 8, 1), _whole(3, 8, 2), torch.arange(6.0)
    narrow = Narrow(weight, bias)
    assert torch.equal(narrow.through(rows), rows @ weight.T + bias)
    gradient = _whole(3, 6, 3)
    assert torch.equal(narrow.back(gradient), gradient @ weight)


def test_a_scale_for_each_row_bears_rows_of_very_different_size() -> None:
    weight, rows = _whole(6, 8, 1), _whole(3, 8, 2)
    sizes = torch.tensor([[1e-4], [1.0], [512.0]])
    found = Narrow(weight * 2.0**-10).through(rows * sizes)
    assert torch.allclose(found, (rows * sizes) @ weight.T * 2.0**-10, rtol=1e-5)


def test_rounding_costs_about_one_part_in_a_hundred() -> None:
    torch.manual_seed(4)
    weight, rows = torch.randn(600, 256).bfloat16(), torch.randn(40, 256).bfloat16()
    gradient = torch.randn(40, 600).bfloat16()
    narrow = Narrow(weight)
    for mine, exact in (
        (narrow.through(rows), weights.through(rows, weight, None, None)),
        (narrow.back(gradient), weights.back(gradient, weight, None)),
    ):
        assert mine.dtype == torch.bfloat16
        assert float((mine - exact).float().norm() / exact.float().norm()) < 0.02


def test_rows_of_nothing_stay_nothing() -> None:
    narrow = Narrow(_whole(6, 8, 1))
    assert torch.equal(narrow.through(torch.zeros(2, 8)), torch.zeros(2, 6))
    assert torch.equal(narrow.back(torch.zeros(2, 6)), torch.zeros(2, 8))


def test_narrow_outputs_are_multiplied_as_they_are() -> None:
    assert weights.frozen(torch.ones(128, 64), None, narrow=True).sizes is None
    assert weights.frozen(torch.ones(512, 64), None, narrow=True).sizes is not None
    assert weights.frozen(torch.ones(512, 64), None, narrow=False).sizes is None
    assert isinstance(weights.narrow_pays(), bool)


def test_the_gradients_of_a_difference_point_the_same_way() -> None:
    torch.manual_seed(6)
    inner = torch.nn.Linear(64, 640).requires_grad_(False)
    x, outward = torch.randn(30, 64), torch.randn(30, 640)
    found = []
    for narrow in (False, True):
        torch.manual_seed(7)
        low = LowRank(inner, 4, 8.0, narrow=narrow)
        low.b.data.normal_()
        rows = x.clone().requires_grad_(True)
        found.append(torch.autograd.grad((torch.tanh(low(rows)) * outward).sum(), (rows, low.a, low.b)))
    for plain, narrow_ in zip(*found, strict=True):
        assert float(torch.nn.functional.cosine_similarity(plain.flatten(), narrow_.flatten(), 0)) > 0.995
