"""Vietnamese labels for output names that no catalogue entry has: ``kim_ngach_2024`` → ``Kim ngạch 2024``."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from schema.semantic import Catalogue

# Ordinary words of aliases, for warehouses whose names are Vietnamese without diacritics.
WORDS = {
    "nam": "năm", "quy": "quý", "thang": "tháng", "ngay": "ngày", "tuan": "tuần", "ky": "kỳ", "so": "số",
    "so_luong": "số lượng", "tong": "tổng", "tong_so": "tổng số", "tong_cong": "tổng cộng", "trung_binh": "trung bình",
    "binh_quan": "bình quân", "lon_nhat": "lớn nhất", "nho_nhat": "nhỏ nhất", "cao_nhat": "cao nhất",
    "thap_nhat": "thấp nhất", "trung_vi": "trung vị", "ty_trong": "tỷ trọng", "ty_le": "tỷ lệ", "ti_le": "tỷ lệ",
    "ti_trong": "tỷ trọng", "phan_tram": "phần trăm", "tang_truong": "tăng trưởng", "toc_do_tang": "tốc độ tăng",
    "tang_giam": "tăng giảm", "thay_doi": "thay đổi", "chenh_lech": "chênh lệch", "luy_ke": "lũy kế",
    "so_lan": "gấp (lần)",
    "trung_binh_truot": "trung bình trượt", "thu_hang": "thứ hạng", "xep_hang": "xếp hạng", "hang": "hạng",
    "ky_truoc": "kỳ trước", "ky_nay": "kỳ này", "nam_truoc": "năm trước", "nam_nay": "năm nay", "cung_ky": "cùng kỳ",
    "thang_truoc": "tháng trước", "quy_truoc": "quý trước", "truoc": "trước", "nay": "nay", "gia_tri": "giá trị",
    "xuat_khau": "xuất khẩu", "nhap_khau": "nhập khẩu", "xk": "xuất khẩu", "nk": "nhập khẩu", "xnk": "xuất nhập khẩu",
    "can_can": "cán cân", "xuat_sieu": "xuất siêu", "nhap_sieu": "nhập siêu", "loai": "loại", "ten": "tên",
    "kim_ngach": "kim ngạch", "tri_gia": "trị giá", "so_thu": "số thu", "so_vu": "số vụ", "to_khai": "tờ khai",
    "doanh_nghiep": "doanh nghiệp", "luong": "lượng", "luong_do": "luồng đỏ", "luong_vang": "luồng vàng",
    "luong_xanh": "luồng xanh", "nhom_hang": "nhóm hàng", "nuoc": "nước", "cuc": "cục", "thue": "thuế",
    "giai_doan": "giai đoạn", "don_gia": "đơn giá", "thoi_gian": "thời gian", "hoan_thanh": "hoàn thành",
    "du_toan": "dự toán", "tien": "tiền", "phat": "phạt", "moi": "mỗi", "theo": "theo", "usd": "USD", "vnd": "VND",
    "doi_chieu": "đối chiếu", "dong_gop": "đóng góp",
    "fdi": "FDI", "diem": "điểm", "muc": "mức", "tang": "tăng", "giam": "giảm", "va": "và", "cua": "của",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case without diacritics, words joined by underscores."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return re.sub(r"\W+", "_", plain.replace("đ", "d").replace("Đ", "D").lower()).strip("_")


@lru_cache(maxsize=8)
def _phrases(version: str, names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    phrases = dict(WORDS)
    for name, label in names:
        phrases[name] = label
        phrases.setdefault(fold(label), label)
    return phrases


def humanise(name: str, catalogue: Catalogue) -> str:
    """A label for an alias: its longest known parts in Vietnamese, the rest as written."""
    if not re.fullmatch(r"[A-Za-z0-9_]+", name):
        return name
    names = []
    for view in catalogue.views.values():
        names += [(m.name, m.label) for m in view.metrics]
        names += [(d.name, d.label) for d in view.dimensions]
    phrases = _phrases(catalogue.version, tuple(dict(names).items()))
    tokens = [t for t in name.lower().split("_") if t]
    found: list[str] = []
    known = False
    at = 0
    while at < len(tokens):
        for end in range(len(tokens), at, -1):
            label = phrases.get("_".join(tokens[at:end]))
            if label is not None:
                found.append(label if not found else _lower_first(label))
                known = True
                at = end
                break
        else:
            found.append(tokens[at])
            at += 1
    if not known:
        return name.replace("_", " ").strip() or name
    text = " ".join(found)
    return text[:1].upper() + text[1:]


def _lower_first(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
