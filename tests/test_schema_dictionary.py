"""The data dictionary in docs/ is the one that the catalogue gives."""

from __future__ import annotations

from schema.dictionary import TARGET, dictionary
from schema.loading import load_catalogue


def test_the_written_dictionary_is_current() -> None:
    written = TARGET.read_text(encoding="utf-8")
    assert written == dictionary(load_catalogue()), "Hãy chạy: python -m schema.dictionary"


def test_every_column_and_metric_is_in_it() -> None:
    catalogue = load_catalogue()
    sections = {part.split("\n", 1)[0]: part for part in dictionary(catalogue).split("\n## ")}
    for view in catalogue.views.values():
        section = sections[view.name]
        for name in (*view.columns(), *(m.name for m in view.metrics)):
            assert section.count(f"| `{name}` |") == 1, (view.name, name)
