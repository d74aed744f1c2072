"""Which part of a schema the model sees: all of it while that is short, else what the question is about."""

from __future__ import annotations

from nl2sql.foreign.key_graph import KeyGraph
from nl2sql.foreign.link import Links
from nl2sql.foreign.schema_text import Names, schema_text
from schema.semantic import Catalogue

WHOLE_CHARACTERS = 2400
"""A schema text up to this length (about 800 tokens) is shown whole, so that its state serves every question."""

PRUNED_CHARACTERS = 1500
_MAX_TABLES = 10


def schema_for(catalogue: Catalogue, names: Names, graph: KeyGraph, links: Links) -> str:
    """The schema text for one question; the same for every question when the schema is short."""
    if len(catalogue.views) <= 60:
        for samples in (3, 1, 0):
            text = schema_text(catalogue, names, samples=samples)
            if len(text) <= WHOLE_CHARACTERS:
                return text
    return _pruned(catalogue, names, graph, links)


def _pruned(catalogue: Catalogue, names: Names, graph: KeyGraph, links: Links) -> str:
    score: dict[str, float] = dict.fromkeys(catalogue.views, 0.0)
    for table in links.tables:
        score[table] += 3.0
    for table, _ in links.columns:
        score[table] += 1.0
    for value in links.values:
        score[value.table] += 2.0
    ranked = sorted(catalogue.views, key=lambda table: -score[table])
    kept: list[str] = [ranked[0]]
    text = schema_text(catalogue, names, kept, samples=2)
    for table in ranked[1:_MAX_TABLES]:
        if score[table] <= 0 and len(kept) >= 4:
            break
        bridge = [hop.right for hop in graph.path(kept, table) or []] or [table]
        wider = list(dict.fromkeys([*kept, *bridge, table]))
        longer = schema_text(catalogue, names, wider, samples=2)
        if len(longer) > PRUNED_CHARACTERS and len(kept) >= 2:
            continue
        kept, text = wider, longer
    return text
