"""The words of a card: trust and its reason, how the answer was calculated, what to say when there is none."""

from __future__ import annotations

from nl2sql.types import Answer, Status, Trust
from ui import texts
from ui.exchange import Exchange
from ui.html import esc, tag, wrap

MAX_NAME = 40


def message_of(answer: Answer) -> tuple[str, str]:
    """What to say, and what the person can do, when there is no result to show."""
    if answer.refusal:
        return answer.refusal.message, texts.REFUSAL_ACTIONS.get(answer.refusal.code, "")
    said = answer.headline or " ".join(answer.warnings)
    if answer.status is Status.NO_DATA:
        return said, "" if "Hãy" in said else texts.NO_DATA_ACTION
    return said or texts.INTERNAL_ERROR, ""


def trust_html(answer: Answer) -> str:
    """The badge of trust; empty where there is nothing to trust."""
    if answer.trust is None:
        return ""
    return wrap(
        "span",
        f"hk-trust hk-trust-{answer.trust.value}",
        [tag("span", "hk-trust-dot", "", aria_hidden="true"), esc(trust_label(answer))],
        title=texts.TRUST_REASONS[answer.trust],
    )


def trust_label(answer: Answer) -> str:
    """What the badge says: "Đã kiểm duyệt · ai · ngày" for an approved query."""
    if answer.approval:
        return answer.approval.label
    return texts.TRUST_LABELS[answer.trust] if answer.trust else ""


def trust_reason(answer: Answer) -> str:
    """Why an answer is to be looked at again, in one sentence; empty for any other."""
    if answer.trust is not Trust.REVIEW:
        return ""
    return texts.LOW_CONFIDENCE.format(round(answer.confidence * 100))


def method_html(answer: Answer) -> str:
    """How the answer was calculated, as a list of names and texts."""
    rows = [_explained(line) for line in answer.explanation.splitlines() if line.strip()]
    reading = answer.reading
    if reading:
        rows += [_row("Công thức", tag("code", "", metric.expr)) for metric in reading.metrics if metric.expr]
        # The explanation may already name them.
        left = [text for text in reading.assumptions if text.rstrip(".") not in answer.explanation]
        rows += [_row("Giả định", esc(text)) for text in left]
    if answer.trust:
        label, reason = texts.TRUST_LABELS[answer.trust], texts.TRUST_REASONS[answer.trust]
        rows.append(_row("Tin cậy", esc(f"{label}. {reason}")))
    if answer.data_as_of:
        rows.append(_row("Dữ liệu", esc(f"Đến hết ngày {texts.day(answer.data_as_of)}.")))
    return wrap("dl", "hk-method", rows)


def _explained(line: str) -> str:
    """A line of the explanation: what stands before its first colon is its name; inner steps are indented."""
    name, colon, said = line.strip().partition(":")
    if not colon or len(name) > MAX_NAME:
        name, said = "", line.strip()
    name, dash, of_what = name.partition(" – ")
    body = f"{of_what}: {said.strip()}" if dash and said.strip() else of_what or said.strip()
    return _row(name, esc(body), inner=line.startswith("  "))


def _row(name: str, html: str, *, inner: bool = False) -> str:
    return wrap("div", "hk-inner" if inner else "", [tag("dt", "", name), wrap("dd", "", html)])


def foot_html(exchange: Exchange, answer: Answer) -> str:
    """How long it took, who wrote it, how far the data goes."""
    total = answer.timings.get("total", 0.0) / 1000 or exchange.elapsed
    parts = [f"Trả lời trong {texts.seconds(total)}"]
    slow = [
        f"{texts.STEPS[step].lower()} {texts.seconds(ms / 1000)}"
        for step, ms in answer.timings.items()
        if step in texts.STEPS and ms >= 50
    ]
    note = " · ".join(slow)
    if answer.model and answer.trust is not Trust.VERIFIED:
        parts.append(f"mô hình {answer.model}")
    if answer.data_as_of:
        parts.append(texts.data_until(answer.data_as_of).lower())
    return tag("div", "hk-foot", " · ".join(parts), title=note)
