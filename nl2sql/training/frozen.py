"""The frozen weight of a map, as it is multiplied: in bfloat16, or in eight bits.

A step of training is nearly all products with weights that never change. Processors with VNNI multiply bytes twice as
fast as bfloat16. A weight out of a 4-bit GGUF loses next to nothing as bytes with a scale for each of its rows; what it
is multiplied with is turned into bytes anew each time, with a scale for each row, as llama.cpp does with it in use.

These are plain functions of tensors, so that ``together`` can put their passes over memory together.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch

_MOST = 127
_LEAST_ROWS = 512
"""Narrower outputs than this (keys and values) do not pay for the passes that turn into bytes."""


@dataclass(frozen=True)
class Frozen:
    """The weight of a map, shape (out, in).

    Attributes:
        weight: In the type of the model, or as whole numbers from -127 to 127.
        sizes: The scale of each row of whole numbers, shape (1, out), float32; None for a weight as it is.
        bias: Shape (out,).
    """

    weight: torch.Tensor
    sizes: torch.Tensor | None
    bias: torch.Tensor | None


def frozen(weight: torch.Tensor, bias: torch.Tensor | None, *, narrow: bool) -> Frozen:
    """The weight as it is to be multiplied."""
    if not narrow or len(weight) < _LEAST_ROWS:
        return Frozen(weight, None, bias)
    whole, sizes = _to_bytes(weight.float())
    return Frozen(whole, sizes.view(1, -1), bias)


def through(
    rows: torch.Tensor, weight: torch.Tensor, sizes: torch.Tensor | None, bias: torch.Tensor | None
) -> torch.Tensor:
    """``rows Wᵀ + bias``, shapes (n, in) → (n, out); as bytes with an error of about one part in a hundred."""
    if sizes is None:
        return torch.nn.functional.linear(rows, weight, bias)
    whole, scale = _to_bytes(rows.float())
    exact = torch._int_mm(whole, weight.T).float() * sizes * scale
    return (exact if bias is None else exact + bias.float()).to(rows.dtype)


def back(gradient: torch.Tensor, weight: torch.Tensor, sizes: torch.Tensor | None) -> torch.Tensor:
    """``gradient W``, shapes (n, out) → (n, in).

    The scales of the rows of ``W`` go into the gradient, which is turned into bytes then.
    """
    if sizes is None:
        return gradient @ weight
    whole, scale = _to_bytes(gradient.float() * sizes)
    return (torch._int_mm(whole, weight).float() * scale).to(gradient.dtype)


def _to_bytes(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows in float32 as bytes, and the scale of each, shape (n, 1)."""
    scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-30) / _MOST
    return torch.round(rows / scale).to(torch.int8), scale


def narrow_pays() -> bool:
    """Whether this processor multiplies bytes clearly faster than bfloat16: tried out, a few hundredths of a second."""
    rows, weight = torch.randn(160, 896), torch.randn(4864, 896)
    half, whole = (rows.bfloat16(), weight.bfloat16().T), (_to_bytes(rows)[0], _to_bytes(weight)[0].T)

    def least(bytes_: bool) -> float:
        taken = []
        for _ in range(7):
            began = time.perf_counter()
            torch._int_mm(*whole) if bytes_ else torch.mm(*half)
            taken.append(time.perf_counter() - began)
        return min(taken)

    try:
        return least(True) < 0.7 * least(False)
    except RuntimeError:  # a torch without the product of bytes on this processor
        return False
