"""The fuzzer of the door, steered by coverage: libFuzzer changes what reaches new branches of sqlglot and the door.

    python -m tests.fuzz_atheris CORPUS_FOLDER -max_total_time=600

Needs ``pip install atheris``, which is no dependency of the project. Each finding is what ``fuzz_door.check`` calls a
leak: a text that passes and should not, or any error that is not an ordinary refusal. The corpus begins with texts of
``fuzz_door``; the figures are in docs/security.md.
"""

from __future__ import annotations

import logging
import random
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["sqlglot", "nl2sql.query", "nl2sql.policy"]):
    from fuzz_door import DIALECTS, Tally, check, texts
    from policy_cases import guard

GUARDS = [None, guard(), guard(("Khu vực III", "Hà Nội"))]
SEEDS = 600
_tally = Tally()


def one_input(data: bytes) -> None:
    """One text: two bytes choose the dialect and the role, the rest is the SQL."""
    if len(data) < 3:
        return
    sql = data[2:].decode("utf-8", errors="replace")
    check(sql, DIALECTS[data[0] % len(DIALECTS)], GUARDS[data[1] % len(GUARDS)], _tally)


def seed(folder: Path) -> None:
    """Put texts of the other fuzzer into an empty corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        return
    chance = random.Random(1122)
    source = texts(chance)
    for number in range(SEEDS):
        head = bytes([chance.randrange(len(DIALECTS)), chance.randrange(len(GUARDS))])
        (folder / f"{number:04d}").write_bytes(head + next(source).encode("utf-8", errors="replace"))


def main() -> None:
    """Fuzz until libFuzzer's options say that it is enough."""
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    folder = next((Path(a) for a in sys.argv[1:] if not a.startswith("-")), None)
    if folder is not None:
        seed(folder)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
