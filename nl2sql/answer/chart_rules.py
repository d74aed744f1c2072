"""Which chart a result gets: rules as data, the first that matches wins, each with its reason in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nl2sql.answer import chart_marks as marks
from nl2sql.answer.chart_data import MAX_BARS, MAX_SERIES, ChartData
from nl2sql.answer.result import is_change


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        name: For tests and for switching by hand.
        when: Whether it applies.
        build: Makes the chart; None for "no chart, the table says it better".
        reason: Why, in Vietnamese.
    """

    name: str
    when: Callable[[ChartData], bool]
    build: Callable[[ChartData], marks.Chart] | None
    reason: str


def _distinct(data: ChartData, at: int) -> int:
    return len({row[data.categories[at]] for row in data.rows})


def _time_only(data: ChartData) -> bool:
    return len(data.moments) > 1 and not data.categories


def _few_columns(data: ChartData) -> bool:
    count = len(data.moments)
    yearly = data.time is not None and data.time.grain == "year"
    return count <= (12 if yearly else 6)


def _time_and_category(data: ChartData) -> bool:
    return len(data.moments) > 1 and len(data.categories) == 1


def _one_category(data: ChartData) -> bool:
    return len(data.categories) == 1 and len(data.moments) <= 1


def _two_categories(data: ChartData) -> bool:
    return len(data.categories) == 2 and len(data.moments) <= 1


def _grid(data: ChartData) -> bool:
    """A grid of readable size."""
    if _time_and_category(data):
        return _distinct(data, 0) <= 40 and len(data.moments) <= 60
    if _two_categories(data):
        return max(_distinct(data, 0), _distinct(data, 1)) <= 40
    return False


RULES: tuple[Rule, ...] = (
    Rule("khong_so", lambda d: not d.measures, None, "Kết quả không có cột số nào để vẽ."),
    Rule("mot_dong", lambda d: len(d.rows) < 2, None, "Một dòng kết quả: con số nói đủ."),
    Rule("danh_sach", lambda d: d.is_rows, None, "Danh sách bản ghi: bảng rõ hơn biểu đồ."),
    Rule("trung_lap", lambda d: not d.keys_unique, None, "Nhiều dòng cùng một vị trí trên trục: bảng rõ hơn."),
    Rule(
        "so_sanh_theo_ky",
        lambda d: _time_only(d) and d.base is not None and len(d.moments) <= 24,
        marks.compared_over_time,
        "Hai kỳ cạnh nhau theo từng tháng hoặc quý: cột ghép đôi.",
    ),
    Rule(
        "nhieu_chi_tieu_theo_ky",
        lambda d: _time_only(d) and len(d.companions) > 1,
        marks.lines_by_measure,
        "Vài chỉ tiêu cùng đơn vị theo thời gian: mỗi chỉ tiêu một đường.",
    ),
    Rule(
        "cot_theo_ky",
        lambda d: _time_only(d) and _few_columns(d),
        marks.columns_over_time,
        "Ít kỳ: cột cho thấy độ lớn từng kỳ.",
    ),
    Rule("duong", _time_only, marks.line_over_time, "Diễn biến theo thời gian: đường."),
    Rule(
        "cot_ghep_theo_ky",
        lambda d: _time_and_category(d) and _distinct(d, 0) <= MAX_SERIES and len(d.moments) <= 2,
        marks.columns_by_category_over_time,
        "Hai kỳ với vài nhóm: cột ghép.",
    ),
    Rule(
        "nhieu_duong",
        lambda d: _time_and_category(d) and _distinct(d, 0) <= MAX_SERIES,
        marks.lines_by_category,
        "Diễn biến của vài nhóm: mỗi nhóm một đường.",
    ),
    Rule(
        "so_sanh_theo_nhom",
        lambda d: _one_category(d) and d.base is not None,
        marks.compared_by_category,
        "Hai kỳ cạnh nhau cho từng nhóm: thanh ghép đôi.",
    ),
    Rule(
        "chenh_lech_theo_nhom",
        lambda d: _one_category(d) and is_change(d.columns[d.main]),
        marks.changes_by_category,
        "Mức tăng giảm của từng nhóm: thanh hai phía quanh số 0.",
    ),
    Rule(
        "nhieu_chi_tieu_theo_nhom",
        lambda d: _one_category(d) and len(d.companions) > 1 and len(d.rows) <= MAX_BARS,
        marks.measures_by_category,
        "Vài chỉ tiêu cùng đơn vị cho từng nhóm: thanh ghép.",
    ),
    Rule("thanh_ngang", _one_category, marks.bars_by_category, "So sánh các nhóm: thanh ngang xếp theo độ lớn."),
    Rule(
        "thanh_ghep",
        lambda d: _two_categories(d) and min(_distinct(d, 0), _distinct(d, 1)) <= 4
        and max(_distinct(d, 0), _distinct(d, 1)) <= 12,
        marks.bars_by_two_categories,
        "Hai cách chia với ít giá trị: thanh ghép.",
    ),
    Rule("ban_do_nhiet", _grid, marks.heat_map, "Nhiều nhóm theo hai chiều: bản đồ nhiệt."),
    Rule("bang", lambda _: True, None, "Kết quả nhiều chiều: bảng rõ hơn biểu đồ."),
)  # fmt: skip


def choose(data: ChartData) -> Rule:
    """The first rule that applies; the last one always does."""
    return next(rule for rule in RULES if rule.when(data))
