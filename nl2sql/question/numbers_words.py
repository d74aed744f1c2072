"""Vocabulary of numbers: multipliers, units, nouns that are counted, and the words that give a bound its direction.

All in canonical spelling; longer phrases stand before their beginnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

MULTIPLIERS: Mapping[str, Decimal] = {
    "trăm": Decimal(100),
    "nghìn": Decimal(10**3),
    "ngàn": Decimal(10**3),
    "k": Decimal(10**3),
    "vạn": Decimal(10**4),
    "triệu": Decimal(10**6),
    "tr": Decimal(10**6),
    "củ": Decimal(10**6),
    "million": Decimal(10**6),
    "tỷ": Decimal(10**9),
    "billion": Decimal(10**9),
    "chục": Decimal(10),
}

UNITS: tuple[tuple[str, str], ...] = (
    ("phần trăm điểm", "điểm %"),
    ("điểm phần trăm", "điểm %"),
    ("điểm %", "điểm %"),
    ("% điểm", "điểm %"),
    ("phần trăm", "%"),
    ("phần nghìn", "‰"),
    ("percent", "%"),
    ("%", "%"),
    ("đô la mỹ", "USD"),
    ("đô mỹ", "USD"),
    ("đô la", "USD"),
    ("đôla", "USD"),
    ("đô", "USD"),
    ("usd", "USD"),
    ("$", "USD"),
    ("đồng", "VND"),
    ("vnđ", "VND"),
    ("vnd", "VND"),
    ("đ", "VND"),
    ("₫", "VND"),
    ("nghìn tấn", "nghìn tấn"),
    ("kilogram", "kg"),
    ("kg", "kg"),
    ("tấn", "tấn"),
    ("tạ", "tạ"),
    ("gram", "gram"),
    ("giờ", "giờ"),
    ("tiếng", "giờ"),
    ("phút", "phút"),
    ("ngày", "ngày"),
    ("tuần", "tuần"),
    ("tháng", "tháng"),
    ("quý", "quý"),
    ("năm", "năm"),
    ("lần", "lần"),
)

ENTITIES: tuple[str, ...] = (
    "doanh nghiệp", "công ty", "thương nhân", "mặt hàng", "nhóm hàng", "ngành hàng", "quốc gia", "thị trường",
    "đối tác", "chi cục", "cục hải quan", "hải quan tỉnh", "hải quan",
    "đơn vị", "cửa khẩu", "loại hình", "khu vực", "địa phương", "tỉnh thành",
    "tỉnh", "sản phẩm", "sắc thuế", "hành vi", "châu lục", "bộ ngành", "tuyến", "nước", "cục", "hàng", "chương",
    "nhóm", "kết quả", "dòng", "cảng", "dn", "cty", "mã hs", "mã hàng", "mã", "cái tên", "thành phố", "khách hàng",
    "nhà cung cấp", "kho", "bộ", "hiệp định", "chuyên đề", "lý do", "thủ tục", "sân bay", "ga", "ngân hàng", "biểu mẫu",
)  # fmt: skip
"""Things that a question lists: "5 nước", "mười doanh nghiệp" say how many rows are wanted."""

MEASURED: tuple[str, ...] = (
    "tờ khai", "bộ tờ khai", "tk", "dòng hàng", "vụ việc", "vụ vi phạm", "vụ", "lượt", "hồ sơ", "chiếc", "container",
    "lô hàng", "đối tượng", "người", "biên chế", "cán bộ", "công chức", "văn bản", "chuyến", "kiện", "cái", "con",
    "bản ghi", "điểm", "bậc", "hạng",
)  # fmt: skip
"""Things that are counted by a measure: "1.500 tờ khai"."""

LABELS: tuple[str, ...] = (
    "chương", "phân nhóm", "nhóm hs", "mã hs", "hs", "mã số thuế", "mst", "mã số", "mã", "luồng", "khu vực", "kv",
    "quận", "form", "mẫu", "điều", "khoản", "phần", "mục", "số hiệu", "tờ khai số", "số tờ khai", "mã loại hình",
    "loại hình", "quyết định", "thông tư", "nghị định", "nhóm",
)  # fmt: skip
"""Words after which digits are a name and count nothing: "chương 72", "luồng 1", "HS 2709"."""

BEFORE: tuple[tuple[str, str], ...] = (
    ("lớn hơn hoặc bằng", ">="),
    ("nhỏ hơn hoặc bằng", "<="),
    ("nhiều hơn hoặc bằng", ">="),
    ("ít hơn hoặc bằng", "<="),
    ("không được vượt quá", "<="),
    ("không vượt quá", "<="),
    ("không nhiều hơn", "<="),
    ("không lớn hơn", "<="),
    ("không cao hơn", "<="),
    ("không vượt", "<="),
    ("không quá", "<="),
    ("không hơn", "<="),
    ("chưa quá", "<="),
    ("trong vòng chưa đến", "<"),
    ("trong vòng", "<="),
    ("tối đa là", "<="),
    ("tối đa", "<="),
    ("nhiều nhất là", "<="),
    ("nhiều nhất", "<="),
    ("không ít hơn", ">="),
    ("không thấp hơn", ">="),
    ("không nhỏ hơn", ">="),
    ("không dưới", ">="),
    ("không kém", ">="),
    ("ít nhất là", ">="),
    ("ít nhất", ">="),
    ("tối thiểu là", ">="),
    ("tối thiểu", ">="),
    ("đạt từ", ">="),
    ("chưa đến", "<"),
    ("chưa tới", "<"),
    ("chưa đầy", "<"),
    ("chưa đạt", "<"),
    ("chưa đủ", "<"),
    ("không đủ", "<"),
    ("chưa được", "<"),
    ("không đến", "<"),
    ("không tới", "<"),
    ("không đầy", "<"),
    ("thấp hơn", "<"),
    ("nhỏ hơn", "<"),
    ("ít hơn", "<"),
    ("bé hơn", "<"),
    ("nhanh hơn", "<"),
    ("ngắn hơn", "<"),
    ("kém hơn", "<"),
    ("dưới mức", "<"),
    ("dưới", "<"),
    ("vượt quá", ">"),
    ("vượt ngưỡng", ">"),
    ("vượt mức", ">"),
    ("vượt mốc", ">"),
    ("vượt", ">"),
    ("nhiều hơn", ">"),
    ("lớn hơn", ">"),
    ("cao hơn", ">"),
    ("lâu hơn", ">"),
    ("dài hơn", ">"),
    ("trên mức", ">"),
    ("trên", ">"),
    ("hơn", ">"),
    ("quá", ">"),
    ("over", ">"),
    ("above", ">"),
    ("> =", ">="),
    ("< =", "<="),
    ("= >", ">="),
    ("= <", "<="),
    ("≥", ">="),
    ("≤", "<="),
    (">", ">"),
    ("<", "<"),
    ("đúng bằng", "="),
    ("bằng đúng", "="),
    ("bằng", "="),
    ("đúng", "="),
    ("=", "="),
    ("xấp xỉ", "~"),
    ("khoảng chừng", "~"),
    ("vào khoảng", "~"),
    ("khoảng", "~"),
    ("ước chừng", "~"),
    ("chừng", "~"),
    ("tầm", "~"),
    ("gần bằng", "~"),
    ("gần", "~"),
    ("~", "~"),
    ("≈", "~"),
)
AFTER: tuple[tuple[str, str], ...] = (
    ("trở lên", ">="),
    ("đổ lên", ">="),
    ("hoặc hơn", ">="),
    ("hoặc nhiều hơn", ">="),
    ("hoặc cao hơn", ">="),
    ("hoặc lớn hơn", ">="),
    ("là ít nhất", ">="),
    ("trở xuống", "<="),
    ("trở lại", "<="),
    ("hoặc nhỏ hơn", "<="),
    ("đổ xuống", "<="),
    ("hoặc ít hơn", "<="),
    ("hoặc thấp hơn", "<="),
    ("là tối đa", "<="),
)
RANGE_LEADS = (
    "trong khoảng từ", "nằm trong khoảng", "trong khoảng", "nằm giữa", "khoảng từ", "đạt từ", "giữa", "khoảng", "từ",
)  # fmt: skip
LINKS = ("đạt", "mức", "là", "ngưỡng", "mốc", "đến", "tới", "thêm", "được", "có")
"""May stand between a bound's word and its number: "vượt mốc 5 tỷ", "tăng thêm trên 10%"."""

UP = ("tăng trưởng", "tăng thêm", "tăng", "vượt")
DOWN = ("sụt giảm", "suy giảm", "giảm bớt", "giảm", "sụt", "hạ")

SUPERLATIVES: tuple[str, ...] = (
    "đứng đầu", "hàng đầu", "dẫn đầu", "lớn nhất", "cao nhất", "nhiều nhất", "thấp nhất", "nhỏ nhất", "ít nhất",
    "đầu tiên", "đầu bảng", "cuối bảng", "đội sổ", "cuối cùng", "gần nhất", "mới nhất", "nhanh nhất", "chậm nhất",
    "lâu nhất", "tốt nhất", "kém nhất", "đầu",
)  # fmt: skip

_STOP = (
    "la bao nhieu va hoac cua trong theo so voi thi ma nhung co khong duoc da dang se tren duoi hon tu den toi cac "
    "nhung moi tung nao gi cho tai o vao ra len xuong tro vua cung nhat thang nam quy the lai chiem dat tang giam "
    "truoc sau khi de bi do mot"
)
STOP = frozenset(_STOP.split())
"""Function words (folded) that cannot be the noun of a number."""
