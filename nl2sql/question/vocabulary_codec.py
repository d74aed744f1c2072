"""A vocabulary as plain lists and back, so that it can be kept as JSON: reading that back is no building.

Terms share most of what they say: the phrase, and the name that it stands for. Both are written once, and a term points
at them. The order of the terms is kept, since readings of equal worth are told apart by it.
"""

from __future__ import annotations

from typing import Any, get_args

from nl2sql.question.paradigm import bare
from nl2sql.question.vocabulary import Kind, Term, Vocabulary

_KINDS = frozenset(get_args(Kind))


def encoded(vocabulary: Vocabulary) -> dict[str, Any]:
    """All terms of a vocabulary in lists, texts and numbers that JSON can hold; without what was put off."""
    phrases: dict[tuple[str, str, str], int] = {}
    heads: dict[tuple[object, ...], int] = {}
    rows: list[int | str | None] = []
    for term in vocabulary.held.values():
        phrase = " ".join(term.norm), " ".join(term.fold), " ".join(bare(term.norm, term.fold)[1])
        cues = " ".join(sorted(term.cues))
        head = term.kind, term.view, term.name, term.strong, term.rank, term.primary, term.beginning, cues
        rows += (
            heads.setdefault(head, len(heads)),
            phrases.setdefault(phrase, len(phrases)),
            term.value,
            None if term.written == phrase[0] else term.written,
        )
    return {"phrases": [list(p) for p in phrases], "heads": [list(h) for h in heads], "terms": rows}


def decoded(content: Any) -> Vocabulary:
    """The vocabulary of what ``encoded`` gave, nothing put off.

    Raises:
        ValueError: It is no such thing.
    """
    try:
        return _vocabulary(content)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError("no vocabulary") from error


def _vocabulary(content: Any) -> Vocabulary:
    phrases = [(tuple(n.split(" ")), tuple(f.split(" ")), n, f, b) for n, f, b in content["phrases"]]
    heads = [
        (k, v, n, bool(s), int(r), bool(p), bool(e), frozenset(c.split()))
        for k, v, n, s, r, p, e, c in content["heads"]
    ]
    if not all(head[0] in _KINDS for head in heads) or len(content["terms"]) % 4:
        raise ValueError("no vocabulary")
    made = Vocabulary()
    by_fold, by_bare, held = made.by_fold, made.by_bare, made.held
    cells = iter(content["terms"])
    for head, phrase, value, written in zip(cells, cells, cells, cells, strict=True):
        kind, view, name, strong, rank, primary, beginning, cues = heads[head]
        norm, folded, text, key, short = phrases[phrase]
        term = Term(
            kind,
            view,
            name,
            value,
            norm,
            folded,
            text if written is None else written,
            strong,
            rank,
            primary,
            cues,
            beginning,
        )
        terms = by_fold.get(key)
        if terms is None:
            by_fold[key] = [term]
        else:
            terms.append(term)
        by_bare.setdefault(short, []).append(term)
        held[key, kind, view, name, value, norm, strong] = term
    for key in by_fold:
        made.place(key, key.split(" "))
    for norm, *_ in phrases:
        made.known.update(norm)
    return made
