"""Refund, non-collection, exemption and reduction of import and export taxes, one row for each decision and tax."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World, names
from schema.synthetic.declarations import DAYS, day_weights, month_of_day
from schema.synthetic.reference import MONTHS, TAXES, YEARS, Floats, Ints, monthly_totals
from schema.synthetic.sampling import choose, choose_by

FORMS = ("Hoàn thuế", "Không thu thuế", "Miễn thuế", "Giảm thuế")
_NEVER_MOVED = "Hàng đã kê khai nhưng không xuất, nhập khẩu"
_REASONS = {
    "Hoàn thuế": {"Hàng nhập khẩu phải tái xuất": 30, "Nguyên liệu nhập khẩu để sản xuất hàng xuất khẩu": 34,
                  "Nộp thừa, nộp nhầm": 22, "Nộp bổ sung C/O": 10, "Hàng xuất khẩu phải tái nhập": 4},
    "Không thu thuế": {"Hàng xuất khẩu phải tái nhập": 46, "Hàng nhập khẩu phải tái xuất": 32,
                       _NEVER_MOVED: 22},
    "Miễn thuế": {"Tạo tài sản cố định của dự án ưu đãi đầu tư": 34, "Hàng gia công, sản xuất xuất khẩu": 38,
                  "Linh kiện ô tô theo Chương trình ưu đãi": 14, "Hàng viện trợ, quà biếu": 6,
                  "Hàng phục vụ nghiên cứu khoa học": 8},
    "Giảm thuế": {"Hàng bị hư hỏng, mất mát": 100},
}  # fmt: skip
REASONS = tuple(dict.fromkeys(reason for group in _REASONS.values() for reason in group))
_SHARE = np.array([34.0, 16.0, 48.0, 2.0])  # of the decisions, by form
_SIZE = np.array([1.0, 0.5, 1.6, 0.35])  # how large a decision is, by form
# Decisions drawn in a year, and what all forms together came to, tỷ đồng (2025: ten months). Plausible, not published.
_DECISIONS = (3400, 3550, 3300, 3500, 3900, 3750, 4100, 3450)
_BILLIONS = (11200, 12100, 10800, 12900, 15300, 13700, 15900, 13800)
_MONTH_WEIGHTS = [7.4, 5.6, 8.4, 8.3, 8.5, 8.6, 8.6, 8.6, 8.4, 8.8, 9.0, 9.8]


def sample(world: World) -> Area:
    """Decisions on taxed declarations, one to eight months later; sums of each year are met exactly."""
    declared = world.declared
    rng = np.random.default_rng([world.seed, 24])
    small = 0.05 if world.scale == "test" else 1.0
    marks = {year: {12 if year < YEARS[-1] else 10: float(n)} for year, n in zip(YEARS, _DECISIONS, strict=True)}
    counts = np.maximum(np.round(monthly_totals(_MONTH_WEIGHTS, marks) * small), 2).astype(np.int64)
    month = np.repeat(np.arange(len(MONTHS)), counts)
    weights, months = day_weights(), month_of_day()
    day = np.zeros(len(month), dtype=np.int64)
    for m in range(len(MONTHS)):
        inside = np.flatnonzero((months == m) & (weights == 1.0))  # decisions are signed on working days
        day[month == m] = rng.choice(inside, int(counts[m]))
    form = choose(rng, _SHARE, len(month))
    reasons = np.zeros((len(FORMS), len(REASONS)))
    for f, name in enumerate(FORMS):
        for why, weight in _REASONS[name].items():
            reasons[f, REASONS.index(why)] = weight
    reason = choose_by(rng, form, reasons)
    direction = _directions(rng, form, reason)
    source = _source(rng, declared.day, np.where(world.paid.dues > 0, declared.direction, -1), direction, day)
    day = np.maximum(day, declared.day[source])
    tax = _taxes(rng, form, direction)
    raw = np.exp(rng.normal(0.0, 1.2, len(month))) * _SIZE[form]
    raw[tax == TAXES.index("Thuế GTGT")] *= 1.5
    wanted = monthly_totals(
        _MONTH_WEIGHTS, {y: dict.fromkeys(marks[y], v) for y, v in zip(YEARS, _BILLIONS, strict=True)}
    )
    amount = np.round(_scaled(raw, month, wanted) * 1e9, -3)
    order = np.lexsort((source, day))
    return Area(
        dimensions={"dim_hinh_thuc_hoan": names(FORMS), "dim_ly_do_hoan": names(REASONS)},
        staged={
            "s_hoan_thue": pd.DataFrame(
                {
                    "qd": np.arange(len(month)),
                    "ngay_khoa": day[order],
                    "tk": source[order],
                    "hinh_thuc_khoa": form[order],
                    "ly_do_khoa": reason[order],
                    "loai_thue_khoa": tax[order],
                    "so_tien": amount[order],
                }
            )
        },
    )


def _directions(rng: np.random.Generator, form: Ints, reason: Ints) -> Ints:
    """0 where export duty is concerned, 1 for import taxes.

    Goods that come back: their export duty is refunded, or no import duty is collected; the other way round for
    imports that leave again.
    """
    back, out = (REASONS.index(f"Hàng {way}") for way in ("xuất khẩu phải tái nhập", "nhập khẩu phải tái xuất"))
    uncollected = form == FORMS.index("Không thu thuế")
    export = np.where(uncollected, reason == out, reason == back)
    mixed = np.isin(reason, [REASONS.index("Nộp thừa, nộp nhầm"), REASONS.index(_NEVER_MOVED)])
    return np.where(mixed, rng.random(len(form)) < 0.85, ~export).astype(np.int64)


def _source(rng: np.random.Generator, days: Ints, taxed: Ints, direction: Ints, decided: Ints) -> Ints:
    """A taxed declaration of the direction, of about one to eight months before each decision.

    ``taxed`` is the direction of each declaration, -1 when it owes nothing.
    """
    wanted = np.clip(decided - rng.integers(25, 240, len(decided)), 0, DAYS - 1)
    found = np.zeros(len(decided), dtype=np.int64)
    for way in (0, 1):
        pool, mine = np.flatnonzero(taxed == way), direction == way
        place = np.searchsorted(days[pool], wanted[mine], side="right") - 1
        found[mine] = pool[np.maximum(place, 0)]
    return found


def _taxes(rng: np.random.Generator, form: Ints, direction: Ints) -> Ints:
    weights = np.zeros((2, len(TAXES)))
    weights[0, TAXES.index("Thuế xuất khẩu")] = 1.0
    for name, weight in {"Thuế nhập khẩu": 62, "Thuế GTGT": 31, "Thuế TTĐB": 5, "Thuế BVMT": 2}.items():
        weights[1, TAXES.index(name)] = weight
    drawn = choose_by(rng, direction, weights)
    # Import VAT is deducted elsewhere, so that an exemption is one of import duty.
    return np.where((form == FORMS.index("Miễn thuế")) & (direction == 1), TAXES.index("Thuế nhập khẩu"), drawn)


def _scaled(values: Floats, month: Ints, totals: Floats) -> Floats:
    sums = np.bincount(month, weights=values, minlength=len(totals))
    scaled: Floats = values * (totals / np.where(sums > 0, sums, 1.0))[month]
    return scaled
