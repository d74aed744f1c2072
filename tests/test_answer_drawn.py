"""Where nobody can see a chart none is drawn, and everything else of the answer is as ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from demo_fixtures import assistant as assistant

from nl2sql.pipeline import Assistant
from nl2sql.types import Question

_QUESTION = Question("tổng thu tháng 3/2025 theo cục")


def test_an_answer_without_its_chart_says_the_same(assistant: Assistant) -> None:
    drawn, plain = assistant.ask(_QUESTION), assistant.ask(_QUESTION, drawn=False)
    assert drawn.chart is not None
    assert plain.chart is None
    assert plain.result is not None and drawn.result is not None
    assert (plain.result.columns, plain.result.rows) == (drawn.result.columns, drawn.result.rows)
    assert plain.with_(chart=drawn.chart, timings=drawn.timings, result=drawn.result) == drawn


def test_the_command_loads_no_drawing_library_for_a_text(demo_warehouse: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from nl2sql.cli import main; "
        "status = main(sys.argv[1:]); "
        "print([m for m in ('altair', 'pandas', 'streamlit') if m in sys.modules], status)"
    )
    asked = ["ask", "số tờ khai năm 2024 theo tháng", "--db", f"duckdb:///{demo_warehouse}"]
    surroundings = {**os.environ, "HOIKHO_HOME": str(tmp_path), "HOIKHO_ROUTE": "composed"}
    done = subprocess.run(
        [sys.executable, "-c", code, *asked], env=surroundings, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[] 0"
