"""What the documents promise exists: commands, options, settings, make targets, files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from nl2sql.cli.root import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
SETTING = re.compile(r"HOIKHO_[A-Z]+(?:_[A-Z]+)*")


def commands() -> dict[str, set[str]]:
    """Every command of ``hoikho``, groups spelled out, with its options."""
    root = typer.main.get_command(app)
    context = typer.Context(root)
    found: dict[str, set[str]] = {}
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        found[name] = {option for parameter in command.params for option in parameter.opts}
        for child, inner in getattr(command, "commands", {}).items():
            found[f"{name} {child}"] = {option for parameter in inner.params for option in parameter.opts}
    return found


def settings_in_code() -> set[str]:
    files = [path for room in ("nl2sql", "schema", "eval", "ui", "scripts") for path in (ROOT / room).rglob("*.py")]
    named = {name for file in files for name in SETTING.findall(file.read_text(encoding="utf-8"))}
    return named - {"HOIKHO_TEST_POSTGRES", "HOIKHO_TEST_MARIADB"}  # for developers: CONTRIBUTING tells it


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_named_exists(document: Path) -> None:
    known = commands()
    named = re.findall(r"hoikho ([a-z]+)(?: ([a-z]+))?", re.sub(r"python -m \w+", "", document.read_text("utf-8")))
    for first, second in named:
        assert first in known, f"hoikho {first}"
        if second and any(name.startswith(f"{first} ") for name in known):
            assert f"{first} {second}" in known


def test_every_option_of_ask_named_in_the_readme_exists() -> None:
    row = next(line for line in README.splitlines() if line.startswith("| `hoikho ask"))
    named = set(re.findall(r"`(--[a-z]+)", row))
    assert named >= {"--json", "--batch"}
    assert named <= commands()["ask"]


def test_the_settings_table_and_the_code_name_the_same() -> None:
    table = {name for line in README.splitlines() if line.startswith("| `HOIKHO_") for name in SETTING.findall(line)}
    assert table == settings_in_code()


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)[0].split())
    for document in DOCUMENTS:
        named = set(re.findall(r"(?:^|`|^\| `)make ([a-z]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, document.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_and_file_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / target).exists(), target
    for name in re.findall(r"`((?:nl2sql|schema|eval|ui|scripts|requirements|tests)/[\w/.-]+)`", text):
        assert (ROOT / name).exists(), name


def test_the_module_is_the_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "nl2sql", "no-such"], capture_output=True, encoding="utf-8", cwd=ROOT, check=False
    )
    assert ran.returncode == 2
    assert "no-such" in ran.stderr
