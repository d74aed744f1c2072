"""A run as CSV: one line an item, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from eval.report import CAUSES

_HEAD = (
    "ma", "cau_truoc", "cau_hoi", "linh_vuc", "dang", "do_kho", "nhan", "ket_qua", "noi_cot", "nguyen_nhan", "chi_tiet",
    "trang_thai", "tin_cay", "do_tu_tin", "giay", "sql", "sql_dap_an",
)  # fmt: skip
_OUTCOMES = {"right": "đúng", "wrong": "sai", "unscored": "không chấm được"}


def csv_text(log: Mapping[str, Any]) -> str:
    """The items as CSV with a header; text that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    for record in log["items"]:
        score, answer = record["score"], record["answer"]
        gold = record["golds"][0]["sql"] if record["golds"] else " / ".join(record.get("expect", []))
        row = (
            record["id"], " → ".join(record["turns"]), record["question"], record["subject"], record["category"],
            record["difficulty"], " ".join(record["tags"]), _OUTCOMES[score["outcome"]], int(score["relaxed"]),
            CAUSES.get(score["cause"], score["cause"]), score["detail"], answer["status"], answer["trust"] or "",
            answer["confidence"], record["seconds"], " ".join((answer["sql"] or "").split()), gold,
        )  # fmt: skip
        writer.writerow([_safe(v) for v in row])
    return out.getvalue()


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
