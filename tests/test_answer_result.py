"""Labels, units and roles of result columns, read from the query's tree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answer_cases import CATALOGUE, METRIC, YEAR_2023, YEAR_2024, reading

from nl2sql.answer.result import describe
from nl2sql.query.database import RawColumn, RawResult
from nl2sql.query.validate import validate
from nl2sql.types import Beside, Comparison, Contrast, Derived, GroupMatch, MetricMatch, Reading, Share
from schema.loading import load_catalogue

NUMBER, TEXT, INTEGER = "number", "text", "integer"

CASES = [
    ("SELECT SUM(tri_gia_usd) FROM xnk", [(NUMBER, "Kim ngạch", "USD", "measure", True)]),
    ("SELECT SUM(x.tri_gia_usd) AS tong FROM xnk x", [(NUMBER, "Kim ngạch", "USD", "measure", True)]),
    ("SELECT SUM(tri_gia_usd) / 1e9 AS ty FROM xnk", [(NUMBER, "Kim ngạch", "tỷ USD", "measure", True)]),
    ("SELECT SUM(tri_gia_usd) / 1000000 AS trieu FROM xnk", [(NUMBER, None, "triệu USD", "measure", True)]),
    ("SELECT AVG(gio) AS gio_tb FROM xnk", [(NUMBER, None, "giờ", "measure", False)]),
    ("SELECT MAX(tri_gia_usd) AS lon_nhat FROM xnk", [(NUMBER, "Lớn nhất", "USD", "measure", False)]),
    ("SELECT COUNT(*) AS n FROM xnk", [(INTEGER, "Số tờ khai", "tờ khai", "measure", True)]),
    ("SELECT COUNT(DISTINCT nuoc) AS so_nuoc FROM xnk", [(INTEGER, None, "nước đối tác", "measure", False)]),
    ("SELECT COUNT(DISTINCT ma_so_thue) FROM xnk", [(INTEGER, "Số doanh nghiệp", "doanh nghiệp", "measure", False)]),
    (
        "SELECT nam, thang, SUM(luong) AS tong_luong FROM xnk GROUP BY 1, 2",
        [
            (INTEGER, "Năm", "", "time", False),
            (INTEGER, "Tháng", "", "time", False),
            (NUMBER, "Tổng lượng", "tấn", "measure", True),
        ],
    ),
    (
        "SELECT phan_luong, COUNT(*) * 100.0 / SUM(COUNT(*)) OVER () AS ty_trong FROM xnk GROUP BY 1",
        [(TEXT, "Luồng", "", "category", False), (NUMBER, "Tỷ trọng", "%", "measure", False)],
    ),
    ("SELECT SUM(luong) / SUM(tri_gia_usd) AS don_gia FROM xnk", [(NUMBER, "Đơn giá", "tấn/USD", "measure", False)]),
    (
        "SELECT SUM(CASE WHEN nam = 2024 THEN tri_gia_usd ELSE 0 END) AS kn_2024 FROM xnk",
        [(NUMBER, None, "USD", "measure", True)],
    ),
    (
        "SELECT 100.0 * SUM(CASE WHEN phan_luong = 'Đỏ' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0) AS x FROM xnk",
        [(NUMBER, "Tỷ lệ luồng đỏ", "%", "measure", False)],
    ),
    (
        "WITH a AS (SELECT nam, SUM(tri_gia_usd) AS v FROM xnk GROUP BY nam) "
        "SELECT nam, v - LAG(v) OVER (ORDER BY nam) AS chenh_lech, "
        "(v / LAG(v) OVER (ORDER BY nam) - 1) * 100 AS tang_truong FROM a",
        [
            (INTEGER, "Năm", "", "time", False),
            (NUMBER, "Chênh lệch", "USD", "measure", False),
            (NUMBER, "Tăng trưởng", "%", "measure", False),
        ],
    ),
    (
        "SELECT nuoc, RANK() OVER (ORDER BY SUM(luong) DESC) AS thu_hang FROM xnk GROUP BY nuoc",
        [(TEXT, "Nước đối tác", "", "category", False), (INTEGER, "Thứ hạng", "", "id", False)],
    ),
    (
        "SELECT thang, SUM(SUM(tri_gia_usd)) OVER (ORDER BY thang) AS luy_ke FROM xnk GROUP BY thang",
        [(INTEGER, "Tháng", "", "time", False), (NUMBER, "Lũy kế", "USD", "measure", False)],
    ),
    (
        "SELECT so_to_khai, ngay, tri_gia_usd FROM xnk",
        [
            (TEXT, "Số tờ khai", "", "id", False),
            ("date", "Ngày", "", "time", False),
            (NUMBER, "Trị giá", "USD", "measure", True),
        ],
    ),
    (
        "SELECT 'Xuất' AS loai, SUM(tri_gia_usd) AS v FROM xnk UNION ALL SELECT 'Nhập', SUM(tri_gia_usd) FROM xnk",
        [(TEXT, "Loại", "", "category", False), (NUMBER, "Kim ngạch", "USD", "measure", True)],
    ),
    ("SELECT SUM(tri_gia_usd) AS \"Tổng cộng\" FROM xnk", [(NUMBER, "Tổng cộng", "USD", "measure", True)]),
    (
        "SELECT nuoc, SUM(tri_gia_usd) AS kim_ngach FROM xnk GROUP BY nuoc HAVING SUM(tri_gia_usd) > 5",
        [(TEXT, "Nước đối tác", "", "category", False), (NUMBER, "Kim ngạch", "USD", "measure", False)],
    ),
    ("SELECT EXTRACT(YEAR FROM ngay) AS y, COUNT(*) AS so_tk FROM xnk GROUP BY 1", [
        (INTEGER, None, "", "time", False), (INTEGER, "Số tờ khai", "tờ khai", "measure", True)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[c[0][:60] for c in CASES])
def test_columns(sql: str, expected: list[tuple[str, str | None, str, str, bool]]) -> None:
    query = validate(sql, CATALOGUE, dialect="duckdb", row_cap=100)
    raw = RawResult(tuple(RawColumn(n, e[0]) for n, e in zip(query.outputs, expected, strict=True)), (), False, 1.0)
    columns = describe(raw, query, None, CATALOGUE).columns
    for column, (_, label, unit, role, additive) in zip(columns, expected, strict=True):
        assert (column.unit, column.role, column.additive) == (unit, role, additive)
        if label is not None:
            assert column.label == label


def test_rows_cut_by_a_limit_do_not_add_up_to_the_whole() -> None:
    query = validate(
        "SELECT nuoc, SUM(tri_gia_usd) AS kim_ngach FROM xnk GROUP BY nuoc LIMIT 2",
        CATALOGUE,
        dialect="duckdb",
        row_cap=100,
    )
    columns = (RawColumn("nuoc", TEXT), RawColumn("kim_ngach", NUMBER))
    full = describe(RawResult(columns, (("A", 1), ("B", 2)), False, 1.0), query, None, CATALOGUE)
    short = describe(RawResult(columns, (("A", 1),), False, 1.0), query, None, CATALOGUE)
    assert [full.columns[1].additive, short.columns[1].additive] == [False, True]


def test_compared_periods_name_the_columns() -> None:
    asked = reading(comparison=Comparison("same_period", YEAR_2023))
    query = validate(
        "SELECT SUM(CASE WHEN nam = 2024 THEN tri_gia_usd ELSE 0 END) AS kim_ngach, "
        "SUM(CASE WHEN nam = 2023 THEN tri_gia_usd ELSE 0 END) AS kim_ngach_ky_truoc FROM xnk",
        CATALOGUE,
        dialect="duckdb",
        row_cap=100,
    )
    raw = RawResult(
        (RawColumn("kim_ngach", NUMBER), RawColumn("kim_ngach_ky_truoc", NUMBER)), ((2.0, 1.0),), False, 1.0
    )
    labels = [c.label for c in describe(raw, query, asked, CATALOGUE).columns]
    assert labels == ["Kim ngạch (năm 2024)", "Kim ngạch (năm 2023)"]


SUBJECTS = """
SELECT mot.cuc, mot.muc AS so_vu, hai.muc AS so_luong_to_khai
FROM (SELECT cuc, COUNT(*) AS muc FROM vi_pham GROUP BY cuc) AS mot
JOIN (SELECT cuc, COUNT(*) AS muc FROM to_khai GROUP BY cuc) AS hai ON mot.cuc = hai.cuc
"""


@pytest.mark.parametrize(
    ("sql", "units"),
    [
        (SUBJECTS, ["", "vụ", "tờ khai"]),
        ("SELECT 1.0 * mot.muc / hai.muc AS binh_quan " + SUBJECTS[SUBJECTS.index("FROM") :], ["vụ/tờ khai"]),
        ("SELECT 100.0 * mot.muc / hai.muc AS ty_le " + SUBJECTS[SUBJECTS.index("FROM") :], ["vụ/100 tờ khai"]),
        ("SELECT COUNT(CASE WHEN nam = 2024 THEN 1 END) AS n FROM vi_pham", ["vụ"]),
    ],
)
def test_each_subject_keeps_its_own_unit(sql: str, units: list[str]) -> None:
    catalogue = load_catalogue()
    query = validate(sql, catalogue, dialect="duckdb", row_cap=100)
    raw = RawResult(tuple(RawColumn(n, TEXT if n == "cuc" else INTEGER) for n in query.outputs), (), False, 1.0)
    assert [c.unit for c in describe(raw, query, None, catalogue).columns] == units


HALF = Share("nuoc IN ('A', 'B')", "tỷ trọng Nước đối tác: A, B")
MANY = (METRIC, MetricMatch("so_tk", "COUNT(*)", "Số tờ khai", "tờ khai"))


@pytest.mark.parametrize(
    ("name", "asked", "label"),
    [
        ("ty_trong", reading(share=HALF), "Tỷ trọng A, B"),
        ("ty_trong", reading(share=replace(HALF, each="nuoc")), "Tỷ trọng"),
        (
            "ty_trong",
            reading(derived=Derived("top_share", 3), groups=(GroupMatch("nuoc", "Nước đối tác"),)),
            "Tỷ trọng 3 nước đối tác đứng đầu",
        ),
        (
            "kim_ngach",
            reading(share=HALF, comparison=Comparison("same_period", YEAR_2023)),
            "Tỷ trọng A, B trong kim ngạch (năm 2024)",
        ),
        (
            "thu_hang",
            reading(derived=Derived("position", label="Hải Phòng")),
            "Thứ hạng của Hải Phòng về kim ngạch",
        ),
        ("kim_ngach", reading(contrast=Contrast("", "", "Hoa Kỳ", "Nhật Bản")), "Kim ngạch: Hoa Kỳ"),
        ("kim_ngach_doi_chieu", reading(contrast=Contrast("", "", "Hoa Kỳ", "Nhật Bản")), "Kim ngạch: Nhật Bản"),
        ("kim_ngach_doi_chieu", reading(contrast=Contrast("", "", "Hoa Kỳ", "")), "Kim ngạch: toàn bộ"),
        ("binh_quan", reading(beside=Beside(reading(metrics=MANY[1:]), "ratio")), "Kim ngạch trên số tờ khai"),
        (
            "so_tk_tang_truong",
            reading(metrics=MANY, comparison=Comparison("same_period", YEAR_2023)),
            "Tăng trưởng số tờ khai",
        ),
        (
            "tang_truong_hai",
            reading(comparison=Comparison("previous", YEAR_2024, second=YEAR_2023)),
            "Tăng trưởng so với năm 2023",
        ),
    ],
)
def test_a_column_that_the_reading_brings_about_is_called_as_the_question_calls_it(
    name: str, asked: Reading, label: str
) -> None:
    query = validate(f"SELECT 1.0 * SUM(tri_gia_usd) AS {name} FROM xnk", CATALOGUE, dialect="duckdb", row_cap=100)
    raw = RawResult((RawColumn(name, NUMBER),), (), False, 1.0)
    assert [c.label for c in describe(raw, query, asked, CATALOGUE).columns] == [label]
