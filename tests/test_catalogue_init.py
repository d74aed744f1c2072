"""``catalogue init|export|refresh`` and saved catalogues: valid drafts of any database, used at once and improved."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml

from eval.foreign_databases import url as fixture_url
from nl2sql.cli import main
from nl2sql.config import Settings
from nl2sql.errors import UserError
from nl2sql.model.scripted import ScriptedModel
from nl2sql.pipeline import open_assistant
from nl2sql.query import value_index
from nl2sql.query.database import open_database
from nl2sql.types import Question, Status
from schema.errors import CatalogueError
from schema.export import to_ossie
from schema.introspect import draft_catalogue
from schema.loading import load_catalogue
from schema.saving import plain_name, save_draft
from tests.foreign_databases import ODD_NAMES, RECORD_SHOP, build


@pytest.mark.parametrize("name", ["chinook", "thu_vien"])
def test_a_saved_draft_says_what_the_draft_said(name: str, tmp_path: Path) -> None:
    draft = draft_catalogue(fixture_url(name, tmp_path))
    save_draft(draft, tmp_path / "danh mục")
    saved = load_catalogue(tmp_path / "danh mục")
    assert saved.draft
    assert saved.relationships == draft.relationships
    assert set(saved.views) == set(draft.views)
    for key, view in draft.views.items():
        again = saved.views[key]
        assert again.columns() == view.columns()
        assert (again.rows, again.primary_key, again.detail) == (view.rows, view.primary_key, view.detail)
        assert again.default_metric is not None
        assert again.default_metric.expr == "COUNT(*)"


def test_init_then_check_then_ask(
    tmp_path: Path, settings: Settings, capfd: pytest.CaptureFixture[str], scripted_model: Callable[..., ScriptedModel]
) -> None:
    url = fixture_url("thu_vien", tmp_path)
    folder = tmp_path / "danh mục"
    assert main(["catalogue", "init", "--db", url, "--out", str(folder)]) == 0
    assert "8 bảng, 43 cột, 7 quan hệ" in capfd.readouterr().err
    assert main(["catalogue", "check", str(folder), "--db", url]) == 0
    model = scripted_model(['SELECT COUNT(*) FROM "Bạn đọc" WHERE "Giới tính" = \'Nữ\''] * 4)
    assistant = open_assistant(replace(settings, catalogue=str(folder)), db=url, model=model)
    try:
        answer = assistant.ask(Question("Có bao nhiêu bạn đọc nữ?"))
    finally:
        assistant.close()
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    expected = connection.execute('SELECT COUNT(*) FROM "Bạn đọc" WHERE "Giới tính" = \'Nữ\'').fetchone()
    connection.close()
    assert answer.status is Status.ANSWERED
    assert answer.result is not None
    assert answer.result.rows == (expected,)


def test_an_improved_catalogue_answers_in_its_own_words_without_the_model(
    tmp_path: Path, settings: Settings, scripted_model: Callable[..., ScriptedModel]
) -> None:
    """What a person adds (a view in plain names, a synonym, a unit) is what the assistant then understands."""
    url = build(tmp_path / "shop.sqlite", RECORD_SHOP)
    folder = tmp_path / "dm"
    save_draft(draft_catalogue(url), folder)
    shared = (folder / "_chung.yaml").read_text(encoding="utf-8").replace("draft: true", "draft: false")
    (folder / "_chung.yaml").write_text(shared, encoding="utf-8")
    content = yaml.safe_load((folder / "sales.yaml").read_text(encoding="utf-8"))
    metric = next(m for m in content["views"][0]["metrics"] if m["name"] == "tong_quantity")
    metric.update(label="Số đĩa bán ra", synonyms=["bán được bao nhiêu đĩa"], unit="đĩa")
    (folder / "sales.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assistant = open_assistant(replace(settings, catalogue=str(folder)), db=url, model=scripted_model())
    try:
        answer = assistant.ask(Question("Số đĩa bán ra là bao nhiêu?"))
    finally:
        assistant.close()
    assert answer.result is not None
    assert answer.result.rows == ((125,),)
    assert "125 đĩa" in answer.headline


def test_a_draft_is_never_written_over(tmp_path: Path) -> None:
    url = build(tmp_path / "shop.sqlite", RECORD_SHOP)
    folder = tmp_path / "dm"
    save_draft(draft_catalogue(url), folder)
    (folder / "sales.yaml").write_text("# của tôi\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"đã có và không trống.*Hãy chọn một thư mục mới"):
        save_draft(draft_catalogue(url), folder)
    assert (folder / "sales.yaml").read_text(encoding="utf-8") == "# của tôi\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dm", "shop.sqlite"]


def test_odd_names_no_key_and_a_broken_view(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    url = build(tmp_path / "odd.sqlite", ODD_NAMES)
    folder = tmp_path / "dm"
    assert main(["catalogue", "init", "--db", url, "--out", str(folder)]) == 0
    assert "⚠ Bỏ qua «broken»" in capfd.readouterr().err
    saved = load_catalogue(folder)
    assert set(saved.views) == {"Order", "no key", "hollow"}
    assert saved.views["no key"].primary_key == ()
    assert 'Ship "To"' in saved.views["Order"].columns()
    assert main(["catalogue", "check", str(folder), "--db", url]) == 0


def test_names_that_only_differ_in_marks_and_values_that_only_differ_in_case(tmp_path: Path) -> None:
    script = """
    CREATE TABLE "Bảng Giá" ("Mã" INTEGER, "mà" TEXT, "Loại" TEXT, "tổng" REAL, "TỔNG (đồng)" REAL);
    CREATE TABLE "bang gia" (a TEXT);
    CREATE TABLE "BẢNG_GIÁ " (a TEXT);
    INSERT INTO "Bảng Giá" VALUES (1, 'x', 'Abc', 1, 2), (2, 'y', 'ABC', 3, 4), (3, 'z', '  ', 5, 6);
    INSERT INTO "bang gia" VALUES ('yes'), ('001'), ('2024-01-01'), ('a: b # c');
    """
    url = build(tmp_path / "gia.sqlite", script)
    files = save_draft(draft_catalogue(url), tmp_path / "dm")
    assert [p.name for p in files] == ["_chung.yaml", "bang_gia.yaml", "bang_gia_2.yaml", "bang_gia_3.yaml"]
    saved = load_catalogue(tmp_path / "dm")
    kinds = saved.views["Bảng Giá"].dimension("Loại")
    assert kinds is not None
    assert [v.value for v in kinds.values] == ["Abc"]
    plain = saved.views["bang gia"].dimension("a")
    assert plain is not None
    assert [v.value for v in plain.values] == ["yes", "001", "2024-01-01", "a: b # c"]
    names = [m.name for m in saved.views["Bảng Giá"].metrics]
    assert len(names) == len(set(names)) == 5


def test_five_hundred_tables(tmp_path: Path) -> None:
    script = "".join(
        f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, ten TEXT, so REAL);\nINSERT INTO t{n} VALUES (1, 'a', {n});\n"
        for n in range(500)
    )
    folder = tmp_path / "dm"
    assert len(save_draft(draft_catalogue(build(tmp_path / "nhieu.sqlite", script)), folder)) == 501
    assert len(load_catalogue(folder).views) == 500


def test_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "kho.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute('CREATE TABLE "Đơn hàng" ("Số đơn" INTEGER PRIMARY KEY, "Tiền" DECIMAL(12,2), "Ngày" DATE)')
        connection.execute("INSERT INTO \"Đơn hàng\" VALUES (1, 10.5, DATE '2024-01-02'), (2, 4.5, DATE '2024-02-02')")
    folder = tmp_path / "dm"
    assert main(["catalogue", "init", "--db", f"duckdb:///{path}", "--out", str(folder)]) == 0
    assert main(["catalogue", "check", str(folder), "--db", f"duckdb:///{path}"]) == 0
    view = load_catalogue(folder).views["Đơn hàng"]
    assert view.primary_key == ("Số đơn",)
    assert [m.expr for m in view.metrics] == ["COUNT(*)", 'SUM("Tiền")', 'AVG("Tiền")']


def test_a_catalogue_of_another_database_is_refused(tmp_path: Path, settings: Settings) -> None:
    shop = build(tmp_path / "shop.sqlite", RECORD_SHOP)
    odd = build(tmp_path / "odd.sqlite", ODD_NAMES)
    folder = tmp_path / "dm"
    save_draft(draft_catalogue(shop), folder)
    with pytest.raises(UserError, match=r"không có bảng nào của cơ sở dữ liệu này.*hoikho catalogue init"):
        open_assistant(replace(settings, catalogue=str(folder)), db=odd)
    shared = folder / "_chung.yaml"
    shared.write_text(shared.read_text(encoding="utf-8").replace("draft: true", "draft: false"), encoding="utf-8")
    with pytest.raises(UserError, match=r"không khớp với cơ sở dữ liệu này.*hoikho catalogue check"):
        open_assistant(replace(settings, catalogue=str(folder)), db=odd)


def test_ossie_has_every_dataset_and_metric_and_names_what_it_leaves_out() -> None:
    catalogue = load_catalogue()
    document, left_out = to_ossie(catalogue)
    model = document["semantic_model"][0]
    assert [d["name"] for d in model["datasets"]] == list(catalogue.views)
    names = [m["name"] for m in model["metrics"]]
    assert len(names) == len(set(names)) == len(list(catalogue.metrics()))
    for dataset in model["datasets"]:
        fields = [f["name"] for f in dataset["fields"]]
        assert sorted(fields) == sorted(catalogue.views[dataset["name"]].columns())
        assert all(f["expression"]["dialects"][0]["dialect"] == "ANSI_SQL" for f in dataset["fields"])
    verified = sum(len(v.verified_queries) for v in catalogue.views.values())
    assert f"{verified} truy vấn kiểm duyệt" in left_out


def test_export_writes_yaml_and_json(tmp_path: Path, settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    ossie, whole = tmp_path / "o.yaml", tmp_path / "o.json"
    assert main(["catalogue", "export", "--out", str(ossie)]) == 0
    assert "không có chỗ trong Ossie" in capfd.readouterr().err
    assert yaml.safe_load(ossie.read_text(encoding="utf-8"))["version"] == "0.2.0.dev0"
    assert main(["catalogue", "export", "--format", "json", "--out", str(whole)]) == 0
    assert json.loads(whole.read_text(encoding="utf-8"))["as_of"] == "2025-10-31"
    assert main(["catalogue", "export", "--out", str(tmp_path / "no" / "o.yaml")]) == 1
    assert "Không ghi được" in capfd.readouterr().err


def test_refreshed_values_are_used_until_the_database_changes(tmp_path: Path, settings: Settings) -> None:
    url = build(tmp_path / "shop.sqlite", RECORD_SHOP)
    catalogue = draft_catalogue(url)
    with open_database(url, settings) as database:
        assert value_index.indexed(catalogue, database, settings, url) is database
        report = value_index.refresh(catalogue, database, settings, url)
        source = value_index.indexed(catalogue, database, settings, url)
        assert isinstance(source, value_index.Indexed)
        assert source.distinct_values("branches", "city", 10) == database.distinct_values("branches", "city", 10)
        assert report.values == sum(len(rows) for rows in source.kept.values())
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.execute("INSERT INTO branches VALUES (4, 'Huế', 2020)")
        connection.commit()
        connection.close()
        assert value_index.indexed(catalogue, database, settings, url) is database
        report.path.write_text("{", encoding="utf-8")
        assert value_index.indexed(catalogue, database, settings, url) is database


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Tiền phạt (đồng)", "tien_phat_dong"), ("Đơn-Vị", "don_vi"), ("2024", "c_2024"), ("?!", "c"), ("ƯỚC", "uoc")],
)
def test_plain_names(name: str, plain: str) -> None:
    assert plain_name(name) == plain
