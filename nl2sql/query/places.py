"""Where in the SQL text something stands, so that an error can point at it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from nl2sql.errors import QueryRejected


@dataclass(frozen=True)
class SourceText:
    """The text that was given, for positions."""

    text: str

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset."""
        before = self.text[: max(offset, 0)]
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1

    def of(self, node: exp.Expr | None, name: str = "") -> tuple[int, int]:
        """Line and column of a node: its own position, its first descendant's, or the first place of ``name``."""
        if node is not None:
            starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
            own = node.meta.get("start")
            if own is not None or starts:
                return self.at(own if own is not None else min(starts))
        if name:
            found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.text, re.IGNORECASE)
            if found:
                return self.at(found.start())
        return 0, 0

    def reject(
        self, message: str, code: str, node: exp.Expr | None = None, *, name: str = "", hint: str = "", action: str = ""
    ) -> QueryRejected:
        """The error to raise for a node."""
        line, column = self.of(node, name)
        where = f" (dòng {line}, cột {column})" if line else ""
        suggestion = f" Có phải ý bạn là “{hint}”?" if hint else ""
        return QueryRejected(
            f"{message}{where}.{suggestion}", code=code, line=line, column=column, hint=hint, action=action
        )
