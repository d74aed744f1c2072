"""The virtual environment ``.venv``: made whole or not at all, and not touched again while it is current."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from setup_llama import LOCK as LLAMA_LOCK
from setup_llama import build_wheel, cached_wheel, need_compiler
from setup_say import Bar, SetupError, say
from setup_tools import alone, need_space, need_writable, run

LOCKS = ("requirements/build.txt", "requirements/runtime.txt")
DEV_LOCK = "requirements/dev.txt"
PINNED = re.compile(r"^[A-Za-z0-9][\w.-]*==", re.MULTILINE)
SMOKE = "import duckdb, llama_cpp, numpy, pandas, sqlglot, streamlit; import nl2sql, schema; llama_cpp.llama_cpp"


class Environment:
    """The project's own environment.

    Args:
        root: The project.
        home: The user cache.
    """

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.home = home
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self._stamp = self.folder / "hoikho.json"

    def ensure(self, *, dev: bool) -> None:
        """Bring the environment up to date; nothing happens, and no network is used, when it is.

        Args:
            dev: With the tools for tests.

        Raises:
            SetupError: It cannot be made.
        """
        if self._current(dev):
            return
        need_writable(self.root)
        need_writable(self.home)
        with alone(self.root, lambda: say("Một lần cài đặt khác đang chạy trong thư mục này; chờ xong …")):
            noted = self._noted()
            if self._current(dev):
                return
            if noted.get("packages") != self._packages_key():
                self._make()
                noted = {"packages": self._packages_key(), "dev": ""}
            if dev and noted.get("dev") != self._dev_key():
                self._stamp.unlink(missing_ok=True)  # a cut in the middle must not pass for whole
                self._install("Cài công cụ kiểm thử", self.root / DEV_LOCK)
                noted["dev"] = self._dev_key()
            self._link_project()
            self._write_stamp({**noted, "project": self._project_key()})

    def _current(self, dev: bool) -> bool:
        noted = self._noted()
        return (
            noted.get("packages") == self._packages_key()
            and noted.get("project") == self._project_key()
            and (noted.get("dev") == self._dev_key() or not dev)
            and (self.folder / "bin" / "hoikho").exists()
        )

    def _noted(self) -> dict[str, object]:
        try:
            noted = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return noted if isinstance(noted, dict) and self.python.exists() else {}

    def _write_stamp(self, noted: dict[str, object]) -> None:
        fresh = self._stamp.with_suffix(".tam")
        fresh.write_text(json.dumps(noted, indent=1), encoding="utf-8")
        os.replace(fresh, self._stamp)

    def _packages_key(self) -> str:
        # The folder is part of the key: scripts inside hold its absolute path, so a moved clone starts anew.
        parts = [platform.python_version(), sys.base_prefix, str(self.folder)]
        parts += [_text(self.root / name) for name in (*LOCKS, LLAMA_LOCK)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _dev_key(self) -> str:
        return hashlib.sha256(_text(self.root / DEV_LOCK).encode()).hexdigest()

    def _project_key(self) -> str:
        packages = sorted(p.parent.name for p in self.root.glob("*/__init__.py"))
        return hashlib.sha256("\0".join([_text(self.root / "pyproject.toml"), *packages]).encode()).hexdigest()

    def _make(self) -> None:
        wheel = cached_wheel(self.root, self.home)
        if wheel is None:
            need_compiler()
        need_space(self.root, 1.5e9, "môi trường Python")
        say(f"Chuẩn bị môi trường Python {platform.python_version()} trong .venv (chỉ lần đầu hoặc khi gói đổi)")
        if self.folder.is_symlink():
            self.folder.unlink()
        elif self.folder.exists():
            shutil.rmtree(self.folder)
        self._create()
        self._install("Cài công cụ dựng", self.root / LOCKS[0])
        self._install("Tải và cài các thư viện", self.root / LOCKS[1])
        if wheel is None:
            wheel = build_wheel(self.root, self.home, self.python, self._log())
        self._pip("Cài bộ chạy mô hình", ["--no-deps", "--no-index", str(wheel)], 1)

    def _create(self) -> None:
        bar = Bar("Tạo môi trường ảo")
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(self.folder)], capture_output=True, text=True, check=False
        )
        if made.returncode:
            bar.drop()
            detail = (made.stdout + made.stderr).strip()
            if "ensurepip" in detail or "No module named venv" in detail:
                version = f"{sys.version_info.major}.{sys.version_info.minor}"
                raise SetupError(
                    "Python trên máy này thiếu mô-đun venv.",
                    f"Trên Debian/Ubuntu: sudo apt install python{version}-venv (hoặc nhờ quản trị máy) rồi chạy lại.",
                )
            raise SetupError("Không tạo được môi trường ảo.", "Hãy xem chi tiết bên dưới rồi chạy lại.", detail[-800:])
        bar.done()

    def _install(self, label: str, lock: Path) -> None:
        count = len(PINNED.findall(_text(lock)))
        # The locks are complete, so pip need not resolve anything.
        self._pip(label, ["--no-deps", "--require-hashes", "-r", str(lock)], count)

    def _link_project(self) -> None:
        options = ["--no-deps", "--no-index", "--no-build-isolation", "-e", str(self.root)]
        self._pip("Cài lệnh hoikho", options, 1)
        run([str(self.python), "-c", SMOKE], log=self._log())

    def _pip(self, label: str, options: list[str], count: int) -> None:
        bar = Bar(label)
        seen = {"collected": 0, "installing": 0}
        start = self._installed_count()
        finished = threading.Event()

        def watch(line: str) -> None:
            if line.startswith(("Collecting ", "Processing ", "Obtaining ")):
                seen["collected"] += 1
                bar.update(0.6 * min(seen["collected"] / count, 1.0), f"tải {seen['collected']}/{count}")
            elif line.startswith("Installing collected packages"):
                seen["installing"] = 1

        def follow() -> None:  # pip says nothing while it unpacks, so count what has arrived
            while not finished.wait(0.3):
                if seen["installing"]:
                    done = self._installed_count() - start
                    bar.update(0.6 + 0.4 * min(max(done, 0) / count, 1.0), f"cài {max(done, 0)}/{count}")

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        command = [str(self.python), "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
        command += ["--disable-pip-version-check", "--retries", "3", "--timeout", "30", *options]
        try:
            run(command, log=self._log(), watch=watch)
        except BaseException:
            finished.set()
            follower.join()
            bar.drop()
            raise
        finished.set()
        follower.join()
        bar.done()

    def _installed_count(self) -> int:
        return sum(1 for _ in self.folder.glob("lib/python*/site-packages/*.dist-info"))

    def _log(self) -> Path:
        log = self.home / "logs" / "setup.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        return log


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
