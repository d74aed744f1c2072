"""A MariaDB server for the tests alone: temporary, on the loopback interface, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from setup_postgres import free_port, run
from setup_say import SetupError

SETTING = "HOIKHO_TEST_MARIADB"
_PLACES = ("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")


@contextlib.contextmanager
def test_server() -> Iterator[None]:
    """Run a server and name it in ``HOIKHO_TEST_MARIADB``; nothing happens where one is named or none is installed."""
    places = os.pathsep.join([os.environ.get("PATH", ""), *_PLACES])
    server_program, installer = (shutil.which(name, path=places) for name in ("mariadbd", "mariadb-install-db"))
    if os.environ.get(SETTING) or not server_program or not installer:
        yield
        return
    # The server refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="hoikho-maria-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        if user:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        data, port = folder / "data", free_port()
        start = [installer, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
        run([*start, "--skip-test-db", "--skip-name-resolve"], user, "MariaDB", "mariadb-server-core", SETTING)
        options = ["--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1"]
        options += [f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", "--skip-name-resolve"]
        options += ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--skip-log-bin"]
        server = subprocess.Popen(
            [server_program, *options],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the tests; the server is stopped below
        )
        _wait_until_ready(server, folder / "s")
        os.environ[SETTING] = f"mysql://root@127.0.0.1:{port}/mysql"
        yield
    finally:
        if server:
            os.environ.pop(SETTING, None)
            server.terminate()
            server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(server: subprocess.Popen[bytes], socket: Path) -> None:
    """The socket is there as soon as the server takes connections."""
    deadline = time.monotonic() + 60
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            raise SetupError(
                "MariaDB tạm cho kiểm thử không lên.", f"Hãy chạy lại, hoặc đặt {SETTING} là địa chỉ một máy chủ thử."
            )
        time.sleep(0.1)
