"""The release gate: floors and recorded baselines of ``gate.yaml``.

A rule fails when the suite's share of right answers is below its floor, or when it is significantly worse than the
recorded baseline (McNemar over the items that both have, one side). A baseline is a small JSON file with the outcome of
every item, so that it can live beside the code; ``hoikho eval gate --record`` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from eval.log import load_log
from eval.noise import load_any
from eval.report import figure, percent
from eval.sample import choose
from eval.session import run_here
from eval.stats import mcnemar
from eval.suite import SuiteError
from nl2sql.config import Settings, load_settings
from nl2sql.model.protocol import Model

SIGNIFICANT = 0.05
_FIELDS = {"suite", "floor", "route", "sample", "seed", "quick", "baseline", "own"}


@dataclass(frozen=True)
class Rule:
    """One line of the gate.

    Attributes:
        floor: Least share of right answers, 0 to 1.
        sample: Stratified sample of this size; 0 for the whole suite.
        quick: It belongs to the quick gate, which CI runs with the real model.
        baseline: File name in ``baselines``; empty for none.
        own: Of the questions that the model was asked, the least share in which its own draft stood or came to the
            same result. Where a composed candidate is at hand, right answers alone would hide a model that writes
            nothing of use.
    """

    suite: str
    floor: float
    route: str = "composed"
    sample: int = 0
    seed: int = 0
    quick: bool = False
    baseline: str = ""
    own: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one rule."""

    passed: bool
    text: str


def _folder() -> Path:
    return Path(str(resources.files("eval")))


def load_gate(path: Path | None = None) -> list[Rule]:
    """The rules of a gate file.

    Raises:
        SuiteError: It is wrong; the message says where.
    """
    file = path or _folder() / "gate.yaml"
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise SuiteError(f"{file.name}: không đọc được: {error}", phase="eval") from error
    entries = data.get("rules") if isinstance(data, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise SuiteError(f"{file.name}: thiếu danh sách rules.", phase="eval")
    rules = []
    for place, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping) or entry.keys() - _FIELDS or not {"suite", "floor"} <= entry.keys():
            raise SuiteError(f"{file.name} mục {place}: cần suite và floor; được có {', '.join(sorted(_FIELDS))}.",
                             phase="eval")  # fmt: skip
        shares = entry["floor"], entry.get("own", 0.0)
        if not all(isinstance(share, int | float) and 0 <= share <= 1 for share in shares):
            raise SuiteError(f"{file.name} mục {place}: floor và own là số từ 0 đến 1.", phase="eval")
        rules.append(Rule(**entry))
    return rules


def judge(rule: Rule, records: list[Mapping[str, Any]], baseline: Mapping[str, bool] | None) -> Verdict:
    """The verdict on a run's records.

    Args:
        baseline: Id → whether it was right; None without one. Items that it lacks are not compared.
    """
    total = figure(rule.suite, records)
    head = (
        f"{rule.suite} ({rule.route}): {total.right}/{total.scored} = {percent(total.share)}"
        f" ({percent(total.low)} – {percent(total.high)}), sàn {percent(rule.floor)}"
    )
    if not total.scored:
        return Verdict(False, f"✗ {head}: không chấm được câu nào")
    worse = better = 0
    for record in records:
        before = (baseline or {}).get(record["id"])
        outcome = record["score"]["outcome"]
        if before is not None and outcome != "unscored":
            worse += before and outcome != "right"
            better += not before and outcome == "right"
    p = mcnemar(better, worse) / 2 if worse > better else 1.0
    against = f"; so với mốc: tốt lên {better}, kém đi {worse}" if baseline else "; chưa có mốc"
    if total.share < rule.floor:
        return Verdict(False, f"✗ {head}: DƯỚI SÀN{against}")
    if rule.own:
        stood, asked = written_by_the_model(records)
        head += f"; mô hình tự viết được {stood}/{asked}, sàn {percent(rule.own)}"
        if not asked or stood < rule.own * asked:
            return Verdict(False, f"✗ {head}: MÔ HÌNH DƯỚI SÀN{against}")
    if p < SIGNIFICANT:
        return Verdict(False, f"✗ {head}{against}: KÉM MỐC có ý nghĩa (p = {p:.4f})".replace("p = 0.", "p = 0,"))
    return Verdict(True, f"✓ {head}{against}")


def written_by_the_model(records: list[Mapping[str, Any]]) -> tuple[int, int]:
    """In how many answers the model's own draft stood or came to the composed one's result, and of how many asked."""
    signs = [record.get("answer", {}).get("evidence") or {} for record in records]
    asked = [e for e in signs if e.get("agreed") or e.get("written") or e.get("differs")]
    return sum(1 for e in asked if not e.get("differs")), len(asked)


def load_baseline(name: str, folder: Path | None = None) -> Mapping[str, bool] | None:
    """Outcomes by id of a recorded baseline, or None when there is none yet."""
    path = (folder or _folder() / "baselines") / name
    if not name or not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return {str(k): bool(v) for k, v in data["right"].items()}


def save_baseline(name: str, log: Mapping[str, Any], folder: Path | None = None) -> Path:
    """Record a run as the baseline: where it comes from, and every scored item's outcome."""
    path = (folder or _folder() / "baselines") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    spec = log["spec"]
    right = {r["id"]: r["score"]["outcome"] == "right" for r in log["items"] if r["score"]["outcome"] != "unscored"}
    data = {
        "suite": spec["suite"],
        "suite_digest": spec["suite_digest"],
        "model": spec["model"],
        "revision": spec["revision"],
        "catalogue_version": spec["catalogue_version"],
        "date": log["date"],
        "right": right,
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def run_rule(
    rule: Rule,
    *,
    settings: Settings | None = None,
    jobs: int = 1,
    runs: Path | None = None,
    record: bool = False,
    model: Model | None = None,
) -> Verdict:
    """Run a rule's suite anew and judge it; ``record`` makes it the baseline when it is not below the floor."""
    log = load_log(
        fresh_run(
            rule.suite, rule.route, jobs, runs, sample=rule.sample, seed=rule.seed, settings=settings, model=model
        )
    )
    verdict = judge(rule, log["items"], None if record else load_baseline(rule.baseline))
    if record and verdict.passed and rule.baseline:
        save_baseline(rule.baseline, log)
        return Verdict(True, f"{verdict.text}; đã ghi mốc {rule.baseline}")
    return verdict


def fresh_run(
    name: str,
    route: str,
    jobs: int,
    runs: Path | None,
    *,
    sample: int = 0,
    seed: int = 0,
    settings: Settings | None = None,
    model: Model | None = None,
) -> Path:
    """Run a suite by name from its first item and return its log's path."""
    suite = choose(load_any(name, seed), sample=sample, seed=seed)
    used = replace(settings or load_settings(), route=route)
    return run_here(suite, used, jobs=jobs, directory=runs, fresh=True, model=model)
