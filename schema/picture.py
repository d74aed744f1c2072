"""The picture of the star schema, drawn from the DDL: ``python -m schema.picture`` writes docs/images/luoc_do_sao.svg.

It is the bus matrix of the warehouse: a row for each flat table with the facts that it is made of, a column for each
dimension, a mark where the one joins the other. Text made from text, so that a test can tell whether it is current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import sqlglot
from sqlglot import exp

from schema.loading import load_catalogue

FOLDER = Path(__file__).parent
TARGET = FOLDER.parent / "docs" / "images" / "luoc_do_sao.svg"
_ROW, _COLUMN, _LEFT, _TOP = 26, 26, 430, 190


@dataclass(frozen=True)
class Star:
    """A flat table with the fact tables and the dimensions that it joins, each in the order of the DDL."""

    name: str
    facts: tuple[str, ...]
    dimensions: tuple[str, ...]


def read_stars(texts: Iterable[str], wanted: Iterable[str]) -> tuple[Star, ...]:
    """The stars of DDL texts, for the flat tables ``wanted``, in their order.

    A fact stands in a flat table also where it comes through another table that is made on the way.
    """
    sources: dict[str, tuple[str, ...]] = {}
    for text in texts:
        for statement in sqlglot.parse(text, read="duckdb"):
            if not isinstance(statement, exp.Create) or not isinstance(statement.expression, exp.Query):
                continue
            made = statement.this.find(exp.Table) if not isinstance(statement.this, exp.Table) else statement.this
            if made is None:
                continue
            within = {cte.alias for cte in statement.expression.find_all(exp.CTE)}
            tables = (t.name for t in statement.expression.find_all(exp.Table) if t.name not in within)
            sources[made.name] = tuple(dict.fromkeys(t for t in tables if t != made.name))
    found = []
    for name in wanted:
        used = tuple(_deep(name, sources, ()))
        facts = tuple(dict.fromkeys(t for t in used if t.startswith("f_")))
        dims = tuple(dict.fromkeys(t for t in used if t.startswith(("dim_", "br_"))))
        found.append(Star(name, facts, dims))
    return tuple(found)


def _deep(name: str, sources: Mapping[str, tuple[str, ...]], above: tuple[str, ...]) -> Iterable[str]:
    for table in sources.get(name, ()):
        if table in above:
            continue
        yield table
        if not table.startswith(("dim_", "br_", "f_")):
            yield from _deep(table, sources, (*above, name))


def draw(stars: Iterable[Star], labels: Mapping[str, str]) -> str:
    """The matrix as SVG text."""
    rows = tuple(stars)
    dims = sorted(
        {d for star in rows for d in star.dimensions}, key=lambda d: (-sum(d in s.dimensions for s in rows), d)
    )
    width, height = _LEFT + _COLUMN * len(dims) + 30, _TOP + _ROW * len(rows) + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="Inter, Arial, sans-serif" font-size="12" role="img" aria-label="Lược đồ sao của kho dữ liệu">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        '<text x="16" y="28" font-size="17" font-weight="600" fill="#12305a">Lược đồ sao của kho dữ liệu</text>',
        '<text x="16" y="50" fill="#555">Mỗi hàng: một bảng phẳng và các bảng sự kiện của nó. '
        "Chấm: bảng phẳng nối chiều ấy.</text>",
    ]
    for place, dim in enumerate(dims):
        x = _LEFT + _COLUMN * place + _COLUMN // 2
        shade = "#f4f7fb" if place % 2 == 0 else "#ffffff"
        parts.append(
            f'<rect x="{x - _COLUMN // 2}" y="{_TOP}" width="{_COLUMN}" height="{_ROW * len(rows)}" fill="{shade}"/>'
        )
        parts.append(
            f'<text transform="translate({x + 4} {_TOP - 8}) rotate(-60)" fill="#12305a">{escape(_short(dim))}</text>'
        )
    for place, star in enumerate(rows):
        y = _TOP + _ROW * place
        parts.append(f'<line x1="10" y1="{y}" x2="{width - 10}" y2="{y}" stroke="#d8e0ea"/>')
        label = f"{star.name} · {labels.get(star.name, '')}"
        parts.append(f'<text x="16" y="{y + 12}" font-weight="600" fill="#222">{escape(label)}</text>')
        facts = ", ".join(star.facts) or "từ bảng phẳng khác"
        parts.append(f'<text x="16" y="{y + 23}" font-size="9" fill="#777">{escape(facts)}</text>')
        for column, dim in enumerate(dims):
            if dim in star.dimensions:
                x = _LEFT + _COLUMN * column + _COLUMN // 2
                parts.append(f'<circle cx="{x}" cy="{y + _ROW // 2}" r="5" fill="#c8102e"/>')
    bottom = _TOP + _ROW * len(rows)
    parts.append(f'<line x1="10" y1="{bottom}" x2="{width - 10}" y2="{bottom}" stroke="#d8e0ea"/>')
    parts.append(
        f'<text x="16" y="{bottom + 26}" fill="#555">{len(rows)} bảng phẳng, '
        f"{len({f for s in rows for f in s.facts})} bảng sự kiện, {len(dims)} chiều. Dữ liệu mô phỏng. "
        "Vẽ từ DDL: python -m schema.picture</text>"
    )
    return "\n".join([*parts, "</svg>", ""])


def _short(dim: str) -> str:
    return dim.removeprefix("dim_")


def current() -> str:
    """The picture of the DDL as it is now."""
    catalogue = load_catalogue()
    files = [FOLDER / "ddl.sql", FOLDER / "flat.sql", *sorted((FOLDER / "sql").glob("*.sql"))]
    stars = read_stars((file.read_text(encoding="utf-8") for file in files), catalogue.views)
    return draw(stars, {name: view.label for name, view in catalogue.views.items()})


def main() -> None:
    """Write the picture."""
    TARGET.write_text(current(), encoding="utf-8")
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
