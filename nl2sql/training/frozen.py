"""The frozen weight of a map, as it is multiplied: in bfloat16, or in eight bits.

A step of training is nearly all products with weights that never change. Processors with VNNI multiply bytes twice as
fast as bfloat16. A weight out of a 4-bit GGUF loses next to nothing as bytes with a scale for each of its rows; what it
is multiplied with is turned into bytes anew each time, with a scale for each row, as llama.cpp does with it in use.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Protocol

import torch

_MOST = 127
_LEAST_ROWS = 512
"""Narrower outputs than this (keys and values) do not pay for the passes that turn into bytes."""


class Frozen(Protocol):
    """What a map needs of its weight, shape (out, in)."""

    def through(self, rows: torch.Tensor) -> torch.Tensor:
        """``rows Wᵀ + bias``, shapes (n, in) → (n, out)."""

    def back(self, gradient: torch.Tensor) -> torch.Tensor:
        """``gradient W``, shapes (n, out) → (n, in)."""


class Plain:
    """A weight multiplied as it is."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self._weight, self._bias = weight, bias

    def through(self, rows: torch.Tensor) -> torch.Tensor:
        """``rows Wᵀ + bias``."""
        return torch.nn.functional.linear(rows, self._weight, self._bias)

    def back(self, gradient: torch.Tensor) -> torch.Tensor:
        """``gradient W``."""
        return gradient @ self._weight


class Bytes:
    """A weight as whole numbers from -127 to 127 with a scale for each row."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self._weight = torch.empty(weight.shape, dtype=torch.int8)
        self._scale = _to_bytes(weight, self._weight).view(1, -1)
        self._bias = bias

    def through(self, rows: torch.Tensor) -> torch.Tensor:
        """``rows Wᵀ + bias``, with an error of about one part in a hundred."""
        whole = _room("whole", rows.shape, torch.int8)
        scale = _to_bytes(rows, whole)
        found = _product(whole, self._weight.T)
        exact = torch.mul(found, self._scale, out=_room("exact", found.shape, torch.float32))
        out = torch.mul(exact, scale, out=torch.empty(exact.shape, dtype=rows.dtype))
        return out if self._bias is None else out.add_(self._bias)

    def back(self, gradient: torch.Tensor) -> torch.Tensor:
        """``gradient W``: the scales of the rows of ``W`` go into the gradient, which is turned into bytes then."""
        scaled = torch.mul(gradient, self._scale, out=_room("scaled", gradient.shape, torch.float32))
        whole = _room("whole", gradient.shape, torch.int8)
        scale = _to_bytes(scaled, whole)
        found = _product(whole, self._weight)
        return torch.mul(found, scale, out=torch.empty(found.shape, dtype=gradient.dtype))


def _to_bytes(rows: torch.Tensor, whole: torch.Tensor) -> torch.Tensor:
    """Writes rows as bytes into ``whole`` and gives the scale of each, shape (n, 1)."""
    size = torch.abs(rows, out=_room("size", rows.shape, rows.dtype))
    scale = size.amax(1, keepdim=True).float().clamp_(min=1e-30).div_(_MOST)
    whole.copy_(torch.div(rows, scale, out=_room("exact", rows.shape, torch.float32)).round_())
    return scale


def _product(rows: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return torch._int_mm(rows, weight, out=_room("found", (len(rows), weight.shape[1]), torch.int32))


_rooms: dict[tuple[str, torch.dtype], torch.Tensor] = {}


def _room(name: str, shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
    """Memory for what is needed for a moment, used again and again: fresh pages cost more than the work itself."""
    size = math.prod(shape)
    whole = _rooms.get((name, dtype))
    if whole is None or whole.numel() < size:
        whole = _rooms[name, dtype] = torch.empty(size, dtype=dtype)
    return whole[:size].view(*shape)


def frozen(weight: torch.Tensor, bias: torch.Tensor | None, *, narrow: bool) -> Frozen:
    """The weight as it is to be multiplied."""
    return Bytes(weight, bias) if narrow and len(weight) >= _LEAST_ROWS else Plain(weight, bias)


def narrow_pays() -> bool:
    """Whether this processor multiplies bytes clearly faster than bfloat16: tried out, a few hundredths of a second."""
    rows, weight = torch.randn(160, 896).bfloat16(), torch.randn(4864, 896).bfloat16()

    def least(weight: Frozen) -> float:
        taken = []
        for _ in range(7):
            began = time.perf_counter()
            weight.through(rows)
            taken.append(time.perf_counter() - began)
        return min(taken)

    try:
        return least(Bytes(weight, None)) < 0.8 * least(Plain(weight, None))
    except RuntimeError:  # a torch without the product of bytes on this processor
        return False
