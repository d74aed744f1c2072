"""The gate: floors, baselines, and what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.gate import Rule, judge, load_baseline, load_gate, save_baseline
from eval.suite import SuiteError, suites_dir


def records(*outcomes: str) -> list[dict[str, Any]]:
    return [{"id": f"q{n}", "score": {"outcome": o, "relaxed": o == "right"}} for n, o in enumerate(outcomes)]


RULE = Rule("thu", 0.8)


def test_below_the_floor_fails() -> None:
    assert judge(RULE, records(*["right"] * 8, *["wrong"] * 2), None).passed
    low = judge(RULE, records(*["right"] * 7, *["wrong"] * 3), None)
    assert not low.passed
    assert "DƯỚI SÀN" in low.text


def test_a_model_that_others_stand_in_for_fails_its_own_floor() -> None:
    signs = {"agreed": {"agreed": 1.0}, "written": {"written": 1.0}, "differs": {"differs": 1.0}, "unasked": {}}

    def run(*how: str) -> list[dict[str, Any]]:
        made = records(*["right"] * len(how))
        return [{**record, "answer": {"evidence": signs[sign]}} for record, sign in zip(made, how, strict=True)]

    rule = Rule("thu", 0.8, "model", own=0.5)
    good = judge(rule, run("agreed", "written", "differs", "differs", "unasked"), None)
    assert good.passed
    assert "mô hình tự viết được 2/4, sàn 50,0%" in good.text
    bad = judge(rule, run("agreed", "differs", "differs", "unasked"), None)
    assert not bad.passed
    assert "MÔ HÌNH DƯỚI SÀN" in bad.text
    assert not judge(rule, run("unasked"), None).passed


def test_a_run_in_which_nothing_was_scored_fails() -> None:
    assert not judge(RULE, records("unscored", "unscored"), None).passed
    assert not judge(RULE, [], None).passed


def test_significantly_worse_than_the_baseline_fails_though_above_the_floor() -> None:
    before = {f"q{n}": True for n in range(50)}
    # 4 worse, 0 better: one-sided 1/16 > 0.05. 5 worse: 1/32 < 0.05.
    assert judge(RULE, records(*["right"] * 46, *["wrong"] * 4), before).passed
    worse = judge(RULE, records(*["right"] * 45, *["wrong"] * 5), before)
    assert not worse.passed
    assert "kém đi 5" in worse.text


def test_getting_better_never_fails() -> None:
    before = {f"q{n}": False for n in range(20)}
    assert judge(RULE, records(*["right"] * 20), before).passed


def test_items_that_the_baseline_lacks_are_not_compared() -> None:
    assert judge(RULE, records(*["right"] * 40, *["wrong"] * 8), {"khac": True}).passed


def test_a_baseline_keeps_scored_outcomes(tmp_path: Path) -> None:
    spec = {"suite": "thu", "suite_digest": "0", "model": "", "revision": "", "catalogue_version": ""}
    log = {"spec": spec, "date": "2026-01-01", "items": records("right", "wrong", "unscored")}
    save_baseline("thu.json", log, tmp_path)
    assert load_baseline("thu.json", tmp_path) == {"q0": True, "q1": False}
    assert load_baseline("khac.json", tmp_path) is None


@pytest.mark.parametrize(
    "text",
    ["", "rules: []", "rules: [{suite: a}]", "rules: [{suite: a, floor: 80}]", "rules: [{suite: a, floor: .8, x: 1}]"],
)
def test_a_wrong_gate_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"gate\.yaml"):
        load_gate(path)


def test_the_projects_gate_names_suites_that_exist_and_baselines_that_are_recorded() -> None:
    rules = load_gate()
    assert any(rule.quick for rule in rules)
    for rule in rules:
        assert (suites_dir() / f"{rule.suite}.yaml").is_file() or rule.suite == "noise", rule
        assert load_baseline(rule.baseline), rule
