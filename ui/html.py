"""Small pieces of HTML and markdown.

Every text that comes from a person, a model or a database passes through ``esc`` or ``md_escape``.
"""

from __future__ import annotations

import html
from collections.abc import Iterable


def esc(text: object) -> str:
    """Text that may stand in HTML, as content or in a double-quoted attribute; line breaks are kept by the style."""
    return html.escape(str(text), quote=True)


def tag(name: str, css: str, text: object, **attributes: str) -> str:
    """One element with escaped text: ``tag("span", "hk-chip", "Năm 2024")``. Underscores in attributes become ``-``."""
    extra = "".join(f' {key.replace("_", "-")}="{esc(value)}"' for key, value in attributes.items() if value)
    return f'<{name} class="{css}"{extra}>{esc(text)}</{name}>'


def wrap(name: str, css: str, inner: Iterable[str] | str, **attributes: str) -> str:
    """One element around HTML that is already safe."""
    extra = "".join(f' {key.replace("_", "-")}="{esc(value)}"' for key, value in attributes.items() if value)
    body = inner if isinstance(inner, str) else "".join(inner)
    return f'<{name} class="{css}"{extra}>{body}</{name}>'


def md_escape(text: str) -> str:
    """Text for a label that Streamlit reads as markdown (buttons, expanders): its signs are shown as they are."""
    return "".join(f"\\{char}" if char in _MARKDOWN else char for char in text)


_MARKDOWN = frozenset(r"\`*_{}[]()#+!|<>~$:")


def table_html(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A plain table of texts."""
    top = wrap("thead", "", wrap("tr", "", [tag("th", "", name) for name in head])) if any(head) else ""
    body = [wrap("tr", "", [tag("td", "", cell) for cell in row]) for row in rows]
    return wrap("div", "hk-scroll", wrap("table", "hk-plain-table", top + wrap("tbody", "", body)))
