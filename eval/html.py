"""A run as one HTML file that needs nothing from elsewhere: figures, charts as inline SVG, and every miss.

The charts are Vega-Lite drawn here to SVG: the Vega runtime inside the page would cost 1.5 MB and a script engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from eval import calibrate
from eval.report import CAUSES, SPLITS, Figure, causes, charts, figure, figures, latency, percent, readings

_STYLE = """
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;margin:.5rem 0}th,td{padding:.2rem .7rem;border-bottom:1px solid #8884;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
details{border:1px solid #8884;border-radius:.4rem;margin:.4rem 0;padding:.3rem .7rem}
summary{cursor:pointer}pre{white-space:pre-wrap;background:#8881;padding:.5rem;border-radius:.3rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}.cause{color:#b3450a}
figure{margin:1rem 0;background:#fff;padding:.5rem;border-radius:.4rem;overflow-x:auto}
@media(max-width:50rem){.pair{grid-template-columns:1fr}}
"""
_SHOWN_ROWS = 20


def page(log: Mapping[str, Any], *, misses: int = 1000) -> str:
    """The whole page. A held-back suite's page has figures and no questions."""
    spec, records = log["spec"], log["items"]
    total, pace = figure("Tất cả", records), latency(records)
    marked, drawn = readings(records), charts(records)
    facts = {
        "Bộ câu hỏi": f"{spec['suite']} ({spec['suite_digest']})",
        "Mô hình": spec["model"] or "không dùng",
        "Bộ tinh chỉnh": spec.get("adapter") or "không dùng",
        "Đường đi": spec["settings"].get("route", ""),
        "Danh mục": spec["catalogue_version"],
        "Mã nguồn": spec["revision"],
        "Máy": ", ".join(f"{v}" for v in spec["machine"].values()),
        "Chạy lúc": log["date"],
        "Cách hiểu đúng": f"{marked['right']}/{marked['asked']}" if marked["asked"] else "bộ này không chấm",
        "Biểu đồ hợp lệ": f"{drawn['valid']}/{drawn['drawn']}",
        "Giây: giữa, p95, lâu nhất": ", ".join(_number(v) for v in pace.values() if v is not None),
    }
    held = "-holdout" in spec["suite"]
    parts = [
        f"<h1>{escape(spec['suite'])}: đúng {total.right}/{total.scored} = {percent(total.share)}</h1>",
        f"<p>Khoảng 95%: {percent(total.low)} – {percent(total.high)}; nới cột mô tả {total.relaxed}/{total.scored};"
        f" không chấm được {total.unscored}. Dữ liệu mô phỏng nếu bộ gắn với kho mô phỏng.</p>",
        "<table>" + "".join(f"<tr><th>{escape(k)}</th><td>{escape(str(v))}</td></tr>" for k, v in facts.items())
        + "</table>",
        _causes(records),
        _curve(records),
    ]  # fmt: skip
    for field, title in SPLITS.items():
        rows = figures(records, field)
        parts.append(f"<h2>{escape(title)}</h2>{_bars(rows, title)}{_table(rows, title)}")
    if held:
        parts.append("<p>Bộ giữ kín: chỉ có con số, không có câu hỏi.</p>")
    else:
        wrong = [r for r in records if r["score"]["outcome"] != "right"]
        parts.append(f"<h2>Câu chưa đúng ({len(wrong)})</h2>")
        parts.extend(_miss(r) for r in wrong[:misses])
        if len(wrong) > misses:
            parts.append(f"<p>… và {len(wrong) - misses} câu nữa.</p>")
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Đánh giá {escape(spec['suite'])}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _table(rows: Sequence[Figure], title: str) -> str:
    head = f"<tr><th>{escape(title)}</th><th class=n>Đúng</th><th class=n>Tỷ lệ</th><th class=n>Khoảng 95%</th>"
    body = "".join(
        f"<tr><td>{escape(f.name)}</td><td class=n>{f.right}/{f.scored}</td><td class=n>{percent(f.share)}</td>"
        f"<td class=n>{percent(f.low)} – {percent(f.high)}</td><td class=n>{f.relaxed}</td>"
        f"<td class=n>{f.unscored or ''}</td></tr>"
        for f in rows
    )
    return f"<table>{head}<th class=n>Nới cột</th><th class=n>Không chấm</th></tr>{body}</table>"


def _causes(records: Sequence[Mapping[str, Any]]) -> str:
    found = causes(records)
    if not found:
        return ""
    body = "".join(
        f"<tr><td>{escape(CAUSES.get(name, name))}</td><td class=n>{count}</td></tr>"
        for name, count in found.most_common()
    )
    return f"<h2>Nguyên nhân sai</h2><table><tr><th>Nguyên nhân</th><th class=n>Số câu</th></tr>{body}</table>"


def _svg(spec: Mapping[str, Any], description: str) -> str:
    import vl_convert

    drawing = vl_convert.vegalite_to_svg(dict(spec))
    return f'<figure role="img" aria-label="{escape(description)}">{drawing}</figure>'


def _bars(rows: Sequence[Figure], title: str) -> str:
    """Share right with its interval, one line a group."""
    data = [{"n": f.name, "s": f.share, "l": f.low, "h": f.high} for f in rows if f.scored][:30]
    if not data:
        return ""
    axis = {
        "field": "l", "type": "quantitative", "title": "Tỷ lệ đúng và khoảng 95%", "scale": {"domain": [0, 1]},
        "axis": {"format": "%"},
    }  # fmt: skip
    spec = {
        "data": {"values": data},
        "width": 520,
        "encoding": {"y": {"field": "n", "type": "nominal", "sort": None, "title": None}},
        "layer": [
            {"mark": {"type": "rule", "color": "#7a7a7a"}, "encoding": {"x": axis, "x2": {"field": "h"}}},
            {
                "mark": {"type": "point", "filled": True, "size": 60, "color": "#0072B2", "opacity": 1},
                "encoding": {"x": {"field": "s", "type": "quantitative"}},
            },
        ],
    }
    return _svg(spec, f"Tỷ lệ đúng theo {title.lower()}")


def _curve(records: Sequence[Mapping[str, Any]]) -> str:
    pairs = calibrate.answers(records)
    points = calibrate.curve(pairs) if pairs else []
    if len(points) < 2:
        return ""
    share = {"type": "quantitative", "axis": {"format": "%"}}
    spec = {
        "data": {"values": [{"c": p.coverage, "r": 1 - p.precision} for p in points]},
        "width": 520,
        "height": 240,
        "mark": {"type": "line", "point": True, "color": "#0072B2"},
        "encoding": {
            "x": {**share, "field": "c", "title": "Độ phủ: phần được trả lời", "scale": {"domain": [0, 1]}},
            "y": {**share, "field": "r", "title": "Rủi ro: phần sai trong đó"},
        },
    }
    area = calibrate.auroc(pairs)
    note = f"<p>AUROC của độ tự tin: {_number(area)} (0,5: không cho biết gì).</p>" if area is not None else ""
    return "<h2>Rủi ro theo độ phủ</h2>" + note + _svg(spec, "Rủi ro theo độ phủ")


def _miss(record: Mapping[str, Any]) -> str:
    answer, score = record["answer"], record["score"]
    cause = CAUSES.get(score["cause"], score["cause"])
    question = " → ".join([*record["turns"], record["question"]])
    gold = next((g for g in record["golds"] if g["rows"] is not None), record["golds"][0] if record["golds"] else None)
    mine = _side("Máy", answer["sql"] or answer["headline"], [c["label"] for c in answer["columns"]], answer["rows"])
    if gold is None:
        theirs = _side("Mong đợi", " / ".join(record.get("expect", [])), [], [])
    else:
        theirs = _side("Đáp án", gold["sql"] + (f"\n-- {gold['error']}" if gold["error"] else ""), gold["columns"],
                       gold["rows"] or [])  # fmt: skip
    return (
        f'<details><summary><b>{escape(record["id"])}</b> {escape(question)} <span class="cause">[{escape(cause)};'
        f" {escape(score['detail'])}; tự tin {_number(float(answer['confidence']))}]</span></summary>"
        f'<div class="pair">{mine}{theirs}</div></details>'
    )


def _side(title: str, text: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    head = "".join(f"<th>{escape(str(c))}</th>" for c in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape('NULL' if v is None else str(v))}</td>" for v in row) + "</tr>"
        for row in rows[:_SHOWN_ROWS]
    )
    more = f"<p>… {len(rows)} dòng</p>" if len(rows) > _SHOWN_ROWS else ""
    table = f"<table><tr>{head}</tr>{body}</table>{more}" if columns else ""
    return f"<div><b>{escape(title)}</b><pre>{escape(text)}</pre>{table}</div>"
