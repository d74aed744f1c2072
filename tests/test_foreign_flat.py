"""Questions over databases that nobody described, read and composed without a model."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from foreign_databases import LIBRARY, ODD_NAMES, RECORD_SHOP, build
from sqlglot import exp, parse_one

from nl2sql.config import Settings
from nl2sql.foreign.expand import expand
from nl2sql.foreign.flat_reading import Flattened, flatten
from nl2sql.model.scripted import ScriptedModel
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.types import Question, Status
from schema.introspect import draft_catalogue
from schema.lexicon import restored, vietnamese_label
from schema.saving import save_draft

SHOP = """
CREATE TABLE khach_hang (ma_khach_hang INTEGER PRIMARY KEY, ho_ten TEXT, thanh_pho TEXT);
CREATE TABLE san_pham (ma_san_pham INTEGER PRIMARY KEY, ten_san_pham TEXT, don_gia REAL);
CREATE TABLE don_hang (ma_don_hang INTEGER PRIMARY KEY, ma_khach_hang INTEGER REFERENCES khach_hang(ma_khach_hang),
    ma_nguoi_nhan INTEGER REFERENCES khach_hang(ma_khach_hang), ngay_dat DATE, han_giao DATE, ngay_giao DATE,
    tong_tien REAL);
CREATE TABLE chi_tiet_don_hang (ma_don_hang INTEGER REFERENCES don_hang(ma_don_hang),
    ma_san_pham INTEGER REFERENCES san_pham(ma_san_pham), so_luong INTEGER, don_gia REAL);
INSERT INTO khach_hang VALUES (1,'Lê Thị Mai','Huế'),(2,'Trần Văn Hải','Vinh'),(3,'Lê Thị Mai','Vinh');
INSERT INTO san_pham VALUES (1,'Bút bi',5000),(2,'Vở kẻ ngang',9000),(3,'Thước kẻ',7000);
INSERT INTO don_hang VALUES (1,1,2,'2024-01-05','2024-01-10','2024-01-09',50000),
    (2,1,NULL,'2024-02-05','2024-02-10','2024-02-12',90000),(3,2,2,'2025-01-05','2025-01-10',NULL,20000);
INSERT INTO chi_tiet_don_hang VALUES (1,1,4,5000),(1,2,2,9000),(2,2,10,9000),(3,1,3,5000);
"""


def opened(folder: Path, name: str, script: str) -> Assistant:
    url = build(folder / f"{name}.sqlite", script)
    return open_assistant(Settings(home=folder, route="composed"), db=url)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Assistant]]:
    folder = tmp_path_factory.mktemp("kho lạ")
    scripts = {"records": RECORD_SHOP, "library": LIBRARY, "shop": SHOP, "odd": ODD_NAMES}
    found = {name: opened(folder, name, script) for name, script in scripts.items()}
    yield found
    for assistant in found.values():
        assistant.close()


def rows(assistant: Assistant, question: str) -> list[tuple[object, ...]]:
    answer = assistant.ask(Question(question))
    assert answer.result is not None, f"{question}: {answer.headline}"
    return [tuple(row) for row in answer.result.rows]


def flat_of(assistant: Assistant) -> Flattened:
    return flatten(assistant.catalogue, assistant.database)


@pytest.mark.parametrize("name", ["records", "library", "shop", "odd"])
def test_no_join_doubles_a_row(places: dict[str, Assistant], name: str) -> None:
    """Every column of every flat view is shown for as many rows as its table has."""
    assistant = places[name]
    flat = flat_of(assistant)
    for view in flat.wide.flats.values():
        counted = assistant.run_sql(f"SELECT COUNT(*) AS n FROM {exp.to_identifier(view.table, quoted=True).sql()}")
        assert counted.result is not None
        wanted = counted.result.rows[0][0]
        columns = [d.name for d in view.view.dimensions]
        for column in columns:
            sql = expand(f"SELECT {column} FROM {view.view.name}", flat.wide.flats, "sqlite")
            answer = assistant.run_sql(sql)
            assert answer.result is not None, f"{view.table}.{column}: {answer.headline}"
            assert len(answer.result.rows) == wanted, f"{view.table}.{column}"


def test_a_guessed_key_that_repeats_is_not_joined(tmp_path: Path) -> None:
    """A column named like a key whose values repeat beyond the sample would double rows."""
    script = """
    CREATE TABLE district (district_id INTEGER, name TEXT);
    CREATE TABLE school (school_id INTEGER PRIMARY KEY, name TEXT, district_id INTEGER);
    INSERT INTO school VALUES (1,'A',1),(2,'B',2),(3,'C',2);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    INSERT INTO district SELECT i, 'D' || i FROM n;
    INSERT INTO district VALUES (2,'Repeated');
    """
    assistant = opened(tmp_path, "lap", script)
    assert any(r.right == "district" for r in assistant.catalogue.relationships)
    school = next(f for f in flat_of(assistant).wide.flats.values() if f.table == "school")
    assistant.close()
    assert school.steps == {}


@pytest.mark.parametrize(
    ("name", "question", "wanted"),
    [
        ("records", "Có bao nhiêu album?", [(6,)]),
        ("records", "Số album theo ca sĩ", [("Lena Park", 2), ("Otto Brandt", 2), ("Minh Anh", 1), ("Clara Voss", 1)]),
        ("records", "Có bao nhiêu ca sĩ ở Đức?", [(2,)]),
        ("records", "Ca sĩ nào chưa có album?", [("Jon Eide",)]),
        ("records", "Liệt kê album thể loại Pop", [("Blue Rain",), ("Mùa thu",), ("Second Rain",)]),
        ("records", "2 album đắt nhất", [("Glass House", 20.0), ("Mùa thu", 15.0)]),
        ("records", "Ca sĩ nào có ít nhất hai album?", [("Lena Park", 2), ("Otto Brandt", 2)]),
        ("records", "Giá trung bình của album năm 2019", [(14.0,)]),
        ("records", "Số lượng bán theo chi nhánh", [("Hanoi", 88), ("Berlin", 28), ("Oslo", 9)]),
        ("library", "Có bao nhiêu độc giả nữ?", [(2,)]),
        ("library", "Số lượt mượn theo thể loại", [("Tiểu thuyết", 2), ("Khoa học", 2)]),
        ("library", "Cuốn nào chưa ai mượn?", [("Phố cũ",)]),
        ("library", "Số phiếu mượn tháng 2/2024", [(2,)]),
        ("library", "Ai mượn nhiều nhất?", [("Trần Thị Mây", 2)]),
        ("shop", "Doanh thu năm 2024 là bao nhiêu?", [(140000.0,)]),
        ("shop", "Có bao nhiêu đơn hàng trễ hạn?", [(1,)]),
        ("shop", "Sản phẩm nào chưa bán được lần nào?", [("Thước kẻ",)]),
        ("shop", "Số đơn hàng theo năm", [(2024, 2), (2025, 1)]),
    ],
)  # fmt: skip
def test_common_shapes(
    places: dict[str, Assistant], name: str, question: str, wanted: list[tuple[object, ...]]
) -> None:
    found = rows(places[name], question)
    assert sorted(map(str, found)) == sorted(map(str, wanted))


def test_members_with_one_name_stay_apart(places: dict[str, Assistant]) -> None:
    """Two customers bear one name: they are grouped by their key."""
    script = "SELECT COUNT(*) FROM khach_hang WHERE ho_ten = 'Lê Thị Mai'"
    assert rows_of(places["shop"], script) == [(2,)]
    answer = places["shop"].ask(Question("Số đơn hàng theo khách hàng"))
    grouped = parse_one(answer.sql, read="sqlite").args["group"].expressions
    assert {column.name for column in grouped} == {"ho_ten", "ma_khach_hang"}


def rows_of(assistant: Assistant, sql: str) -> list[tuple[object, ...]]:
    answer = assistant.run_sql(sql)
    assert answer.result is not None
    return [tuple(row) for row in answer.result.rows]


def test_two_keys_to_one_table_are_two_roles(places: dict[str, Assistant]) -> None:
    flat = next(f for f in flat_of(places["shop"]).wide.flats.values() if f.table == "don_hang")
    assert {step.table for step in flat.steps.values()} == {"khach_hang"}
    assert len(flat.steps) == 2


def test_odd_names_are_quoted_and_answered(places: dict[str, Assistant]) -> None:
    flat = flat_of(places["odd"])
    order = next(f for f in flat.wide.flats.values() if f.table == "Order")
    column = next(n for n, cell in order.cells.items() if cell.columns == ('Ship "To"',))
    sql = expand(f"SELECT {column}, COUNT(*) AS n FROM {order.view.name} GROUP BY {column}", flat.wide.flats, "sqlite")
    assert sorted(rows_of(places["odd"], sql)) == [("Huế", 2), ("Vinh", 1)]


def test_a_period_over_a_table_without_a_date_is_not_sure(places: dict[str, Assistant]) -> None:
    reading, _ = flat_of(places["shop"]).read(Question("Có bao nhiêu sản phẩm năm 2024?"))
    assert reading.certainty < 0.9
    assert reading.unread


def test_what_was_hardly_understood_goes_to_the_model(tmp_path: Path) -> None:
    """On the default route a question with several words that nothing explains goes to the model."""
    url = build(tmp_path / "shop.sqlite", RECORD_SHOP)
    model = ScriptedModel(["SELECT title FROM albums WHERE genre = 'Jazz'"])
    assistant = open_assistant(Settings(home=tmp_path), db=url, model=model)
    known = assistant.ask(Question("Có bao nhiêu album thể loại Jazz?"))
    assert (known.status, len(model.asked)) == (Status.ANSWERED, 0)
    asked = assistant.ask(Question("Tựa đề các album Jazz lấp lánh huyền ảo"))
    assistant.close()
    assert asked.status is Status.ANSWERED
    assert len(model.asked) == 1


def test_the_answer_speaks_vietnamese(places: dict[str, Assistant]) -> None:
    answer = places["records"].ask(Question("Số album theo ca sĩ"))
    assert answer.result is not None
    assert [column.label for column in answer.result.columns] == ["Nghệ sĩ", "Số album"]
    assert "phang_" not in answer.headline + answer.explanation + answer.sql


def test_a_changed_reading_is_composed_again(places: dict[str, Assistant]) -> None:
    answer = places["library"].ask(Question("Số phiếu mượn tháng 2/2024"))
    assert answer.reading is not None
    without = places["library"].answer_reading(replace(answer.reading, periods=()))
    assert without.result is not None
    assert without.result.rows[0][0] == 4


@pytest.mark.parametrize(
    ("identifier", "wanted"),
    [
        ("ten_khach_hang", "tên khách hàng"),
        ("ngay_sinh", "ngày sinh"),
        ("chi_tiet_don_hang", "chi tiết đơn hàng"),
        ("customer_name", ""),
        ("OrderDate", ""),
        ("xyz_abc", ""),
    ],
)
def test_vietnamese_identifiers_get_their_diacritics_back(identifier: str, wanted: str) -> None:
    assert restored(identifier) == wanted
    if wanted:
        assert vietnamese_label(identifier).lower() == wanted


def test_flat_views_of_a_closed_file_do_not_write(tmp_path: Path) -> None:
    url = build(tmp_path / "shop.sqlite", RECORD_SHOP)
    before = (tmp_path / "shop.sqlite").read_bytes()
    assistant = open_assistant(Settings(home=tmp_path, route="composed"), db=url)
    assistant.ask(Question("Số album theo ca sĩ"))
    assistant.close()
    assert (tmp_path / "shop.sqlite").read_bytes() == before
    assert sqlite3.connect(tmp_path / "shop.sqlite").execute("SELECT COUNT(*) FROM albums").fetchone() == (6,)


def test_what_a_person_writes_into_the_draft_counts(tmp_path: Path) -> None:
    url = build(tmp_path / "shop.sqlite", RECORD_SHOP)
    folder = tmp_path / "dm"
    save_draft(draft_catalogue(url), folder)
    file = next(f for f in folder.glob("*.yaml") if f.name.startswith("branch"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  label: Chi nhánh\n", "  label: Trạm phát\n", 1), encoding="utf-8")
    settings = Settings(home=tmp_path, route="composed", catalogue=str(folder))
    assistant = open_assistant(settings, db=url)
    found = rows(assistant, "Có bao nhiêu trạm phát?")
    assistant.close()
    assert "Trạm phát" in file.read_text(encoding="utf-8")
    assert found == [(3,)]
