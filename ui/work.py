"""Conversations and the work behind them, kept in the process and not in a browser's session.

A question runs in its own thread, so that the page stays alive, the steps can be watched and a browser that is
reloaded in the middle finds its answer again. Every answer belongs to its own exchange: nothing is shared between
conversations but the assistant. No streamlit here.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict

from nl2sql.answer.extras import Extras, wanted
from nl2sql.errors import HoiKhoError, UserError
from nl2sql.history.conversations import Kept, Store
from nl2sql.policy import User
from nl2sql.types import Answer, Question, Reading
from ui import texts
from ui.assistant import AssistantLike
from ui.exchange import Conversation, Exchange, Mark, failed, restored

log = logging.getLogger("hoikho.ui")

MAX_CONVERSATIONS = 500
MAX_RUNNING = 24
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphen, zero-width spaces and joiners, byte order mark."""
PATIENCE_S = 0.3
"""An answer that comes within this time is on the page at its first draw, without a waiting line before it."""
MODEL_STEPS = frozenset({"generation", "proposal"})


class Stopped(Exception):
    """The person pressed stop; raised inside the worker at its next step."""


class Desk:
    """Takes questions for one assistant and keeps the conversations.

    Args:
        assistant: Who answers.
        max_question: Longest question taken, characters.
        inline: Work in the caller's thread (tests).
        store: Where conversations are kept; in memory only when None.

    Attributes:
        preparing: The model is being made ready; a question that needs it waits.
    """

    def __init__(
        self, assistant: AssistantLike, *, max_question: int = 1000, inline: bool = False, store: Store | None = None
    ) -> None:
        self.assistant = assistant
        self.store = store if store is not None else Store()
        self.max_question = max_question
        self.preparing = False
        self._inline = inline
        self._lock = threading.RLock()
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()
        self._running: dict[str, Exchange] = {}
        self._adding: set[str] = set()

    def conversation(self, conversation_id: str = "", user: User | None = None) -> Conversation:
        """A person's conversation of that id, read from the store when need be; a new one when there is none."""
        owner = user.name if user else ""
        with self._lock:
            found = self._conversations.get(conversation_id)
            if found is None and conversation_id and user is not None:
                found = self._restored(conversation_id, user)
            if found is None or found.owner != owner:
                found = Conversation(secrets.token_urlsafe(9), owner)
            if found.id not in self._conversations:
                self._conversations[found.id] = found
                self._drop_oldest()
            self._conversations.move_to_end(found.id)
            return found

    def _restored(self, conversation_id: str, user: User) -> Conversation | None:
        kept = self.store.conversation(user.name, conversation_id)
        return Conversation(conversation_id, user.name, [restored(k, user) for k in kept]) if kept else None

    def ask(self, conversation: Conversation, text: str, *, user: User, fresh: bool = False) -> Exchange:
        """Take a question and start on it.

        Args:
            fresh: The text is complete in itself (a suggestion, an option): earlier turns are not passed on.

        Raises:
            UserError: The text is empty or too long, or too many questions are being worked on.
        """
        clean = self.checked(text)
        turns = () if fresh else conversation.turns()
        return self._start(conversation, Exchange(secrets.token_hex(6), _question(clean, user, turns), user))

    def ask_reading(
        self, conversation: Conversation, reading: Reading, *, user: User, instead_of: Exchange | None = None
    ) -> Exchange:
        """Take a reading that the person changed by hand, and start on it.

        Args:
            instead_of: The exchange whose place it takes; the last place when None.

        Raises:
            UserError: Too many questions are being worked on.
        """
        made = Exchange(secrets.token_hex(6), _question(reading.text, user), user, reading=reading, before=instead_of)
        return self._start(conversation, made)

    def undo(self, conversation: Conversation, exchange: Exchange) -> None:
        """Put the exchange back whose place this one took."""
        if exchange.before is None:
            return
        with self._lock:
            self._put(conversation, exchange.before, instead_of=exchange)
            self.store.replaced(exchange.id, by_another=True)
            self.store.replaced(exchange.before.id, by_another=False)

    @staticmethod
    def _put(conversation: Conversation, exchange: Exchange, *, instead_of: Exchange | None) -> None:
        places = [i for i, e in enumerate(conversation.exchanges) if e is instead_of]
        if places:
            conversation.exchanges[places[0]] = exchange
        else:
            conversation.exchanges.append(exchange)

    def reopen(self, kept: Kept, *, user: User) -> Exchange:
        """An earlier answer for somebody who opens its address.

        Its owner sees it as it was, as long as role and catalogue are the same. For anybody else, and for an answer
        over an older catalogue, it is run again under the opener's rights.

        Raises:
            UserError: Too many questions are being worked on.
        """
        same = kept.answer is not None and kept.answer.catalogue_version == self.assistant.catalogue.version
        rights = (kept.question.role, kept.question.units)
        if same and kept.owner == user.name and rights == (user.role.name, user.units):
            return restored(kept, user)
        return self.refresh(kept, user=user)

    def refresh(self, kept: Kept, *, user: User) -> Exchange:
        """An earlier answer over the data of now: asked again where no model is needed, else its SQL run again.

        Raises:
            UserError: Too many questions are being worked on.
        """
        question = _question(kept.question.text, user, kept.question.turns)
        answer = kept.answer
        again = None if answer is None or not answer.sql or kept.own_sql else answer
        return self._start(None, Exchange(kept.id, question, user, own_sql=kept.own_sql, source=again))

    def run_sql(self, conversation: Conversation, sql: str, *, user: User) -> Exchange:
        """Take a person's SQL and start on it.

        Raises:
            UserError: The text is empty, or too many questions are being worked on.
        """
        clean = sql.strip()
        if not clean:
            raise UserError(texts.EMPTY_SQL, phase="reading")
        return self._start(conversation, Exchange(secrets.token_hex(6), _question(clean, user), user, own_sql=True))

    def checked(self, text: str) -> str:
        """The question as it will be asked.

        Raises:
            UserError: It is empty or longer than ``max_question``.
        """
        clean = in_one_line(text)
        if not any(char.isalnum() for char in clean):
            raise UserError(texts.EMPTY_QUESTION, action=texts.EMPTY_QUESTION_ACTION, phase="reading")
        if len(clean) > self.max_question:
            raise UserError(
                texts.too_long(len(clean), self.max_question), action=texts.TOO_LONG_ACTION, phase="reading"
            )
        return clean

    def stop(self, exchange: Exchange) -> None:
        """Give up on an exchange: the page stops waiting now, a running query is interrupted."""
        with self._lock:
            if exchange.running:
                exchange.stopped = True
                exchange.ended = time.monotonic()
                exchange.cancel.set()

    def busy(self) -> int:
        """How many questions are being worked on."""
        with self._lock:
            return len(self._running)

    def ahead(self, exchange: Exchange) -> int:
        """How many others wait for the model before this one; 0 when it is not waiting."""
        if exchange.step not in MODEL_STEPS:
            return 0
        with self._lock:
            mine = exchange.marks[-1].at
            return sum(
                1
                for other in self._running.values()
                if other is not exchange and other.step in MODEL_STEPS and other.marks[-1].at < mine
            )

    def _start(self, conversation: Conversation | None, exchange: Exchange) -> Exchange:
        with self._lock:
            if len(self._running) >= MAX_RUNNING:
                raise UserError(texts.BUSY, action=texts.BUSY_ACTION, phase="reading")
            if conversation is not None:
                self._put(conversation, exchange, instead_of=exchange.before)
                self._keep(conversation, exchange)
                if exchange.before is not None:
                    self.store.replaced(exchange.before.id, by_another=True)
            self._running[exchange.id] = exchange
        if self._inline:
            self._work(conversation, exchange)
        else:
            work = threading.Thread(
                target=self._work, args=(conversation, exchange), name=f"ask-{exchange.id}", daemon=True
            )
            work.start()
            work.join(PATIENCE_S)
        return exchange

    def _keep(self, conversation: Conversation, exchange: Exchange) -> None:
        self.store.keep(
            Kept(
                exchange.id,
                conversation.id,
                conversation.owner,
                exchange.question,
                exchange.own_sql,
                exchange.answer,
                exchange.asked_at,
                exchange.elapsed,
            )
        )

    def _work(self, conversation: Conversation | None, exchange: Exchange) -> None:
        answer: Answer | None = None
        try:
            answer = self._answer(exchange)
        except Stopped:
            pass
        except UserError as error:
            answer = failed(exchange, str(error))
        except HoiKhoError as error:
            log.exception("answer failed in phase %s", error.phase)
            answer = failed(exchange, texts.INTERNAL_ERROR)
        finally:
            # Anything unforeseen still ends the exchange, so that no page waits for ever; the thread's excepthook
            # reports it.
            with self._lock:
                self._running.pop(exchange.id, None)
                if not exchange.stopped:
                    exchange.ended = time.monotonic()
                    exchange.answer = answer or failed(exchange, texts.INTERNAL_ERROR)
        if conversation is not None and not exchange.stopped:
            self._keep(conversation, exchange)
        exchange.extras = self._extras(exchange)

    def add_extras(self, exchange: Exchange) -> None:
        """Begin on the additions of an answer that was kept without them; does nothing when they are there."""
        with self._lock:
            if exchange.extras is not None or exchange.running or exchange.id in self._adding:
                return
            self._adding.add(exchange.id)

        def work() -> None:
            try:
                exchange.extras = self._extras(exchange)
            finally:
                with self._lock:
                    self._adding.discard(exchange.id)

        if self._inline:
            work()
        else:
            threading.Thread(target=work, name=f"add-{exchange.id}", daemon=True).start()

    def _extras(self, exchange: Exchange) -> Extras:
        """The additions, made after the answer so that it need not wait for them."""
        answer = exchange.answer
        if answer is None or exchange.stopped or not wanted(answer):
            return Extras()
        try:
            return self.assistant.extras(answer, user=exchange.user)
        except HoiKhoError:
            log.exception("additions of an answer failed")
            return Extras()

    def _answer(self, exchange: Exchange) -> Answer:
        def on_step(step: str) -> None:
            if exchange.stopped:
                raise Stopped
            exchange.marks = (*exchange.marks, Mark(step, time.monotonic()))

        if exchange.own_sql:
            on_step("execution")
            return self.assistant.run_sql(exchange.question.text, user=exchange.user, cancel=exchange.cancel)
        user, cancel = exchange.user, exchange.cancel
        if exchange.reading is not None:
            return self.assistant.answer_reading(exchange.reading, user=user, on_step=on_step, cancel=cancel)
        if exchange.source is not None and exchange.source.model:
            on_step("execution")
            return self.assistant.rerun(exchange.source, user=user, cancel=cancel)
        return self.assistant.ask(exchange.question, user=user, on_step=on_step, cancel=cancel)

    def _drop_oldest(self) -> None:
        for key in list(self._conversations):
            if len(self._conversations) <= MAX_CONVERSATIONS:
                return
            if not self._conversations[key].running:
                del self._conversations[key]


def in_one_line(text: str) -> str:
    """A question as it stands on a page: what a word processor puts between words (breaks, hard and thin spaces,
    invisible marks) becomes one space or nothing. Letters and quotation marks are the reader's business."""
    return " ".join("".join(c for c in text if c not in INVISIBLE).split())


def _question(text: str, user: User, turns: tuple[str, ...] = ()) -> Question:
    return Question(text, turns, user.role.name, user.units)
