"""The two commands: ``make run`` and ``make test`` end here. Standard library only; nothing is installed yet.

Each step writes under a temporary name, verifies and renames, or notes its end in a stamp; so any step can be cut at
any moment and the same command goes on from there.
Run as ``python3 scripts/bootstrap.py run|setup|test|lint|lock|audit|clean``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def main(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: The command and what it takes.

    Returns:
        Exit status for the shell.
    """
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return use_other_python(arguments)
    from setup_say import SetupError, complain, use_utf8

    use_utf8()
    try:
        return dispatch(arguments)
    except SetupError as error:
        complain(error)
        return 1
    except OSError as error:
        complain(os_error(error))
        return 1
    except KeyboardInterrupt:
        complain(SetupError("Đã dừng theo yêu cầu.", "Chạy lại cùng lệnh này để đi tiếp; phần đã xong được giữ."))
        return 130


def use_other_python(arguments: list[str]) -> int:
    """Start again under a supported Python of this machine, or say what to install."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, os.path.abspath(__file__), *arguments])  # noqa: S606 - the same script
    found = ".".join(str(part) for part in sys.version_info[:2])
    print(
        f"\n✗ Cần Python 3.11, 3.12 hoặc 3.13; máy này có {found}.\n"
        "  → Trên Debian 12/Ubuntu 24.04: sudo apt install python3 python3-venv – rồi chạy lại.",
        file=sys.stderr,
    )
    return 1


def dispatch(arguments: list[str]) -> int:
    """Set up what a command needs, then run it."""
    from pathlib import Path

    from setup_env import Environment

    root = Path(__file__).resolve().parent.parent
    command, rest = (arguments or ["run"])[0], arguments[1:]
    environment = Environment(root, cache_home())
    os.chdir(root)
    if command == "clean":
        return clean(root)
    if command not in ("run", "setup", "test", "lint", "lock", "audit"):
        print(f"Không có lệnh “{command}”. Các lệnh: run, setup, test, lint, lock, audit, clean.", file=sys.stderr)
        return 2
    environment.ensure(dev=command in ("test", "lint", "lock"))
    python = str(environment.python)
    if command == "lock":
        from setup_lock import write_locks

        return write_locks(root, environment)
    if command == "audit":
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--group", "audit"]
        if call([python, *install]):
            print("⚠ Chưa cài được pip-audit.", file=sys.stderr)
        return call([python, "scripts/audit_packages.py", *rest])
    if command in ("test", "lint"):
        status = lint(python)
        if status or command == "lint":
            return status
    if call([python, "-m", "nl2sql", "setup"]):
        return 1
    if command == "test":
        import setup_mariadb
        import setup_postgres

        with setup_postgres.test_server(), setup_mariadb.test_server():
            return call([python, "-m", "pytest", *rest])
    if command == "run":
        os.execv(python, [python, "-m", "nl2sql", "app", *rest])  # noqa: S606 - our own environment
    return 0


def lint(python: str) -> int:
    """ruff, mypy and the import contracts; the first that complains ends it."""
    imports = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    for label, command in (
        ("Soát mã: ruff", [python, "-m", "ruff", "check", "."]),
        ("Soát kiểu: mypy", [python, "-m", "mypy"]),
        ("Soát tầng: import-linter", [python, "-c", imports]),
    ):
        print(label, flush=True)
        if call(command):
            return 1
    return 0


def call(command: list[str]) -> int:
    """Run a program in the foreground; Ctrl-C reaches it too and is waited for."""
    process = subprocess.Popen(command)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise


def cache_home():  # type: ignore[no-untyped-def]
    """The user cache, by the rule of ``nl2sql.config``: HOIKHO_HOME, else the platform's cache directory."""
    from pathlib import Path

    named = os.environ.get("HOIKHO_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hoikho"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hoikho"


def os_error(error: OSError):  # type: ignore[no-untyped-def]
    """An error of the operating system in the words of the set-up."""
    import errno

    from setup_say import SetupError

    where = f" (“{error.filename}”)" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SetupError(f"Ổ đĩa đã đầy{where}.", "Hãy giải phóng khoảng 4 GB rồi chạy lại; phần đã xong được giữ.")
    return SetupError(
        f"Không đọc hoặc ghi được{where}: {error.strerror or error}.",
        "Hãy kiểm tra quyền của thư mục, hoặc đặt HOIKHO_HOME vào một thư mục ghi được, rồi chạy lại.",
    )


def clean(root) -> int:  # type: ignore[no-untyped-def]
    """Remove what this clone made; the user cache (model, compiled wheel, warehouse) stays."""
    names = (".venv", "build", "hoikho.egg-info", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
    for name in (*names, ".import_linter_cache"):
        shutil.rmtree(root / name, ignore_errors=True)
    print("Đã dọn. Mô hình và bộ chạy đã biên dịch vẫn ở bộ đệm người dùng.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
