"""llama-cpp-python: compiled once for this machine's processor, kept in the user cache for every later clone."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
from pathlib import Path

from setup_say import Bar, SetupError, say
from setup_tools import alone, need_space, run

LOCK = "requirements/llama.txt"
# Native instructions (AVX2, AVX-512 …) make the model several times faster; the vision part is not used.
CMAKE_ARGS = "-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF"
NINJA_STEP = re.compile(r"\[(\d+)/(\d+)\]")


def cached_wheel(root: Path, home: Path) -> Path | None:
    """The wheel for this processor and lock, when an earlier set-up left a whole one."""
    folder = wheel_folder(root, home)
    try:
        note = json.loads((folder / "wheel.json").read_text(encoding="utf-8"))
        wheel = folder / str(note["file"])
        return wheel if digest(wheel) == note["sha256"] else None
    except (OSError, ValueError, KeyError):
        return None


def wheel_folder(root: Path, home: Path) -> Path:
    """Where the wheel of this lock, processor, C library and build options lives.

    The wheel is loaded through ctypes and tagged ``py3-none``, so the Python version is not part of the key.
    """
    key = hashlib.sha256()
    parts = (
        (root / LOCK).read_text(encoding="utf-8"),
        CMAKE_ARGS,
        os.environ.get("CMAKE_ARGS", ""),
        platform.system(),
        platform.machine(),
        *platform.libc_ver(),
        cpu_features(),
    )
    for part in parts:
        key.update(part.encode() + b"\0")
    return home / "wheels" / f"llama-{key.hexdigest()[:16]}"


def cpu_features() -> str:
    """What the processor can do; on systems without /proc/cpuinfo its name."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("flags", "Features")):
                return " ".join(sorted(line.partition(":")[2].split()))
    except OSError:
        pass
    return platform.processor()


def need_compiler() -> None:
    """Make sure that there is a C++ compiler.

    Raises:
        SetupError: There is none.
    """
    named = os.environ.get("CXX", "").split()
    if not any(shutil.which(name) for name in (*named[:1], "c++", "g++", "clang++")):
        raise SetupError(
            "Chưa có trình biên dịch C++, cần để dựng bộ chạy mô hình (llama.cpp) cho máy này.",
            "Trên Debian/Ubuntu: sudo apt install g++ make – hoặc nhờ quản trị máy cài – rồi chạy lại.",
        )


def build_wheel(root: Path, home: Path, python: Path, log: Path) -> Path:
    """Compile the wheel and put it into the cache.

    Args:
        root: The project.
        home: The user cache.
        python: Interpreter of an environment that holds ``requirements/build.txt``.
        log: Log of the set-up.

    Returns:
        The wheel in the cache.

    Raises:
        SetupError: No compiler, no room, no network, or the build failed.
    """
    target = wheel_folder(root, home)
    target.parent.mkdir(parents=True, exist_ok=True)
    with alone(target.parent, lambda: say("  Một tiến trình khác đang biên dịch; chờ tới lượt …")):
        ready = cached_wheel(root, home)
        if ready:
            return ready
        need_compiler()
        need_space(home, 1.0e9, "biên dịch llama.cpp")
        for old in target.parent.glob("*.dang-dung"):  # left by a run that was cut; nobody else holds the lock
            shutil.rmtree(old, ignore_errors=True)
        work = target.with_name(target.name + ".dang-dung")
        (work / "tmp").mkdir(parents=True)
        bar = Bar("Biên dịch llama.cpp cho bộ xử lý này (một lần, vài phút)")
        phase = {"seen": 0.02}

        def watch(line: str) -> None:
            step = NINJA_STEP.search(line)
            if step:
                phase["seen"] = 0.05 + 0.93 * int(step.group(1)) / max(int(step.group(2)), 1)
            bar.update(phase["seen"], f"bước {step.group(1)}/{step.group(2)}" if step else "")

        try:
            command = [str(python), "-m", "pip", "wheel", "-v", "--no-deps", "--no-build-isolation", "--no-cache-dir"]
            command += ["--require-hashes", "--no-binary", ":all:", "-w", str(work / "out"), "-r", str(root / LOCK)]
            env = {
                # pip's own cache of wheels knows nothing of the processor, hence --no-cache-dir above.
                "CMAKE_ARGS": f"{CMAKE_ARGS} {os.environ.get('CMAKE_ARGS', '')}".strip(),
                "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 1),
                "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}",
                "TMPDIR": str(work / "tmp"),
            }
            run(command, log=log, env=env, watch=watch)
            built = next((work / "out").glob("*.whl"))
            note = {"file": built.name, "sha256": digest(built), "cmake_args": env["CMAKE_ARGS"]}
            (work / "out" / "wheel.json").write_text(json.dumps(note, indent=1), encoding="utf-8")
            if target.exists():  # it failed its check above
                shutil.rmtree(target)
            os.replace(work / "out", target)
        except BaseException:
            bar.drop()
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
        bar.done()
        return target / built.name


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with open(file, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
