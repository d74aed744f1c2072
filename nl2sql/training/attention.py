"""Attention for training on a CPU: causal, over short rows, heads of a group in one product.

The attention that torch brings looks for rows with nothing to see and repeats keys and values for each head of a group;
rows of a pair always see themselves, and are padded behind, where nothing looks back from.
"""

from __future__ import annotations

from typing import Any

import torch

NAME = "hoikho"
"""Under which transformers knows it."""


def causal(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float,
    dropout: float = 0.0,
    **_kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """As transformers calls it.

    Args:
        query: Shape (rows, heads, length, width).
        key: Shape (rows, groups, length, width); so is ``value``.
        attention_mask: Not looked at: padding stands behind.

    Returns:
        Shape (rows, length, heads, width), and no weights.

    Raises:
        ValueError: Dropout is asked for, which this does not do.
    """
    if dropout:
        raise ValueError(f"dropout {dropout}")
    rows, heads, length, width = query.shape
    groups = key.shape[1]
    together = query.reshape(rows, groups, heads // groups * length, width)
    scores = torch.matmul(together, key.transpose(2, 3)).view(rows, groups, heads // groups, length, length)
    later = torch.ones(length, length, dtype=torch.bool).triu(1)
    weights = torch.softmax((scores * scaling).masked_fill(later, float("-inf")), dim=-1, dtype=torch.float32)
    seen = torch.matmul(weights.to(value.dtype).view(rows, groups, -1, length), value)
    return seen.view(rows, heads, length, width).transpose(1, 2).contiguous(), None
