"""The app over the scripted assistant, for the browser tests: ``streamlit run`` this file."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from ui_scripted import ScriptedAssistant  # noqa: E402

import ui.session  # noqa: E402
from nl2sql.policy import User  # noqa: E402
from nl2sql.types import Answer, Question  # noqa: E402
from ui.app import main  # noqa: E402
from ui.work import Desk  # noqa: E402

STEP_S = 0.4


class Unhurried(ScriptedAssistant):
    """Takes a moment for each step, so that the steps can be watched and a reload falls in the middle."""

    def ask(
        self,
        question: Question,
        *,
        user: User | None = None,
        on_step: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        def step(name: str) -> None:
            if on_step:
                on_step(name)
            time.sleep(STEP_S)

        return super().ask(question, user=user, on_step=step, cancel=cancel)


ui.session.make_desk = lambda: Desk(Unhurried())
main()
