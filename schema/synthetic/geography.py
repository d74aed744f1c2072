"""Where trade passes: weights of transport modes, customs departments and provinces."""

from __future__ import annotations

import numpy as np

from schema.synthetic.reference import MODES, Floats, Ints, Reference

SECTORS = (
    "nong", "thucpham", "khoang", "dau", "hoachat", "det", "go", "kimloai", "dientu", "may", "xe", "khac",
)  # fmt: skip
CLASSES = ("CN", "KH", "LA", "far")

# Share of transport modes (order of MODES) by class of partner; "air" sectors shift sea to air.
_MODE_BASE = {
    "CN": (52, 5, 40, 3, 0, 0),
    "KH": (8, 1, 76, 0, 15, 0),
    "LA": (2, 1, 97, 0, 0, 0),
    "far": (92, 7, 0.6, 0.1, 0, 0.3),
}
_AIR_SHARE = {"dientu": 0.55, "may": 0.22, "det": 0.08, "hoachat": 0.05, "kimloai": 0.03, "khac": 0.2, "xe": 0.04}
_BULK = ("dau", "khoang")

_SEA: dict[str, float] = {
    "02": 34, "03": 30, "51": 8, "47": 7, "43": 9, "34": 2.5, "27": 2, "20": 2, "30": 1.2, "35": 1.6, "41": 1, "18": 5,
    "01": 4, "28": 4, "29": 0.8, "37": 0.8, "54": 0.8, "48": 3, "60": 1, "33": 0.6, "31": 0.2, "53": 0.3, "59": 0.3,
    "50": 0.4, "49": 0.4, "45": 1.2, "61": 1.2, "40": 0.3, "32": 0.1,
}  # fmt: skip
_SEA_BULK: dict[str, float] = {
    "27": 24, "35": 12, "51": 20, "41": 8, "02": 14, "54": 3, "03": 9, "20": 8, "30": 9, "47": 4, "37": 1.5, "34": 3,
    "53": 1, "31": 0.8, "33": 0.8, "29": 1, "60": 0.5,
}  # fmt: skip
_AIR: dict[str, float] = {"01": 42, "02": 30, "18": 24, "34": 1.2, "47": 1.4, "43": 1.4}
_ROAD: dict[str, dict[str, float]] = {
    "CN": {"15": 50, "18": 14, "01": 9, "13": 9, "20": 13, "11": 2.5, "10": 0.8, "12": 0.2, "03": 2},
    "KH": {"45": 30, "50": 14, "49": 9, "48": 14, "61": 15, "53": 5, "38": 4, "40": 2, "02": 5},
    "LA": {"32": 34, "30": 20, "29": 9, "27": 5, "31": 14, "38": 9, "12": 3, "33": 2, "60": 3},
    "far": {"15": 50, "32": 20, "45": 20, "13": 10},
}
_RAIL: dict[str, float] = {"01": 35, "15": 58, "13": 7}
_RIVER: dict[str, float] = {"50": 35, "49": 30, "54": 15, "48": 20}
_SECTOR_TILT = {
    "dientu": {"18": 5, "03": 1.4, "01": 1.3, "47": 0.7},
    "may": {"18": 2, "03": 1.4, "28": 1.3},
    "det": {"43": 2, "47": 1.6, "28": 2, "48": 1.5, "45": 2, "33": 2, "60": 1.5},
    "go": {"43": 3, "37": 5, "47": 1.5},
    "nong": {"02": 1.2, "54": 4, "59": 6, "50": 3, "49": 3, "53": 4, "40": 8, "43": 1.3, "18": 0.2},
    "kimloai": {"51": 2.5, "03": 1.2, "34": 1.2, "30": 2, "35": 2},
    "xe": {"03": 1.5, "60": 6, "28": 3, "02": 1.2},
}

# Provinces (63 old ones) of the enterprises that declare at a department.
_HOME = {
    "01": {"Hà Nội": 70, "Vĩnh Phúc": 16, "Phú Thọ": 6, "Hòa Bình": 3, "Yên Bái": 2, "Sơn La": 1, "Bắc Ninh": 2},
    "02": {"TP. Hồ Chí Minh": 72, "Bình Dương": 9, "Long An": 6, "Đồng Nai": 6, "Tiền Giang": 3, "Bến Tre": 2,
           "Lâm Đồng": 1, "Tây Ninh": 1},
    "03": {"Hải Phòng": 48, "Hải Dương": 18, "Hưng Yên": 14, "Thái Bình": 6, "Hà Nội": 8,
           "Quảng Ninh": 3, "Bắc Ninh": 3},
    "10": {"Hà Giang": 80, "Hà Nội": 20}, "11": {"Cao Bằng": 70, "Hà Nội": 30},
    "12": {"Điện Biên": 60, "Lai Châu": 25, "Sơn La": 15}, "13": {"Lào Cai": 65, "Hà Nội": 25, "Lai Châu": 10},
    "15": {"Lạng Sơn": 35, "Hà Nội": 25, "Bắc Ninh": 10, "Bắc Giang": 10, "Bắc Kạn": 2, "TP. Hồ Chí Minh": 18},
    "18": {"Bắc Ninh": 40, "Bắc Giang": 30, "Thái Nguyên": 28, "Tuyên Quang": 1, "Bắc Kạn": 1},
    "20": {"Quảng Ninh": 75, "Hà Nội": 15, "Hải Phòng": 10}, "27": {"Thanh Hóa": 100},
    "28": {"Hà Nam": 38, "Nam Định": 30, "Ninh Bình": 32}, "29": {"Nghệ An": 100}, "30": {"Hà Tĩnh": 100},
    "31": {"Quảng Bình": 80, "Hà Nội": 20}, "32": {"Quảng Trị": 80, "Hà Nội": 20}, "33": {"Thừa Thiên Huế": 100},
    "34": {"Đà Nẵng": 85, "Quảng Nam": 15}, "35": {"Quảng Ngãi": 100}, "37": {"Bình Định": 75, "Phú Yên": 25},
    "38": {"Gia Lai": 60, "Kon Tum": 40}, "40": {"Đắk Lắk": 50, "Đắk Nông": 15, "Lâm Đồng": 35},
    "41": {"Khánh Hòa": 80, "Ninh Thuận": 20}, "43": {"Bình Dương": 97, "TP. Hồ Chí Minh": 3},
    "45": {"Tây Ninh": 95, "TP. Hồ Chí Minh": 5}, "47": {"Đồng Nai": 90, "Bình Thuận": 7, "Lâm Đồng": 3},
    "48": {"Long An": 70, "Tiền Giang": 18, "Bến Tre": 12}, "49": {"Đồng Tháp": 100}, "50": {"An Giang": 100},
    "51": {"Bà Rịa – Vũng Tàu": 92, "TP. Hồ Chí Minh": 8}, "53": {"Kiên Giang": 100},
    "54": {"Cần Thơ": 50, "Vĩnh Long": 15, "Hậu Giang": 14, "Sóc Trăng": 12, "Trà Vinh": 9},
    "59": {"Cà Mau": 70, "Bạc Liêu": 30}, "60": {"Quảng Nam": 100}, "61": {"Bình Phước": 100},
}  # fmt: skip
_DEFAULT_GATES = {
    "bac": ("Cảng Tân Vũ", "Sân bay quốc tế Nội Bài", "Cửa khẩu Hữu Nghị", "Ga Đồng Đăng", "Cảng Ninh Phúc"),
    "trung": ("Cảng Tiên Sa", "Sân bay quốc tế Đà Nẵng", "Cửa khẩu Lao Bảo", "Ga Yên Viên", "Cảng Tiên Sa"),
    "nam": ("Cảng Cát Lái", "Sân bay quốc tế Tân Sơn Nhất", "Cửa khẩu Mộc Bài", "Ga Yên Viên", "Cảng Mỹ Tho"),
}
_MATCHING = {"bien": 0, "khong": 1, "bo": 2, "sat": 3, "song": 4}
SOUTH = ("02", "43", "47", "48", "45")


def mode_weights() -> Floats:
    """Weights of modes by (class of partner × sector): shape (len(CLASSES) * len(SECTORS), len(MODES))."""
    found = np.zeros((len(CLASSES) * len(SECTORS), len(MODES)))
    for c, partner in enumerate(CLASSES):
        for s, sector in enumerate(SECTORS):
            weights = np.array(_MODE_BASE[partner], dtype=float)
            air = _AIR_SHARE.get(sector, 0.0)
            if partner in ("CN", "far"):
                moved = weights[0] * (air if partner == "far" else air * 0.4)
                weights[0] -= moved
                weights[1] += moved
                if sector in _BULK:
                    weights[0], weights[1] = weights[0] + weights[1], 0.05
                    weights[2] *= 0.1
            found[c * len(SECTORS) + s] = weights
    return found


def department_weights(reference: Reference) -> Floats:
    """Weights of departments by (mode × class × sector): shape (modes * classes * sectors, departments)."""
    departments = reference.departments
    found = np.zeros((len(MODES) * len(CLASSES) * len(SECTORS), len(departments)))
    row = 0
    for mode in range(len(MODES)):
        for partner in CLASSES:
            for sector in SECTORS:
                sea = _SEA_BULK if sector in _BULK else _SEA
                by_mode: tuple[dict[str, float], ...] = (sea, _AIR, _ROAD[partner], _RAIL, _RIVER, _SEA)
                tilt = _SECTOR_TILT.get(sector, {})
                for code, weight in by_mode[mode].items():
                    found[row, departments.index(code)] = weight * tilt.get(code, 1.0)
                row += 1
    return found


def office_weights(reference: Reference) -> Floats:
    """Weights of offices by (department × mode): shape (departments * modes, offices)."""
    departments = reference.departments
    found = np.zeros((len(departments) * len(MODES), len(reference.offices)))
    for o, office in enumerate(reference.offices):
        department = departments.index(office["ma_cuc"])
        for mode in range(len(MODES)):
            own = _MATCHING.get(office["loai"])
            fit = 1.0 if own is None else (3.0 if own == mode else 0.03)
            found[department * len(MODES) + mode, o] = float(office["ty_trong"]) * fit
    return found


def gates(reference: Reference) -> tuple[list[str], Ints]:
    """Names of the gates, and the gate of every (office × mode): shape (offices * modes,)."""
    names = sorted({o["cua_khau"] for o in reference.offices if o["cua_khau"]})
    positions = np.zeros(len(reference.offices) * len(MODES), dtype=np.int64)
    for o, office in enumerate(reference.offices):
        code = int(office["ma_cuc"])
        default = _DEFAULT_GATES["bac" if code < 29 else "trung" if code < 43 else "nam"]
        for mode in range(len(MODES)):
            own = office["cua_khau"] and _MATCHING.get(office["loai"], mode) == mode
            name = office["cua_khau"] if own else default[min(mode, 4)]
            positions[o * len(MODES) + mode] = names.index(name)
    return names, positions


def home_weights(reference: Reference) -> Floats:
    """Weights of old provinces by department: shape (departments, provinces)."""
    provinces = [p["tinh_cu"] for p in reference.provinces]
    found = np.zeros((len(reference.departments), len(provinces)))
    for code, weights in _HOME.items():
        for name, weight in weights.items():
            found[reference.departments.index(code), provinces.index(name)] = weight
    return found
