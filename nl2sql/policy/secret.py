"""Keys of this installation, kept in files that only the owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from schema.errors import UserError


def pseudonym_key(home: Path) -> str:
    """The key of the pseudonyms; made when there is none. Without it nobody can tell whose pseudonym one is.

    Raises:
        UserError: It cannot be read or made.
    """
    return installation_key(home, "pseudonym")


def installation_key(home: Path, name: str) -> str:
    """The key of that name, 64 hexadecimal digits, made once and kept under ``home/keys``.

    Raises:
        UserError: It cannot be read or made.
    """
    file = home / "keys" / f"{name}.key"
    try:
        if not file.exists():
            _make(file)
        text = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"Không đọc hoặc tạo được khóa {file}.",
            action="Hãy kiểm tra quyền và chỗ trống của thư mục đó.",
            phase="policy",
        ) from error
    if len(text) != 64:
        raise UserError(f"Khóa {file} đã hỏng.", action="Hãy khôi phục tệp này từ bản sao lưu.", phase="policy")
    return text


def _make(file: Path) -> None:
    """Write a new key whole or not at all; of two processes that try, one wins and both read the same."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(temporary, file)
        except FileExistsError:
            return
    finally:
        temporary.unlink(missing_ok=True)
