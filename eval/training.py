"""The questions that ``hoikho train`` would learn from, for the proof that no suite asks one of them."""

from __future__ import annotations

from nl2sql.config import Settings
from nl2sql.model.adapters import found, learnt_questions
from nl2sql.training.run import Order, composed, default_avoid


def training_questions(settings: Settings, count: int) -> tuple[str, ...]:
    """Questions that the adapters on this machine learnt from, and those of a training set of that size, if any.

    The set is composed as training composes it: suites are kept away from there.

    Raises:
        UserError: The warehouse cannot be opened, or nobody described it.
    """
    learnt = learnt_questions(found(settings.home))
    if not count:
        return learnt
    made = composed(settings, Order(pairs=count, avoid=default_avoid()))
    return learnt + tuple(pair.question for pair in (*made.train, *made.held))
