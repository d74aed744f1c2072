"""The star schema as data frames: dimensions from the reference tables, facts from the sampled arrays."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from schema.synthetic.audits import PLACES, SUBJECTS, Audits
from schema.synthetic.borders import STATES, VEHICLES, WAYS, Crossings, Dossiers
from schema.synthetic.debts import GROUPS, Debts
from schema.synthetic.declarations import DAYS, Declarations, Enterprises
from schema.synthetic.geography import SECTORS, gates
from schema.synthetic.lines import Lines, hs_list
from schema.synthetic.reference import (
    CHANNELS,
    CO_FORMS,
    DIRECTIONS,
    KINDS,
    MODES,
    START,
    STATUSES,
    TAXES,
    Reference,
    table,
)
from schema.synthetic.revenue import Revenue, Targets
from schema.synthetic.staff import CENTRAL, Staff
from schema.synthetic.violations import CONDUCTS, GOODS, HANDLINGS, ROUTES, Violations

_FIRST = (
    "Sao Khuê", "Gió Lành", "Mây Trắng", "Suối Ngọc", "Trúc Xanh", "Hạ Vàng", "Sơn Ca", "Nắng Mới", "Đồng Xanh",
    "Biển Bạc",
    "Hoa Sim", "Cánh Diều", "Trăng Non", "Lúa Vàng", "Đá Cuội", "Sen Hồng", "Thông Reo", "Bình Nguyên", "Ánh Dương",
    "Phù Sa",
)  # fmt: skip
_SECOND = {
    "nong": "Nông sản", "thucpham": "Thực phẩm", "khoang": "Khoáng sản", "dau": "Năng lượng", "hoachat": "Hóa nhựa",
    "det": "Dệt may", "go": "Gỗ", "kimloai": "Kim khí", "dientu": "Điện tử", "may": "Thiết bị", "xe": "Cơ khí ô tô",
    "khac": "Thương mại",
}  # fmt: skip

_SECTOR_NAMES = {
    "nong": "Nông, lâm, thủy sản", "thucpham": "Thực phẩm, đồ uống", "khoang": "Khoáng sản",
    "dau": "Năng lượng, xăng dầu", "hoachat": "Hóa chất, nhựa, dược phẩm", "det": "Dệt may, da giày",
    "go": "Gỗ, giấy", "kimloai": "Sắt thép, kim loại", "dientu": "Điện tử, điện thoại", "may": "Máy móc, thiết bị",
    "xe": "Ô tô, xe máy", "khac": "Thương mại, khác",
}  # fmt: skip

# Neighbouring country behind the land gates of a department, or of one office; the others face Cambodia.
_NEIGHBOURS = dict.fromkeys(("10", "11", "12BE", "13", "15", "20"), "Trung Quốc") | dict.fromkeys(
    ("12", "27", "29", "30", "31", "32", "38BC", "60"), "Lào"
)


def _names(items: tuple[str, ...], label: str = "ten") -> pd.DataFrame:
    return pd.DataFrame({"khoa": range(len(items)), label: list(items)})


def dimensions(reference: Reference, enterprises: Enterprises) -> dict[str, pd.DataFrame]:
    """Dimension tables; ``khoa`` is the surrogate key that the facts refer to."""
    days = [START + dt.timedelta(days=d) for d in range(DAYS)]
    gate_names, _ = gates(reference)
    return {
        "dim_thoi_gian": pd.DataFrame(
            {
                "khoa": range(DAYS),
                "ngay": pd.to_datetime(days),
                "nam": [d.year for d in days],
                "quy": [(d.month + 2) // 3 for d in days],
                "thang": [d.month for d in days],
                "ky": [1 if d.day <= 15 else 2 for d in days],
                "tuan_iso": [d.isocalendar().week for d in days],
                "thu": [d.isoweekday() for d in days],
            }
        ),
        "dim_don_vi_hq": _offices(reference),
        "dim_quoc_gia": _keyed(pd.DataFrame(reference.countries)),
        "br_quoc_gia_nhom": _memberships(),
        "dim_loai_hinh": _procedures(reference),
        "dim_nhom_hang": pd.DataFrame(
            {
                "khoa": range(len(reference.groups)),
                "chieu": [DIRECTIONS[g.direction] for g in reference.groups],
                "ten": [g.name for g in reference.groups],
                "don_vi_tinh": [g.unit or None for g in reference.groups],
            }
        ),
        "dim_hs": pd.DataFrame(
            {
                "khoa": range(len(hs_list(reference))),
                "ma_hs": hs_list(reference),
                "chuong_hs": [c[:2] for c in hs_list(reference)],
            }
        ),
        "dim_chuong_hs": pd.DataFrame(table("chuong_hs")),
        "dim_co_form": _names(CO_FORMS, "mau_co"),
        "dim_ptvt": _names(MODES),
        "dim_cua_khau": _names(tuple(gate_names)),
        "dim_loai_thue": _names(TAXES),
        "dim_loai_khoan": _names(KINDS),
        "dim_ty_gia": pd.DataFrame(
            {"nam": list(reference.figures["ty_gia"]), "ty_gia": list(reference.figures["ty_gia"].values())}
        ),
        "dim_luong": _names(CHANNELS),
        "dim_trang_thai": _names(STATUSES),
        "dim_tuyen": _names(ROUTES),
        "dim_hanh_vi": _names(CONDUCTS),
        "dim_mat_hang_vi_pham": _names(GOODS),
        "dim_hinh_thuc_xu_ly": _names(HANDLINGS),
        "dim_nhom_no": _names(GROUPS),
        "dim_dia_diem_ktstq": _names(PLACES),
        "dim_chuyen_de_ktstq": _names(SUBJECTS),
        "dim_thu_tuc_nsw": _single_window(),
        "dim_trang_thai_nsw": _names(STATES),
        "dim_chieu_xnc": _names(WAYS),
        "dim_loai_xe": _names(VEHICLES),
        "dim_doanh_nghiep": enterprise_table(reference, enterprises),
    }


def enterprise_table(reference: Reference, enterprises: Enterprises, first: int = 0) -> pd.DataFrame:
    """dim_doanh_nghiep with obviously invented names; keys, tax codes and names count on from ``first``."""
    number = np.arange(first, first + len(enterprises.fdi))
    form = np.where(enterprises.fdi == 1, "Công ty TNHH", np.where(number % 3 == 0, "Công ty Cổ phần", "Công ty TNHH"))
    sector = [SECTORS[s] for s in enterprises.sector]
    names = [
        f"{kind} {_SECOND[trade]} {_FIRST[(i * 7) % len(_FIRST)]} {i + 1:05d} (mô phỏng)"
        for kind, trade, i in zip(form, sector, number.tolist(), strict=True)
    ]
    return pd.DataFrame(
        {
            "khoa": number,
            "ma_so_thue": [f"99{i + 1:08d}" for i in number],
            "ten": names,
            "nganh": [_SECTOR_NAMES[s] for s in sector],
            "khu_vuc_kinh_te": np.where(enterprises.fdi == 1, "FDI", "Trong nước"),
            "tinh_cu": [reference.provinces[p]["tinh_cu"] for p in enterprises.province],
            "tinh": [reference.provinces[p]["tinh"] for p in enterprises.province],
            "la_uu_tien": enterprises.priority == 1,
            "la_dncx": enterprises.export_processing == 1,
            "muc_tuan_thu": enterprises.compliance,
        }
    )


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    frame.insert(0, "khoa", range(len(frame)))
    return frame


def _offices(reference: Reference) -> pd.DataFrame:
    frame = _keyed(pd.DataFrame(reference.offices).drop(columns=["ty_trong"]))
    frame["cua_khau"] = [name or None for name in frame["cua_khau"]]
    neighbour = [
        _NEIGHBOURS.get(office["ma"], _NEIGHBOURS.get(office["ma_cuc"], "Cam-pu-chia"))
        if office["loai"] == "bo"
        else None
        for office in reference.offices
    ]
    frame["nuoc_giap"] = neighbour
    return frame


def _single_window() -> pd.DataFrame:
    frame = pd.DataFrame(table("thu_tuc_nsw"))
    frame["gio_quy_dinh"] = frame["gio_quy_dinh"].astype(float)
    return _keyed(frame.drop(columns=["ty_trong"]))


def _memberships() -> pd.DataFrame:
    frame = pd.DataFrame(table("quoc_gia_nhom"))
    frame["den_ngay"] = frame["den_ngay"].replace("", "9999-12-31")
    return frame


def _procedures(reference: Reference) -> pd.DataFrame:
    frame = pd.DataFrame(reference.procedures)[["ma", "ten", "chieu", "nhom"]].copy()
    frame["tinh_kim_ngach"] = [p["tinh_kim_ngach"] == "1" for p in reference.procedures]
    return _keyed(frame)


def core_facts(declared: Declarations, lines: Lines, revenue: Revenue) -> dict[str, pd.DataFrame]:
    """Declarations, their lines and their payments; ``tk`` is the position of a declaration."""
    return {
        "s_to_khai": pd.DataFrame(
            {
                "tk": np.arange(len(declared.day)),
                "ngay_khoa": declared.day,
                "chieu": declared.direction,
                "loai_hinh_khoa": declared.procedure,
                "nuoc_khoa": declared.sender,
                "ptvt_khoa": declared.mode,
                "don_vi_khoa": declared.office,
                "cua_khau_khoa": declared.gate,
                "dn_khoa": declared.enterprise,
                "luong_khoa": declared.channel,
                "luong_sau_khoa": declared.channel_after,
                "trang_thai_khoa": declared.status,
                "gio_thong_quan": declared.hours,
                "la_tmdt": declared.ecommerce == 1,
                "tong_thue": revenue.dues,
            }
        ),
        "s_dong_hang": pd.DataFrame(
            {
                "tk": lines.declaration,
                "stt_dong": lines.number,
                "nhom_hang_khoa": lines.group,
                "hs_khoa": lines.hs,
                "nuoc_khoa": lines.country,
                "co_khoa": lines.form,
                "tri_gia_usd": lines.value,
                "luong": lines.quantity,
            }
        ),
        "s_thu_nsnn": pd.DataFrame(
            {
                "ct": np.arange(len(revenue.day)),
                "ngay_khoa": revenue.day,
                "tk": revenue.declaration,
                "don_vi_khoa": revenue.office,
                "dn_khoa": revenue.enterprise,
                "chieu": revenue.direction,
                "loai_thue_khoa": revenue.tax,
                "loai_khoan_khoa": revenue.kind,
                "so_tien": revenue.amount,
            }
        ),
    }


def facts(
    reference: Reference,
    declared: Declarations,
    lines: Lines,
    revenue: Revenue,
    goals: Targets,
    violations: Violations,
    debts: Debts,
    audits: Audits,
    dossiers: Dossiers,
    crossings: Crossings,
    staff: Staff,
) -> dict[str, pd.DataFrame]:
    """Fact tables with surrogate keys; ``tk`` is the position of a declaration."""
    names = {office["ma_cuc"]: office["cuc"] for office in reference.offices}
    return {
        **core_facts(declared, lines, revenue),
        "s_du_toan": pd.DataFrame(
            {
                "nam": goals.year,
                "cuc": [names[reference.departments[d]] for d in goals.department],
                "du_toan": goals.ordered,
                "phan_dau": goals.aimed,
            }
        ),
        "s_no_thue": pd.DataFrame(
            {
                "ngay_khoa": debts.day,
                "don_vi_khoa": debts.office,
                "dn_khoa": debts.enterprise,
                "loai_thue_khoa": debts.tax,
                "nhom_no_khoa": debts.group,
                "so_ngay_qua_han": debts.overdue,
                "so_no": debts.amount,
            }
        ),
        "s_ktstq": pd.DataFrame(
            {
                "cuoc": np.arange(len(audits.day)),
                "ngay_khoa": audits.day,
                "don_vi_khoa": audits.office,
                "dn_khoa": audits.enterprise,
                "dia_diem_khoa": audits.place,
                "chuyen_de_khoa": audits.subject,
                "co_vi_pham": audits.found == 1,
                "tien_an_dinh": audits.assessed,
                "tien_phat": audits.fined,
                "da_nop": audits.paid,
            }
        ),
        "s_nsw": pd.DataFrame(
            {
                "hs": np.arange(len(dossiers.day)),
                "ngay_khoa": dossiers.day,
                "thu_tuc_khoa": dossiers.procedure,
                "dn_khoa": dossiers.enterprise,
                "trang_thai_khoa": dossiers.state,
                "gio_xu_ly": dossiers.hours,
                "dung_han": dossiers.on_time,
            }
        ),
        "s_phuong_tien": pd.DataFrame(
            {
                "ngay_khoa": crossings.day,
                "don_vi_khoa": crossings.office,
                "chieu_khoa": crossings.way,
                "loai_khoa": crossings.vehicle,
                "so_xe": crossings.count,
                "xe_qua_han": crossings.overdue,
            }
        ),
        "s_nhan_su": pd.DataFrame(
            {
                "ngay_khoa": staff.day,
                "cuc": [CENTRAL if d < 0 else names[reference.departments[d]] for d in staff.department],
                "khu_vuc": staff.region,
                "bien_che_giao": staff.places,
                "co_mat": staff.present,
                "chuyen_trach_cntt": staff.it,
                "nu": staff.women,
                "hop_dong": staff.contract,
                "sau_dai_hoc": staff.postgraduate,
            }
        ),
        "s_vi_pham": pd.DataFrame(
            {
                "vu": np.arange(len(violations.day)),
                "ngay_khoa": violations.day,
                "nam": violations.year,
                "thang": violations.month,
                "don_vi_khoa": violations.office,
                "tuyen_khoa": violations.route,
                "hanh_vi_khoa": violations.conduct,
                "mat_hang_khoa": violations.goods,
                "xu_ly_khoa": violations.handling,
                "tri_gia_tang_vat": violations.value,
                "tien_phat": violations.fine,
                "nop_ngan_sach": violations.paid,
                "so_doi_tuong": violations.suspects,
                "khoi_luong_ma_tuy": violations.drugs,
            }
        ),
    }
