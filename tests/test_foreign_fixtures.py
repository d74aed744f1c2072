"""The two small foreign databases: made once, made again when broken, and described whole by introspection."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from eval.foreign_databases import NAMES, build, url
from nl2sql.errors import UserError
from schema.introspect import draft_catalogue

ROWS = {
    "chinook": {"Track": 3503, "Invoice": 412, "InvoiceLine": 2240, "Customer": 59, "PlaylistTrack": 8715},
    "thu_vien": {"Đầu sách": 90, "Phiếu Mượn": 600, "Bạn đọc": 80, 'Lượt khách "tại chỗ"': 400},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cơ sở dữ liệu mẫu")


@pytest.mark.parametrize("name", NAMES)
def test_whole_and_consistent(name: str, folder: Path) -> None:
    connection = sqlite3.connect(build(name, folder))
    try:
        for table, rows in ROWS[name].items():
            quoted = table.replace('"', '""')
            assert connection.execute(f'SELECT COUNT(*) FROM "{quoted}"').fetchone() == (rows,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()


def test_library_fines_follow_from_dates(folder: Path) -> None:
    connection = sqlite3.connect(build("thu_vien", folder))
    try:
        late = connection.execute(
            'SELECT COUNT(*) FROM "Phiếu Mượn" WHERE "Tình trạng" = \'Đã trả\' AND "Tiền phạt (đồng)" <> '
            'MAX(0, julianday("Ngày trả") - julianday("Hạn trả")) * 2000'
        ).fetchone()
        out = connection.execute(
            'SELECT COUNT(*) FROM "Phiếu Mượn" WHERE "Ngày trả" IS NULL AND "Tình trạng" = \'Đã trả\''
        ).fetchone()
    finally:
        connection.close()
    assert late == (0,)
    assert out == (0,)


def test_kept_and_made_again_when_broken(tmp_path: Path) -> None:
    first = build("thu_vien", tmp_path)
    made = first.stat().st_ino
    assert build("thu_vien", tmp_path).stat().st_ino == made
    first.write_bytes(b"no database at all")
    again = build("thu_vien", tmp_path)
    connection = sqlite3.connect(again)
    assert connection.execute('SELECT COUNT(*) FROM "Chi Nhánh"').fetchone() == (5,)
    connection.close()
    assert [p.name for p in tmp_path.iterdir()] == ["thu_vien.sqlite"]


def test_unknown_name_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"Không có cơ sở dữ liệu mẫu «sakila».*chinook, thu_vien"):
        build("sakila", tmp_path)


def test_draft_finds_declared_and_undeclared_keys(folder: Path) -> None:
    draft = draft_catalogue(url("thu_vien", folder))
    keys = {(r.left, r.left_columns, r.right) for r in draft.relationships}
    assert ("Đầu sách", ("Mã tác giả",), "TÁC GIẢ") in keys  # declared
    assert ("Phiếu Mượn", ("Mã sách",), "Đầu sách") in keys  # only its name and values say so
    assert set(draft.views) == {
        "Chi Nhánh", "Nhà xuất bản", "TÁC GIẢ", "Đầu sách", "Bạn đọc", "Phiếu Mượn", 'Lượt khách "tại chỗ"',
        "Sách quá hạn",
    }  # fmt: skip
    chinook = draft_catalogue(url("chinook", folder))
    assert ("InvoiceLine", ("TrackId",), "Track") in {(r.left, r.left_columns, r.right) for r in chinook.relationships}
