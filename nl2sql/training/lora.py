"""A LoRA on the seven linear maps of every layer, in bfloat16 over frozen weights read straight from the GGUF.

torch and transformers are imported here and in ``trainer`` alone; nothing of them is needed to use an adapter. The low
rank matrices are kept in float32, because AdamW's small steps vanish in bfloat16, and cast where they are used.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nl2sql.training.attention import NAME, causal
from nl2sql.training.examples import Example
from nl2sql.training.frozen import back as frozen_back
from nl2sql.training.frozen import frozen, through

MAPS: Mapping[str, str] = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}  # fmt: skip
"""Module of a layer → its name in GGUF."""


class _Mapped(torch.autograd.Function):  # type: ignore[misc] # torch is optional: untyped where it is not installed
    """``x Wᵀ + scale · (x Aᵀ) Bᵀ``.

    Written out, since autograd over the plain expression kept and read several copies of each map's output, and knows
    no way back through a product of bytes.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        sizes: torch.Tensor | None,
        bias: torch.Tensor | None,
        a: torch.Tensor,
        b: torch.Tensor,
        scale: float,
    ) -> torch.Tensor:
        """Shapes: (…, in) → (…, out)."""
        rows = x.reshape(-1, x.shape[-1])
        a, b = a.to(x.dtype), b.to(x.dtype)
        low = rows @ a.T
        out = through(rows, weight, sizes, bias) + scale * (low @ b.T)
        ctx.save_for_backward(rows, low, a, b, weight, sizes)
        ctx.scale = scale
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Gradients of ``x``, ``a`` and ``b``, the last two in float32."""
        rows, low, a, b, weight, sizes = ctx.saved_tensors
        flat = gradient.reshape(-1, gradient.shape[-1])
        back = (flat @ b) * ctx.scale
        of_x = None
        if ctx.needs_input_grad[0]:
            of_x = (frozen_back(flat, weight, sizes) + back @ a).view(*gradient.shape[:-1], -1)
        return of_x, None, None, None, (back.T @ rows).float(), (flat.T @ low).float() * ctx.scale, None


class LowRank(nn.Module):  # type: ignore[misc] # torch is optional: untyped where it is not installed
    """A frozen linear map with a trained difference: ``W x + scale · B A x``."""

    def __init__(self, inner: nn.Linear, rank: int, alpha: float, *, narrow: bool = False) -> None:
        super().__init__()
        kept = frozen(inner.weight.detach(), inner.bias, narrow=narrow)
        self.weight, self.sizes, self.bias = kept.weight, kept.sizes, kept.bias
        self.scale = alpha / rank
        self.a = nn.Parameter(torch.empty(rank, inner.in_features, dtype=torch.float32))
        self.b = nn.Parameter(torch.zeros(inner.out_features, rank, dtype=torch.float32))
        nn.init.kaiming_uniform_(self.a, a=5**0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Shapes: (…, in) → (…, out)."""
        out: torch.Tensor = _Mapped.apply(x, self.weight, self.sizes, self.bias, self.a, self.b, self.scale)
        return out


def load_base(path: Path) -> Any:
    """The model of a GGUF file, its weights unpacked to bfloat16 and frozen."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from transformers import AttentionInterface, AutoModelForCausalLM, GgufConfig
    from transformers.utils import logging as noise

    noise.set_verbosity_error()
    noise.disable_progress_bar()
    logging.getLogger("transformers").setLevel(logging.ERROR)
    with contextlib.redirect_stderr(io.StringIO()):  # the unpacking draws a bar of its own, whatever it is told
        model = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True)
        )
    model.requires_grad_(False)
    AttentionInterface.register(NAME, causal)
    model.set_attn_implementation(NAME)
    return model


def attach(model: Any, rank: int, alpha: float, seed: int, *, narrow: bool = False) -> dict[str, LowRank]:
    """Put a low-rank difference on every map; returns them by their name in GGUF.

    Args:
        narrow: Multiply with the frozen weights in eight bits (``frozen``).
    """
    torch.manual_seed(seed)
    found: dict[str, LowRank] = {}
    for number, layer in enumerate(model.model.layers):
        for name, short in MAPS.items():
            parent_name, _, child = name.rpartition(".")
            parent = layer.get_submodule(parent_name)
            low = LowRank(getattr(parent, child), rank, alpha, narrow=narrow)
            setattr(parent, child, low)
            found[f"blk.{number}.{short}.weight"] = low
    return found


COMMON = 16_384
"""Token ids below this are the commonest pieces of text: a byte-pair vocabulary numbers them as they were merged."""


@dataclass(frozen=True)
class Words:
    """The part of the output layer that training needs: the tokens of the pairs and the commonest of the rest.

    The whole layer has 151,936 rows and took more than a quarter of a step. The rows left out are words that neither
    occur in any pair nor are common; what the base thinks of them stays as it is.

    Attributes:
        weight: Their rows of the output layer, shape (kept, width).
        place: Token id → row of ``weight``, shape (vocabulary,); meaningless for tokens left out.
        ids: The token ids kept, ascending.
    """

    weight: torch.Tensor
    place: torch.Tensor
    ids: tuple[int, ...]

    @classmethod
    def of(cls, model: Any, examples: Sequence[Example]) -> Words:
        """The tokens of these examples and the commonest ones."""
        common = range(min(COMMON, len(model.lm_head.weight)))
        return cls.over(model, sorted({t for e in examples for t in e.ids} | set(common)))

    @classmethod
    def over(cls, model: Any, ids: Sequence[int]) -> Words:
        """These tokens, ascending."""
        whole = model.lm_head.weight.detach()
        place = torch.zeros(len(whole), dtype=torch.long)
        place[list(ids)] = torch.arange(len(ids))
        return cls(whole[list(ids)].clone(), place, tuple(ids))


def answer_loss(model: Any, batch: Sequence[Example], words: Words | None = None) -> torch.Tensor:
    """Mean cross-entropy over the answers' tokens, among all words or those given.

    Padding stands behind, where a causal model never looks back from. Only the positions that predict an answer's
    token go through the output layer, which is the dearest of all.
    """
    if len(batch) == 1:
        batch = (*batch, *batch)  # the mean stays; layers that are compiled would be so anew for a row alone
    width = max(len(e.ids) for e in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
    hidden = model.model(input_ids=ids, attention_mask=None, use_cache=False).last_hidden_state
    rows = torch.cat([torch.full((e.answer,), i) for i, e in enumerate(batch)])
    places = torch.cat([torch.arange(e.prompt - 1, len(e.ids) - 1) for e in batch])
    targets = torch.cat([torch.tensor(e.ids[e.prompt :]) for e in batch])
    if words is not None:
        logits = nn.functional.linear(hidden[rows, places], words.weight)
        return nn.functional.cross_entropy(logits.float(), words.place[targets])
    logits = model.lm_head(hidden[rows, places])
    return nn.functional.cross_entropy(logits.float(), targets)
