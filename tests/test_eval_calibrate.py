"""Calibration: the curve, its area and the threshold, against values worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.calibrate import answers, auroc, calibrate, curve, store
from eval.fit import Sample, fit, samples, unseen
from nl2sql.generation.confidence import CALIBRATION_FILE, DEFAULT_THRESHOLD, probability, review_below

# Ten answers: the two surest right, one wrong in the middle, the least sure wrong.
PAIRS = [(0.9, True), (0.9, True), (0.8, True), (0.8, False), (0.7, True), (0.6, True), (0.5, True), (0.4, True),
         (0.3, True), (0.2, False)]  # fmt: skip


def test_equal_confidences_fall_together() -> None:
    points = curve(PAIRS)
    assert [(p.threshold, p.answered, p.right) for p in points[:2]] == [(0.9, 2, 2), (0.8, 4, 3)]
    assert (points[-1].coverage, points[-1].precision) == (1.0, 0.8)


def test_area_by_counting_pairs() -> None:
    # 8 right, 2 wrong: against 0.8 wins 2, ties 1 of 8; against 0.2 wins 8.
    assert auroc(PAIRS) == pytest.approx((2 + 0.5 + 8) / 16)
    assert auroc([(0.1, True), (0.9, True)]) is None
    assert auroc([(0.5, True), (0.5, False)]) == 0.5


def test_the_lowest_threshold_that_keeps_the_precision() -> None:
    found = calibrate(PAIRS, 0.85)
    assert (found.point.threshold, found.point.answered, found.reached) == (0.3, 9, True)
    strict = calibrate(PAIRS, 0.97)
    assert (strict.point.threshold, strict.point.precision) == (0.9, 1.0)


def test_a_precision_out_of_reach_is_said() -> None:
    found = calibrate([(0.9, False), (0.9, True), (0.5, True)], 0.97)
    assert not found.reached
    assert found.point.threshold == 0.5


def test_no_answer_gives_no_threshold() -> None:
    with pytest.raises(ValueError, match="Không có câu trả lời"):
        calibrate([], 0.97)


def record(status: str, outcome: str, confidence: float) -> dict[str, Any]:
    return {"answer": {"status": status, "confidence": confidence}, "score": {"outcome": outcome}}


def test_only_answers_that_were_scored_count() -> None:
    records = [record("answered", "right", 0.9), record("answered", "unscored", 0.8), record("refused", "right", 0.0),
               record("answered", "wrong", 0.7)]  # fmt: skip
    assert answers(records) == [(0.9, True), (0.7, False)]


def test_a_stored_threshold_is_the_one_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    store(calibrate(PAIRS, 0.85, ("thu",)), "abc", "m", {"bias": 1.0}, path)
    assert review_below(path) == 0.3


@pytest.mark.parametrize("text", ["", "threshold: 7", "threshold: cao", "[1", "- 1"])
def test_a_calibration_that_makes_no_sense_is_not_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    assert review_below(path) == DEFAULT_THRESHOLD
    assert review_below(tmp_path / "none.yaml") == DEFAULT_THRESHOLD


def test_the_projects_own_threshold_is_a_probability() -> None:
    assert 0 < review_below(CALIBRATION_FILE) < 1


def test_a_threshold_that_would_answer_next_to_nothing_is_not_taken() -> None:
    found = calibrate(PAIRS, 0.97, least_coverage=0.5)
    assert (found.reached, found.point.threshold, found.point.answered) == (False, 0.3, 9)


def sample(right: bool, group: str, **evidence: float) -> Sample:
    return Sample(evidence, right, group, 0.5)


def test_weights_say_what_speaks_against_an_answer() -> None:
    found = [sample(n % 10 != 0, f"a{n}") for n in range(60)]
    found += [sample(n % 4 == 0, f"b{n}", unread=1.0) for n in range(40)]
    weights = fit(found, penalty=1e-6)
    assert weights["share"] == 0.0
    assert probability(weights, {}) == pytest.approx(54 / 60, abs=1e-3)
    assert probability(weights, {"unread": 1.0}) == pytest.approx(10 / 40, abs=1e-3)
    assert weights["unread"] < fit(found, penalty=10.0)["unread"] < 0.0


def test_unseen_items_are_judged_without_their_like() -> None:
    # One group is always wrong and has a sign of its own: weights that never saw it cannot know that sign.
    found = [sample(n % 5 != 0, f"a{n}") for n in range(50)]
    found += [sample(False, "own", no_period=1.0) for _ in range(10)]
    pairs = unseen(found)
    assert len(pairs) == 60
    assert min(p for p, _ in pairs) > 0.6
    assert probability(fit(found), {"no_period": 1.0}) < 0.3


def test_only_one_kind_of_outcome_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="câu đúng và câu sai"):
        fit([sample(True, "a"), sample(True, "b")])


def test_samples_need_evidence() -> None:
    log = {
        "spec": {"suite": "thu-holdout"},
        "items": [
            {**record("answered", "right", 0.9), "id": "a~telex", "family": ""},
            {**record("answered", "wrong", 0.4), "id": "b", "family": "hoi"},
        ],
    }
    log["items"][1]["answer"]["evidence"] = {"unread": 1.0}  # type: ignore[index]
    assert samples(log) == [Sample({"unread": 1.0}, False, "thu/hoi", 0.4)]
