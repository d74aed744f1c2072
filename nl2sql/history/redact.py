"""Secrets are taken out of a text before it is logged."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "***"
_URL = re.compile(r"(?<=://)([^\s/@:'\"]*):[^\s/@'\"]+(?=@)")
_NAMED = re.compile(
    r"(?i)\b(mật khẩu|mat khau|mat_khau|password|passwd|pwd|token|secret|api[_-]?key|authorization|bearer)"
    r"(\s*(?:[:=]|là|la|is)\s*|\s+(?=[^\s]*\d))(bearer\s+)?([^\s,;'\"]+)"
)
_KEYS = re.compile(r"\b(?:sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|eyJ[\w-]+\.[\w-]+\.[\w-]+)")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without passwords in URLs, values after words for secrets, well-known key shapes and given secrets."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    text = _URL.sub(rf"\1:{HIDDEN}", text)
    text = _NAMED.sub(lambda m: f"{m[1]}{m[2]}{HIDDEN}", text)
    return _KEYS.sub(HIDDEN, text)
