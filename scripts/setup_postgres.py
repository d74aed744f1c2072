"""A PostgreSQL server for the tests alone: temporary, on the loopback interface, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from setup_say import SetupError

SETTING = "HOIKHO_TEST_POSTGRES"


@contextlib.contextmanager
def test_server() -> Iterator[None]:
    """Run a server and name it in ``HOIKHO_TEST_POSTGRES``; nothing happens where one is named or none is installed."""
    programs = _programs()
    if os.environ.get(SETTING) or programs is None:
        yield
        return
    # The server refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="hoikho-pg-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        if user:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        data, port = folder / "data", free_port()
        made = [programs / "initdb", "-D", data, "-U", "hoikho", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        run(made, user, "PostgreSQL", "postgresql", SETTING)
        options = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", str(folder), "-F"]
        server = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), *options],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the tests; the server is stopped below
        )
        _wait_until_ready(server, programs, port)
        os.environ[SETTING] = f"postgresql://hoikho@127.0.0.1:{port}/postgres"
        yield
    finally:
        if server:
            os.environ.pop(SETTING, None)
            server.terminate()
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Where the server's programs are: Debian keeps them out of the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0)
    )
    named = shutil.which("postgres")
    if found:
        return found[-1].parent
    return Path(named).resolve().parent if named else None


def free_port() -> int:
    """A port of the loopback interface that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[object], user: str | None, what: str, package: str, setting: str) -> None:
    """Run one step of making a server.

    Args:
        user: Whose process it is; None for our own.
        what: The server's name, for people.
        package: Debian's package of it.
        setting: Variable that names a server to use instead.

    Raises:
        SetupError: It failed.
    """
    words = [str(word) for word in command]
    done = subprocess.run(words, user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(
            f"Không khởi động được {what} tạm cho kiểm thử.",
            f"Hãy cài lại gói {package}, hoặc đặt {setting} là địa chỉ một máy chủ thử.",
            (done.stdout + done.stderr).strip()[-600:],
        )


def _wait_until_ready(server: subprocess.Popen[bytes], programs: Path, port: int) -> None:
    deadline = time.monotonic() + 60
    ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise SetupError(
                "PostgreSQL tạm cho kiểm thử không lên.",
                f"Hãy chạy lại, hoặc đặt {SETTING} là địa chỉ một máy chủ thử.",
            )
        time.sleep(0.1)
