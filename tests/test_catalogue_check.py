"""``catalogue check``: what a demanding user gets wrong, told in Vietnamese with file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nl2sql.cli import main
from nl2sql.config import Settings
from nl2sql.curation.check import Summary, check_catalogue
from nl2sql.query.database import open_database
from schema.errors import CatalogueError
from schema.loading import CATALOGUE_DIR, load_catalogue
from tests.foreign_databases import build

SHARED = """\
name: Cửa hàng nhỏ
dialect: sqlite
relationships:
  - {left: don, left_columns: [khach], right: khach, right_columns: [ma]}
slots:
  - {name: ky, kind: period, sample: năm 2023}
"""
ORDERS = """\
subject: don
views:
  - name: don
    label: Đơn hàng
    primary_key: [so]
    time_dimensions:
      - {name: ngay, label: Ngày đặt, default: true}
    dimensions:
      - {name: so, label: Số đơn, type: integer, index: false}
      - {name: khach, label: Mã khách, type: integer, index: false}
      - {name: kenh, label: Kênh bán, synonyms: [kênh]}
    facts:
      - {name: tien, label: Tiền, unit: đồng}
    filters:
      - {name: ban_mang, label: Bán qua mạng, expr: kenh = 'Mạng'}
    metrics:
      - {name: doanh_thu, label: Doanh thu, expr: SUM(tien), unit: đồng, default: true}
      - {name: so_don, label: Số đơn hàng, expr: COUNT(*)}
"""
CUSTOMERS = """\
subject: khach
views:
  - name: khach
    label: Khách
    primary_key: [ma]
    dimensions:
      - {name: ma, label: Mã, type: integer, index: false}
      - {name: ten, label: Tên khách}
    metrics:
      - {name: so_khach, label: Số khách, expr: COUNT(*), default: true}
"""
VERIFIED = """\
view: don
owner: Chị Lan
verified_at: 2026-11-22
queries:
  - name: doanh_thu_theo_kenh
    slots: [ky]
    triggers:
      - Doanh thu từng kênh bán {ky}
      - Doanh thu chia theo kênh bán {ky}
    sql: SELECT kenh, SUM(tien) AS doanh_thu FROM don WHERE :ky GROUP BY kenh ORDER BY doanh_thu DESC
"""
DATA = """
CREATE TABLE khach (ma INTEGER, ten TEXT);
INSERT INTO khach VALUES (1, 'An'), (2, 'Bình');
CREATE TABLE don (so INTEGER, khach INTEGER, kenh TEXT, ngay DATE, tien REAL);
INSERT INTO don VALUES (1, 1, 'Mạng', '2023-02-01', 10), (2, 1, 'Mạng', '2023-03-01', 30),
    (3, 2, 'Quầy', '2023-01-05', 5);
"""


def written(folder: Path, **files: str) -> Path:
    """A catalogue directory of the small shop, with some files changed or added."""
    base = {"_chung": SHARED, "don": ORDERS, "khach": CUSTOMERS, "verified/don": VERIFIED}
    for name, text in {**base, **{k.replace("__", "/"): v for k, v in files.items()}}.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def checked(folder: Path, settings: Settings, data: str = DATA) -> Summary:
    url = build(folder.parent / "kho.sqlite", data)
    with open_database(url, settings) as database:
        return check_catalogue(load_catalogue(folder), folder, database)


def told(folder: Path, settings: Settings, data: str = DATA) -> list[str]:
    return [str(fault) for fault in checked(folder, settings, data).faults]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if part in line)


def test_a_sound_catalogue_has_no_fault(tmp_path: Path, settings: Settings) -> None:
    summary = checked(written(tmp_path / "dm"), settings)
    assert summary.faults == ()
    assert summary.counts["truy vấn kiểm duyệt"] == 1
    assert summary.counts["quan hệ"] == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"don": ORDERS.replace("    label: Đơn", "\tlabel: Đơn")}, r"don\.yaml:4: .*tab.*Hãy thay bằng dấu cách"),
        (
            {"don": ORDERS.replace("label: Số đơn hàng,", "label: Số đơn hàng, synonyms: [Kênh],")},
            r"don\.yaml:11: từ «kênh» dùng cho cả «so_don» và «kenh».*ambiguous",
        ),
        (
            {"don": ORDERS.replace("SUM(tien), unit", "SUM(tien_hang), unit")},
            r"don\.yaml:17: chỉ tiêu «doanh_thu» dùng cột không có: «tien_hang»",
        ),
        ({"don2": ORDERS}, r"don2\.yaml:3: bảng «don» đã được định nghĩa ở tệp khác"),
        (
            {"verified__don": VERIFIED.replace(":ky", ":thang")},
            r"don\.yaml:5: SQL của «doanh_thu_theo_kenh» dùng tham số không khai báo «:thang»",
        ),
        (
            {"verified__don": VERIFIED.replace("owner: Chị Lan\n", "")},
            r"don\.yaml:4: truy vấn «doanh_thu_theo_kenh» thiếu người duyệt",
        ),
        (
            {"verified__don": VERIFIED.replace("view: don\n", "view: dong\n")},
            r"don\.yaml:1: không có bảng «dong» trong danh mục",
        ),
        (
            {"verified__don": VERIFIED.replace("{ky}", "{nam}")},
            r"don\.yaml:5: câu kích hoạt của «doanh_thu_theo_kenh» dùng tham số không khai báo «\{nam\}»",
        ),
    ],
)
def test_faults_of_the_text_are_found_on_loading(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(written(tmp_path / "dm", **files))


def test_a_column_that_the_database_lacks(tmp_path: Path, settings: Settings) -> None:
    text = ORDERS.replace("{name: kenh, label: Kênh bán", "{name: kenh_ban, label: Kênh bán").replace("kenh =", "so =")
    found = told(written(tmp_path / "dm", don=text, verified__don=VERIFIED.replace("kenh,", "kenh_ban,")), settings)
    assert f"don.yaml:{line_of(text, 'kenh_ban')}: bảng «don» trong kho không có cột «kenh_ban»" in found


def test_a_metric_that_does_not_run(tmp_path: Path, settings: Settings) -> None:
    text = ORDERS.replace("SUM(tien), unit", "SUM(HAM_LA(tien)), unit")
    found = told(written(tmp_path / "dm", don=text), settings)
    assert found[0].startswith(f"don.yaml:{line_of(text, 'HAM_LA')}: chỉ tiêu «doanh_thu» không chạy được: ")


def test_a_key_that_repeats_is_counted(tmp_path: Path, settings: Settings) -> None:
    data = DATA + "INSERT INTO khach VALUES (1, 'An lần hai');"
    found = told(written(tmp_path / "dm"), settings, data)
    assert found == [
        "khach.yaml:3: bảng «khach»: 1 giá trị của khóa (ma) lặp lại, bảng đã bị nhân dòng",
        "_chung.yaml:4: quan hệ don → khach làm nhân dòng: 3 dòng thành 5, vì «ma» của «khach» có 1 giá trị lặp lại",
    ]


def test_a_ring_of_relationships(tmp_path: Path, settings: Settings) -> None:
    back = SHARED.replace("slots:", "  - {left: khach, left_columns: [ma], right: don, right_columns: [so]}\nslots:")
    found = told(written(tmp_path / "dm", _chung=back), settings)
    assert found == ["_chung.yaml:4: các quan hệ tạo thành vòng: don → khach → don; hãy bỏ một quan hệ"]


def test_a_table_that_points_at_itself_is_no_ring(tmp_path: Path, settings: Settings) -> None:
    own = SHARED.replace("slots:", "  - {left: khach, left_columns: [ma], right: khach, right_columns: [ma]}\nslots:")
    assert told(written(tmp_path / "dm", _chung=own), settings) == []


def test_a_relationship_to_nowhere(tmp_path: Path, settings: Settings) -> None:
    gone = SHARED.replace("right: khach,", "right: khach_hang,")
    assert told(written(tmp_path / "dm", _chung=gone), settings) == [
        "_chung.yaml:4: quan hệ don → khach_hang: không có bảng «khach_hang» trong danh mục"
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("chia theo kênh bán {ky}", "của từng mã khách {ky}"), "có nghĩa khác câu đầu tiên"),
        (("chia theo kênh bán {ky}", "chia theo kênh bán màu tím {ky}"), "chưa hiểu “màu tím”"),
        (("SUM(tien) AS", "AVG(tien) AS"), "cho kết quả khác điều câu kích hoạt hỏi"),
        (("kenh, SUM(tien)", "kenh, SUM(xu)"), "không chạy được"),
    ],
)
def test_a_verified_query_has_to_do_what_its_triggers_ask(
    tmp_path: Path, settings: Settings, change: tuple[str, str], message: str
) -> None:
    found = told(written(tmp_path / "dm", verified__don=VERIFIED.replace(*change)), settings)
    assert len(found) == 1
    assert found[0].startswith("don.yaml:5: «doanh_thu_theo_kenh»")
    assert message in found[0]


def test_the_command_lists_the_faults_and_fails(
    tmp_path: Path, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path / "dm")
    url = build(tmp_path / "kho.sqlite", DATA)
    assert main(["catalogue", "check", str(folder), "--db", url]) == 0
    assert "✓ Đã thử 2 bảng" in capfd.readouterr().err
    (folder / "don.yaml").write_text(ORDERS.replace("name: tien,", "name: tien_x,"), encoding="utf-8")
    assert main(["catalogue", "check", str(folder), "--db", url]) == 1
    assert "don.yaml:17: chỉ tiêu «doanh_thu» dùng cột không có: «tien»" in capfd.readouterr().err


def test_the_warehouse_s_own_catalogue(demo_warehouse: Path, user_settings: Settings) -> None:
    with open_database(f"duckdb:///{demo_warehouse}", replace(user_settings, catalogue="")) as database:
        summary = check_catalogue(load_catalogue(), CATALOGUE_DIR, database)
    assert [str(fault) for fault in summary.faults] == []
