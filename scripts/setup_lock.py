"""``make lock``: pins every dependency with its digests. The locks name no package host."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path

from setup_env import Environment
from setup_say import say

HEADER = "# Made by `make lock`; not edited by hand. Every file is checked against its digest on installation.\n"
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"),
)


def write_locks(root: Path, environment: Environment) -> int:
    """Write the four locks from ``pyproject.toml`` and ``requirements/build.in``.

    Args:
        root: The project.
        environment: Its environment, with the development tools.

    Returns:
        0, or the status of the resolver that failed.
    """
    folder = root / "requirements"
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    llama = next(line for line in project["project"]["dependencies"] if line.startswith("llama-cpp-python"))
    # llama-cpp-python is compiled here and installed from the cache, so its source stands in a lock of its own.
    runtime = folder / "runtime.txt"
    jobs = (
        (runtime, ["pyproject.toml", "--no-emit-package", "llama-cpp-python"], ""),
        (folder / "build.txt", ["requirements/build.in", "-c", str(runtime)], ""),
        (folder / "llama.txt", ["-", "--no-deps"], llama),
        (folder / "dev.txt", ["--group", "dev", "-c", str(runtime), "-c", str(folder / "build.txt")], ""),
    )
    for target, arguments, text in jobs:
        fresh = target.with_suffix(".tam")
        command = [str(environment.python), "-m", "uv", "pip", "compile", *OPTIONS, *arguments, "-o", str(fresh)]
        done = subprocess.run(command, input=text, text=True, cwd=root, check=False)
        if done.returncode:
            fresh.unlink(missing_ok=True)
            return done.returncode
        fresh.write_text(HEADER + fresh.read_text(encoding="utf-8"), encoding="utf-8")
        os.replace(fresh, target)
        say(f"✓ {target.relative_to(root)}")
    return 0
