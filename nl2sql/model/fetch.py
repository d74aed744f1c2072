"""Getting a model, once, and being sure of it ever after.

``ensure`` brings it, ``locate`` finds it without network, ``installed`` lists, ``verify`` reads every byte again. A
file appears under its own name only after its size and digest agreed; a wrong one is removed. At ordinary start the
digest recorded for that size and time of change is trusted (``nl2sql.model.digest``).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.model.digest import file_digest
from nl2sql.model.registry import MODELS, HubFile, KnownModel, find
from nl2sql.model.sources import Hub, NamedFile, Parts, Progress, Source, SourceUnavailable

_CHUNK = 1 << 22
_MARGIN = 64 << 20
_MAGIC = b"GGUF"


@dataclass(frozen=True)
class Installed:
    """A known model and whether it lies ready on this machine.

    Attributes:
        path: Where it is, or would be.
        ready: Size and recorded digest agree.
    """

    model: KnownModel
    path: Path
    ready: bool


def is_url(name: str) -> bool:
    """Whether a setting names a server instead of a file."""
    return name.startswith(("http://", "https://"))


def locate(name_or_path: str, settings: Settings) -> Path:
    """The model's file, without network.

    Args:
        name_or_path: Name in the registry, or path of a GGUF file.

    Raises:
        ModelError: It is not there, or is not what it should be.
    """
    known = find(name_or_path)
    if known is None:
        return _own_file(name_or_path)
    path = settings.models_dir / known.file
    if not _is_current(path, known, settings):
        raise ModelError(
            f"Chưa có mô hình {known.name} trên máy này.",
            action=f"Hãy chạy: hoikho model get {known.name}",
            phase="setup",
        )
    return path


def ensure(
    name_or_path: str, settings: Settings, progress: Progress | None = None, *, file: Path | None = None
) -> Path:
    """The model's file, fetched when it is not there yet.

    Args:
        name_or_path: Name in the registry, or path of a GGUF file (which is then only checked).
        progress: Told the bytes done and in all.
        file: A copy that the person has; tried before every other source.

    Returns:
        Path of the verified file.

    Raises:
        ModelError: No source has it, a digest is wrong, the disk is full or cannot be written.
    """
    known = find(name_or_path)
    if known is None:
        return _own_file(name_or_path)
    path = settings.models_dir / known.file
    if _is_current(path, known, settings):
        return path
    tell = progress or _silent
    with _disk_errors(settings), alone(settings.models_dir):
        if not _is_current(path, known, settings):  # another process may have brought it while we waited
            path.unlink(missing_ok=True)
            _fetch(known, path, _sources(known, file), tell)
            file_digest(path, settings.states_dir)
    return path


def installed(settings: Settings) -> tuple[Installed, ...]:
    """Every known model, in the registry's order."""
    paths = ((model, settings.models_dir / model.file) for model in MODELS.values())
    return tuple(Installed(model, path, _is_current(path, model, settings)) for model, path in paths)


def verify(name_or_path: str, settings: Settings, progress: Progress | None = None) -> tuple[Path, str]:
    """Read the whole file again.

    Returns:
        The file and its SHA-256.

    Raises:
        ModelError: It is missing, or its digest is not the known one (the file is left for inspection).
    """
    known = find(name_or_path)
    path = settings.models_dir / known.file if known else _own_file(name_or_path)
    if not path.exists():
        raise ModelError(
            f"Chưa có mô hình {name_or_path} trên máy này.",
            action=f"Hãy chạy: hoikho model get {name_or_path}",
            phase="setup",
        )
    digest = _digest(path, progress or _silent)
    if known and digest != known.sha256:
        raise ModelError(
            f"Tệp {path} không đúng mã kiểm tra (có {digest[:12]}…, cần {known.sha256[:12]}…).",
            action=f"Hãy xóa tệp đó rồi chạy: hoikho model get {known.name}",
            phase="setup",
        )
    return path, digest


def _own_file(name: str) -> Path:
    path = Path(name).expanduser()
    try:
        with open(path, "rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(
            f"Không có mô hình “{name}”: không phải tên đã biết ({', '.join(MODELS)}) và không đọc được tệp như vậy.",
            action="Hãy xem HOIKHO_MODEL, hoặc chạy: hoikho model list",
            phase="setup",
        ) from error
    if magic != _MAGIC:
        raise ModelError(
            f"Tệp {path} không phải mô hình dạng GGUF.",
            action="Hãy chọn một tệp .gguf, hoặc dùng mô hình mặc định.",
            phase="setup",
        )
    return path.absolute()


def _is_current(path: Path, known: KnownModel, settings: Settings) -> bool:
    try:
        return path.stat().st_size == known.size and file_digest(path, settings.states_dir) == known.sha256
    except OSError:
        return False


def _sources(known: KnownModel, file: Path | None) -> list[Source]:
    sources: list[Source] = [NamedFile(file, known)] if file else []
    for source in known.sources:
        sources.append(Hub(source, known) if isinstance(source, HubFile) else Parts(source, known))
    return sources


def _fetch(known: KnownModel, path: Path, sources: list[Source], tell: Progress) -> None:
    """Try each source in turn; rename what is right into place.

    Raises:
        ModelError: None could give it, or one gave something else.
    """
    free = shutil.disk_usage(path.parent).free
    partial = sum(f.stat().st_size for f in path.parent.glob(f"{path.name}.*") if f.is_file())
    need = known.size + _MARGIN - partial
    if free < need:
        raise ModelError(
            f"Ổ đĩa chứa “{path.parent}” chỉ còn {gigabytes(free)}, cần {gigabytes(need)} cho mô hình {known.name}.",
            action="Hãy giải phóng chỗ, hoặc đặt HOIKHO_HOME vào ổ đĩa khác, rồi chạy lại.",
            phase="setup",
        )
    for left in path.parent.glob(".tai-*"):  # a run that was killed; nobody else holds the lock
        shutil.rmtree(left, ignore_errors=True)
    fresh = path.with_name(path.name + ".tam")
    failures: list[str] = []
    for source in sources:
        try:
            source.bring(fresh, tell)
        except SourceUnavailable as error:
            failures.append(f"{source.label}: {error}")
            continue
        size = fresh.stat().st_size
        digest = _digest(fresh, tell) if size == known.size else ""
        if digest != known.sha256:
            source.discard(fresh)
            found = f"mã {digest[:12]}…" if digest else f"{size:,} byte".replace(",", ".")
            raise ModelError(
                f"Tệp mô hình lấy từ {source.label} không đúng ({found}) nên đã bị xóa.",
                action="Hãy chạy lại; nếu vẫn vậy, hãy dùng tệp khác: hoikho model get --file TỆP",
                phase="setup",
            )
        os.replace(fresh, path)
        for other in sources:
            other.discard(fresh)
        return
    raise ModelError(
        f"Không lấy được mô hình {known.name} ({'; '.join(failures)}).",
        action=(
            "Hãy kiểm tra mạng rồi chạy lại (phần đã tải được giữ), hoặc chép tệp "
            f"{known.file} từ máy khác và chạy: hoikho model get {known.name} --file TỆP"
        ),
        phase="setup",
    )


def _digest(path: Path, tell: Progress) -> str:
    total, done, sha = path.stat().st_size, 0, hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
            done += len(chunk)
            tell("Kiểm tra mô hình", done, total)
    return sha.hexdigest()


@contextlib.contextmanager
def _disk_errors(settings: Settings) -> Iterator[None]:
    try:
        settings.models_dir.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        where = error.filename or settings.models_dir
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelError(
                f"Ổ đĩa đã đầy khi ghi “{where}”.",
                action="Hãy giải phóng chỗ rồi chạy lại; phần đã tải được giữ.",
                phase="setup",
            ) from error
        raise ModelError(
            f"Không đọc hoặc ghi được “{where}” ({error.strerror or error}).",
            action="Hãy kiểm tra quyền, hoặc đặt HOIKHO_HOME vào một thư mục ghi được, rồi chạy lại.",
            phase="setup",
        ) from error


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time in a folder; the lock goes with the process, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def gigabytes(count: float) -> str:
    """``1,5 GB``."""
    return f"{count / 1e9:.1f} GB".replace(".", ",")


def _silent(_label: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
