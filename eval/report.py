"""Figures of a run, each with its interval, and the misses by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

from eval.stats import quantile, wilson

CAUSES: Mapping[str, str] = {
    "percent_scale": "phần trăm 0,12 thay vì 12",
    "unit_scale": "sai đơn vị (nghìn, triệu, tỷ)",
    "sign": "sai dấu",
    "rounding": "làm tròn",
    "order": "sai thứ tự",
    "extra_column": "thừa cột",
    "missing_column": "thiếu cột mô tả",
    "value": "sai điều kiện, giá trị",
    "period": "sai kỳ",
    "metric": "sai chỉ tiêu",
    "grouping": "sai nhóm",
    "limit": "sai số dòng lấy",
    "subject": "sai khung nhìn",
    "other": "khác",
    "invalid_sql": "SQL không chạy được",
    "timeout": "quá thời gian",
    "crash": "chương trình lỗi",
    "truncated": "bị cắt dòng",
    "status:clarify": "hỏi lại",
    "status:refused": "từ chối",
    "status:no_data": "nói không có dữ liệu",
    "status:answered": "trả lời khi không được trả lời",
    "status:error": "báo lỗi",
    "leak": "lọt điều bị cấm",
    "gold_failed": "đáp án lỗi",
    "no_answer": "chưa chạy",
}
SPLITS: Mapping[str, str] = {
    "category": "Dạng", "subject": "Lĩnh vực", "difficulty": "Độ khó", "trust": "Tin cậy", "route": "Nguồn SQL",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """Right of scored, with Wilson's 95% interval as shares.

    Attributes:
        relaxed: How many are right when descriptive columns are forgiven.
    """

    name: str
    right: int
    relaxed: int
    scored: int
    unscored: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Right of scored; 0 when nothing was scored."""
        return self.right / self.scored if self.scored else 0.0


def figure(name: str, records: Iterable[Mapping[str, Any]]) -> Figure:
    """The figure of some records."""
    scores = [r["score"] for r in records]
    scored = [s for s in scores if s["outcome"] != "unscored"]
    right = sum(s["outcome"] == "right" for s in scored)
    low, high = wilson(right, len(scored))
    return Figure(name, right, sum(s["relaxed"] for s in scored), len(scored), len(scores) - len(scored), low, high)


def figures(records: Sequence[Mapping[str, Any]], field: str) -> list[Figure]:
    """Figures by a field of the records (``category``, ``subject``, ``difficulty``, ``tags``), largest first.

    An item with several tags counts under each; ``trust`` is the answer's, ``route`` says whether a model was asked.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        value = _field(record, field)
        for name in value if isinstance(value, list) else [value or "–"]:
            groups.setdefault(str(name), []).append(record)
    return sorted((figure(k, v) for k, v in groups.items()), key=lambda f: (-f.scored, f.name))


def _field(record: Mapping[str, Any], field: str) -> Any:
    if field == "trust":
        return record["answer"].get("trust")
    if field == "route":
        answer = record["answer"]
        if answer["status"] not in {"answered", "no_data"} or not answer.get("sql"):
            return None
        return "đã duyệt" if answer.get("trust") == "verified" else "mô hình" if answer.get("model") else "dựng từ câu"
    return record.get(field)


def readings(records: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Reading match: ``asked`` items with an expected reading, ``right`` ones, and departures by part."""
    marked = [r["score"]["reading"] for r in records if r["score"].get("reading") is not None]
    parts = Counter(part for faults in marked for part in faults)
    return {"asked": len(marked), "right": sum(not faults for faults in marked), **dict(parts.most_common())}


def charts(records: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Chart validity: ``drawn`` charts, ``valid`` ones, and faults by kind."""
    marked = [r["score"]["chart"] for r in records if r["score"].get("chart") is not None]
    faults = Counter(fault for fault in marked if fault)
    return {"drawn": len(marked), "valid": sum(not fault for fault in marked), **dict(faults.most_common())}


def causes(records: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How many misses each cause has."""
    return Counter(r["score"]["cause"] for r in records if r["score"]["outcome"] == "wrong")


def latency(records: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Median, 95th percentile and maximum in seconds; an item that crashed or timed out counts with its time."""
    seconds = [float(r["seconds"]) for r in records]
    return {"median": quantile(seconds, 0.5), "p95": quantile(seconds, 0.95), "max": quantile(seconds, 1.0)}


def on_time(records: Sequence[Mapping[str, Any]], seconds: float) -> Figure:
    """How many items were answered within so many seconds."""
    fast = sum(float(r["seconds"]) <= seconds for r in records)
    low, high = wilson(fast, len(records))
    return Figure(f"{seconds:g} s", fast, fast, len(records), 0, low, high)


def summary(log: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a run as JSON."""
    records = log["items"]
    return {
        "suite": log["spec"]["suite"],
        "digest": log["digest"],
        "date": log["date"],
        "model": log["spec"]["model"],
        "total": _plain(figure("tất cả", records)),
        **{name: [_plain(f) for f in figures(records, name)] for name in SPLITS},
        "tags": [_plain(f) for f in figures([r for r in records if r["tags"]], "tags")],
        "causes": dict(causes(records).most_common()),
        "readings": readings(records),
        "charts": charts(records),
        "seconds": latency(records),
    }


def _plain(item: Figure) -> dict[str, Any]:
    return {
        "name": item.name, "right": item.right, "relaxed": item.relaxed, "scored": item.scored,
        "unscored": item.unscored, "share": round(item.share, 4),
        "low": round(item.low, 4), "high": round(item.high, 4),
    }  # fmt: skip


def percent(share: float) -> str:
    """``87,5%``."""
    return f"{100 * share:.1f}%".replace(".", ",")


def _models(spec: Mapping[str, Any]) -> str:
    """The model and the adapter of a run, as a person reads them."""
    return " + ".join(name for name in (spec["model"], spec.get("adapter")) if name) or "không mô hình"


def render(log: Mapping[str, Any], console: Console, *, misses: int = 40, quiet: bool = False) -> None:
    """Print a run: the total, tables by category and so on, causes, and the first misses.

    Args:
        quiet: Figures only, no question: for a held-back suite.
    """
    spec, records = log["spec"], log["items"]
    total = figure("tất cả", records)
    console.print(
        f"[bold]{spec['suite']}[/bold] · {_models(spec)} · danh mục {spec['catalogue_version']}"
        f" · mã nguồn {spec['revision']} · {log['date']}"
    )
    console.print(
        f"Đúng [bold]{total.right}/{total.scored}[/bold] = {percent(total.share)}"
        f" (95%: {percent(total.low)} – {percent(total.high)}); nới cột mô tả {total.relaxed}/{total.scored};"
        f" không chấm được {total.unscored}"
    )
    pace = latency(records)
    if pace["median"] is not None:
        shown = ", ".join(f"{n} {v:.2f}".replace(".", ",") for n, v in pace.items() if v is not None)
        console.print(f"Thời gian (giây): {shown}")
    marked, drawn = readings(records), charts(records)
    if marked["asked"]:
        console.print(f"Cách hiểu đúng {marked['right']}/{marked['asked']}")
    if drawn["drawn"]:
        console.print(f"Biểu đồ hợp lệ {drawn['valid']}/{drawn['drawn']}")
    for field, title in SPLITS.items():
        console.print(_table(title, figures(records, field)))
    tagged = [r for r in records if r["tags"]]
    if tagged:
        console.print(_table("Nhãn", figures(tagged, "tags")))
    found = causes(records)
    if found:
        table = RichTable("Nguyên nhân sai", "Số câu", title_justify="left")
        for name, count in found.most_common():
            table.add_row(CAUSES.get(name, name), str(count))
        console.print(table)
    if quiet:
        return
    wrong = [r for r in records if r["score"]["outcome"] != "right"]
    for record in wrong[:misses]:
        console.print(miss(record), highlight=False, markup=False, soft_wrap=True)
    if len(wrong) > misses:
        console.print(f"… và {len(wrong) - misses} câu nữa.")


def miss(record: Mapping[str, Any]) -> str:
    """One miss as text: question, cause, both queries and the beginnings of both results."""
    answer, score = record["answer"], record["score"]
    gold = next((g for g in record["golds"] if g["rows"] is not None), None)
    lines = [
        f"\n{record['id']} [{CAUSES.get(score['cause'], score['cause'])}; {score['detail']}] "
        + " → ".join([*record["turns"], record["question"]])
    ]
    if answer.get("sql"):
        lines.append("  máy: " + " ".join(answer["sql"].split()))
        lines.append(f"       {_shown(answer['rows'])}")
    elif answer.get("headline"):
        lines.append("  máy: " + answer["headline"])
    if gold:
        lines.append("  đáp án: " + gold["sql"])
        lines.append(f"       {_shown(gold['rows'])}")
    return "\n".join(lines)


def _shown(rows: Sequence[Sequence[Any]]) -> str:
    text = "; ".join(", ".join(str(v) for v in row) for row in rows[:3])
    return f"{len(rows)} dòng: {text[:240]}"


def _table(title: str, items: Sequence[Figure]) -> RichTable:
    table = RichTable(title, "Đúng", "Tỷ lệ", "Khoảng 95%", "Nới cột", "Không chấm")
    for item in items:
        table.add_row(
            item.name,
            f"{item.right}/{item.scored}",
            percent(item.share),
            f"{percent(item.low)} – {percent(item.high)}",
            str(item.relaxed),
            str(item.unscored or ""),
        )
    return table
