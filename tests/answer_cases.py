"""A small catalogue and results for the answer's tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from nl2sql.types import Column, FilterMatch, MetricMatch, Period, Reading, Result
from schema.semantic import Catalogue, Dimension, Fact, Metric, NamedFilter, TimeDimension, View

TIME = TimeDimension("ngay", "Ngày", parts={"year": "nam", "quarter": "quy", "month": "thang"}, default=True)
XNK = View(
    "xnk",
    "Xuất nhập khẩu",
    grain="một dòng hàng",
    dimensions=(
        Dimension("chieu", "Chiều"),
        Dimension("nuoc", "Nước đối tác"),
        Dimension("nhom_hang", "Nhóm hàng"),
        Dimension("phan_luong", "Luồng", order=("Xanh", "Vàng", "Đỏ")),
        Dimension("chuong_hs", "Chương HS"),
        Dimension("ten_chuong", "Tên chương"),
        Dimension("so_to_khai", "Số tờ khai"),
        Dimension("ma_so_thue", "Mã số thuế"),
        Dimension("la_eu", "Thuộc EU", type="boolean"),
    ),
    primary_key=("so_to_khai",),
    time_dimensions=(TIME,),
    facts=(
        Fact("tri_gia_usd", "Trị giá", unit="USD"),
        Fact("luong", "Lượng", unit="tấn"),
        Fact("gio", "Giờ", unit="giờ"),
    ),
    filters=(NamedFilter("eu", "Liên minh châu Âu", "la_eu = TRUE"),),
    metrics=(
        Metric("kim_ngach", "Kim ngạch", "SUM(tri_gia_usd)", unit="USD", description="Trị giá hàng hóa.", default=True),
        Metric(
            "can_can",
            "Cán cân",
            "SUM(CASE WHEN chieu = 'Xuất khẩu' THEN tri_gia_usd ELSE -tri_gia_usd END)",
            unit="USD",
        ),
        Metric("so_tk", "Số tờ khai", "COUNT(*)", unit="tờ khai"),
        Metric("so_dn", "Số doanh nghiệp", "COUNT(DISTINCT ma_so_thue)", unit="doanh nghiệp", additivity="distinct"),
        Metric(
            "ty_le_do",
            "Tỷ lệ luồng đỏ",
            "100.0 * SUM(CASE WHEN phan_luong = 'Đỏ' THEN 1 ELSE 0 END) / NULLIF(COUNT(*), 0)",
            unit="%",
            additivity="ratio",
        ),
    ),
)
CATALOGUE = Catalogue("thử", "thu", dt.date(2025, 10, 31), views={"xnk": XNK})

KIM_NGACH = Column("kim_ngach", "Kim ngạch", "number", "USD", "measure", True)
BASE = Column("kim_ngach_ky_truoc", "Kim ngạch kỳ trước", "number", "USD", "measure", True)
GROWTH = Column("tang_truong", "Tăng trưởng", "number", "%", "measure")
RATE = Column("ty_le_do", "Tỷ lệ luồng đỏ", "number", "%", "measure")
YEAR = Column("nam", "Năm", "integer", role="time")
QUARTER = Column("quy", "Quý", "integer", role="time")
MONTH = Column("thang", "Tháng", "integer", role="time")
COUNTRY = Column("nuoc", "Nước đối tác", "text")
CHANNEL = Column("phan_luong", "Luồng", "text")
GOODS = Column("nhom_hang", "Nhóm hàng", "text")


def result(columns: list[Column], rows: list[tuple[Any, ...]], *, truncated: bool = False) -> Result:
    """A result of some columns."""
    return Result(tuple(columns), tuple(rows), truncated)


def period(label: str, start: dt.date, end: dt.date) -> Period:
    """A period of a year or of several months."""
    return Period(start, end, "year", label)


YEAR_2024 = period("Năm 2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
YEAR_2023 = period("Năm 2023", dt.date(2023, 1, 1), dt.date(2023, 12, 31))
EXPORT = FilterMatch("chieu = 'Xuất khẩu'", "chieu", ("Xuất khẩu",), "Chiều: Xuất khẩu")
METRIC = MetricMatch("kim_ngach", "SUM(tri_gia_usd)", "Kim ngạch", "USD")


def reading(**parts: Any) -> Reading:
    """A reading over the view, with the metric, for 2024."""
    base: dict[str, Any] = {"text": "", "view": "xnk", "metrics": (METRIC,), "periods": (YEAR_2024,)}
    return Reading(**{**base, **parts})
