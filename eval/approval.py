"""Accepting what a person approves: the door, the catalogue's check, the quick gate, and only then the catalogue.

It runs in a thread of its own, tells where it is, can be stopped, and leaves nothing behind when it is refused: the
candidate is tried from a temporary file beside the real one.
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from rapidfuzz import fuzz, process

from eval.check import SAME, fold
from eval.gate import Rule, judge, load_baseline, load_gate
from eval.log import load_log
from eval.noise import load_any
from eval.sample import choose
from eval.session import run_here
from eval.suite import suites_dir
from nl2sql.config import Settings
from nl2sql.curation.additions import check_addition
from nl2sql.history.audit import open_audit
from nl2sql.history.record import decision_record
from nl2sql.model.protocol import Model
from nl2sql.policy import User
from nl2sql.query.database import open_database
from schema.approved import Addition, append, read_approved
from schema.errors import CatalogueError, HoiKhoError, UserError
from schema.loading import CATALOGUE_DIR, load_catalogue

_LOG = logging.getLogger(__name__)
CHECKING = "Kiểm tra theo danh mục"
GATE = "Cổng phát hành nhanh"
TAKING_UP = "Ghi vào danh mục"
NO_GATE = "danh mục riêng chưa có bộ câu hỏi nên không có cổng nhanh"


class Serves(Protocol):
    """What an acceptance needs of the assistant that is serving."""

    @property
    def model(self) -> Model:
        """Its model."""
        ...

    def check_sql(self, sql: str, *, user: User | None = None) -> UserError | None:
        """What the door has against a person's SQL."""
        ...

    def adopt(self) -> None:
        """Take up what was approved."""
        ...


class _Stopped(Exception):
    """Somebody stopped it; raised where the next record arrives."""


@dataclass(frozen=True)
class Done:
    """A step that has passed, and what it found."""

    step: str
    said: str = ""


@dataclass
class Acceptance:
    """One approval on its way. Written by its thread, read by anybody.

    Attributes:
        by: Name of the person who approves.
        done: Steps that have passed.
        step: The one it is in.
        asked: Questions of the gate asked so far, ``total`` those to be asked; 0 outside the gate.
        refused: Why it was not accepted, in Vietnamese.
    """

    addition: Addition
    by: str = ""
    done: tuple[Done, ...] = ()
    step: str = CHECKING
    asked: int = 0
    total: int = 0
    refused: str = ""
    accepted: bool = False
    stopped: bool = False
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Whether it is still to be watched."""
        return not (self.refused or self.accepted or self.stopped)

    def stop(self) -> None:
        """Let it end at the next question of the gate; nothing is taken up."""
        self.stopped = True


def start(addition: Addition, assistant: Serves, settings: Settings, *, user: User,
          rules: Sequence[Rule] | None = None) -> Acceptance:  # fmt: skip
    """Begin to accept an addition and return at once.

    Args:
        rules: Of the gate; the quick ones of ``gate.yaml`` when None.
    """
    dated = replace(addition, owner=_signed(user), approved_at=dt.date.today().isoformat())  # noqa: DTZ011
    made = Acceptance(dated, user.name)
    quick = [rule for rule in load_gate() if rule.quick] if rules is None else list(rules)
    made.thread = threading.Thread(
        target=_work, args=(made, assistant, settings, user, quick), name="approval", daemon=True
    )
    made.thread.start()
    return made


def _signed(user: User) -> str:
    """Who answers for it, as it stands on the badge; the person at this machine has no name but a role."""
    return user.display or (user.role.label if user.name == user.role.name else user.name)


def _work(made: Acceptance, assistant: Serves, settings: Settings, user: User, rules: Sequence[Rule]) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix="hoikho-duyet-") as folder:
            tried = replace(settings, approved=str(Path(folder) / "approved.yaml"))
            _check(made, assistant, tried, settings, user)
            _gate(made, assistant, tried, rules, Path(folder))
        if made.stopped:
            return
        made.step, made.total = TAKING_UP, 0
        audit = open_audit(settings)
        if audit is not None:
            said = made.addition.question or made.addition.said
            audit.append(decision_record("verified", user.name, said, kind=made.addition.kind, sql=made.addition.sql))
        append(settings.approved_file, made.addition)
        assistant.adopt()
        made.done = (*made.done, Done(TAKING_UP))
        made.accepted = True
    except _Stopped:
        return
    except UserError as error:
        made.refused = f"{error.message} {error.action}".strip()
    except (HoiKhoError, OSError, RuntimeError):
        _LOG.exception("an approval failed")
        made.refused = "Việc kiểm tra bị lỗi giữa chừng; hãy xem nhật ký của máy chủ rồi thử lại."


def _check(made: Acceptance, assistant: Serves, tried: Settings, settings: Settings, user: User) -> None:
    """The door and the catalogue's check.

    Raises:
        UserError: What speaks against it.
    """
    addition = made.addition
    if addition.sql:
        found = assistant.check_sql(addition.sql, user=user)
        if found is not None:
            raise found
    if addition.question:
        known = _in_a_suite(addition.question)
        if known:
            raise UserError(
                f"Câu hỏi này nằm trong bộ kiểm tra «{known}»: đưa vào danh mục thì bộ kiểm tra không còn đo được gì.",
                action="Hãy đặt câu hỏi theo cách khác.",
            )
    for earlier, _ in read_approved(settings.approved_file):
        append(tried.approved_file, earlier)
    append(tried.approved_file, addition)
    directory = Path(settings.catalogue) if settings.catalogue else CATALOGUE_DIR
    catalogue = load_catalogue(directory, tried.approved_file)
    with open_database(settings.db_url, settings) as database:
        faults = check_addition(catalogue, directory, database, addition)
    if faults:
        raise CatalogueError("; ".join(faults))
    made.done = (*made.done, Done(CHECKING))


def _in_a_suite(question: str) -> str:
    """The suite that asks the same, or empty."""
    for path in sorted(suites_dir().glob("*.yaml")):
        asked = [fold(item.question) for item in load_any(path.stem).items if not item.is_sql]
        if process.extractOne(fold(question), asked, scorer=fuzz.token_sort_ratio, score_cutoff=SAME):
            return path.stem
    return ""


def _gate(made: Acceptance, assistant: Serves, tried: Settings, rules: Sequence[Rule], folder: Path) -> None:
    """The quick gate over the catalogue with the addition.

    Raises:
        UserError: A rule does not hold.
    """
    if tried.catalogue:
        made.done = (*made.done, Done(GATE, NO_GATE))
        return
    # Where no model is ever asked, there is nothing of the model to be measured.
    chosen = [rule for rule in rules if rule.route == "composed" or tried.route != "composed"]
    suites = [choose(load_any(r.suite, r.seed), sample=r.sample, seed=r.seed) for r in chosen]
    made.step, made.asked, made.total = GATE, 0, sum(len(s.items) for s in suites)
    before = 0

    def on_item(count: int, _record: Mapping[str, Any]) -> None:
        if made.stopped:
            raise _Stopped
        made.asked = before + count

    for rule, suite in zip(chosen, suites, strict=True):
        model = assistant.model if rule.route != "composed" else None
        used = replace(tried, route=rule.route)
        log = load_log(run_here(suite, used, directory=folder, fresh=True, model=model, on_item=on_item))
        verdict = judge(rule, log["items"], load_baseline(rule.baseline))
        if not verdict.passed:
            raise UserError(f"Cổng phát hành nhanh không đạt: {verdict.text.lstrip('✗ ')}.")
        made.done = (*made.done, Done(GATE, verdict.text.lstrip("✓ ")))
        before = made.asked
