"""A run's log: what the run is a run of, and where it is kept."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import nl2sql
from eval.suite import Suite
from nl2sql.config import Settings

FORMAT = 1
PROMPT_MODULES = (
    "generation/prompt.py",
    "generation/hint.py",
    "foreign/prompt.py",
    "foreign/examples.py",
    "foreign/schema_text.py",
)


@dataclass(frozen=True)
class Spec:
    """What a run is a run of; two runs with one digest measure the same thing on the same code and data.

    Attributes:
        items: Ids in the order asked.
        prompt: Digest of the code that words the prompts; with the catalogue's version it settles every prompt.
        adapter: Name and digest of the adapter that could be asked; empty for none.
        machine: System, processor and number of CPUs; no name of the machine.
    """

    suite: str
    suite_version: str
    suite_digest: str
    warehouse: str
    items: tuple[str, ...]
    model: str
    catalogue_version: str
    revision: str
    settings: Mapping[str, Any]
    packages: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)
    prompt: str = ""
    adapter: str = ""

    def digest(self) -> str:
        """First 10 hexadecimal digits over everything above."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]


def load_log(path: Path) -> dict[str, Any]:
    """Read a run's log.

    Raises:
        ValueError: It is no log of this format.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"{path.name}: not a run's log")
    return data


def make_spec(suite: Suite, settings: Settings, *, model: str, catalogue_version: str, adapter: str = "") -> Spec:
    """The spec of a run on this machine and revision."""
    kept = asdict(replace(settings, home=Path()))
    kept.pop("home")
    kept["db"] = "set" if settings.db else ""
    return Spec(
        suite=suite.name,
        suite_version=suite.version,
        suite_digest=suite.digest,
        warehouse=suite.warehouse,
        items=tuple(item.id for item in suite.items),
        model=model,
        catalogue_version=catalogue_version,
        revision=revision(Path(__file__).resolve().parent.parent),
        settings={k: v if isinstance(v, int | float | str | bool | None) else str(v) for k, v in kept.items()},
        packages={name: _version(name) for name in ("duckdb", "llama-cpp-python", "sqlglot", "rapidfuzz")},
        machine={
            "system": platform.system(),
            "processor": platform.machine(),
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
        },
        prompt=prompt_digest(),
        adapter=adapter,
    )


def prompt_digest() -> str:
    """First 12 hexadecimal digits over the modules that word what a model is asked."""
    folder = Path(nl2sql.__file__).parent
    digest = hashlib.sha256()
    for name in PROMPT_MODULES:
        digest.update(name.encode() + (folder / name).read_bytes())
    return digest.hexdigest()[:12]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def revision(directory: Path) -> str:
    """The git revision of the code, with ``+`` and a digest of the difference when files differ; empty outside one."""
    git = shutil.which("git")
    if git is None:
        return ""
    try:
        head = _git(git, directory, "rev-parse", "--short=12", "HEAD")
        changed = _git(git, directory, "diff", "HEAD")
    except (OSError, subprocess.SubprocessError):
        return ""
    return head + ("+" + hashlib.sha256(changed.encode("utf-8")).hexdigest()[:6] if changed else "")


def _git(git: str, directory: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - git with words of our own
        [git, "-C", str(directory), *words], capture_output=True, encoding="utf-8", check=True, timeout=20
    )
    return done.stdout.strip()
