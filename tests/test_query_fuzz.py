"""A few seconds of the door's fuzzer; `python -m tests.fuzz_door` is the long run."""

from __future__ import annotations

import pytest
from fuzz_door import ATTACKS, Tally, check, fuzz
from policy_cases import guard


def test_a_short_run_finds_nothing() -> None:
    tally = fuzz(2500, seed=11, run=True)
    assert tally.texts == 2500
    assert tally.ran > 50
    assert sum(tally.refused.values()) > 1000


@pytest.mark.parametrize("sql", ATTACKS)
def test_no_attack_passes_as_it_is(sql: str) -> None:
    assert check(sql.replace("{canary}", "tệp.csv"), "duckdb", guard(), Tally()) == ""
