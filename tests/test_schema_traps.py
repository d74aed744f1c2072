"""The traps of the customs domain in the warehouse: two organisations, memberships by day, snapshots, codes as text."""

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


def _one(db: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return _rows(db, sql)[0][0]


def test_35_departments_and_20_regions_are_filled_for_every_year(db: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT nam, count(DISTINCT cuc), count(DISTINCT khu_vuc) FROM to_khai GROUP BY nam"
    assert {row[1:] for row in _rows(db, sql)} == {(35, 20)}
    assert _one(db, "SELECT count(*) FROM to_khai WHERE cuc IS NULL OR khu_vuc IS NULL OR don_vi IS NULL") == 0


@pytest.mark.parametrize(
    ("department", "regions"),
    [
        ("Hải Phòng", {"Khu vực III", "Khu vực IV"}),
        ("Hà Nam Ninh", {"Khu vực IV", "Khu vực X"}),
        ("TP. Hồ Chí Minh", {"Khu vực II", "Khu vực XV"}),
        ("Đồng Nai", {"Khu vực XV", "Khu vực XVIII"}),
        ("Hà Nội", {"Khu vực I"}),
        ("Cà Mau", {"Khu vực XIX"}),
    ],
)
def test_departments_map_to_regions_office_by_office(
    db: duckdb.DuckDBPyConnection, department: str, regions: set[str]
) -> None:
    for view in ("to_khai", "thu_nsnn", "nhan_su"):
        found = _rows(db, f"SELECT DISTINCT khu_vuc FROM {view} WHERE cuc = '{department}'")
        assert {name for (name,) in found} == regions, view


def test_region_xv_took_over_the_airports_on_11_06_2025(db: duckdb.DuckDBPyConnection) -> None:
    moved = _rows(
        db, "SELECT ten, khu_vuc_032025, khu_vuc FROM dim_don_vi_hq WHERE khu_vuc <> khu_vuc_032025 ORDER BY ten"
    )
    assert moved == [
        ("HQ CK sân bay quốc tế Long Thành", "Khu vực XVIII", "Khu vực XV"),
        ("HQ CK sân bay quốc tế Tân Sơn Nhất", "Khu vực II", "Khu vực XV"),
        ("HQ Chuyển phát nhanh TP. Hồ Chí Minh", "Khu vực II", "Khu vực XV"),
    ]


def test_the_same_period_across_the_change_compares_the_same_offices(db: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT DISTINCT don_vi, khu_vuc FROM to_khai WHERE nam = {} AND khu_vuc IN ('Khu vực II', 'Khu vực XV')"
    assert set(_rows(db, sql.format(2024))) == set(_rows(db, sql.format(2025)))


def test_one_name_is_not_part_of_another(db: duckdb.DuckDBPyConnection) -> None:
    by_region = dict(_rows(db, "SELECT khu_vuc, count(*) FROM to_khai GROUP BY khu_vuc"))
    alike = _one(db, "SELECT count(*) FROM to_khai WHERE khu_vuc LIKE 'Khu vực I%'")
    assert by_region["Khu vực I"] < by_region["Khu vực II"] + by_region["Khu vực I"] < alike
    assert _one(db, "SELECT count(*) FROM to_khai WHERE cuc = 'Hà Nam'") == 0
    assert _one(db, "SELECT count(*) FROM to_khai WHERE cuc = 'Hà Nam Ninh'") > 0
    assert _one(db, "SELECT count(*) FROM to_khai WHERE tinh_cu = 'Hà Nam'") > 0


def test_63_old_provinces_fold_into_34_new_ones(db: duckdb.DuckDBPyConnection) -> None:
    pairs = _rows(db, "SELECT DISTINCT tinh_cu, tinh FROM doanh_nghiep")
    assert len({old for old, _ in pairs}) == len(pairs)  # each old province lies in one new one
    assert len({new for _, new in pairs}) == 34
    folded = dict(pairs)
    assert folded["Bình Dương"] == folded["Bà Rịa – Vũng Tàu"] == "TP. Hồ Chí Minh"
    assert folded["Hải Dương"] == "Hải Phòng"
    assert folded["Hà Giang"] == "Tuyên Quang"


@pytest.mark.parametrize(
    ("country", "flag", "last", "first"),
    [
        ("Anh", "la_eu", "2020-01-31", None),
        ("Anh", "la_cptpp", None, "2024-12-15"),
        ("Trung Quốc", "la_rcep", None, "2022-01-01"),
    ],
)
def test_membership_holds_by_the_day(
    db: duckdb.DuckDBPyConnection, country: str, flag: str, last: str | None, first: str | None
) -> None:
    inside = f"ngay <= DATE '{last}'" if last else f"ngay >= DATE '{first}'"
    sql = f"SELECT count(*) FROM xnk WHERE nuoc = '{country}' AND {flag} <> ({inside})"
    assert _one(db, sql) == 0
    assert _one(db, f"SELECT count(DISTINCT {flag}) FROM xnk WHERE nuoc = '{country}'") == 2


def test_eu_has_27_members_after_2020(db: duckdb.DuckDBPyConnection) -> None:
    counted = "SELECT count(*) FROM br_quoc_gia_nhom WHERE ma_nhom = 'EU' AND DATE '{}' BETWEEN tu_ngay AND den_ngay"
    assert _one(db, counted.format("2020-01-31")) - _one(db, counted.format("2020-02-01")) == 1


def test_the_violation_year_runs_from_15_12(db: duckdb.DuckDBPyConnection) -> None:
    first, last = _rows(db, "SELECT min(ngay), max(ngay) FROM vi_pham WHERE nam = 2024")[0]
    assert (first.isoformat(), last.isoformat()) == ("2023-12-15", "2024-12-14")
    wrong = "SELECT count(*) FROM vi_pham WHERE day(ngay) >= 15 AND thang <> month(ngay) % 12 + 1"
    assert _one(db, wrong) == 0


def test_snapshots_stand_at_month_ends_and_do_not_add_up(db: duckdb.DuckDBPyConnection) -> None:
    for view in ("no_thue", "nhan_su"):
        assert _one(db, f"SELECT count(*) FROM {view} WHERE day(ngay + 1) <> 1") == 0
    december = _one(db, "SELECT sum(bien_che_giao) FROM nhan_su WHERE nam = 2024 AND thang = 12")
    assert december == 9_350
    assert _one(db, "SELECT sum(bien_che_giao) FROM nhan_su WHERE nam = 2024") == 12 * december


def test_both_organisations_have_all_the_staff(db: duckdb.DuckDBPyConnection) -> None:
    units = _rows(db, "SELECT count(DISTINCT cuc), count(DISTINCT khu_vuc) FROM nhan_su WHERE nam = 2020 AND thang = 6")
    assert units == [(36, 21)]  # the central offices stand in both
    assert (
        _one(db, "SELECT count(*) FROM nhan_su WHERE co_mat > bien_che_giao OR nu > co_mat OR bien_che_giao <= 0") == 0
    )


def test_trade_leaves_out_what_is_not_counted(db: duckdb.DuckDBPyConnection) -> None:
    left_out = {code for (code,) in _rows(db, "SELECT ma FROM dim_loai_hinh WHERE NOT tinh_kim_ngach")}
    assert {"C11", "G11", "G21", "E15"} <= left_out
    assert not left_out & {code for (code,) in _rows(db, "SELECT DISTINCT ma_loai_hinh FROM xnk")}
    assert left_out & {code for (code,) in _rows(db, "SELECT DISTINCT ma_loai_hinh FROM to_khai")}
    cancelled = "SELECT count(*) FROM xnk JOIN to_khai USING (so_to_khai) WHERE trang_thai = 'Đã hủy'"
    assert _one(db, cancelled) == 0


def test_codes_keep_their_leading_zeros(db: duckdb.DuckDBPyConnection) -> None:
    assert _one(db, "SELECT count(*) FROM xnk WHERE length(ma_hs) <> 8 OR length(chuong_hs) <> 2") == 0
    assert _one(db, "SELECT count(*) FROM xnk WHERE chuong_hs LIKE '0%'") > 0
    assert _one(db, "SELECT count(*) FROM dim_don_vi_hq WHERE length(ma) <> 4 OR left(ma, 2) <> ma_cuc") == 0
    assert _one(db, "SELECT count(*) FROM to_khai WHERE length(so_to_khai) <> 12") == 0


def test_refunds_to_visitors_are_85_percent_of_the_tax(db: duckdb.DuckDBPyConnection) -> None:
    wrong = """SELECT count(*) FROM hoan_thue_du_khach WHERE tien_hoan <>
        CASE WHEN trang_thai = 'Đã hoàn' THEN round(tien_vat * 0.85) ELSE 0 END"""
    assert _one(db, wrong) == 0
    assert (
        _one(
            db, "SELECT count(*) FROM hoan_thue_du_khach WHERE (trang_thai = 'Từ chối') <> (ly_do_tu_choi IS NOT NULL)"
        )
        == 0
    )
    small = "SELECT DISTINCT ly_do_tu_choi FROM hoan_thue_du_khach WHERE tri_gia_hoa_don < 2000000"
    assert _rows(db, small) == [("Trị giá dưới mức tối thiểu",)]
    assert _one(db, "SELECT count(*) FROM hoan_thue_du_khach WHERE quoc_tich = 'Việt Nam'") == 0


def test_trips_agree_with_their_port_and_direction(db: duckdb.DuckDBPyConnection) -> None:
    assert _one(db, "SELECT count(*) FROM chuyen_tau_bay WHERE ngay_den > ngay_roi") == 0
    assert (
        _one(
            db,
            "SELECT count(*) FROM chuyen_tau_bay WHERE ngay <> if(chieu_xnc = 'Nhập cảnh', ngay_den, ngay_roi)",
        )
        == 0
    )
    kinds = dict(_rows(db, "SELECT DISTINCT split_part(cang, ' ', 1), loai_phuong_tien FROM chuyen_tau_bay"))
    assert kinds == {"Cảng": "Tàu biển", "Sân": "Tàu bay", "Ga": "Tàu hỏa"}
    assert _one(db, "SELECT count(*) FROM chuyen_tau_bay WHERE loai_chuyen <> 'Chở khách' AND so_hanh_khach > 0") == 0


def test_containers_agree_with_their_dates_and_scans(db: duckdb.DuckDBPyConnection) -> None:
    assert _one(db, "SELECT count(*) FROM container WHERE ngay_ra < ngay") == 0
    assert _one(db, "SELECT count(*) FROM container WHERE (ngay_ra IS NULL) <> (trang_thai = 'Đang lưu tại cảng')") == 0
    assert _one(db, "SELECT count(*) FROM container WHERE soi_chieu <> (ket_qua_soi IS NOT NULL)") == 0
    old = "SELECT count(*) FROM container WHERE ton_qua_90_ngay <> (ngay_ra IS NULL AND so_ngay_luu > 90)"
    assert _one(db, old) == 0


def test_the_register_adds_up_to_declarations_trade_payments_and_debts(db: duckdb.DuckDBPyConnection) -> None:
    sums = _rows(
        db, "SELECT sum(so_to_khai), sum(kim_ngach_xnk), sum(so_thue_da_nop), sum(so_no_thue) FROM doanh_nghiep"
    )[0]
    assert sums[0] == _one(db, "SELECT count(*) FROM to_khai")
    assert sums[1] == _one(db, "SELECT sum(tri_gia_usd) FROM xnk")
    assert sums[2] == _one(db, "SELECT sum(so_tien) FROM thu_nsnn")
    assert sums[3] == _one(db, "SELECT sum(so_no) FROM no_thue WHERE ngay = DATE '2025-10-31'")
    assert _one(db, "SELECT count(*) FROM doanh_nghiep WHERE la_uu_tien <> (muc_tuan_thu LIKE 'Mức 1 %')") == 0
    assert _one(db, "SELECT count(*) FROM doanh_nghiep WHERE ngay > ngay_to_khai_dau") == 0


def test_documents_are_late_when_they_were_done_after_their_day(db: duckdb.DuckDBPyConnection) -> None:
    late = "coalesce(ngay_hoan_thanh, DATE '2025-10-31') > han_xu_ly"
    assert _one(db, f"SELECT count(*) FROM van_ban WHERE qua_han <> ({late})") == 0
    assert _one(db, "SELECT count(*) FROM van_ban WHERE qua_han <> (so_ngay_qua_han > 0)") == 0
    outgoing = "SELECT count(*) FROM van_ban WHERE huong_van_ban = 'Văn bản đi' AND coalesce(qua_han, noi_gui <> '')"
    assert _one(db, outgoing) == 0
    secret = "SELECT count(*) FROM f_van_ban JOIN dim_do_mat ON khoa = do_mat_khoa WHERE ten <> 'Thường'"
    whole = _one(db, "SELECT count(*) FROM f_van_ban")
    assert 0 < _one(db, secret) == whole - _one(db, "SELECT count(*) FROM van_ban")
