"""The hint: what the reading recognised, in plain SQL terms, for the model to copy from."""

from __future__ import annotations

from nl2sql.generation.comparison import compared_periods
from nl2sql.generation.parts import parts_of
from nl2sql.types import Reading, Shape
from schema.semantic import View


def hint_line(reading: Reading, view: View) -> str:
    """One line of the pieces that were recognised; pieces that were not are left out.

    Example:
        ``FROM xnk; SELECT SUM(tri_gia_usd) AS kim_ngach; WHERE chieu = 'Xuất khẩu' AND nam = 2024; GROUP BY thang``
    """
    parts = parts_of(reading, view)
    pieces = [f"FROM {view.name}"]
    if reading.shape is Shape.ROWS:
        pieces.append(f"SELECT {', '.join(reading.columns or view.detail)}")
    elif parts.metrics:
        pieces.append("SELECT " + ", ".join(f"{expr} AS {name}" for name, expr in parts.metrics))
    where = [*parts.where]
    if reading.comparison and view.time and reading.periods:
        now, _, both = compared_periods(reading, view.time)
        where = [both, *(c for c in where if c not in (now, both) and not _is_period(c, reading, view))]
    if where:
        pieces.append("WHERE " + " AND ".join(where))
    if parts.groups:
        pieces.append("GROUP BY " + ", ".join(parts.groups))
    if parts.having:
        pieces.append("HAVING " + " AND ".join(parts.having))
    if parts.order:
        pieces.append(f"ORDER BY {parts.order}" + (f" LIMIT {parts.limit}" if parts.limit else ""))
    pieces.extend(_frame(reading, view))
    return "; ".join(pieces)


def _is_period(condition: str, reading: Reading, view: View) -> bool:
    from nl2sql.generation.periods import periods_sql

    return bool(view.time) and condition == periods_sql(reading.periods, view.time)  # type: ignore[arg-type]


def _frame(reading: Reading, view: View) -> list[str]:
    pieces: list[str] = []
    if reading.comparison and view.time and reading.periods:
        now, base, _ = compared_periods(reading, view.time)
        pieces.append(f"COMPARE {now} WITH {base} AS tang_truong")
        pieces.extend(f"KEEP tang_truong {t.op} {t.value:g}" for t in reading.thresholds if t.on_change)
    if reading.share:
        pieces.append(f"SHARE OF {reading.share.numerator} AS ty_trong" if reading.share.numerator
                      else "SHARE OF EACH GROUP AS ty_trong")  # fmt: skip
    if reading.window:
        pieces.append(
            {
                "cumulative": "CUMULATIVE AS luy_ke",
                "compound": f"COMPOUND YEARLY GROWTH OVER {reading.window.size} YEARS AS tang_truong_binh_quan",
                "growth": "GROWTH AGAINST THE STEP BEFORE AS tang_truong",
                "moving_average": f"MOVING AVERAGE {reading.window.size} AS trung_binh_truot",
            }[reading.window.kind]
        )
    derived, contrast = reading.derived, reading.contrast
    if derived:
        pieces.append(
            {
                "position": f"PLACE OF {derived.condition} AS thu_hang",
                "moved": "PLACES GAINED AS tang_hang",
                "top_share": f"SHARE OF FIRST {derived.size:g}{'%' if derived.percent else ''} AS ty_trong",
                "count": "COUNT THE GROUPS AS so_nhom",
                "run": f"{derived.size:g} STEPS {'DOWN' if derived.falling else 'UP'} IN A ROW",
            }[derived.kind]
        )
    if contrast:
        pieces.append(f"CONTRAST {contrast.left} WITH {contrast.right or 'ALL'}")
    pieces.extend(f"{t.op.upper()} {', '.join(parts_of(t.reading, view).where)}" for t in reading.terms
                  if t.reading.view == view.name)  # fmt: skip
    if reading.average:
        pieces.append(f"AVERAGE PER {reading.average}")
    if reading.ranking and reading.ranking.per:
        pieces.append(f"RANK INSIDE {reading.ranking.per}")
    return pieces
