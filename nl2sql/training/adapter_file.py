"""The adapter as a GGUF file that llama.cpp loads beside its base, and the card that says what it is."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

from nl2sql.errors import ModelError
from nl2sql.model.adapters import Card, card_path, questions_path

Matrices = Mapping[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]
"""Name of a map in GGUF → A of shape (rank, in) and B of shape (out, rank)."""


def write_adapter(path: Path, matrices: Matrices, *, architecture: str, alpha: float) -> str:
    """Write the file in half precision, whole or not at all.

    Returns:
        Its SHA-256.

    Raises:
        OSError: The disk is full or cannot be written.
    """
    fresh = path.with_name(path.name + ".tam")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        writer = gguf.GGUFWriter(fresh, architecture)
        writer.add_string("general.type", "adapter")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", alpha)
        for name, (a, b) in sorted(matrices.items()):
            writer.add_tensor(f"{name}.lora_a", a.astype(np.float16))
            writer.add_tensor(f"{name}.lora_b", b.astype(np.float16))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return digest


def read_adapter(path: Path) -> dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """The matrices of an adapter file, as ``write_adapter`` takes them.

    Raises:
        ModelError: It cannot be read.
    """
    try:
        tensors = {t.name: np.array(t.data, dtype=np.float32) for t in gguf.GGUFReader(path).tensors}
    except (OSError, ValueError) as error:
        raise ModelError(
            f"Không đọc được bộ tinh chỉnh {path.name}.", action="Hãy xem: hoikho model list", phase="setup"
        ) from error
    names = {name.rpartition(".")[0] for name in tensors}
    return {name: (tensors[f"{name}.lora_a"], tensors[f"{name}.lora_b"]) for name in names}


def write_questions(path: Path, questions: Sequence[str]) -> None:
    """Write the questions that were learnt from beside their adapter; equal questions give equal bytes."""
    place = questions_path(path)
    fresh = place.with_name(place.name + ".tam")
    fresh.write_bytes(gzip.compress("\n".join(questions).encode("utf-8"), mtime=0))
    os.replace(fresh, place)


def write_card(path: Path, card: Card) -> None:
    """Write the card beside its adapter."""
    place = card_path(path)
    fresh = place.with_name(place.name + ".tam")
    fresh.write_text(json.dumps(asdict(card), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(fresh, place)
