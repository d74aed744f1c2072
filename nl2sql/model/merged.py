"""An adapter merged into its base, once, so that every token afterwards costs what the base's own costs.

The copy of the base differs from it in the adapted maps alone: each is turned into numbers, ``alpha / rank · B·A`` is
added, and it is quantised anew in its own type and place. Beside the file stands what it was made from and its
digest; a file that is not exactly that is not used, and the adapter is then served over its base.

Made at set-up, after training, or by ``hoikho model merge``; never while somebody waits for an answer.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nl2sql.errors import ModelError
from nl2sql.model.adapters import Adapter, Card, verify
from nl2sql.model.digest import file_digest
from nl2sql.model.fetch import alone, gigabytes, locate
from nl2sql.model.sources import Progress

if TYPE_CHECKING:
    from nl2sql.config import Settings
    from nl2sql.model.ggml import Weights
    from nl2sql.model.gguf_file import Header, Tensor

_LOG = logging.getLogger(__name__)
_FORMAT = 1
_MARGIN = 64 << 20
_LABEL = "Gộp bộ tinh chỉnh vào mô hình gốc"


@dataclass(frozen=True)
class Note:
    """What stands beside a merged file.

    Attributes:
        format: How it was merged; raised when that changes.
        base_sha256, adapter_sha256: What it was made from.
        sha256: Its own.
    """

    format: int
    base_sha256: str
    adapter_sha256: str
    sha256: str


@dataclass(frozen=True)
class Merged:
    """A merged file that is whole.

    Attributes:
        sha256: Its digest.
    """

    path: Path
    sha256: str


def merged_path(settings: Settings, card: Card) -> Path:
    """Where the merged file of an adapter lies, or would."""
    return settings.models_dir / "merged" / f"{Path(card.base).name}-{card.base_sha256[:8]}-{card.sha256[:8]}.gguf"


def current(settings: Settings, card: Card, *, afresh: bool = False) -> Merged | None:
    """The merged file of an adapter; None where it is missing, damaged, or was made from something else.

    Args:
        afresh: Read the whole file again instead of trusting the digest recorded for its size and time of change.
    """
    path = merged_path(settings, card)
    try:
        note = Note(**json.loads(_note_path(path).read_text(encoding="utf-8")))
        if (note.format, note.base_sha256, note.adapter_sha256) != (_FORMAT, card.base_sha256, card.sha256):
            return None
        right = file_digest(path, None if afresh else settings.states_dir) == note.sha256
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        _LOG.info("merged model %s not used: %s", path.name, error)
        return None
    if not right:
        _LOG.info("merged model %s not used: it is damaged", path.name)
    return Merged(path, note.sha256) if right else None


def merge(
    settings: Settings,
    adapter: Adapter,
    progress: Progress | None = None,
    *,
    keep: Iterable[Card] = (),
    afresh: bool = False,
) -> Merged:
    """The merged file of an adapter, made when there is none; merged files of other adapters are then removed.

    Args:
        progress: Told the bytes done and in all.
        keep: Further adapters whose merged files stay.
        afresh: As for ``current``.

    Raises:
        ModelError: Base or adapter are missing or damaged or do not belong together, or the disk is full or cannot be
            written. Nothing half-made is left.
    """
    path, card = merged_path(settings, adapter.card), adapter.card
    found = current(settings, card, afresh=afresh)
    if found is not None:
        return found
    base = locate(card.base, settings)
    verify(adapter, settings.states_dir)
    if file_digest(base, settings.states_dir) != card.base_sha256:
        raise _unfit(adapter, "mô hình gốc khác")
    with _disk_errors(path.parent), alone(path.parent):
        found = current(settings, card, afresh=afresh)  # another process may have made it while we waited
        if found is None:
            _clear(path.parent, {merged_path(settings, kept) for kept in keep} - {path})
            found = _make(path, base, adapter, progress or _silent)
            file_digest(path, settings.states_dir)
    return found


def _make(path: Path, base: Path, adapter: Adapter, tell: Progress) -> Merged:
    size = base.stat().st_size
    free = shutil.disk_usage(path.parent).free
    if free < size + _MARGIN:
        raise ModelError(
            f"Ổ đĩa chứa “{path.parent}” chỉ còn {gigabytes(free)}, cần {gigabytes(size + _MARGIN)} để gộp bộ tinh "
            f"chỉnh {adapter.card.name}.",
            action="Bộ tinh chỉnh vẫn dùng được, chậm hơn một chút. Hãy giải phóng chỗ rồi chạy: hoikho model merge",
            phase="setup",
        )
    fresh = path.with_name(f".{path.name}.tam")
    try:
        tell(_LABEL, 0, size)
        shutil.copyfile(base, fresh)
        with fresh.open("r+b") as file:
            _add(file, base, adapter, lambda done: tell(_LABEL, done, size))
            file.flush()
            os.fsync(file.fileno())
        made = Merged(path, file_digest(fresh, None))
        note = Note(_FORMAT, adapter.card.base_sha256, adapter.card.sha256, made.sha256)
        os.replace(fresh, path)
        with fresh.open("w", encoding="utf-8") as text:
            json.dump(asdict(note), text, indent=1)
            text.flush()
            os.fsync(text.fileno())
        os.replace(fresh, _note_path(path))
    finally:
        fresh.unlink(missing_ok=True)
    return made


def _add(file: BinaryIO, base: Path, adapter: Adapter, tell: Callable[[int], None]) -> None:
    """Add the adapter's differences to the maps in a copy of the base, one map at a time.

    Args:
        file: The copy, to be read and written.
        tell: Told how far in the file the maps done lie.

    Raises:
        ModelError: It has maps that the base has not, or numbers that are none.
    """
    import numpy as np

    from nl2sql.model.ggml import quantise
    from nl2sql.model.gguf_file import read_header

    maps, low = read_header(base).tensors, read_header(adapter.path)
    names = sorted(
        dict.fromkeys(name.rpartition(".lora_")[0] for name in low.tensors),
        key=lambda name: maps[name].start if name in maps else 0,
    )
    with adapter.path.open("rb") as differences:
        for name in names:
            place, parts = maps.get(name), [low.tensors.get(f"{name}.lora_{part}") for part in "ab"]
            if place is None or parts[0] is None or parts[1] is None:
                raise _unfit(adapter, f"không có chỗ cho {name}")
            a, b = _weights(differences, parts[0]), _weights(differences, parts[1])
            weights = _weights(file, place)
            if (a.shape[1], b.shape[0], b.shape[1]) != (weights.shape[1], weights.shape[0], a.shape[0]):
                raise _unfit(adapter, f"{name} có kích thước khác")
            weights += _scale(low, len(a)) * (b @ a)
            if not np.isfinite(weights).all():
                raise _unfit(adapter, f"{name} có giá trị không phải số")
            file.seek(place.start)
            file.write(quantise(weights, place.kind))
            tell(file.tell())


def _scale(low: Header, rank: int) -> float:
    """What B·A is multiplied by, as llama.cpp has it: without an alpha, one."""
    alpha = float(low.values.get("adapter.lora.alpha", 0.0))
    return alpha / rank if alpha else 1.0


def _weights(file: BinaryIO, tensor: Tensor) -> Weights:
    """A map of a file in numbers, shape (rows, columns).

    Raises:
        ModelError: It is no matrix, its type cannot be read, or the file is cut short.
    """
    from nl2sql.model.ggml import dequantise, row_bytes

    if len(tensor.shape) != 2:
        raise _broken(tensor)
    rows, columns = tensor.shape
    file.seek(tensor.start)
    data = file.read(rows * row_bytes(tensor.kind, columns))
    try:
        return dequantise(data, tensor.kind, (rows, columns))
    except ValueError as error:
        raise _broken(tensor) from error


def _note_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _clear(folder: Path, kept: set[Path]) -> None:
    """Remove all but some merged files with their notes, and what a killed process left; the lock is held."""
    for file in folder.iterdir():
        if file.suffix in (".gguf", ".json", ".tam") and file.with_suffix(".gguf") not in kept:
            file.unlink(missing_ok=True)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "ổ đĩa đã đầy" if full else error.strerror or str(error)
        raise ModelError(
            f"Không gộp được bộ tinh chỉnh: không đọc hoặc ghi được “{error.filename or folder}” ({reason}).",
            action="Bộ tinh chỉnh vẫn dùng được, chậm hơn một chút. Hãy giải phóng chỗ hoặc sửa quyền ghi rồi chạy: "
            "hoikho model merge",
            phase="setup",
        ) from error


def _unfit(adapter: Adapter, reason: str) -> ModelError:
    return ModelError(
        f"Không gộp được bộ tinh chỉnh {adapter.card.name}: {reason}.",
        action="Hãy xem: hoikho model list, hoặc huấn luyện lại: hoikho train",
        phase="setup",
    )


def _broken(tensor: Tensor) -> ModelError:
    return ModelError(
        f"Không đọc được trọng số {tensor.name}: tệp hỏng hoặc không đúng loại.",
        action="Hãy chạy: hoikho model verify",
        phase="setup",
    )


def _silent(_label: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
