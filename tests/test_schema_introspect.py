"""The draft catalogue: what is read and guessed from databases that nobody described."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest
from foreign_databases import LIBRARY, ODD_NAMES, RECORD_SHOP, build

from schema.errors import WarehouseError
from schema.introspect import draft_catalogue
from schema.lexicon import expand, split_identifier, vietnamese_label
from schema.semantic import Catalogue, Relationship


@pytest.fixture
def shop(tmp_path: Path) -> Catalogue:
    return draft_catalogue(build(tmp_path / "shop.sqlite", RECORD_SHOP))


def test_tables_columns_and_counts(shop: Catalogue) -> None:
    assert list(shop.views) == ["singers", "albums", "branches", "sales"]
    assert shop.dialect == "sqlite"
    assert shop.as_of is None
    albums = shop.views["albums"]
    assert albums.detail == ("album_id", "title", "singer_id", "genre", "price", "release_date")
    assert albums.rows == 6
    assert albums.primary_key == ("album_id",)


def test_roles_follow_type_and_name(shop: Catalogue) -> None:
    albums = shop.views["albums"]
    assert [fact.name for fact in albums.facts] == ["price"]
    assert [time.name for time in albums.time_dimensions] == ["release_date"]
    assert {d.name for d in albums.dimensions} == {"album_id", "title", "singer_id", "genre"}
    # A year is a place in time to filter by, not a quantity to add up.
    assert shop.views["singers"].dimension("birth_year") is not None


def test_values_are_kept_as_stored(shop: Catalogue) -> None:
    genre = shop.views["albums"].dimension("genre")
    assert genre is not None
    assert {value.value for value in genre.values} == {"Pop", "Rock", "Jazz", "Folk"}


def test_declared_and_inferred_keys(shop: Catalogue) -> None:
    declared = Relationship("albums", ("singer_id",), "singers", ("singer_id",))
    inferred = Relationship("sales", ("album_id",), "albums", ("album_id",))
    also = Relationship("sales", ("branch_id",), "branches", ("branch_id",))
    assert set(shop.relationships) == {declared, inferred, also}


def test_key_by_table_name_is_inferred_only_when_values_agree(tmp_path: Path) -> None:
    url = build(
        tmp_path / "guess.sqlite",
        """
        CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE person (id INTEGER PRIMARY KEY, city_id INTEGER);
        CREATE TABLE stop (id INTEGER PRIMARY KEY, city_id INTEGER);
        INSERT INTO city VALUES (1,'Huế'),(2,'Vinh'),(3,'Hội An');
        INSERT INTO person VALUES (1,1),(2,3),(3,3);
        INSERT INTO stop VALUES (1,701),(2,702),(3,703);
        """,
    )
    assert draft_catalogue(url).relationships == (Relationship("person", ("city_id",), "city", ("id",)),)


def test_vietnamese_names_and_their_keys(tmp_path: Path) -> None:
    catalogue = draft_catalogue(build(tmp_path / "thư viện.sqlite", LIBRARY))
    assert list(catalogue.views) == ["độc giả", "sách", "phiếu mượn"]
    assert set(catalogue.relationships) == {
        Relationship("phiếu mượn", ("mã độc giả",), "độc giả", ("mã độc giả",)),
        Relationship("phiếu mượn", ("mã sách",), "sách", ("mã sách",)),
    }


def test_odd_names_no_key_no_rows_and_a_broken_view(tmp_path: Path) -> None:
    catalogue = draft_catalogue(build(tmp_path / "odd.sqlite", ODD_NAMES))
    assert list(catalogue.views) == ["Order", "no key", "hollow"]
    assert 'Ship "To"' in catalogue.views["Order"].columns()
    assert catalogue.views["no key"].primary_key == ()
    assert catalogue.views["hollow"].rows == 0
    assert len(catalogue.notes) == 1
    assert "broken" in catalogue.notes[0]


def test_file_is_neither_created_nor_changed(tmp_path: Path) -> None:
    missing = tmp_path / "missing.sqlite"
    with pytest.raises(WarehouseError, match="Không tìm thấy tệp"):
        draft_catalogue(f"sqlite:///{missing}")
    with pytest.raises(WarehouseError, match="Không tìm thấy tệp"):
        draft_catalogue(f"duckdb:///{missing}")
    assert not missing.exists()
    path = tmp_path / "shop.sqlite"
    url = build(path, RECORD_SHOP)
    before = path.read_bytes()
    draft_catalogue(url)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["shop.sqlite"]


@pytest.mark.parametrize("url", ["no url at all", "sqlite://", "nosuchdialect://host/db"])
def test_unusable_urls_are_user_errors(url: str) -> None:
    with pytest.raises(WarehouseError) as caught:
        draft_catalogue(url)
    assert caught.value.action


def test_file_that_is_no_database_and_database_without_tables(tmp_path: Path) -> None:
    text = tmp_path / "notes.sqlite"
    text.write_text("đây không phải là cơ sở dữ liệu", encoding="utf-8")
    with pytest.raises(WarehouseError, match="Không đọc được"):
        draft_catalogue(f"sqlite:///{text}")
    with pytest.raises(WarehouseError, match="không có bảng nào"):
        draft_catalogue(build(tmp_path / "empty.sqlite", "CREATE TABLE t (a); DROP TABLE t;"))


def test_five_hundred_tables(tmp_path: Path) -> None:
    path = tmp_path / "wide.sqlite"
    connection = sqlite3.connect(path)
    for number in range(500):
        connection.execute(
            f"CREATE TABLE t{number} (t{number}_id INTEGER PRIMARY KEY, t{max(0, number - 1)}_ref INTEGER)"
        )
    connection.commit()
    connection.close()
    assert len(draft_catalogue(f"sqlite:///{path}").views) == 500


def test_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "kho.duckdb"
    connection = duckdb.connect(str(path))
    connection.execute('CREATE TABLE "Khách hàng" ("Mã KH" INTEGER PRIMARY KEY, "Họ tên" VARCHAR, "từ ngày" DATE)')
    connection.execute(
        'CREATE TABLE don (id INTEGER PRIMARY KEY, kh INTEGER REFERENCES "Khách hàng"("Mã KH"), '
        "tien DECIMAL(10,2), luc TIMESTAMP)"
    )
    connection.execute("CREATE VIEW gan_day AS SELECT * FROM don")
    connection.execute("""INSERT INTO "Khách hàng" VALUES (1, 'An', '2020-01-01')""")
    connection.execute("INSERT INTO don VALUES (1, 1, 2.5, '2024-01-01 08:00:00')")
    connection.close()
    catalogue = draft_catalogue(f"duckdb:///{path}")
    assert set(catalogue.views) == {"Khách hàng", "don", "gan_day"}
    assert catalogue.relationships == (Relationship("don", ("kh",), "Khách hàng", ("Mã KH",)),)
    assert catalogue.views["Khách hàng"].columns() == {"từ ngày": "date", "Mã KH": "integer", "Họ tên": "text"}
    assert [t.name for t in catalogue.views["don"].time_dimensions] == ["luc"]
    assert [f.name for f in catalogue.views["don"].facts] == ["tien"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("student_id", "Mã học sinh"),
        ("CustomerName", "Tên khách hàng"),
        ("release_date", "Ngày phát hành"),
        ("tựa đề", "Tựa đề"),
        ("zxq_9", "Zxq 9"),
    ],
)
def test_labels(name: str, label: str) -> None:
    assert vietnamese_label(name) == label


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("num_of_pages", ("number", "page")),
        ("customerIDs", ("customer", "id")),
        ("releasedate", ("release", "date")),
        ("pName", ("name",)),
        ("họ tên", ("họ", "tên")),
    ],
)
def test_words_of_identifiers(name: str, words: tuple[str, ...]) -> None:
    assert expand(split_identifier(name)) == words
