"""Linking questions to schemas in English and Vietnamese, and the schema text that the model sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign_databases import LIBRARY, ODD_NAMES, RECORD_SHOP, build

from nl2sql.foreign.link import Linker
from nl2sql.foreign.prompt import build_prompt, head
from nl2sql.foreign.prune import PRUNED_CHARACTERS, schema_for
from nl2sql.foreign.route import prepare
from nl2sql.foreign.schema_text import names_of, safe_name, schema_text
from schema.introspect import draft_catalogue
from schema.semantic import Catalogue


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return draft_catalogue(build(tmp_path_factory.mktemp("db") / "shop.sqlite", RECORD_SHOP))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return draft_catalogue(build(tmp_path_factory.mktemp("db") / "library.sqlite", LIBRARY))


def test_vietnamese_words_find_english_names(shop: Catalogue) -> None:
    links = Linker(shop).link("Tên ca sĩ và thể loại của từng đĩa nhạc, chi nhánh nào mở năm nào?")
    assert "singers" in links.tables
    assert "branches" in links.tables
    assert links.columns["albums", "genre"] == "thể loại"
    assert ("singers", "name") in links.columns


def test_stored_values_are_found_as_written_and_translated(shop: Catalogue) -> None:
    linker = Linker(shop)
    found = {(v.table, v.column, v.value) for v in linker.link("Album của LENA PARK bán ở Berlin").values}
    assert found == {("singers", "name", "Lena Park"), ("branches", "city", "Berlin")}
    translated = linker.link("Có bao nhiêu ca sĩ đến từ Đức?").values
    assert [(v.column, v.value) for v in translated] == [("nation", "Germany")]


def test_values_without_diacritics_are_found_when_they_are_several_words(library: Catalogue) -> None:
    values = Linker(library).link("so phieu muon cua tran thi may").values
    assert [(v.table, v.value) for v in values] == [("độc giả", "Trần Thị Mây")]


def test_grammar_words_are_no_values(shop: Catalogue) -> None:
    assert Linker(shop).link("Có album nào không bán được không?").values == ()


def test_names_of_a_vietnamese_schema(library: Catalogue) -> None:
    links = Linker(library).link("Tựa đề và số trang của các cuốn sách thể loại Khoa học")
    assert links.columns["sách", "số trang"] == "số trang"
    assert "sách" in links.tables
    assert [v.value for v in links.values] == ["Khoa học"]


def test_question_about_something_else_links_nothing(shop: Catalogue) -> None:
    assert not Linker(shop).link("Thủ tướng phát biểu gì hôm qua?").any()


@pytest.mark.parametrize(
    ("name", "safe"),
    [("singer", "singer"), ("họ tên", "họ_tên"), ('Ship "To"', "Ship_To"), ("order", "order_"), ("2nd", "c2nd")],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_schema_text_holds_keys_types_and_values(shop: Catalogue) -> None:
    lines = schema_text(shop, names_of(shop)).splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("albums(album_id int key, title (")
    assert "singer_id int -> singers.singer_id" in lines[1]
    assert "genre ('Pop','Rock','Jazz','Folk')" in lines[1]


def test_odd_names_are_shown_without_quotes(tmp_path: Path) -> None:
    catalogue = draft_catalogue(build(tmp_path / "odd.sqlite", ODD_NAMES))
    text = schema_text(catalogue, names_of(catalogue), samples=0)
    assert '"' not in text
    assert text.splitlines()[0] == "Order_(ID int key, Ship_To, group_)"


def test_large_schema_is_cut_to_what_the_question_names(tmp_path: Path) -> None:
    script = RECORD_SHOP + "".join(
        f"CREATE TABLE filler_{n} (filler_{n}_id INTEGER PRIMARY KEY, remark_{n} TEXT, weight_{n} REAL);"
        for n in range(80)
    )
    catalogue = draft_catalogue(build(tmp_path / "large.sqlite", script))
    ready = prepare(catalogue)
    text = schema_for(catalogue, ready.names, ready.graph, ready.linker.link("Thể loại album của ca sĩ người Đức"))
    assert len(text) <= PRUNED_CHARACTERS
    assert "singers(" in text
    assert "albums(" in text


def test_prompt_opens_with_the_same_head_for_every_database(shop: Catalogue) -> None:
    ready = prepare(shop)
    question = "Có bao nhiêu ca sĩ đến từ Đức?"
    schema = schema_text(shop, ready.names)
    prompt = build_prompt(question, ready.linker.link(question), shop, ready.names, schema)
    assert prompt.prefix == head("sqlite", False)
    assert prompt.final.content.startswith(schema)
    assert "singers.nation = 'Germany'" in prompt.final.content
    assert prompt.start == "SELECT"


@pytest.mark.parametrize("question", ["co bao nhieu ca si den tu duc", "How many singers are there in each nation?"])
def test_questions_without_diacritics_and_in_english(shop: Catalogue, question: str) -> None:
    links = Linker(shop).link(question)
    assert "singers" in links.tables
    assert ("singers", "nation") in links.columns or links.values[0].value == "Germany"


def test_word_of_a_quoted_text_is_no_value(shop: Catalogue) -> None:
    assert Linker(shop).link("Album có tên 'Đêm ở Đức'").values == ()
    assert [v.value for v in Linker(shop).link("Album có tên 'Iron Road'").values] == ["Iron Road"]


def test_classifier_before_a_name_is_not_the_type(tmp_path: Path) -> None:
    script = "CREATE TABLE ships (ship_id INTEGER PRIMARY KEY, type TEXT, flag TEXT);"
    linker = Linker(draft_catalogue(build(tmp_path / "ships.sqlite", script)))
    assert linker.link("Đếm số tàu của mỗi loại cờ").columns == {("ships", "flag"): "cờ"}
    assert ("ships", "type") in linker.link("Đếm số tàu của mỗi loại").columns
