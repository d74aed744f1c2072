"""The passes over memory of a layer put together by torch's compiler, where there is a C++ compiler for it.

Half of a step went to small work between the products: turning rows into bytes and back, norms, gates, sums, each
reading and writing every number anew. Compiled, a pair takes three quarters of the time. All layers have the same code,
so that it is compiled once for every process, in about a minute; it is kept in a folder for the next training.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from nl2sql.training.examples import Example
from nl2sql.training.lora import LowRank, answer_loss, attach, load_base

_TRIED: Sequence[Example] = (Example(tuple(range(1, 21)), 9), Example(tuple(range(21, 34)), 5))
"""Any rows of more than one token and of unlike length: what is compiled for them does for every length."""


def put_together(model: Any, folder: Path) -> bool:
    """Compile the layers of a model whose differences are in place, and try them out.

    Args:
        folder: Where compiled code is kept and run from; it is made for this user alone.

    Returns:
        False where it cannot be done: no compiler, no headers, no room. The layers then work as they did.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(folder)
    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"  # helpers of its own would outlive a process that is killed
    layers = model.model.layers
    model.train()
    quiet = logging.getLogger("torch._dynamo"), logging.getLogger("torch._inductor")
    levels = [log.level for log in quiet]
    try:
        for log in quiet:
            log.setLevel(logging.CRITICAL)
        for layer in layers:
            layer.compile(dynamic=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer_loss(model, _TRIED).backward()
    except Exception:  # noqa: BLE001 - a compiler may fail in any way, and nothing is lost but speed
        for layer in layers:
            layer._compiled_call_impl = None
        torch._dynamo.reset()
        return False
    finally:
        for log, level in zip(quiet, levels, strict=True):
            log.setLevel(level)
        model.zero_grad(set_to_none=True)
    return True


def ready(
    path: Path, rank: int, alpha: float, seed: int, *, narrow: bool = False, compiled: Path | None = None
) -> tuple[Any, dict[str, LowRank]]:
    """The model of a GGUF file with its maps: what each process of a training works on.

    Args:
        narrow: Multiply with the frozen weights in eight bits (``frozen``).
        compiled: Folder for compiled layers; None to leave them as they are.
    """
    model = load_base(path)
    maps = attach(model, rank, alpha, seed, narrow=narrow)
    if compiled is not None:
        put_together(model, compiled)
    return model, maps
