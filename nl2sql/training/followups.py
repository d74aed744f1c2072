"""Short questions that lean on the one before: one part of a plan changed, and only that part said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from nl2sql.generation.compose import compose
from nl2sql.question.time import PeriodMention, previous_period, same_period_last_year
from nl2sql.training.bounds import say_bound
from nl2sql.training.draw import GRAINS, Drawer, group_of, match_of, names_of, snapshot
from nl2sql.training.plan import Plan, Ways
from nl2sql.training.stock import negated, pick_value, pick_values
from nl2sql.training.wording import tidy
from nl2sql.types import Comparison, Grain, GroupMatch, Period, Ranking, Reading, Shape, Share, Threshold, Window

KINDS = (
    "total", "short", "breakdown", "ranking", "trend", "extreme", "having", "structure", "several_values", "two_groups",
    "share", "comparison",
)  # fmt: skip
Change = Callable[[Plan, Drawer], tuple[str, Reading] | None]

_MOST: Ways = ("cao nhất", "lớn nhất", "nhiều nhất")
_LEAST: Ways = ("thấp nhất", "ít nhất", "nhỏ nhất")
_UNITS: Mapping[str, str] = {"year": "năm", "quarter": "quý", "month": "tháng"}


def follow(plan: Plan, drawer: Drawer) -> tuple[str, Plan] | None:
    """A follow-up's words and the plan that it means, or None when this plan has none of the drawn kinds."""
    if plan.kind not in KINDS:
        return None
    for change in drawer.rng.choices(list(CHANGES), list(CHANGES.values()), k=6):
        found = change(plan, drawer)
        if found is None:
            continue
        words, reading = found
        sql = compose(reading, drawer.catalogue)
        if sql is not None and sql != plan.sql and drawer.proven(sql):
            return tidy(words), replace(plan, reading=reading, sql=sql, kind="follow_up")
    return None


def _said(drawer: Drawer, ways: Ways, what: str) -> str:
    return drawer.rng.choice(ways).replace("{x}", what)


def _one(plan: Plan) -> Period | None:
    """The one period of a plan, where nothing is set against it yet."""
    reading = plan.reading
    return reading.periods[0] if len(reading.periods) == 1 and reading.comparison is None else None


def _mention(period: Period) -> PeriodMention:
    return PeriodMention(period.start, period.end, period.grain, period.label, (0, 0), open=period.open)


def _period(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "còn năm 2023", "quý II/2024 thì sao"."""
    calendar = d.shelves[plan.view.name].calendar
    if calendar is None or any(g.grain for g in plan.reading.groups):
        return None
    when, periods = d.rng.choice((calendar.whole_year, calendar.part, calendar.draw))(d.rng)
    if not periods:
        return None
    ways = ("còn {x} thì sao", "thế còn {x}", "{x} thì sao", "còn {x}", "vậy {x} bao nhiêu", "{x}", "thế {x}",
            "thế {x} thì sao", "vậy {x}", "cũng vậy nhưng {x}", "{x} thì thế nào", "còn trong {x}", "vậy còn {x}",
            "thế còn {x} thì sao", "{x} bao nhiêu", "{x} là bao nhiêu", "đổi sang {x}", "đổi kỳ sang {x}",
            "cho xem {x}", "xem {x}", "chuyển sang {x}", "lấy {x}", "tính cho {x}", "câu đó nhưng {x}", "với {x}",
            "ok, còn {x}", "à {x} thôi", "ý tôi là {x}", "tương tự cho {x}", "{x} có khác không",
            "thế còn của {x}", "cũng hỏi vậy cho {x}", "what about {x}")  # fmt: skip
    return _said(d, ways, when), replace(plan.reading, periods=periods)


def _before(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "năm trước thì sao", "vậy tháng trước"."""
    period = _one(plan)
    unit = _UNITS.get(period.grain) if period else None
    if period is None or unit is None or period.open or any(g.grain for g in plan.reading.groups):
        return None
    older = previous_period(_mention(period))
    said = d.rng.choice((f"{unit} trước", f"{unit} trước đó", f"{unit} liền trước"))
    ways = ("còn {x}", "{x} thì sao", "thế {x} thì sao", "vậy {x}", "{x} bao nhiêu", "vậy {x} thì sao",
            "{x} là bao nhiêu", "thế còn {x}", "cho xem {x}", "còn {x} thì thế nào", "của {x} thì sao",
            "{x} được bao nhiêu")  # fmt: skip
    return _said(d, ways, said), replace(
        plan.reading, periods=(Period(older.start, older.end, older.grain, older.label),)
    )


def _year_before(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "còn năm ngoái": the same part of another year."""
    period = _one(plan)
    if period is None or snapshot(plan.view) or any(g.grain for g in plan.reading.groups):
        return None
    older = same_period_last_year(_mention(period))
    year = older.end.year
    near = ("năm ngoái", "năm ngoái", "năm trước") if year == d.today.year - 1 else (f"năm {year}", "năm trước")
    ways = ("còn {x}", "còn {x} thì sao", "thế {x}", "{x} thì sao", "thế còn {x}", "vậy {x}", "{x} bao nhiêu", "{x}",
            "còn {x} thì thế nào", "{x} là bao nhiêu", "thế {x} bao nhiêu", "vậy còn {x}")  # fmt: skip
    words = _said(d, ways, d.rng.choice((*near, f"năm {year}")))
    return words, replace(plan.reading, periods=(Period(older.start, older.end, older.grain, older.label),))


def _without(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "bỏ luồng xanh đi", "chỉ lấy luồng đỏ" after a breakdown: members of the grouping left out or kept alone."""
    reading, shelf = plan.reading, d.shelves[plan.view.name]
    dim = plan.view.dimension(reading.groups[0].column) if len(reading.groups) == 1 else None
    if plan.kind not in ("breakdown", "structure", "ranking") or dim is None:
        return None
    kept = d.rng.random() < 0.35
    new = pick_values(shelf, dim, d.rng) if kept else pick_value(shelf, dim, d.rng)
    if new is None:
        return None
    ways: Ways = ("bỏ {x} đi", "bỏ {x} ra", "bỏ {x}", "trừ {x}", "trừ {x} ra", "không tính {x}", "loại {x} ra",
                  "không kể {x}", "ngoại trừ {x}", "bỏ {x} thì sao", "nếu không tính {x}", "đừng tính {x}")  # fmt: skip
    if kept:
        ways = ("chỉ lấy {x}", "chỉ {x} thôi", "chỉ xem {x}", "chỉ tính {x}", "lấy {x} thôi", "riêng {x}")
    match = (new if kept else negated(new, d.rng)).match
    return _said(d, ways, d.rng.choice(new.bare)), replace(reading, filters=(*reading.filters, match))


def _whose(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "thế luồng vàng" after the share of another."""
    share, shelf = plan.reading.share, d.shelves[plan.view.name]
    dim = plan.view.dimension(plan.whose.match.column) if plan.whose and share else None
    new = pick_value(shelf, dim, d.rng) if dim is not None else None
    if plan.kind != "share" or share is None or new is None:
        return None
    ways = ("thế {x}", "còn {x}", "còn {x} thì sao", "{x} thì sao", "thế còn {x}", "vậy {x}", "{x} chiếm bao nhiêu",
            "còn {x} chiếm mấy phần trăm", "thế {x} thì sao", "vậy còn {x}")  # fmt: skip
    words = _said(d, ways, d.rng.choice(new.bare))
    return words, replace(plan.reading, share=replace(share, numerator=new.match.sql, label=new.match.label))


def _compared(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "so với cùng kỳ thì sao", "tăng hay giảm so với tháng trước"."""
    period = _one(plan)
    if period is None or plan.reading.thresholds or plan.reading.share:
        return None
    unit = _UNITS.get(period.grain, "")
    yearly = not unit or unit == "năm" or period.open or d.rng.random() < 0.65
    step = same_period_last_year if yearly else previous_period
    base = step(_mention(period))
    said = d.rng.choice(("cùng kỳ", "cùng kỳ năm trước", "cùng kỳ năm ngoái", *(("năm trước",) * (unit == "năm"))))
    ways = ("so với {x} thì sao", "so với {x} thế nào", "so với {x}", "tăng hay giảm so với {x}", "so {x} thì sao",
            "tăng giảm bao nhiêu so với {x}", "tăng bao nhiêu phần trăm so với {x}", "đem so với {x}",
            "thế so với {x}", "có tăng so với {x} không", "so với {x} tăng hay giảm", "so với {x} thay đổi thế nào",
            "thế so với {x} thì thế nào", "vậy so với {x} tăng hay giảm", "vậy là tăng hay giảm so với {x}",
            "so sánh với {x}", "so sánh với {x} giúp", "đối chiếu với {x}", "thêm so sánh với {x}",
            "so với {x} tăng bao nhiêu phần trăm", "so với {x} tăng mấy phần trăm", "hơn {x} bao nhiêu",
            "tăng mấy phần trăm so với {x}", "giảm bao nhiêu phần trăm so với {x}", "tăng giảm ra sao so với {x}",
            "vs {x}", "so {x}", "so {x} tăng hay giảm", "cho thêm so với {x}", "kèm so với {x}")  # fmt: skip
    compared = Comparison("same_period" if yearly else "previous", Period(base.start, base.end, base.grain, base.label))
    words = _said(d, ways, said if yearly else f"{unit} trước")
    return words, replace(plan.reading, comparison=compared, shape=Shape.COMPARISON)


def _value(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "còn Lào thì sao": another value of a column that was bounded, or two of them."""
    reading, conditions = plan.reading, plan.conditions
    if not conditions or len(reading.filters) != len(conditions):
        return None
    at = d.rng.randrange(len(conditions))
    dim, shelf = plan.view.dimension(conditions[at].match.column), d.shelves[plan.view.name]
    if dim is None or conditions[at].match.negated:
        return None
    several = d.rng.random() < 0.12 and not any(g.column == dim.name for g in reading.groups)
    new = pick_values(shelf, dim, d.rng) if several else pick_value(shelf, dim, d.rng)
    if new is None:
        return None
    filters = (*reading.filters[:at], new.match, *reading.filters[at + 1 :])
    ways = ("còn {x} thì sao", "thế {x}", "còn {x}", "{x} thì sao", "riêng {x}", "thế {x} thì sao", "vậy {x} thì sao",
            "còn {x} bao nhiêu", "thế còn {x}", "đổi sang {x}", "vậy còn {x}", "với {x} thì sao", "{x}",
            "còn của {x}", "của {x} thì sao", "thế của {x} là bao nhiêu", "còn {x} thì thế nào", "{x} bao nhiêu",
            "{x} là bao nhiêu", "thay bằng {x}", "cũng vậy nhưng {x}", "câu đó cho {x}", "tương tự với {x}",
            "cho xem {x}", "xem {x}", "thế còn {x} thì sao", "ok còn {x}", "bây giờ {x}", "chuyển sang {x}",
            "what about {x}")  # fmt: skip
    groups = (*reading.groups, group_of(dim)) if several else reading.groups
    return _said(d, ways, d.rng.choice(new.bare)), replace(reading, filters=filters, groups=groups)


def _only(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "riêng Lào", "không tính Lào": one more condition."""
    reading, shelf = plan.reading, d.shelves[plan.view.name]
    taken = [f.column for f in reading.filters] + [g.column for g in reading.groups]
    dim = d.dimension(shelf, most=400, but=taken)
    if dim is None or dim.parent in taken or any(dim.name in m.expr for m in reading.metrics):
        return None
    new = pick_value(shelf, dim, d.rng)
    if new is None:
        return None
    ways: Ways = ("riêng {x}", "chỉ tính {x}", "chỉ lấy {x}", "riêng {x} thì sao", "trong đó {x} bao nhiêu",
                  "tính riêng {x}", "của {x} thì sao", "chỉ xem {x}", "lọc {x}", "trong đó {x}", "riêng {x} bao nhiêu",
                  "riêng {x} là bao nhiêu", "trong đó {x} là bao nhiêu", "trong số đó {x} bao nhiêu", "lọc theo {x}",
                  "chỉ {x} thôi", "chỉ tính riêng {x}", "chỉ lấy {x} thôi", "của riêng {x}", "thế riêng {x}",
                  "trong đó riêng {x} bao nhiêu", "xem riêng {x}", "lọc riêng {x}", "nếu chỉ tính {x}",
                  "thu hẹp lại {x}")  # fmt: skip
    bare = d.rng.choice(new.bare)
    if d.rng.random() < 0.2:
        new = negated(new, d.rng)
        ways = ("trừ {x}", "không tính {x}", "không kể {x} thì sao", "ngoại trừ {x}", "bỏ {x} ra", "trừ {x} ra",
                "nếu không tính {x}", "loại {x}")  # fmt: skip
    return _said(d, ways, bare), replace(reading, filters=(*reading.filters, new.match))


def _group(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "chia theo nước", "thế theo tỉnh thì sao"."""
    reading = plan.reading
    if plan.kind not in ("total", "breakdown", "ranking", "structure", "extreme") or len(reading.groups) > 1:
        return None
    dim = d.dimension(d.shelves[plan.view.name], but=[f.column for f in reading.filters])
    if dim is None or any(dim.name in m.expr for m in reading.metrics):
        return None
    grouped = replace(reading, groups=(group_of(dim),), ranking=None, shape=Shape.BREAKDOWN)
    name = d.rng.choice(names_of(dim))
    if plan.kind == "total":
        ways: Ways = ("chia theo {x}", "theo {x} thì sao", "tách theo từng {x}", "phân theo {x} giúp", "theo {x}",
                "chi tiết theo {x}", "từng {x} thì sao", "cụ thể từng {x}", "xem theo {x}", "theo từng {x}",
                "mỗi {x} bao nhiêu", "chia ra từng {x}", "tách ra theo {x}", "theo từng {x} thì sao",
                "từng {x} bao nhiêu", "từng {x} là bao nhiêu", "cụ thể theo {x}", "bóc tách theo {x}",
                "phân theo {x}", "chia theo từng {x}", "chi tiết từng {x}", "chi tiết hơn theo {x}",
                "cho xem theo {x}", "thế theo {x}", "liệt kê theo {x}", "thống kê theo {x}",
                "phân bổ theo {x} thế nào", "by {x}", "lập bảng theo {x}", "giữa các {x}")  # fmt: skip
        return _said(d, ways, name), grouped
    ways = ("thế theo {x} thì sao", "đổi sang theo {x}", "còn theo {x}", "theo {x} thì sao",
            "chuyển sang {x}", "thế theo {x}", "vậy theo {x}", "xem theo {x}", "cho xem theo {x}",
            "đổi thành theo {x}", "thay bằng {x}")  # fmt: skip
    return _said(d, ways, name), grouped


def _steps(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "theo tháng", "từng quý thì sao"."""
    reading, shelf = plan.reading, d.shelves[plan.view.name]
    if plan.kind not in ("total", "trend") or snapshot(plan.view) or reading.comparison:
        return None
    grain: Grain | None = d.grain(shelf, reading.periods)
    if grain is None:
        return None
    ways = ("theo {x}", "từng {x} thì sao", "diễn biến theo {x}", "xem theo {x}", "theo từng {x}", "chi tiết từng {x}",
            "mỗi {x} bao nhiêu", "chia theo {x}", "thế theo {x}", "vẽ theo {x}", "theo từng {x} thì sao",
            "từng {x} bao nhiêu", "qua từng {x}", "qua các {x}", "diễn biến qua các {x}", "cụ thể từng {x}",
            "biến động theo {x} thế nào", "tách theo {x}", "vẽ biểu đồ theo {x}", "xem diễn biến theo {x}",
            "cho xem từng {x}", "chi tiết theo {x}", "mỗi {x} là bao nhiêu", "chia ra từng {x}")  # fmt: skip
    words = _said(d, ways, d.rng.choice(GRAINS[grain]))
    return words, replace(reading, groups=(GroupMatch(grain, grain, grain),), shape=Shape.TREND)


def _share(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "chiếm bao nhiêu %", "mỗi nước chiếm bao nhiêu phần trăm"."""
    reading = plan.reading
    metric = plan.view.metric(reading.metrics[0].name) if reading.metrics else None
    if metric is None or metric.additivity != "additive" or metric.unit == "%":
        return None
    if plan.kind == "breakdown":
        ways = ("tỷ trọng của từng {x}", "mỗi {x} chiếm bao nhiêu phần trăm", "tỷ trọng từng {x}", "cơ cấu theo {x}",
                "mỗi {x} chiếm bao nhiêu %", "từng {x} chiếm mấy phần trăm", "tỷ trọng thì sao",
                "tính tỷ trọng từng {x}", "cơ cấu thế nào theo {x}", "mỗi {x} chiếm mấy phần trăm",
                "tính theo phần trăm từng {x}",
                "tỷ trọng mỗi {x} là bao nhiêu", "thế mỗi {x} chiếm bao nhiêu phần trăm")  # fmt: skip
        return _said(d, ways, d.rng.choice(plan.groups[0])), replace(reading, share=Share("", ""), shape=Shape.SHARE)
    if plan.kind != "total" or not plan.conditions or len(reading.filters) != len(plan.conditions):
        return None
    part, rest = reading.filters[-1], reading.filters[:-1]
    if part.negated or part.column in metric.expr:
        return None
    words = d.rng.choice(("chiếm bao nhiêu %", "chiếm bao nhiêu phần trăm", "chiếm mấy phần trăm tổng số",
                          "tỷ trọng bao nhiêu", "thế chiếm bao nhiêu % tổng", "chiếm tỷ trọng bao nhiêu",
                          "vậy chiếm bao nhiêu phần trăm", "thế chiếm mấy phần trăm", "chiếm mấy phần trăm tổng",
                          "chiếm bao nhiêu phần trăm tổng số", "tỷ trọng là bao nhiêu", "chiếm bao nhiêu % tổng số",
                          "như vậy chiếm bao nhiêu phần trăm"))  # fmt: skip
    return words, replace(reading, filters=rest, share=Share(part.sql, part.label), shape=Shape.SHARE)


def _top(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "5 nước đứng đầu", "nước nào cao nhất", "tháng nào thấp nhất"."""
    reading = plan.reading
    if plan.kind not in ("breakdown", "trend") or len(reading.groups) != 1 or snapshot(plan.view) or not plan.groups:
        return None
    down = d.rng.random() < 0.75
    name, most = d.rng.choice(plan.groups[0]), d.rng.choice(_MOST if down else _LEAST)
    if plan.kind == "trend" or d.rng.random() < 0.5:
        count, words = (
            1,
            d.rng.choice(
                (
                    f"{name} nào {most}",
                    f"{most} là {name} nào",
                    f"vậy {name} nào {most}",
                    f"trong đó {name} nào {most}",
                    f"thế {name} nào {most}",
                    f"{name} {most} là {name} nào",
                    f"vậy {most} là {name} nào",
                )
            ),
        )
    else:
        count = d.rng.choice((3, 5, 5, 10))
        words = d.rng.choice((f"{count} {name} {most}", f"lấy {count} {name} {most} thôi", f"chỉ {count} {name} {most}",
                              f"trong đó {count} {name} {most}", f"cho {count} {name} {most}",
                              f"chỉ lấy {count} {name} {most}",
                              *((f"{count} {name} đứng đầu", f"top {count} thôi") if down else ())))  # fmt: skip
    return words, replace(reading, ranking=Ranking(count, down), shape=Shape.RANKING)


def _other_end(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "còn thấp nhất thì sao" after the highest."""
    ranking = plan.reading.ranking
    if plan.kind not in ("ranking", "extreme") or ranking is None or not plan.groups:
        return None
    most = d.rng.choice(_LEAST if ranking.descending else _MOST)
    name = d.rng.choice(plan.groups[0])
    words: Ways = (
        f"còn {ranking.n} {name} {most}",
        f"thế {ranking.n} {name} {most}",
        f"ngược lại {ranking.n} {name} {most}",
    )
    if ranking.n == 1:
        words = (f"còn {most}", f"{most} thì sao", f"thế {name} {most}", f"còn {name} nào {most}",
                 f"vậy {most} là {name} nào")  # fmt: skip
    return d.rng.choice(words), replace(plan.reading, ranking=replace(ranking, descending=not ranking.descending))


def _count(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "top 10 thôi"."""
    ranking = plan.reading.ranking
    if plan.kind != "ranking" or ranking is None:
        return None
    count = d.rng.choice((3, 5, 10, 20))
    ways = ("cho xem top {x}", "top {x} thôi", "{x} cái đầu", "còn top {x}", "top {x}", "lấy top {x}", "thế top {x}",
            "đổi thành top {x}", "cho top {x}", "chỉ top {x}", "top {x} thì sao")  # fmt: skip
    return _said(d, ways, str(count)), replace(plan.reading, ranking=replace(ranking, n=count))


def _bounded(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "chỉ lấy những nước trên 5 tỷ"."""
    if plan.kind != "breakdown" or not plan.groups:
        return None
    value = d.typical(plan.sql)
    if value is None:
        return None
    match = plan.reading.metrics[0]
    said = say_bound(value, match.unit, d.rng)
    ways = ("chỉ lấy những {x}", "những {x}", "lọc các {x}", "{x} nào", "chỉ các {x} có", "chỉ giữ các {x}",
            "lọc những {x}", "trong đó {x} nào", "những {x} nào", "chỉ giữ những {x}", "lấy các {x}")  # fmt: skip
    bound = Threshold(match.name, said.op, said.value, said.upper)
    words = f"{_said(d, ways, d.rng.choice(plan.groups[0]))} {said.text}"
    return words, replace(plan.reading, thresholds=(bound,))


def _running(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "lũy kế thì sao" after a course."""
    metric = plan.view.metric(plan.reading.metrics[0].name) if plan.reading.metrics else None
    if plan.kind != "trend" or metric is None or metric.additivity != "additive" or snapshot(plan.view):
        return None
    words = d.rng.choice(("lũy kế thì sao", "cộng dồn", "cộng dồn thì sao", "tính lũy kế", "thế lũy kế",
                          "cộng dồn lại", "cho xem lũy kế", "lũy kế", "tính cộng dồn", "xem lũy kế",
                          "vậy lũy kế thì sao"))  # fmt: skip
    return words, replace(plan.reading, window=Window("cumulative"))


def _metric(plan: Plan, d: Drawer) -> tuple[str, Reading] | None:
    """ "còn số vụ thì sao", "thêm số vụ nữa"."""
    reading = plan.reading
    if reading.thresholds or reading.share:
        return None
    metric = d.metric(plan.view)
    if any(f.column in metric.expr for f in reading.filters) or any(m.name == metric.name for m in reading.metrics):
        return None
    name = d.rng.choice(names_of(metric))
    if plan.kind in ("total", "breakdown", "trend") and not metric.filters and d.rng.random() < 0.25:
        ways: Ways = ("và {x} nữa", "thêm {x}", "kèm {x}", "cho thêm {x}", "cả {x} nữa", "kèm thêm {x}",
                      "thêm cả {x}", "bổ sung {x}", "cho xem thêm {x}", "thêm cột {x}")  # fmt: skip
        return _said(d, ways, name), replace(reading, metrics=(*reading.metrics, match_of(metric)))
    ways = ("còn {x}", "thế {x} thì sao", "{x} thì sao", "cho xem {x}", "thế còn {x}", "vậy {x}", "còn {x} thì sao",
            "{x} thì thế nào", "đổi sang {x}", "còn {x} bao nhiêu", "{x} bao nhiêu", "{x} là bao nhiêu", "xem {x}",
            "thế còn {x} thì sao", "vậy {x} bao nhiêu", "vậy còn {x}", "chuyển sang {x}", "tính {x}", "thay bằng {x}",
            "còn về {x} thì sao", "thế {x} là bao nhiêu", "tính theo {x} thì sao")  # fmt: skip
    return _said(d, ways, name), replace(reading, metrics=(match_of(metric),))


CHANGES: Mapping[Change, int] = {
    _period: 18, _before: 6, _compared: 14, _value: 20, _only: 10, _group: 12, _steps: 10, _share: 8, _top: 8,
    _other_end: 8, _count: 4, _bounded: 3, _running: 3, _metric: 14,
    _year_before: 14, _without: 10, _whose: 14,
}  # fmt: skip
