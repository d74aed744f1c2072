"""What forecasts and alerts say in Vietnamese."""

from __future__ import annotations

from nl2sql.answer.format import format_amount, format_number
from nl2sql.outlook.types import BASELINE, LEVEL, Alert, Forecast, Month, PlanOutlook, Series, YearTotal
from schema.semantic import AlertRule, Dimension

SYNTHETIC = "Dữ liệu mô phỏng, không phải số liệu chính thức."
_CERTAIN = 0.95
_POOR_MAPE = 20.0


def headline(forecast: Forecast) -> str:
    """The forecast in one sentence; every figure in it is said to be a forecast."""
    series, last = forecast.series, forecast.points[-1]
    if forecast.years:
        year = forecast.years[0]
        return f"{series.title}: {year_words(year, series)}"
    return (
        f"{series.title}: dự báo {last.month} khoảng {amount(last.value, series)}, trong khoảng "
        f"{between(last.low, last.high, series)}."
    )


def amount(value: float, series: Series) -> str:
    """A figure with its unit; a count has no decimals."""
    return format_amount(round(value) if series.whole else value, series.unit)


def between(low: float, high: float, series: Series) -> str:
    """An interval, with the unit at both ends."""
    return f"từ {amount(low, series)} đến {amount(high, series)}"


def year_words(year: YearTotal, series: Series) -> str:
    """What is known of a year and what is forecast, apart from each other."""
    span = f"trong khoảng {between(year.low, year.high, series)}"
    if not year.actual_months:
        return f"dự báo cả năm {year.year} khoảng {amount(year.total, series)}, {span}."
    return (
        f"{year.actual_months} tháng năm {year.year} thực hiện {amount(year.actual, series)}; "
        f"dự báo {year.rest_months} tháng còn lại {amount(year.rest, series)}; "
        f"cả năm dự báo {span}."
    )


def plan_words(outlook: PlanOutlook, series: Series) -> str:
    """Whether the year is likely to reach its plan."""
    plan, year = outlook.plan, outlook.year
    target = f"{plan.label} năm {plan.year} ({amount(plan.value, series)})"
    if outlook.reached:
        return f"Đã vượt {target} ngay sau {year.actual_months} tháng."
    low, high = 100 * year.low / plan.value, 100 * year.high / plan.value
    part = f"cả năm dự báo đạt từ {format_number(low, 1)}% đến {format_number(high, 1)}%"
    return f"{chance_words(outlook.probability)} hoàn thành {target}: {part}."


def chance_words(probability: float) -> str:
    """A probability to the nearest 5 %, without false certainty at either end."""
    if probability >= _CERTAIN:
        return "Khả năng trên 95%"
    if probability <= 1 - _CERTAIN:
        return "Khả năng dưới 5%"
    return f"Khả năng khoảng {round(probability * 20) * 5}%"


def method_lines(forecast: Forecast) -> tuple[str, ...]:
    """How it was made and how far it may be relied on."""
    series, chosen, base = forecast.series, forecast.chosen, forecast.baseline
    lines = [
        f"Dùng {len(series.values)} tháng, từ {series.first} đến {series.last}; tháng chưa hết không đưa vào.",
        f"Phương pháp: {chosen.label}, chọn theo sai số thử lại {chosen.origins} lần trên {chosen.months} tháng "
        "đã biết của hai năm gần nhất (mỗi lần chỉ dùng số liệu trước đó); sai số nêu ở đây đo trên chính các lần ấy.",
        f"Sai số: {_errors(chosen.mase, chosen.mape)}"
        + ("." if chosen.method == BASELINE else f"; mốc so sánh “{base.label}” sai {_errors(base.mase, base.mape)}."),
        f"Khoảng {format_number(100 * LEVEL, 0)}% được nới theo sai số các lần thử, gần xa riêng; kiểm tra chéo, "
        f"khoảng này chứa {format_number(100 * chosen.coverage, 0)}% số tháng.",
    ]
    if forecast.tet is not None:
        word = "thấp hơn" if forecast.tet < 0 else "cao hơn"
        lines.append(
            f"Tết di chuyển giữa tháng 1 và tháng 2: tháng có trọn kỳ nghỉ Tết ước {word} "
            f"{format_number(abs(forecast.tet), 1)}%, đã tính vào dự báo."
        )
    elif series.lunar:
        lines.append(
            "Tết di chuyển giữa tháng 1 và tháng 2; hiệu chỉnh Tết đã thử mà không giảm sai số nên không dùng."
        )
    if chosen.method.startswith(BASELINE):
        lines.append("Không phương pháp nào tốt hơn cách lấy bằng cùng tháng năm trước: chuỗi này khó dự báo.")
    elif chosen.mape is not None and chosen.mape > _POOR_MAPE:
        lines.append("Sai số lớn: chỉ nên xem xu hướng và khoảng, không dùng từng con số.")
    if forecast.synthetic:
        lines.append(SYNTHETIC)
    return (*lines, *forecast.notes)


def _errors(mase: float, mape: float | None) -> str:
    percent = f"{format_number(mape, 1)}% bình quân mỗi tháng, " if mape is not None else ""
    return f"{percent}bằng {format_number(mase, 2)} lần mức thay đổi quen thuộc so với cùng tháng năm trước"


def member_words(dimension: Dimension, value: str) -> str:
    """A unit as it is named in a sentence: ``cục Hải Phòng``, ``Khu vực III``."""
    cue = dimension.cues[0] if dimension.cues else ""
    if not cue or value.casefold().startswith(cue.split()[0].casefold()):
        return value
    return f"{cue} {value}"


def alert_sentence(alert: Alert, rule: AlertRule, dimension: Dimension) -> str:
    """What happened, with numbers."""
    member = member_words(dimension, alert.scope.values[0])
    member = member[0].upper() + member[1:]
    value, against = format_amount(alert.value, alert.unit), format_amount(alert.against, alert.unit)
    label = alert.label[0].lower() + alert.label[1:] if not alert.label[:2].isupper() else alert.label
    if alert.kind == "pace":
        behind = format_number(-alert.change, 1)
        return (
            f"{member}: {label} {alert.month.month} tháng năm {alert.month.year} mới {value}, "
            f"chậm {behind} điểm % so với thời gian đã qua."
        )
    if alert.kind == "level":
        span = str(alert.month) if rule.months == 1 else f"{rule.months} tháng đến hết {alert.month}"
        return (
            f"{member}: {label} {span} là {value}, vượt ngưỡng {against}."
            if alert.change > 0
            else (f"{member}: {label} {span} là {value}, dưới ngưỡng {against}.")
        )
    way = "tăng" if alert.change > 0 else "giảm"
    when, then = (_span(alert.month.plus(-back), alert.span) for back in (0, 12))
    base = "bình quân 12 tháng trước" if alert.kind == "spike" else f"cùng kỳ ({then})"
    percent = format_number(abs(alert.change), 1)
    return f"{member}: {label} {when} là {value}, {way} {percent}% so với {base} là {against}."


def _span(month: Month, count: int) -> str:
    """``tháng 2/2025``, or ``hai tháng 1–2/2025`` where Tết makes them one."""
    return str(month) if count == 1 else f"hai tháng {month.plus(-1).month}–{month.month}/{month.year}"


def alert_reason(alert: Alert, rule: AlertRule) -> str:
    """Why the rule warns."""
    bound = format_number(rule.bound, 1)
    parts = {
        "spike": f"Lệch từ {bound}% trở lên so với bình quân 12 tháng trước và bất thường so với chính đơn vị ấy",
        "year_change": f"Lệch từ {bound}% trở lên so với cùng kỳ và bất thường so với tăng giảm của 12 tháng trước",
        "level": f"Vượt ngưỡng {format_amount(rule.bound, alert.unit)}"
        if alert.change > 0
        else f"Dưới ngưỡng {format_amount(rule.bound, alert.unit)}",
        "pace": f"Chậm từ {bound} điểm % trở lên so với phần năm đã qua",
    }
    p = "" if alert.p is None else f" (ngẫu nhiên thì chỉ {_rare(alert.p)})"
    why = f" {rule.why}" if rule.why else ""
    if alert.severity == "theo dõi":
        why += " Xét cùng lúc nhiều đơn vị thì mức này vẫn có thể là ngẫu nhiên, nên chỉ cần theo dõi."
    return f"{parts[alert.kind]}{p}.{why}"


def _rare(p: float) -> str:
    return "dưới 0,1%" if p < 0.001 else f"khoảng {format_number(100 * p, 1)}%"


def alert_question(alert: Alert, rule: AlertRule, dimension: Dimension) -> str:
    """The ordinary question behind an alert."""
    member = member_words(dimension, alert.scope.values[0])
    if alert.kind == "pace":
        return f"{alert.label} của {member} năm {alert.month.year}"
    first = alert.month.plus(-12)
    return f"{alert.label} của {member} theo tháng từ {first} đến {alert.month}"
