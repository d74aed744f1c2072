"""Two runs side by side: what got better, what got worse, and whether the difference is more than chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from eval.report import CAUSES, figure, percent
from eval.stats import mcnemar

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Difference:
    """A comparison over the items that both runs scored.

    Attributes:
        better: Records (first, second) that were wrong and became right.
        worse: Records that were right and became wrong.
        same: Items with the same outcome in both.
        left_out: Ids that only one run scored, or whose question or gold differs.
        p: McNemar's exact two-sided p-value.
    """

    better: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]
    worse: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]
    same: int
    left_out: tuple[str, ...]
    p: float


def difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> Difference:
    """Compare two logs item by item.

    Raises:
        ValueError: They have no item in common.
    """
    a = {r["id"]: r for r in first["items"]}
    b = {r["id"]: r for r in second["items"]}
    common = [name for name in a if name in b and _comparable(a[name], b[name])]
    if not common:
        one, other = first["spec"]["suite"], second["spec"]["suite"]
        raise ValueError(
            f"Không so được: hai lần chạy (bộ “{one}” và bộ “{other}”) không có câu nào chung đã chấm. "
            "Hãy chạy cùng một bộ câu hỏi hai lần."
        )
    better = tuple((a[n], b[n]) for n in common if not _right(a[n]) and _right(b[n]))
    worse = tuple((a[n], b[n]) for n in common if _right(a[n]) and not _right(b[n]))
    left_out = tuple(sorted((a.keys() | b.keys()) - set(common)))
    same = len(common) - len(better) - len(worse)
    return Difference(better, worse, same, left_out, mcnemar(len(better), len(worse)))


def _right(record: Mapping[str, Any]) -> bool:
    return bool(record["score"]["outcome"] == "right")


def _comparable(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return (
        a["question"] == b["question"]
        and a["turns"] == b["turns"]
        and [g["sql"] for g in a["golds"]] == [g["sql"] for g in b["golds"]]
        and "unscored" not in {a["score"]["outcome"], b["score"]["outcome"]}
    )


def render(first: Mapping[str, Any], second: Mapping[str, Any], console: Console) -> Difference:
    """Print the comparison and return it."""
    found = difference(first, second)
    one, other = first["spec"]["suite"], second["spec"]["suite"]
    if one != other:
        console.print(f"Hai bộ câu hỏi khác nhau (“{one}”, “{other}”): chỉ so các câu giống hệt nhau.", markup=False)
    elif first["spec"]["suite_digest"] != second["spec"]["suite_digest"]:
        console.print("Hai lần chạy dùng hai bản bộ câu hỏi khác nhau; chỉ so các câu giống hệt nhau.")
    for name, log in (("A", first), ("B", second)):
        total = figure(name, log["items"])
        console.print(
            f"{name}: {log['spec']['suite']} · {log['spec']['model']} · {log['spec']['revision']} · {log['date']}: "
            f"{total.right}/{total.scored} = {percent(total.share)} ({percent(total.low)} – {percent(total.high)})"
        )
    verdict = "khác biệt có ý nghĩa" if found.p < SIGNIFICANT else "chưa thể nói là khác nhau"
    console.print(
        f"Tốt lên {len(found.better)}, kém đi {len(found.worse)}, như cũ {found.same}, không so {len(found.left_out)}."
        f" McNemar p = {found.p:.4f}: {verdict}.".replace("0.", "0,")
    )
    for title, pairs in (("Kém đi", found.worse), ("Tốt lên", found.better)):
        for old, new in pairs:
            console.print(f"\n{title} {old['id']}: {' → '.join([*old['turns'], old['question']])}", markup=False)
            for name, record in (("A", old), ("B", new)):
                text = " ".join((record["answer"].get("sql") or record["answer"].get("headline") or "").split())
                cause = record["score"]["cause"]
                label = CAUSES.get(cause, cause) or "đúng"
                rows = record["answer"]["rows"]
                console.print(f"  {name} [{label}] {text}", markup=False, highlight=False, soft_wrap=True)
                console.print(f"     {len(rows)} dòng: {str(rows[:3])[:240]}", markup=False, highlight=False)
    return found
