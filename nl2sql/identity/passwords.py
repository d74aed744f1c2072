"""Password rules and hashes (argon2id, the parameters of argon2-cffi's defaults, RFC 9106 low-memory profile)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from schema.errors import UserError

MIN_LENGTH = 10
MAX_LENGTH = 200
_COMMON = frozenset({"matkhau123", "password12", "1234567890", "haiquan2025", "haiquanvietnam", "qwertyuiop"})
_hasher = PasswordHasher()
_DUMMY = _hasher.hash("khong-phai-mat-khau-cua-ai")


def check_strength(password: str, name: str) -> None:
    """Refuse a password that is too short, too common or made of the sign-in name.

    Raises:
        UserError: With what is wanted.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise UserError(
            f"Mật khẩu cần từ {MIN_LENGTH} đến {MAX_LENGTH} ký tự.", action="Hãy chọn lại.", phase="identity"
        )
    if password.casefold() in _COMMON or name.casefold() in password.casefold() or len(set(password)) < 4:
        raise UserError("Mật khẩu quá dễ đoán.", action="Hãy dùng một câu dài không chứa tên.", phase="identity")


def hash_password(password: str) -> str:
    """An argon2id hash with its salt and parameters."""
    return _hasher.hash(password)


def verify(stored: str, password: str) -> bool:
    """Whether the password belongs to the hash; an empty hash costs the same time and never fits."""
    try:
        return _hasher.verify(stored or _DUMMY, password[:MAX_LENGTH]) and bool(stored)
    except (Argon2Error, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
