"""Looks at a whole installation and says what to mend. Changes nothing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import socket
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nl2sql.config import Settings
from nl2sql.training.memory import available
from schema.errors import HoiKhoError, UserError

LEAST_FREE = 2_000_000_000
LOW_FREE = 500_000_000
NEEDED = ("duckdb", "sqlalchemy", "sqlglot", "streamlit", "argon2-cffi", "llama-cpp-python", "rapidfuzz", "pyyaml")
State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        name: What was looked at, Vietnamese.
        state: ``ok``, ``warn`` (works, but should be mended) or ``fail``.
        message: What it is like, Vietnamese.
        action: What to do, Vietnamese; empty when all is well.
    """

    name: str
    state: State
    message: str
    action: str = ""


def examine(settings: Settings, *, port: int = 8501, model: bool = True) -> Iterator[Finding]:
    """All checks, one after the other; a check that breaks is itself a finding.

    Args:
        port: Port of the web app.
        model: Also compute the model's digest (seconds for a gigabyte).
    """
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("Python", _python),
        ("Gói phần mềm", _packages),
        ("Thư mục trạng thái", lambda: _home(settings.home)),
        ("Dung lượng đĩa", lambda: _disk(settings.home)),
        ("Quyền tệp bí mật", lambda: _private(settings.home)),
        ("Vai và quyền", lambda: _roles(settings.home)),
        ("Đăng nhập", lambda: _signin(settings.home)),
        ("Kho dữ liệu", lambda: _warehouse(settings)),
        ("Mô hình", lambda: _model(settings, whole=model)),
        ("Nhật ký", lambda: _audit(settings.home)),
        ("Cổng ứng dụng", lambda: _port(port)),
        ("Bộ nhớ và luồng", lambda: _machine(settings)),
    )
    for name, check in checks:
        try:
            yield check()
        except UserError as error:
            yield Finding(name, "fail", error.message, error.action)
        except (OSError, HoiKhoError) as error:
            yield Finding(name, "fail", f"Không kiểm tra được: {error}", "Hãy xem quyền của thư mục và chạy lại.")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "fail", f"Phiên bản {version}", "Cần Python 3.11 đến 3.13; chạy lại make setup.")
    return Finding("Python", "ok", version)


def _packages() -> Finding:
    missing = []
    for name in NEEDED:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("Gói phần mềm", "fail", f"Thiếu: {', '.join(missing)}", "Hãy chạy: make setup.")
    return Finding("Gói phần mềm", "ok", f"đủ {len(NEEDED)} gói chính")


def _home(home: Path) -> Finding:
    if not home.exists():
        return Finding("Thư mục trạng thái", "fail", f"{home} chưa có", "Hãy chạy: make setup.")
    if not home.is_dir():
        return Finding(
            "Thư mục trạng thái", "fail", f"{home} không phải thư mục", "Hãy đổi tên tệp đó hoặc HOIKHO_HOME."
        )
    probe = home / f".thu-{os.getpid()}"
    try:
        probe.write_bytes(b"x" * 4096)
    except OSError as error:
        return Finding(
            "Thư mục trạng thái", "fail", f"{home} không ghi được ({error.strerror})",
            "Hãy cấp quyền ghi, dọn chỗ trống, hoặc đặt HOIKHO_HOME sang nơi khác.",
        )  # fmt: skip
    finally:
        probe.unlink(missing_ok=True)
    return Finding("Thư mục trạng thái", "ok", f"{home}")


def _disk(home: Path) -> Finding:
    place = next(p for p in (home, *home.parents) if p.exists())
    free = shutil.disk_usage(place).free
    said = f"còn {free / 1e9:.1f} GB".replace(".", ",")
    if free < LOW_FREE:
        return Finding("Dung lượng đĩa", "fail", said, "Hãy dọn đĩa: nhật ký và kho cần chỗ để ghi.")
    if free < LEAST_FREE:
        return Finding("Dung lượng đĩa", "warn", said, "Nên dọn đĩa: mô hình và kho cần khoảng 2 GB.")
    return Finding("Dung lượng đĩa", "ok", said)


def _private(home: Path) -> Finding:
    if os.name != "posix":
        return Finding("Quyền tệp bí mật", "ok", "không áp dụng trên hệ này")
    wide = [
        file
        for folder in ("keys", "config", "audit", "state")
        for file in (home / folder).rglob("*")
        if file.is_file() and file.suffix in {".key", ".db", ".yaml"} and file.name != "roles.yaml"
        and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]  # fmt: skip
    if wide:
        return Finding(
            "Quyền tệp bí mật", "warn", f"người khác đọc được {len(wide)} tệp, ví dụ {wide[0]}",
            f"Hãy chạy: chmod -R go-rwx {home}/keys {home}/config {home}/audit {home}/state",
        )  # fmt: skip
    return Finding("Quyền tệp bí mật", "ok", "chỉ chủ sở hữu đọc được")


def _roles(home: Path) -> Finding:
    from nl2sql.policy import load_roles

    return Finding("Vai và quyền", "ok", ", ".join(load_roles(home)))


def _signin(home: Path) -> Finding:
    from nl2sql.identity import UserStore, mode

    way = mode()
    if way == "local":
        count = len(UserStore(home).all())
        if not count:
            return Finding("Đăng nhập", "warn", "chưa có người dùng", "Hãy chạy: hoikho user add TÊN --role analyst")
        return Finding("Đăng nhập", "ok", f"tệp người dùng, {count} tài khoản")
    if way == "oidc":
        return _provider((Path.cwd() / ".streamlit" / "secrets.toml", Path.home() / ".streamlit" / "secrets.toml"))
    return Finding("Đăng nhập", "ok", "một người dùng trên máy này")


_AUTH_KEYS = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")


def _provider(files: tuple[Path, ...]) -> Finding:
    """Whether signing in through an identity provider is set up as Streamlit wants it."""
    mend = f"Hãy ghi mục [auth] vào {files[0]}: {', '.join(_AUTH_KEYS)}."
    if importlib.util.find_spec("authlib") is None:
        return Finding("Đăng nhập", "fail", "thiếu gói Authlib", 'Hãy chạy: pip install "hoikho[oidc]".')
    found = next((file for file in files if file.is_file()), None)
    if found is None:
        return Finding("Đăng nhập", "fail", "chưa cấu hình nhà cung cấp danh tính", mend)
    try:
        given = tomllib.loads(found.read_text(encoding="utf-8")).get("auth", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Finding("Đăng nhập", "fail", f"{found} không phải TOML: {error}", mend)
    missing = [key for key in _AUTH_KEYS if not given.get(key)]
    if missing:
        return Finding("Đăng nhập", "fail", f"{found} thiếu {', '.join(missing)}", mend)
    if len(str(given["cookie_secret"])) < 32:
        return Finding("Đăng nhập", "warn", "cookie_secret ngắn hơn 32 ký tự", "Hãy đặt một chuỗi ngẫu nhiên dài hơn.")
    if os.name == "posix" and found.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("Đăng nhập", "warn", f"người khác đọc được {found}", f"Hãy chạy: chmod 600 {found}")
    return Finding("Đăng nhập", "ok", f"nhà cung cấp danh tính, cấu hình trong {found}")


def _warehouse(settings: Settings) -> Finding:
    from nl2sql.query.database import open_database
    from schema import warehouse

    if settings.db:
        open_database(settings.db_url, settings).close()
        return Finding("Kho dữ liệu", "ok", "kết nối được kho trong HOIKHO_DB")
    if not settings.warehouse_file.exists():
        return Finding("Kho dữ liệu", "fail", "chưa dựng kho mô phỏng", "Hãy chạy: hoikho setup")
    if not warehouse.is_current(settings.warehouse_file):
        return Finding("Kho dữ liệu", "fail", "kho mô phỏng hỏng hoặc là bản cũ", "Hãy chạy: hoikho setup")
    open_database(settings.db_url, settings).close()
    return Finding("Kho dữ liệu", "ok", "kho mô phỏng đúng phiên bản")


def _model(settings: Settings, *, whole: bool) -> Finding:
    from nl2sql.model import fetch

    if fetch.is_url(settings.model):
        return Finding("Mô hình", "ok", f"máy chủ {settings.model}")
    if not whole:
        return Finding("Mô hình", "ok", str(fetch.locate(settings.model, settings)))
    path, _ = fetch.verify(settings.model, settings)
    return Finding("Mô hình", "ok", f"{path.name}, mã kiểm tra đúng")


def _audit(home: Path) -> Finding:
    from nl2sql.history.audit import AuditLog

    report = AuditLog(home).verify()
    if report.problems:
        return Finding(
            "Nhật ký", "fail", report.problems[0],
            "Hãy giữ nguyên hiện trạng, báo người phụ trách an toàn; xem đủ bằng: hoikho audit verify",
        )  # fmt: skip
    return Finding("Nhật ký", "ok", f"toàn vẹn, {report.rows} dòng")


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return Finding(
                "Cổng ứng dụng", "warn", f"cổng {port} đang được dùng (có thể HỏiKho đang chạy)",
                f"Hãy mở http://localhost:{port}, hoặc đặt HOIKHO_PORT.",
            )  # fmt: skip
    return Finding("Cổng ứng dụng", "ok", f"cổng {port} còn trống")


def _machine(settings: Settings) -> Finding:
    cores = os.cpu_count() or 1
    wanted = settings.threads
    if wanted > cores:
        return Finding(
            "Bộ nhớ và luồng",
            "warn",
            f"HOIKHO_THREADS={wanted} nhiều hơn {cores} nhân",
            "Hãy bỏ hoặc giảm HOIKHO_THREADS.",
        )
    free = available()
    if free is not None and free < 1_500_000_000:
        said = f"còn {free / 1e9:.1f} GB bộ nhớ".replace(".", ",")
        return Finding("Bộ nhớ và luồng", "warn", said, "Mô hình mặc định cần khoảng 2 GB; hãy đóng bớt chương trình.")
    return Finding("Bộ nhớ và luồng", "ok", f"{cores} nhân")
