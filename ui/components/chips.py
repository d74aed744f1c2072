"""The reading of a question as chips that open lists: choosing changes the reading in place.

A component of our own, because a page of Streamlit buttons for several hundred choices would take seconds to draw.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from nl2sql.question.choices import choices, typed
from nl2sql.types import Reading, Shape
from schema.semantic import Catalogue
from ui import texts
from ui.reading import Chip, chips

_ASSETS = Path(__file__).parents[1] / "assets"
_mount = st.components.v2.component(
    "hoikho_chips",
    html='<div class="line"></div>',
    css=(_ASSETS / "chips.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "chips.js").read_text(encoding="utf-8"),
)


def show_chips(reading: Reading, catalogue: Catalogue, *, key: str, editable: bool = True) -> Reading | None:
    """Draw the chips of a reading; ``key`` is unique on the page.

    Returns:
        The reading that the person has just chosen, or None.
    """
    result = _mount(key=key, data=chips_data(reading, catalogue, editable=editable), on_chosen_change=lambda: None)
    event = getattr(result, "chosen", None)
    return chosen(reading, event, catalogue) if event else None


def chosen(reading: Reading, event: Any, catalogue: Catalogue) -> Reading | None:
    """The reading that an event of the component leads to; None when the event does not fit the reading."""
    part, place, text = str(event.get("part", "")), event.get("place"), str(event.get("text", ""))
    if text:
        return typed(reading, part, text, catalogue)
    known = {chip.part for chip in chips(reading)} | {"add"}
    if part not in known or not isinstance(place, int):
        return None
    offered = choices(reading, part, catalogue)
    return offered[place].reading if 0 <= place < len(offered) else None


def chips_data(reading: Reading, catalogue: Catalogue, *, editable: bool = True) -> dict[str, Any]:
    """What the component draws: chips with their lists, and the words that it says itself."""
    usable = editable and reading.view in catalogue.views and not reading.clarification and not reading.refusal
    shown = [_chip(chip, reading, catalogue, usable=usable) for chip in chips(reading)]
    if usable and (reading.metrics or reading.shape is Shape.ROWS):
        shown.append(_chip(Chip("", texts.CHIP_ADD, part="add", tone="add"), reading, catalogue, usable=True))
    return {
        "lead": texts.UNDERSTOOD + (f" ({texts.CARRIED})" if reading.carried else ""),
        "chips": shown,
        "words": {
            "search": texts.CHIP_SEARCH,
            "period": texts.CHIP_PERIOD,
            "nothing": texts.CHIP_NOTHING,
            "change": texts.CHIP_CHANGE,
        },
    }


def _chip(chip: Chip, reading: Reading, catalogue: Catalogue, *, usable: bool) -> dict[str, Any]:
    options: list[list[str]] = []
    if usable and chip.part:
        options = [[choice.section, choice.label] for choice in choices(reading, chip.part, catalogue)]
    return {
        "kind": chip.kind,
        "text": chip.text,
        "note": chip.note,
        "tone": chip.tone,
        "part": chip.part,
        "options": options,
    }
