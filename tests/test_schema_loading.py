"""The catalogue loader: what it reads, and that every fault names its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.errors import CatalogueError
from schema.loading import load_catalogue

SHARED = """\
name: Kho thử
as_of: 2024-06-30
synthetic: true
value_sets:
  mau: [{value: Đỏ, synonyms: [đo đỏ]}, Xanh]
dimensions:
  - {name: mau, label: Màu, value_set: mau, cues: [màu], rank: 7}
"""
VIEW = """\
subject: ban
views:
  - name: ban
    label: Bán hàng
    time_dimensions:
      - {name: ngay, label: Ngày, parts: {year: nam}, default: true}
    dimensions:
      - mau
      - {use: mau, label: Màu khác}
    facts:
      - {name: tien, label: Tiền, unit: VND}
    metrics:
      - {name: tong, label: Tổng tiền, expr: SUM(tien), unit: VND, default: true, synonyms: [doanh số]}
    examples:
      - {question: Tổng tiền năm 2020, sql: SELECT SUM(tien) AS tong FROM ban WHERE nam = 2020}
"""
ONE_COLUMN = VIEW.replace("      - {use: mau, label: Màu khác}\n", "")


def _folder(tmp_path: Path, view: str = ONE_COLUMN, shared: str = SHARED, **more: str) -> Path:
    (tmp_path / "_chung.yaml").write_text(shared, encoding="utf-8")
    (tmp_path / "ban.yaml").write_text(view, encoding="utf-8")
    for name, text in more.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def _fault(folder: Path) -> CatalogueError:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    return caught.value


def test_reads_views_values_and_shared_columns(tmp_path: Path) -> None:
    catalogue = load_catalogue(_folder(tmp_path))
    view = catalogue.view("ban")
    assert (catalogue.name, str(catalogue.as_of), catalogue.synthetic) == ("Kho thử", "2024-06-30", True)
    assert view.columns() == {"ngay": "date", "nam": "integer", "mau": "text", "tien": "decimal"}
    assert [v.value for v in catalogue.values_of(view.dimensions[0])] == ["Đỏ", "Xanh"]
    assert view.dimensions[0].rank == 7
    assert view.default_metric and view.default_metric.expr == "SUM(tien)"
    assert len(catalogue.version) == 12
    assert int(catalogue.version, 16) >= 0


def test_version_follows_the_text_and_loading_again_gives_the_same_object(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    first = load_catalogue(folder)
    assert load_catalogue(folder) is first
    (folder / "ban.yaml").write_text(ONE_COLUMN.replace("doanh số", "doanh thu"), encoding="utf-8")
    changed = load_catalogue(folder)
    assert changed.version != first.version
    assert changed.view("ban").metrics[0].synonyms == ("doanh thu",)


def _line_of(text: str, part: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), start=1) if part in line)


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("SUM(tien)", "SUM(tienn)", "name: tong", "tienn"),
        ("SUM(tien)", "SUM(tien", "name: tong", "không phân tích được"),
        ("expr: SUM(tien)", "expr: tien", "name: tong", "hàm tổng hợp"),
        ("label: Tổng tiền, ", "", "name: tong", "label"),
        ("unit: VND, default", "donvi: VND, default", "name: tong", "khóa lạ «donvi»"),
        ("- {name: tong", "- {name: tien", "name: tien, label: Tổng", "trùng tên một cột"),
        ("synonyms: [doanh số]", "additivity: cong", "name: tong", "cong"),
        ("synonyms: [doanh số]", "alternatives: [khac]", "name: tong", "khac"),
        ("      - mau\n", "      - mauu\n", "- mauu", "mauu"),
        ("      - mau\n", "      - mau\n      - mau\n", "", "ghi hai lần"),
        ("parts: {year: nam}", "parts: {nam: nam}", "parts", "bậc thời gian"),
        ("SELECT SUM(tien) AS tong FROM ban WHERE nam = 2020", "DELETE FROM ban", "question", "SELECT"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, old: str, new: str, at: str, says: str) -> None:
    assert old in ONE_COLUMN
    text = ONE_COLUMN.replace(old, new)
    error = _fault(_folder(tmp_path, text))
    assert error.file == "ban.yaml"
    assert says in str(error)
    assert error.line == (_line_of(text, at) if at else _line_of(text, "- mau") + 1)
    assert str(error).startswith(f"ban.yaml:{error.line}: ")


def test_a_synonym_used_twice_is_a_fault_unless_declared_ambiguous(tmp_path: Path) -> None:
    second = "      - {name: so, label: Số lần, expr: COUNT(*), synonyms: [Doanh  Số]}\n    examples:"
    text = ONE_COLUMN.replace("    examples:", second)
    error = _fault(_folder(tmp_path, text))
    assert error.line == _line_of(text, "name: so,")
    assert "doanh số" in str(error)
    assert "«tong»" in str(error)
    assert "«so»" in str(error)
    allowed = text.replace("    label: Bán hàng\n", "    label: Bán hàng\n    ambiguous: [doanh số]\n")
    assert len(load_catalogue(_folder(tmp_path, allowed)).view("ban").metrics) == 2


def test_a_metric_defined_twice(tmp_path: Path) -> None:
    again = "      - {name: tong, label: Tổng nữa, expr: COUNT(*)}\n    examples:"
    text = ONE_COLUMN.replace("    examples:", again)
    error = _fault(_folder(tmp_path, text))
    assert error.line == _line_of(text, "Tổng nữa")
    assert "«tong» ghi hai lần" in str(error)


def test_a_tab_is_named(tmp_path: Path) -> None:
    text = ONE_COLUMN.replace("    facts:", "\tfacts:")
    error = _fault(_folder(tmp_path, text))
    assert (error.file, error.line) == ("ban.yaml", _line_of(text, "facts:"))
    assert "tab" in str(error)


def test_broken_yaml_is_named(tmp_path: Path) -> None:
    error = _fault(_folder(tmp_path, ONE_COLUMN.replace("synonyms: [doanh số]", "synonyms: [doanh số")))
    assert error.file == "ban.yaml"
    assert error.line > 0


def test_two_files_that_define_one_view(tmp_path: Path) -> None:
    error = _fault(_folder(tmp_path, ban_hai=ONE_COLUMN))
    assert error.file == "ban_hai.yaml"
    assert "«ban»" in str(error)


def test_one_name_for_two_values(tmp_path: Path) -> None:
    shared = SHARED.replace("Xanh]", "{value: Xanh, synonyms: [ĐO ĐỎ]}]")
    error = _fault(_folder(tmp_path, shared=shared))
    assert (error.file, error.line) == ("_chung.yaml", _line_of(shared, "Xanh"))


def test_a_bare_no_is_not_taken_for_false(tmp_path: Path) -> None:
    error = _fault(_folder(tmp_path, shared=SHARED.replace("Xanh]", "no]")))
    assert "ngoặc kép" in str(error)


def test_no_files(tmp_path: Path) -> None:
    assert "không có tệp danh mục" in str(_fault(tmp_path))
    (tmp_path / "ban.yaml").write_text(ONE_COLUMN, encoding="utf-8")
    assert _fault(tmp_path).file == "_chung.yaml"
