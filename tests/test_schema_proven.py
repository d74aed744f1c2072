"""SQL of a catalogue that was checked before is not checked again; anything else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlglot

from schema import proven
from schema.errors import CatalogueError
from schema.loading import load_catalogue
from schema.proven import is_proven, prove

SHARED = "name: Kho thử\n"
VIEW = """\
subject: ban
views:
  - name: ban
    label: Bán hàng
    time_dimensions: [{name: ngay, label: Ngày, default: true}]
    facts: [{name: tien, label: Tiền}]
    metrics: [{name: tong, label: Tổng tiền, expr: SUM(tien), default: true}]
"""


def _catalogue(folder: Path, view: str = VIEW) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "_chung.yaml").write_text(SHARED, encoding="utf-8")
    (folder / "ban.yaml").write_text(view, encoding="utf-8")
    return folder


def _parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The catalogue's expressions that are parsed from now on (sqlglot parses some of its own)."""
    seen: list[str] = []
    parse = sqlglot.parse_one

    def noted(sql: str, **options: Any) -> Any:
        if sql == "SUM(tien)":
            seen.append(sql)
        return parse(sql, **options)

    monkeypatch.setattr(sqlglot, "parse_one", noted)
    return seen


def _anew(path: Path) -> Path:
    """The same files in another folder, as another process finds them: nothing of them is in memory."""
    return _catalogue(path.with_name(path.name + "-anew"), (path / "ban.yaml").read_text(encoding="utf-8"))


def test_what_passed_once_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamps, folder = tmp_path / "index", _catalogue(tmp_path / "dm")
    parsed = _parsed(monkeypatch)
    first = load_catalogue(folder, None, stamps)
    assert parsed == ["SUM(tien)"]
    again = load_catalogue(_anew(folder), None, stamps)
    assert parsed == ["SUM(tien)"]
    assert again == first
    assert load_catalogue(folder, None, stamps) is first
    assert [file.stat().st_mode & 0o777 for file in stamps.iterdir()] == [0o600]


def test_a_fault_is_told_each_time_and_never_noted_as_passed(tmp_path: Path) -> None:
    stamps, folder = tmp_path / "index", _catalogue(tmp_path / "dm", VIEW.replace("SUM(tien)", "SUM(tein)"))
    for place in (folder, _anew(folder)):
        with pytest.raises(CatalogueError, match="tein"):
            load_catalogue(place, None, stamps)
    assert not stamps.exists()


def test_a_catalogue_that_changed_is_checked_again(tmp_path: Path) -> None:
    stamps, folder = tmp_path / "index", _catalogue(tmp_path / "dm")
    load_catalogue(folder, None, stamps)
    _catalogue(folder, VIEW.replace("{name: tien,", "{name: so_tien,"))
    with pytest.raises(CatalogueError, match="tien"):
        load_catalogue(folder, None, stamps)


def test_other_checks_ask_for_another_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prove(tmp_path, "ab12")
    assert is_proven(tmp_path, "ab12")
    assert not is_proven(tmp_path, "ab13")
    monkeypatch.setattr(proven, "_checks", lambda: "other code")
    assert not is_proven(tmp_path, "ab12")


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "index"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    parsed = _parsed(monkeypatch)
    folder = _catalogue(tmp_path / "dm")
    assert load_catalogue(folder, None, blocked).view("ban").metrics[0].name == "tong"
    load_catalogue(_anew(folder), None, blocked)
    assert parsed == ["SUM(tien)"] * 2


def test_few_stamps_are_kept(tmp_path: Path) -> None:
    for number in range(20):
        prove(tmp_path, f"{number:064x}")
    assert len(list(tmp_path.iterdir())) == 8
    assert is_proven(tmp_path, f"{19:064x}")
