"""The quick gate with the real model: a stratified sample, its floor and its recorded baseline."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.gate import Rule, load_gate, run_rule
from nl2sql.config import Settings
from nl2sql.model.protocol import Model

pytestmark = pytest.mark.model


@pytest.mark.parametrize("rule", [r for r in load_gate() if r.quick], ids=lambda r: f"{r.suite}-{r.route}")
def test_the_quick_gate_holds(
    rule: Rule, user_settings: Settings, demo_warehouse: Path, real_model: Model, tmp_path: Path
) -> None:
    verdict = run_rule(rule, settings=user_settings, model=real_model, runs=tmp_path)
    assert verdict.passed, verdict.text
