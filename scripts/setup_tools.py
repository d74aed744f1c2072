"""Running other programs during set-up, and saying in Vietnamese why one failed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from setup_say import SetupError, gigabytes

NETWORK = re.compile(
    r"name resolution|Name or service not known|NewConnectionError|ConnectTimeout|Max retries exceeded|"
    r"Network is unreachable|Connection refused|Read timed out|ProxyError|No matching distribution|"
    r"Could not find a version|Connection broken",
    re.IGNORECASE,
)

NOISE = re.compile(r"WARNING: (Location|Retrying)|Looking in |\s*Downloading |Collecting ")

Watch = Callable[[str], None]


def run(command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, watch: Watch | None = None) -> None:
    """Run a program quietly, its output to a log file and line by line to ``watch``.

    Args:
        command: Program and arguments.
        log: File that the output is added to.
        env: Variables put over this process's own.
        watch: Called with each line.

    Raises:
        SetupError: The program failed; the reason is read from its output.
    """
    lines: list[str] = []
    with open(log, "a", encoding="utf-8") as out:
        out.write(f"\n$ {' '.join(command)}\n")
        out.flush()
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            encoding="utf-8",
            errors="replace",
        )
        try:
            assert process.stdout is not None  # noqa: S101 - PIPE above
            for line in process.stdout:
                out.write(line)
                lines.append(line.rstrip())
                del lines[:-400]
                if watch:
                    watch(line)
            code = process.wait()
        except BaseException:
            stop(process)
            raise
    if code:
        raise explain("\n".join(lines), command, log)


def stop(process: subprocess.Popen[str]) -> None:
    """End a program that we started, politely first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def explain(output: str, command: Sequence[str], log: Path) -> SetupError:
    """Why a program failed, from what it wrote."""
    tail = "\n".join([line for line in output.splitlines() if line.strip() and not NOISE.match(line)][-8:])
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return SetupError("Ổ đĩa đã đầy.", "Hãy giải phóng khoảng 4 GB rồi chạy lại lệnh này; phần đã xong được giữ.")
    if "DO NOT MATCH THE HASHES" in output:
        return SetupError(
            "Một gói tải về không đúng mã kiểm tra đã ghim nên bị từ chối.",
            "Hãy chạy lại; nếu vẫn vậy, kho gói hoặc proxy đang trả về tệp khác – báo quản trị mạng.",
            tail,
        )
    if "Permission denied" in output or "Read-only file system" in output:
        return SetupError(
            "Không ghi được vào thư mục cần dùng.",
            "Hãy kiểm tra quyền của thư mục dự án và của HOIKHO_HOME (xem README), rồi chạy lại.",
            tail,
        )
    if NETWORK.search(output):
        return SetupError(
            "Không tải được gói cài đặt: không có mạng, hoặc kho gói Python không trả lời.",
            "Hãy kiểm tra mạng hoặc cấu hình pip (proxy, kho nội bộ) rồi chạy lại; phần đã xong được giữ.",
            tail,
        )
    return SetupError(
        f"Lệnh {Path(command[0]).name} {' '.join(command[1:4])} kết thúc với lỗi.",
        f"Nhật ký đầy đủ: {log}. Hãy chạy lại; nếu vẫn lỗi, gửi nhật ký này khi hỏi trợ giúp.",
        tail,
    )


def need_space(where: Path, count: float, purpose: str) -> None:
    """Make sure that a disk has room.

    Raises:
        SetupError: It has less than ``count`` bytes free.
    """
    free = shutil.disk_usage(where).free
    if free < count:
        raise SetupError(
            f"Ổ đĩa chứa “{where}” chỉ còn {gigabytes(free)}, cần {gigabytes(count)} cho {purpose}.",
            "Hãy giải phóng chỗ rồi chạy lại.",
        )


def need_writable(folder: Path) -> None:
    """Make sure that a folder exists and takes files.

    Raises:
        SetupError: It cannot be made or written.
    """
    probe = folder / f".thu-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"Không ghi được vào “{folder}” ({error.strerror}).",
            "Hãy đặt biến HOIKHO_HOME vào một thư mục ghi được, ví dụ: HOIKHO_HOME=/duong/dan/ghi/duoc make run",
        ) from error


@contextlib.contextmanager
def alone(folder: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Hold a folder against another set-up at the same time; the lock goes with the process, however it ends.

    Args:
        folder: An existing folder.
        wait: Called once when another process holds it, before waiting.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
