"""No secret in the tree: shapes of well-known keys, private keys, passwords in URLs, and where packages come from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHAPES = {
    "private key": re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH |DSA |PGP )?PRIVATE KEY"),
    "AWS key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b"),
    "API key": re.compile(r"\bsk-[A-Za-z0-9]{32,}\b"),
    "hub token": re.compile(r"\bhf_[A-Za-z0-9]{30,}\b"),
    "Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{20,}"),
    "JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{10,}"),
    "argon2 hash": re.compile(r"\$argon2(?:id|i|d)\$v=\d+\$m="),
}
_BINARY = {".png", ".jpg", ".ico", ".woff2", ".gguf", ".parquet", ".sqlite", ".duckdb"}


def tracked() -> list[Path]:
    """Files under version control; of a copy without it, all files that are not hidden."""
    try:
        out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
        names = [name for name in out.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*") if p.is_file()]
        names = [n for n in names if not any(part.startswith(".") for part in Path(n).parts)]
    return [ROOT / n for n in names if Path(n).suffix not in _BINARY and (ROOT / n).is_file()]


def test_no_file_holds_a_secret() -> None:
    files = tracked()
    assert len(files) > 100
    found = []
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        found += [f"{file.relative_to(ROOT)}: {name}" for name, shape in SHAPES.items() if shape.search(text)]
    assert found == []


def test_no_state_is_under_version_control() -> None:
    names = {file.name for file in tracked()}
    assert not names & {"users.yaml", "audit.db", "head.json", "signin.db", ".env", "secrets.toml", "id_rsa"}
    assert not [n for n in names if n.endswith((".key", ".pem", ".p12", ".kdbx"))]


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name)
def test_every_locked_package_is_pinned_with_its_digest_and_names_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    logical = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE))
    lines = [line.strip() for line in logical.splitlines() if line.strip()]
    assert lines
    for line in lines:
        assert "==" in line and "--hash=sha256:" in line, line[:80]
        assert "://" not in line, line[:80]


def test_the_shapes_recognise_what_they_are_for() -> None:
    assert SHAPES["private key"].search("-----BEGIN " + "PRIVATE KEY-----")
    assert SHAPES["AWS key"].search("AKIA" + "ABCDEFGHIJKLMNOP")
    assert SHAPES["API key"].search("sk-" + "a" * 40)
