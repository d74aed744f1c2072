"""``hoikho app``: the web app on this machine alone."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from schema.errors import UserError

HOST = "127.0.0.1"


Port = Annotated[int, typer.Option("--port", envvar="HOIKHO_PORT", help="Cổng.", min=1, max=65535)]


def serve(port: Port = 8501) -> None:
    """Mở ứng dụng web tại http://localhost:8501 (Ctrl-C để dừng)."""
    front = _front_door()
    _need_port(port)
    sys.stderr.write(f"HỏiKho: http://localhost:{port}  (Ctrl-C để dừng)\n")
    sys.stderr.flush()
    command = [sys.executable, "-m", "ui.serve", "run", str(front), f"--server.port={port}"]
    command += [f"--server.address={HOST}", "--server.headless=true", "--browser.gatherUsageStats=false"]
    command += ["--logger.level=warning", "--server.fileWatcherType=none"]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter; Ctrl-C goes straight to the server


def _front_door() -> Path:
    found = importlib.util.find_spec("streamlit_app")
    if found is None or not found.origin:
        raise UserError("Không tìm thấy ứng dụng web.", action="Hãy chạy: make setup", phase="setup")
    return Path(found.origin)


def _need_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UserError(
                f"Cổng {port} đang có chương trình khác dùng (có thể HỏiKho đã mở sẵn).",
                action=f"Hãy mở http://localhost:{port}, hoặc chọn cổng khác: HOIKHO_PORT=8600 make run",
                phase="setup",
            ) from error
