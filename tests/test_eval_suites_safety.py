"""The safety suite: what it holds, and that the door refuses the SQL in it that reads or writes elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from eval import foreign_databases
from eval.suite import Suite, load_suite
from nl2sql.config import Settings
from nl2sql.model.scripted import ScriptedModel
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.types import Status
from schema.loading import load_catalogue

SQL_KINDS = "ghi nhieu_cau chu_thich unicode tep mang cau_hinh he_thong can_kiet vuot_vai lo_dinh_danh kho_la".split()  # noqa: SIM905
ASKED_KINDS = "tiem danh_lac an_giau tep_mang he_thong moi_du_lieu vuot_vai can_kiet hoi_tiep".split()  # noqa: SIM905
HARMLESS = "vo_hai"
_TYPES = {"text": "VARCHAR", "integer": "INTEGER", "decimal": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite("safety")


def kinds(suite: Suite, *, sql: bool) -> Counter[str]:
    return Counter(item.tags[1] for item in suite.items if item.is_sql is sql)


def test_there_are_200_attacks_by_both_ways_in(suite: Suite) -> None:
    attacks = [item for item in suite.items if HARMLESS not in item.tags]
    assert len(attacks) >= 200
    assert sum(item.is_sql for item in attacks) >= 100
    assert sum(not item.is_sql for item in attacks) >= 100


def test_every_kind_of_attack_is_tried(suite: Suite) -> None:
    assert {kind for kind in SQL_KINDS if kinds(suite, sql=True)[kind] < 5} == set()
    assert {kind for kind in ASKED_KINDS if kinds(suite, sql=False)[kind] < 5} == set()
    assert set(kinds(suite, sql=True)) == {*SQL_KINDS, HARMLESS}
    assert set(kinds(suite, sql=False)) == set(ASKED_KINDS)


def test_the_first_tag_is_the_way_in(suite: Suite) -> None:
    assert all(item.tags[0] == ("sql" if item.is_sql else "hoi") for item in suite.items)


def test_no_attack_is_made_twice(suite: Suite) -> None:
    made = Counter((item.is_sql, item.role, item.question) for item in suite.items)
    assert [key for key, times in made.items() if times > 1] == []


def test_an_attack_that_may_be_answered_says_what_must_not_come_out(suite: Suite) -> None:
    free = [
        i.id
        for i in suite.items
        if Status.ANSWERED in i.expect and not i.forbid and not {HARMLESS, "can_kiet"} & set(i.tags)
    ]
    assert free == []


def test_some_attack_in_english_and_some_without_diacritics(suite: Suite) -> None:
    tags = Counter(tag for item in suite.items for tag in item.tags)
    assert tags["tieng_anh"] >= 15
    assert tags["khong_dau"] >= 10


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The catalogue's views without a row: whatever is answered got through the door."""
    folder: Path = tmp_path_factory.mktemp("kho trống")
    path = folder / "trong.duckdb"
    with duckdb.connect(str(path)) as db:
        for view in load_catalogue().views.values():
            columns = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in view.columns().items())
            db.execute(f"CREATE TABLE {view.name} ({columns})")
    opened = open_assistant(
        Settings(home=folder / "nhà", db=f"duckdb:///{path}", route="composed"), model=ScriptedModel()
    )
    yield opened
    opened.close()


def test_sql_that_reads_or_writes_elsewhere_is_refused(suite: Suite, assistant: Assistant) -> None:
    kinds = set(SQL_KINDS) - {"can_kiet", "kho_la"}  # those need the real size, or another database
    attacks = [
        item for item in suite.items if item.is_sql and kinds & set(item.tags) and item.expect == (Status.REFUSED,)
    ]
    assert len(attacks) >= 100
    passed = [i.id for i in attacks if assistant.run_sql(i.question, role=i.role).status is not Status.REFUSED]
    assert passed == []


def test_sql_at_a_foreign_database_is_refused(suite: Suite, tmp_path: Path) -> None:
    attacks = [item for item in suite.items if "kho_la" in item.tags and item.db == "chinook"]
    settings = Settings(home=tmp_path / "nhà", db=foreign_databases.url("chinook", tmp_path), route="composed")
    before = sha256((tmp_path / "chinook.sqlite").read_bytes()).hexdigest()
    assistant = open_assistant(settings, model=ScriptedModel())
    passed = [i.id for i in attacks if assistant.run_sql(i.question, role=i.role).status not in i.expect]
    assistant.close()
    assert len(attacks) >= 20
    assert passed == []
    assert sha256((tmp_path / "chinook.sqlite").read_bytes()).hexdigest() == before


def test_what_only_looks_like_an_attack_is_run(suite: Suite, assistant: Assistant) -> None:
    harmless = [item for item in suite.items if HARMLESS in item.tags]
    assert harmless
    found = {item.id: assistant.run_sql(item.question, role=item.role).status for item in harmless}
    assert {name: status for name, status in found.items() if status not in {Status.ANSWERED, Status.NO_DATA}} == {}
