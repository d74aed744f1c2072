"""Which chart a result gets: rules as data, the first that matches wins, each with its reason in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nl2sql.answer import chart_marks as marks
from nl2sql.answer import chart_marks_more as more
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
        larger, smaller = sorted((_distinct(data, 0), _distinct(data, 1)), reverse=True)
        return larger <= (60 if smaller <= 12 else 40)
    return False


def _addable(data: ChartData) -> bool:
    """Parts that make a whole: sums of nothing negative, no row left out."""
    values = [row[data.main] for row in data.rows]
    return data.columns[data.main].additive and all(v is None or v >= 0 for v in values)


def _by_change(data: ChartData) -> bool:
    reading = data.reading
    if reading is None or reading.comparison is None:
        return False
    ranked = reading.ranking is not None and reading.ranking.by_change
    return ranked or any(t.on_change for t in reading.thresholds)


def _compared(data: ChartData) -> bool:
    return data.base is not None or any(is_change(data.columns[i]) for i in data.measures)


def _drawable(data: ChartData) -> bool:
    """Figures of which each has its own place."""
    return bool(data.measures) and len(data.rows) > 1 and not data.is_rows and data.keys_unique


MOST = 5000
"""Most rows that are looked at for a chart."""

RULES: tuple[Rule, ...] = (
    Rule("qua_nhieu_dong", lambda d: len(d.rows) > MOST, None, "Quá nhiều dòng để vẽ: hãy lọc bớt hoặc tải bảng về."),
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
        "cot_chong_theo_ky",
        lambda d: _time_and_category(d) and bool(d.reading and d.reading.share) and _addable(d)
        and len(d.moments) <= 24,
        more.stacked_over_time,
        "Cơ cấu theo thời gian: cột chồng, chỉ với số cộng được.",
    ),
    Rule(
        "nhieu_duong",
        lambda d: _time_and_category(d) and _distinct(d, 0) <= MAX_SERIES,
        marks.lines_by_category,
        "Diễn biến của vài nhóm: mỗi nhóm một đường.",
    ),
    Rule(
        "bien_dong",
        lambda d: _one_category(d) and _by_change(d),
        more.variance,
        "Câu hỏi về mức tăng, giảm: thanh hai phía quanh số 0, tốt và xấu khác màu.",
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
    Rule(
        "nhieu_o",
        lambda d: _time_and_category(d) and MAX_SERIES < _distinct(d, 0) <= 12 and len(d.moments) <= 40,
        more.small_multiples,
        "Nhiều nhóm theo thời gian: mỗi nhóm một ô nhỏ cùng thang đo.",
    ),
    Rule("ban_do_nhiet", _grid, more.heat_map, "Nhiều nhóm theo hai chiều: bản đồ nhiệt."),
    Rule("bang", lambda _: True, None, "Kết quả nhiều chiều: bảng rõ hơn biểu đồ."),
)  # fmt: skip


SWITCHES: tuple[Rule, ...] = (
    Rule("cot", lambda d: _time_only(d) and len(d.moments) <= 60, marks.columns_over_time, "Cột"),
    Rule("duong", _time_only, marks.line_over_time, "Đường"),
    Rule("duong_chi_tieu", lambda d: _time_only(d) and len(d.companions) > 1, marks.lines_by_measure, "Đường ghép"),
    Rule("cot_cap", lambda d: _time_only(d) and d.base is not None and len(d.moments) <= 24,
         marks.compared_over_time, "Hai kỳ cạnh nhau"),
    Rule("duong_nhom", lambda d: _time_and_category(d) and _distinct(d, 0) <= MAX_SERIES, marks.lines_by_category,
         "Đường"),
    Rule("chong_ky", lambda d: _time_and_category(d) and _addable(d) and len(d.moments) <= 24,
         more.stacked_over_time, "Cột chồng"),
    Rule("o_nho", lambda d: _time_and_category(d) and 1 < _distinct(d, 0) <= 12 and len(d.moments) <= 40,
         more.small_multiples, "Ô nhỏ"),
    Rule("thanh_cap", lambda d: _one_category(d) and d.base is not None, marks.compared_by_category,
         "Hai kỳ cạnh nhau"),
    Rule("thanh_chi_tieu", lambda d: _one_category(d) and len(d.companions) > 1 and len(d.rows) <= MAX_BARS,
         marks.measures_by_category, "Thanh ghép"),
    Rule("thanh", _one_category, marks.bars_by_category, "Thanh ngang"),
    Rule("cot_nhom", lambda d: _one_category(d) and len(d.rows) <= 12, more.columns_by_category, "Cột"),
    Rule("bien_dong", lambda d: (_one_category(d) or (_time_only(d) and len(d.moments) <= 30)) and _compared(d),
         more.variance, "Tăng, giảm"),
    Rule("phan_tan", lambda d: _one_category(d) and len(d.rows) >= 4 and len(set(more.scatter_pair(d))) == 2,
         more.scatter, "Phân tán"),
    Rule("thanh_ghep", lambda d: _two_categories(d) and min(_distinct(d, 0), _distinct(d, 1)) <= 4
         and max(_distinct(d, 0), _distinct(d, 1)) <= 12, marks.bars_by_two_categories, "Thanh ghép"),
    Rule("thanh_chong", lambda d: _two_categories(d) and _addable(d) and min(_distinct(d, 0), _distinct(d, 1)) <= 8,
         more.parts_of_whole, "Thanh chồng"),
    Rule("nhiet", lambda d: _grid(d) and not _one_category(d), more.heat_map, "Bản đồ nhiệt"),
)  # fmt: skip
"""Kinds among which a person may switch where they are valid; the reason is the name of the kind."""


def switches(data: ChartData) -> tuple[Rule, ...]:
    """The valid kinds, the one that the rules choose first; one at most for each drawing."""
    own = choose(data)
    if own.build is None or not _drawable(data):
        return ()
    valid = {rule.build: rule for rule in reversed(SWITCHES) if rule.when(data)}
    mine = valid.pop(own.build, Rule(own.name, own.when, own.build, "Mặc định"))
    return (mine, *(rule for rule in SWITCHES if rule.build in valid and valid[rule.build] is rule))


def choose(data: ChartData) -> Rule:
    """The first rule that applies; the last one always does."""
    return next(rule for rule in RULES if rule.when(data))
