"""A second process that works out the other half of each step's gradients.

Threads of one process share a step badly: between the large products of matrices stands much that runs on one thread
alone. Measured on two cores with the 0.5B: 3.0 pairs a second with two threads, 3.75 with two processes of one thread
each. The first process holds the optimizer and decides everything; the second reads the same weights, which lie
in a file that both map, and leaves its gradients in another. Whatever happens to it, training goes on alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

import torch

from nl2sql.training import memory
from nl2sql.training.examples import Example
from nl2sql.training.lora import LowRank, Words
from nl2sql.training.trainer import descend

_BLOCK = 1 << 20
_START_S = 300.0
"""Seconds that the second process has to load the base."""
_STEP_S = 120.0

Make = Callable[[], tuple[Any, dict[str, LowRank]]]
"""Makes the model with its maps; it must be picklable, for the second process calls it too."""


@dataclass(frozen=True)
class _Task:
    """One step's part for the second process: its examples, and the answer tokens of the whole step."""

    examples: tuple[Example, ...]
    answers: int


def shared(weights: Sequence[Any], folder: Path) -> tuple[Path, Path]:
    """Two files in ``folder`` with room for the weights and for their gradients, filled with zeros.

    Raises:
        OSError: The disk is full: found out here, since a mapped page that cannot be written ends the process.
    """
    size = 4 * sum(w.numel() for w in weights)
    paths = []
    for name in ("trong_so", "dao_ham"):
        path = folder / name
        with path.open("wb") as file:
            for start in range(0, size, _BLOCK):
                file.write(bytes(min(_BLOCK, size - start)))
            file.flush()
            os.fsync(file.fileno())
        paths.append(path)
    return paths[0], paths[1]


def mapped(path: Path, weights: Sequence[Any]) -> list[Any]:
    """Views of a mapped file, one of the shape of each weight."""
    flat = torch.from_file(str(path), shared=True, size=sum(w.numel() for w in weights), dtype=torch.float32)
    found, at = [], 0
    for weight in weights:
        found.append(flat[at : at + weight.numel()].view_as(weight))
        at += weight.numel()
    return found


class Second:
    """The second process. Use it as a context: it ends with it."""

    def __init__(self, make: Make, weights: Sequence[Any], words: Words, folder: Path, threads: int) -> None:
        """Start it and move the weights to where both see them.

        Args:
            make: What the second process builds its model with.
            weights: The parameters, in the order of the maps, each ``a`` before its ``b``.
            folder: Where the shared files may stand while it starts.
            threads: Threads of each of the two processes.

        Raises:
            OSError: No room for the shared files.
        """
        self._weights = list(weights)
        self._line: Connection | None = None
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
            places = shared(weights, Path(place))
            context = get_context("spawn")
            line, other = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(other, make, places, words.ids, threads), daemon=True, name="hoikho-train-2"
            )
            self._process.start()
            other.close()
            for weight, view in zip(self._weights, mapped(places[0], self._weights), strict=True):
                view.copy_(weight.data)
                weight.data = view
            self._gradients = mapped(places[1], self._weights)
            with contextlib.suppress(EOFError, OSError):
                if line.poll(_START_S) and line.recv() == "ready":
                    self._line = line
            if self._line is None:
                self._process.kill()

    def begin(self, part: Sequence[Example], answers: int) -> bool:
        """Hand it its part of a step; False when it is gone, and the caller has to do that part too."""
        if self._line is None:
            return False
        try:
            self._line.send(_Task(tuple(part), answers))
        except OSError:
            self._line = None
            return False
        return True

    def finish(self) -> float | None:
        """Wait for its part and add its gradients to the weights'.

        Returns:
            Its share of the step's loss; None when it is gone, and its part was not done.
        """
        if self._line is None:
            return None
        try:
            if not self._line.poll(_STEP_S):
                raise EOFError
            value = float(self._line.recv())
        except (EOFError, OSError):
            self._line = None
            self._process.kill()
            return None
        for weight, gradient in zip(self._weights, self._gradients, strict=True):
            if weight.grad is None:
                weight.grad = gradient.clone()
            else:
                weight.grad.add_(gradient)
        return value

    def __enter__(self) -> Second:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None:
            self._line.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(line: Connection, make: Make, places: tuple[Path, Path], ids: Sequence[int], threads: int) -> None:
    """The second process: gradients of what it is handed, until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides when it ends
    memory.hold_down()
    torch.set_num_threads(threads)
    model, maps = make()
    weights = [p for low in maps.values() for p in (low.a, low.b)]
    for weight, view, gradient in zip(weights, mapped(places[0], weights), mapped(places[1], weights), strict=True):
        weight.data = view
        weight.grad = gradient
    words = Words.over(model, ids)
    model.train()
    steps = 0
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):  # the first process ended, or was told to
        line.send("ready")
        while True:
            task: _Task = line.recv()
            for weight in weights:
                weight.grad.zero_()
            line.send(descend(model, task.examples, words, task.answers))
            steps += 1
            if steps % memory.EVERY_STEPS == 0:
                memory.give_back()


def pays(cores: int, base_bytes: int) -> bool:
    """Whether a second process is worth its memory: two cores, and room for two models with their activations.

    Args:
        base_bytes: Size of the base's file; in bfloat16 it takes a good twice that, and a step about as much again.
    """
    free = memory.available()
    return cores >= 2 and (free is None or free > 2 * (4 * base_bytes + (1 << 30)))
