"""What the SQL does, in words, from its tree."""

from __future__ import annotations

import pytest
from answer_cases import CATALOGUE, reading
from query_cases import CATALOGUE as QUERY_CATALOGUE
from query_cases import GOOD

from nl2sql.answer.explain import explain_sql
from nl2sql.query.validate import validate

CASES = [
    ("SELECT SUM(tri_gia_usd) FROM xnk WHERE nam = 2024", [
        "Nguồn: “Xuất nhập khẩu” (xnk); mỗi dòng là một dòng hàng.", "Tính: kim ngạch.",
        "Định nghĩa – Kim ngạch (USD): trị giá hàng hóa.", "Điều kiện: năm 2024."]),
    ("SELECT nuoc, COUNT(*) AS n FROM xnk GROUP BY 1 ORDER BY n DESC LIMIT 5", [
        "Tính: số tờ khai.", "Chia theo: nước đối tác.", "Sắp xếp: số tờ khai giảm dần.", "Lấy 5 dòng đầu."]),
    ("SELECT COUNT(*) FROM xnk WHERE nuoc IN ('Lào', 'Đức') AND nuoc NOT IN ('Mỹ') AND chieu <> 'Xuất khẩu'", [
        "Điều kiện: nước đối tác thuộc “Lào”, “Đức”; nước đối tác khác “Mỹ”; chiều khác “Xuất khẩu”."]),
    ("SELECT COUNT(*) FROM xnk WHERE ngay >= DATE '2024-03-01' AND ngay < '2024-04-01'", [
        "Điều kiện: ngày từ 01/03/2024; ngày trước 01/04/2024."]),
    ("SELECT COUNT(*) FROM xnk WHERE nam BETWEEN 2022 AND 2024 AND luong > 1500.5 AND luong <= 2000", [
        "lượng lớn hơn 1.500,5", "lượng không quá 2.000"]),
    ("SELECT COUNT(*) FROM xnk WHERE nhom_hang LIKE '%gạo%' OR nhom_hang IS NULL", [
        "Điều kiện: (nhóm hàng chứa “gạo” hoặc nhóm hàng trống)."]),
    ("SELECT COUNT(*) FROM xnk WHERE la_eu = TRUE", ["Điều kiện: liên minh châu Âu."]),
    ("SELECT COUNT(*) FROM xnk WHERE 2023 < nam AND NOT (nuoc = 'Lào')", [
        "năm lớn hơn 2023", "không (nước đối tác là “Lào”)"]),
    ("SELECT SUM(CASE WHEN nam = 2024 THEN tri_gia_usd ELSE 0 END) AS a FROM xnk", [
        "Tính: kim ngạch (chỉ tính khi năm 2024)."]),
    ("SELECT nuoc, SUM(tri_gia_usd) AS kim_ngach FROM xnk GROUP BY nuoc HAVING kim_ngach > 1000000000", [
        "Chỉ giữ nhóm có: kim ngạch lớn hơn 1.000.000.000."]),
    ("WITH a AS (SELECT nam, SUM(luong) AS v FROM xnk GROUP BY nam) SELECT nam, LAG(v) OVER (ORDER BY nam) FROM a", [
        "Bước 1 – tính bảng trung gian “a”:", "  Tính: tổng lượng.", "Cuối cùng:", "Nguồn: bảng trung gian “a”."]),
    ("SELECT nuoc FROM xnk EXCEPT SELECT nuoc FROM xnk WHERE nam = 2024", [
        "Lấy những dòng có ở phần đầu mà không có ở phần sau:", "    Điều kiện: năm 2024."]),
    ("SELECT nuoc, RANK() OVER (PARTITION BY nam ORDER BY SUM(luong) DESC) AS h FROM xnk GROUP BY nuoc, nam", [
        "thứ hạng theo tổng lượng trong từng năm"]),
    ("SELECT COUNT(DISTINCT nuoc) AS n FROM xnk", ["Tính: số nước đối tác khác nhau."]),
    ("SELECT a.nuoc FROM xnk a JOIN xnk b ON a.nuoc = b.nuoc", [
        "nối với", "Nối bảng khi nước đối tác là nước đối tác."]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[c[0][:60] for c in CASES])
@pytest.mark.parametrize("form", ["sql", "pretty"])
def test_explanation_of_what_runs_and_of_what_was_written(sql: str, expected: list[str], form: str) -> None:
    query = validate(sql, CATALOGUE, dialect="duckdb", row_cap=1000)
    text = explain_sql(getattr(query, form), "duckdb", CATALOGUE, None)
    for part in expected:
        assert part in text


def test_our_row_cap_is_not_told() -> None:
    query = validate("SELECT nuoc FROM xnk", CATALOGUE, dialect="duckdb", row_cap=1000)
    assert "1.001" not in explain_sql(query.sql, "duckdb", CATALOGUE, None)


def test_assumptions_come_last() -> None:
    text = explain_sql("SELECT 1", "duckdb", CATALOGUE, reading(assumptions=("Tính theo USD",)))
    assert text.splitlines()[-1] == "Giả định: Tính theo USD."


@pytest.mark.parametrize("sql", GOOD, ids=[g[:50] for g in GOOD])
def test_every_good_query_is_explained(sql: str) -> None:
    query = validate(sql, QUERY_CATALOGUE, dialect="duckdb", row_cap=1000)
    assert explain_sql(query.sql, "duckdb", QUERY_CATALOGUE, None)


def test_unreadable_sql_gives_nothing() -> None:
    assert explain_sql("SELECT (", "duckdb", CATALOGUE, None) == ""


def test_the_inner_tables_of_composed_queries_are_called_by_what_they_are() -> None:
    inner = "SELECT nuoc, SUM(tri_gia_usd) AS muc FROM xnk GROUP BY nuoc"
    sql = f"SELECT mot.nuoc, mot.muc FROM ({inner}) AS mot JOIN ({inner}) AS rieng ON mot.nuoc = rieng.nuoc"
    said = explain_sql(sql, "duckdb", CATALOGUE)
    assert "Số liệu thứ nhất:" in said
    assert "Truy vấn con “rieng”:" in said
    assert "mot" not in said
