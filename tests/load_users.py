"""Many users at once: no crash, no leak, no mixed answers, and a plain “đang bận” beyond capacity.

    python -m tests.load_users --users 50 --seconds 180 [--route composed] [--model 0.05]

Every user has a unit of their own and asks in a conversation of their own; each answer is compared with what that unit
got when it asked alone. With ``--model`` a share of the questions is written by the real model. The figures
are in docs/security.md.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from nl2sql.config import load_settings
from nl2sql.errors import UserError
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.policy import User, find_role
from nl2sql.types import Question

UNITS = ("Hải Phòng", "Hà Nội", "Lạng Sơn", "Bình Dương", "Đồng Nai", "Quảng Ninh", "Khu vực III", "Khu vực I")
QUESTIONS = (
    "kim ngạch xuất khẩu năm 2024",
    "thu ngân sách từng tháng năm 2024",
    "số tờ khai theo luồng năm 2023",
    "top 5 mặt hàng nhập khẩu năm 2024",
    "số vụ vi phạm năm 2023",
)
FOR_MODEL = QUESTIONS[0]
MODEL_UNITS = 2  # learning what each unit gets takes the model seconds a question
AT_ONCE = 24  # as the app: more are told that it is busy


def memory() -> float:
    """Resident memory of this process in MB."""
    line = next(x for x in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Load:
    """The users and what happened to them."""

    def __init__(
        self, assistant: Assistant, seconds: float, model: Assistant | None = None, share: float = 0.0
    ) -> None:
        self.assistant = assistant
        self.model = model
        self.share = share
        self.until = time.monotonic() + seconds
        self.slots = threading.BoundedSemaphore(AT_ONCE)
        self.counts: Counter[str] = Counter()
        self.waits: list[float] = []
        self.answered: Counter[int] = Counter()
        self.model_waits: list[float] = []
        self.expected: dict[tuple[str, str], object] = {}
        self.faults: list[str] = []
        self.lock = threading.Lock()

    def person(self, number: int) -> User:
        """User ``number``: the leader of one of the units."""
        return User(f"người {number}", find_role("unit_leader"), (UNITS[number % len(UNITS)],))

    def learn(self) -> None:
        """What each unit is told when nobody else asks."""
        for number in range(len(UNITS)):
            for text in QUESTIONS:
                answer = self.assistant.ask(Question(text), user=self.person(number))
                self.expected[UNITS[number], text] = answer.result.rows if answer.result else answer.status
        for number in range(MODEL_UNITS if self.model is not None else 0):
            answer = self.model.ask(Question(FOR_MODEL), user=self.person(number))
            self.expected[UNITS[number], "model"] = answer.result.rows if answer.result else answer.status

    def live(self, number: int) -> None:
        """One user until the time is over: ask, look, think, ask again."""
        chance = random.Random(number)
        user = self.person(number)
        while time.monotonic() < self.until:
            by_model = self.model is not None and number % len(UNITS) < MODEL_UNITS
            by_model = by_model and chance.random() < self.share * len(UNITS) / MODEL_UNITS
            text = FOR_MODEL if by_model else chance.choice(QUESTIONS)
            if not self.slots.acquire(blocking=False):
                with self.lock:
                    self.counts["đang bận"] += 1
                time.sleep(chance.uniform(0.5, 1.5))
                continue
            started = time.monotonic()
            try:
                asked = self.model if by_model and self.model is not None else self.assistant
                answer = asked.ask(Question(text), user=user)
            except (UserError, RuntimeError, ValueError, OSError) as error:
                with self.lock:
                    self.faults.append(f"{type(error).__name__}: {error}")
                continue
            finally:
                self.slots.release()
            told = answer.result.rows if answer.result else answer.status
            with self.lock:
                (self.model_waits if by_model else self.waits).append(time.monotonic() - started)
                self.counts[answer.status.value] += 1
                self.answered[number] += 1
                key = "model" if by_model else text
                if told != self.expected[user.units[0], key]:
                    self.faults.append(f"{user.units[0]} / {key}: {answer.headline[:120]}")
            time.sleep(chance.uniform(0.1, 2.0))


def main() -> int:
    """Run the load and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--route", default="composed")
    parser.add_argument("--model", type=float, default=0.0, help="share of the questions that the model writes")
    given = parser.parse_args()
    assistant = open_assistant(replace(load_settings(), route=given.route))
    model = open_assistant(replace(load_settings(), route="model")) if given.model else None
    load = Load(assistant, 0, model, given.model)
    load.learn()
    before = memory()
    load.until = time.monotonic() + given.seconds
    threads = [threading.Thread(target=load.live, args=(n,)) for n in range(given.users)]
    marks = []
    for thread in threads:
        thread.start()
    while any(t.is_alive() for t in threads):
        time.sleep(min(10.0, given.seconds / 6))
        marks.append(round(memory()))
    assistant.close()
    if model is not None:
        model.close()
    waits = sorted(load.waits)
    p95 = waits[int(len(waits) * 0.95)] if waits else 0.0
    print(f"{given.users} users, {given.seconds:.0f} s: {len(waits)} answers, {dict(load.counts)}")  # noqa: T201
    print(f"wait median {statistics.median(waits):.2f} s, p95 {p95:.2f} s, longest {waits[-1]:.2f} s")  # noqa: T201
    if load.model_waits:
        slow = sorted(load.model_waits)
        print(f"by the model {len(slow)}: median {statistics.median(slow):.1f} s, longest {slow[-1]:.1f} s")  # noqa: T201
    print(f"answers a user: {min(load.answered.values())} to {max(load.answered.values())}")  # noqa: T201
    print(f"memory {before:.0f} MB before, then {marks} MB")  # noqa: T201
    print(f"faults: {len(load.faults)} {load.faults[:5]}")  # noqa: T201
    return 1 if load.faults else 0


if __name__ == "__main__":
    sys.exit(main())
