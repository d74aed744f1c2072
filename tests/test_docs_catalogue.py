"""The worked example of docs/catalogue.md, run as it stands there: view, YAML files, check, questions and answers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from eval.foreign_databases import build
from nl2sql.cli import main
from nl2sql.cli.render import trust_words
from nl2sql.config import Settings
from nl2sql.model.scripted import ScriptedModel
from nl2sql.pipeline import open_assistant
from nl2sql.types import Question

DOC = (Path(__file__).parent.parent / "docs" / "catalogue.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> dict[str, str]:
    return {name: text for _, name, text in BLOCK.findall(DOC)}


def rows() -> list[tuple[str, str, str]]:
    table = DOC.split("<!-- hỏi -->")[1].split("\n\n")[0].strip().split("\n")[2:]
    found = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table]
    return [(question, told, trust) for question, told, trust in found]


def made(folder: Path) -> tuple[str, Path]:
    """The library with the flat view of the page, and the page's catalogue."""
    database = build("thu_vien", folder)
    connection = sqlite3.connect(database)
    connection.executescript(blocks()["view"])
    connection.close()
    catalogue = folder / "thu_vien"
    for name, text in blocks().items():
        if name.endswith(".yaml"):
            path = catalogue / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return f"sqlite:///{database}", catalogue


def test_the_page_s_catalogue_has_no_fault(tmp_path: Path) -> None:
    url, catalogue = made(tmp_path)
    assert main(["catalogue", "check", str(catalogue), "--db", url]) == 0


def test_the_page_s_questions_get_the_page_s_answers(
    tmp_path: Path, settings: Settings, scripted_model: Callable[..., ScriptedModel]
) -> None:
    url, catalogue = made(tmp_path)
    assistant = open_assistant(replace(settings, catalogue=str(catalogue)), db=url, model=scripted_model())
    try:
        answers = [assistant.ask(Question(question)) for question, _, _ in rows()]
    finally:
        assistant.close()
    assert len(answers) >= 4
    assert [(a.question, a.headline, trust_words(a)) for a in answers] == rows()


def test_the_flat_view_keeps_the_rows_of_its_grain(tmp_path: Path) -> None:
    url, _ = made(tmp_path)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    flat = connection.execute("SELECT COUNT(*), COUNT(DISTINCT so_phieu), SUM(tien_phat) FROM muon_sach").fetchone()
    base = connection.execute('SELECT COUNT(*), COUNT(*), SUM("Tiền phạt (đồng)") FROM "Phiếu Mượn"').fetchone()
    connection.close()
    assert flat == base
