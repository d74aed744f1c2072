"""The newer subject areas of the demo warehouse agree with the core tables and with each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest


@pytest.fixture(scope="module")
def db(demo_warehouse: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(demo_warehouse), read_only=True)


def _rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return db.execute(sql).fetchall()


def test_final_half_month_figures_equal_the_statistics(db: duckdb.DuckDBPyConnection) -> None:
    keys = "nam, thang, ky, chieu, nhom_hang, khu_vuc_kinh_te"
    different = f"""
        SELECT * FROM (SELECT {keys}, sum(tri_gia_usd) AS v, sum(luong) AS l FROM xnk WHERE nam * 100 + thang <= 202508
                       GROUP BY ALL) AS a
        FULL JOIN (SELECT {keys}, sum(tri_gia_usd) AS v, sum(luong) AS l FROM xnk_ky
                   WHERE trang_thai_so_lieu = 'Chính thức' GROUP BY ALL) AS b USING ({keys})
        WHERE a.v IS DISTINCT FROM b.v OR a.l IS DISTINCT FROM b.l"""
    assert _rows(db, different) == []


def test_the_last_periods_are_preliminary_only(db: duckdb.DuckDBPyConnection) -> None:
    found = _rows(db, "SELECT DISTINCT thang FROM xnk_ky WHERE nam = 2025 AND trang_thai_so_lieu = 'Chính thức'")
    assert {m for (m,) in found} == set(range(1, 9))
    newest = _rows(
        db, "SELECT sum(tri_gia_usd) FROM xnk_ky WHERE la_moi_nhat UNION ALL SELECT sum(tri_gia_usd) FROM xnk"
    )
    assert newest[0] == newest[1]
    doubled = """SELECT count(*) FROM (SELECT ngay, chieu, nhom_hang, khu_vuc_kinh_te FROM xnk_ky WHERE la_moi_nhat
                 GROUP BY ALL HAVING count(*) > 1)"""
    assert _rows(db, doubled) == [(0,)]


def test_preliminary_figures_are_near_the_final_ones(db: duckdb.DuckDBPyConnection) -> None:
    ratio = """SELECT min(s / c), max(s / c) FROM (SELECT
               sum(CASE WHEN trang_thai_so_lieu = 'Sơ bộ' THEN tri_gia_usd END) AS s,
               sum(CASE WHEN trang_thai_so_lieu = 'Chính thức' THEN tri_gia_usd END) AS c
               FROM xnk_ky WHERE nam * 100 + thang <= 202508 GROUP BY nam, thang, ky, chieu)"""
    low, high = _rows(db, ratio)[0]
    assert 0.985 < float(low) < 1 < float(high) < 1.015


def test_accepted_certificates_add_up_to_the_statistics_by_form(db: duckdb.DuckDBPyConnection) -> None:
    different = """
        SELECT * FROM (SELECT nam, chieu, mau_co, sum(tri_gia_usd) AS v FROM xnk WHERE mau_co IS NOT NULL
                       GROUP BY ALL) AS a
        FULL JOIN (SELECT nam, chieu, mau_co, sum(tri_gia_usd) AS v FROM giay_xuat_xu WHERE trang_thai = 'Chấp nhận'
                   GROUP BY ALL) AS b USING (nam, chieu, mau_co)
        WHERE a.v IS NULL OR b.v IS NULL OR abs(a.v - b.v) > 1"""
    assert _rows(db, different) == []


def test_only_accepted_imports_save_duty(db: duckdb.DuckDBPyConnection) -> None:
    wrong = (
        "SELECT count(*) FROM giay_xuat_xu WHERE thue_giam > 0 AND (chieu = 'Xuất khẩu' OR trang_thai <> 'Chấp nhận')"
    )
    assert _rows(db, wrong) == [(0,)]
    assert _rows(
        db, "SELECT count(*) FROM giay_xuat_xu WHERE (trang_thai = 'Từ chối') <> (ly_do_tu_choi IS NOT NULL)"
    ) == [(0,)]


def test_every_hs_code_of_the_statistics_has_its_rates(db: duckdb.DuckDBPyConnection) -> None:
    missing = """SELECT DISTINCT x.ma_hs, x.nam FROM xnk AS x
                 LEFT JOIN bieu_thue AS b ON b.ma_hs = x.ma_hs AND b.nam = x.nam AND b.loai_thue_suat = 'MFN'
                 WHERE b.ma_hs IS NULL"""
    assert _rows(db, missing) == []
    assert _rows(db, "SELECT nam, ma_hs, loai_thue_suat FROM bieu_thue GROUP BY ALL HAVING count(*) > 1") == []


def test_rates_keep_their_order(db: duckdb.DuckDBPyConnection) -> None:
    """Preferential ≤ MFN ≤ ordinary; no agreement before it is in force; ASEAN tariffs are mostly gone."""
    higher = """SELECT count(*) FROM bieu_thue AS a JOIN bieu_thue AS m USING (nam, ma_hs)
                WHERE m.loai_thue_suat = 'MFN' AND a.mau_co IS NOT NULL AND a.thue_suat > m.thue_suat"""
    assert _rows(db, higher) == [(0,)]
    ordinary = """SELECT count(*) FROM bieu_thue AS a JOIN bieu_thue AS m USING (nam, ma_hs)
                  WHERE m.loai_thue_suat = 'MFN' AND a.loai_thue_suat = 'Thông thường' AND a.thue_suat <= m.thue_suat"""
    assert _rows(db, ordinary) == [(0,)]
    starts = dict(_rows(db, "SELECT loai_thue_suat, min(nam) FROM bieu_thue GROUP BY ALL"))
    assert (starts["CPTPP"], starts["EVFTA"], starts["UKVFTA"], starts["RCEP"]) == (2019, 2020, 2021, 2022)
    assert float(_rows(db, "SELECT avg(thue_suat) FROM bieu_thue WHERE loai_thue_suat = 'ATIGA'")[0][0]) < 0.5


def test_doubted_lines_stand_in_the_statistics_and_follow_the_reference_price(db: duckdb.DuckDBPyConnection) -> None:
    lines = """SELECT count(*), count(x.so_to_khai) FROM tham_van_gia AS g
               LEFT JOIN xnk AS x ON x.so_to_khai = g.so_to_khai AND x.stt_dong = g.stt_dong
                AND x.chieu = 'Nhập khẩu' AND x.tri_gia_usd = g.tri_gia_usd AND x.ma_hs = g.ma_hs"""
    total, matched = _rows(db, lines)[0]
    assert total == matched > 5000
    prices = """SELECT count(*) FROM tham_van_gia AS g LEFT JOIN gia_tham_chieu AS p
                ON p.nhom_hang = g.nhom_hang AND p.ma_hs = g.ma_hs AND p.nam = g.nam AND p.quy = g.quy
                WHERE p.gia_tham_chieu_usd IS DISTINCT FROM g.gia_tham_chieu_usd"""
    assert _rows(db, prices) == [(0,)]
    gaps = """SELECT max(abs(chenh_lech_pct - 100 * (gia_tham_chieu_usd - gia_khai_usd) / gia_tham_chieu_usd)),
              min(chenh_lech_pct) FROM tham_van_gia"""
    error, low = _rows(db, gaps)[0]
    assert float(error) < 0.06
    assert low > 0


def test_only_consulted_and_rejected_values_bring_more_tax(db: duckdb.DuckDBPyConnection) -> None:
    assert _rows(db, "SELECT count(*) FROM tham_van_gia WHERE ket_qua = 'Bác bỏ' AND NOT co_tham_van") == [(0,)]
    assert _rows(db, "SELECT count(*) FROM tham_van_gia WHERE thue_tang_them > 0 AND ket_qua <> 'Bác bỏ'") == [(0,)]


def test_risk_counts_equal_the_declarations(db: duckdb.DuckDBPyConnection) -> None:
    keys = "nam, thang, chieu, phan_luong, don_vi"
    different = f"""
        SELECT * FROM (SELECT {keys}, count(*) AS n, count(*) FILTER (WHERE luong_sau <> 'Xanh') AS k
                       FROM to_khai GROUP BY ALL) AS a
        FULL JOIN (SELECT {keys}, sum(so_to_khai) AS n, sum(kiem_tra_ho_so) AS k
                   FROM rui_ro GROUP BY ALL) AS b USING ({keys})
        WHERE a.n IS DISTINCT FROM b.n OR a.k IS DISTINCT FROM b.k"""
    assert _rows(db, different) == []
    bounds = "SELECT count(*) FROM rui_ro WHERE phat_hien_vi_pham > kiem_tra_ho_so OR kiem_tra_thuc_te > kiem_tra_ho_so"
    assert _rows(db, bounds) == [(0,)]


def test_worse_compliance_is_checked_and_caught_more(db: duckdb.DuckDBPyConnection) -> None:
    found = _rows(
        db,
        """SELECT sum(kiem_tra_ho_so) / sum(so_to_khai), sum(phat_hien_vi_pham) / sum(kiem_tra_ho_so)
           FROM rui_ro GROUP BY muc_tuan_thu ORDER BY muc_tuan_thu""",
    )
    assert len(found) == 5
    assert [a for a, _ in found] == sorted(a for a, _ in found)
    assert [b for _, b in found] == sorted(b for _, b in found)


def test_risk_tables_name_no_enterprise_and_no_criterion(db: duckdb.DuckDBPyConnection) -> None:
    columns = {
        c for (c,) in _rows(db, "SELECT column_name FROM duckdb_columns() WHERE table_name IN ('rui_ro', 'tuan_thu')")
    }
    assert not columns & {"doanh_nghiep", "ma_so_thue", "so_to_khai_goc", "tieu_chi", "hang_rui_ro", "diem_rui_ro"}


def test_refund_decisions_follow_their_declaration(db: duckdb.DuckDBPyConnection) -> None:
    wrong = """SELECT count(*) FROM hoan_thue AS h JOIN to_khai AS k USING (so_to_khai)
               WHERE h.ngay < k.ngay OR h.ma_so_thue <> k.ma_so_thue OR h.don_vi <> k.don_vi OR h.chieu <> k.chieu"""
    assert _rows(db, wrong) == [(0,)]
    mixed = """SELECT count(*) FROM hoan_thue
               WHERE (chieu = 'Xuất khẩu') <> (loai_thue = 'Thuế xuất khẩu') OR so_tien <= 0"""
    assert _rows(db, mixed) == [(0,)]
    yearly = dict(_rows(db, "SELECT nam, sum(so_tien) / 1e9 FROM hoan_thue GROUP BY nam"))
    assert float(yearly[2024]) == pytest.approx(15900, rel=0.001)


def test_new_areas_cover_the_whole_period_and_both_organisations(db: duckdb.DuckDBPyConnection) -> None:
    for view in ("tham_van_gia", "giay_xuat_xu", "rui_ro", "hoan_thue"):
        first, last, departments, regions, gaps = _rows(
            db,
            f"""SELECT min(nam), max(nam * 100 + thang), count(DISTINCT cuc), count(DISTINCT khu_vuc),
                count(*) FILTER (WHERE cuc IS NULL OR khu_vuc IS NULL) FROM {view}""",
        )[0]
        assert (first, last, regions, gaps) == (2018, 202510, 20, 0), view
        assert departments >= 34, view
