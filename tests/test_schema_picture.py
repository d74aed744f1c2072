"""The generated picture of the star schema is the one of the DDL."""

from __future__ import annotations

from schema.picture import TARGET, current, draw, read_stars

DDL = """
CREATE TABLE f_ban AS SELECT s.so, s.ngay_khoa FROM s_ban AS s;
CREATE TABLE ban AS WITH dim_tam AS (SELECT 1 AS x)
SELECT f.so, t.ngay FROM f_ban AS f JOIN dim_thoi_gian AS t ON t.khoa = f.ngay_khoa CROSS JOIN dim_tam;
CREATE TABLE tong AS SELECT b.ngay, k.ten, COUNT(*) AS n FROM ban AS b JOIN dim_kenh AS k ON TRUE GROUP BY 1, 2;
"""


def test_stars_are_read_through_tables_on_the_way() -> None:
    ban, tong = read_stars([DDL], ["ban", "tong"])
    assert (ban.facts, ban.dimensions) == (("f_ban",), ("dim_thoi_gian",))
    assert (tong.facts, tong.dimensions) == (("f_ban",), ("dim_thoi_gian", "dim_kenh"))


def test_a_mark_for_each_join() -> None:
    picture = draw(read_stars([DDL], ["ban", "tong"]), {"ban": "Bán <lẻ>", "tong": "Tổng"})
    assert picture.count("<circle") == 3
    assert "ban · Bán &lt;lẻ&gt;" in picture
    assert "2 bảng phẳng, 1 bảng sự kiện, 2 chiều" in picture


def test_the_picture_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == current(), "Hãy chạy: python -m schema.picture"
