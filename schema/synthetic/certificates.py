"""Certificates of origin (C/O): those that gave a goods line its preference, and those that customs refused."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World, names
from schema.synthetic.declarations import DAYS, year_index
from schema.synthetic.reference import CO_FORMS, YEARS, Floats, Ints
from schema.synthetic.tariff import RATE_OF_FORM, schedule

STATES = ("Chấp nhận", "Từ chối", "Đang xác minh")
REASONS = (
    "Sai tiêu chí xuất xứ",
    "Không khớp mã HS",
    "Nộp quá thời hạn",
    "Mẫu dấu, chữ ký không khớp",
    "Không đáp ứng vận chuyển trực tiếp",
    "Thông tin không khớp chứng từ",
)
_REASON_WEIGHTS = (22.0, 30.0, 12.0, 11.0, 9.0, 16.0)
# Share of each form that is exchanged electronically, at the first and last year. Form D went first, over the ASEAN
# Single Window; Korea and the Eurasian union followed; the others stay on paper or are declared by the exporter.
_ELECTRONIC = {"Form D": (0.45, 1.0), "Form AK": (0.0, 0.9), "Form VK": (0.0, 0.9), "Form EAV": (0.0, 0.6),
               "Form E": (0.0, 0.35)}  # fmt: skip
_REFUSED = 0.022  # of the certificates presented with an import
_OPEN_DAYS = 60


def sample(world: World) -> Area:
    """One certificate for each declaration and form among its counted lines, and the refused ones.

    An accepted certificate carries the value of its lines, so that its total is the one of ``xnk`` by form; a refused
    one belongs to lines that then paid the ordinary rate, so that it saves nothing.
    """
    declared, lines = world.declared, world.goods
    rng = world.rng(22)
    direction = declared.direction[lines.declaration]
    counted = lines.counted == 1
    used = np.flatnonzero(counted & (lines.form >= 0))
    refused, refused_form = _refused(rng, world, direction)
    line = np.concatenate([used, refused])
    form = np.concatenate([lines.form[used], refused_form])
    state = np.concatenate([np.zeros(len(used), dtype=np.int64), np.ones(len(refused), dtype=np.int64)])
    open_still = (state == 1) & (DAYS - declared.day[lines.declaration[line]] <= _OPEN_DAYS)
    state = np.where(open_still & (rng.random(len(line)) < 0.7), 2, state)
    saved = np.where((state == 0) & (direction[line] == 1), _saving(world, line, form), 0.0)

    key = (lines.declaration[line] * len(CO_FORMS) + form) * 2 + (state > 0)
    present, first, position = np.unique(key, return_index=True, return_inverse=True)
    owner, mark = lines.declaration[line][first], form[first]
    late = year_index(declared.month[owner]) / (len(YEARS) - 1)
    bounds = np.array([_ELECTRONIC.get(name, (0.0, 0.0)) for name in CO_FORMS])[mark]
    electronic = rng.random(len(present)) < bounds[:, 0] + (bounds[:, 1] - bounds[:, 0]) * late
    cumulative = np.cumsum(_REASON_WEIGHTS) / np.sum(_REASON_WEIGHTS)
    reason = np.minimum(np.searchsorted(cumulative, rng.random(len(present))), len(REASONS) - 1)
    return Area(
        dimensions={"dim_trang_thai_co": names(STATES), "dim_ly_do_tu_choi_co": names(REASONS)},
        staged={
            "s_giay_xuat_xu": pd.DataFrame(
                {
                    "co": np.arange(len(present)),
                    "tk": owner,
                    "dong_dau": lines.number[line][first],
                    "co_khoa": mark,
                    "dien_tu": electronic,
                    "trang_thai_khoa": state[first],
                    "ly_do_khoa": np.where(state[first] == 1, reason, -1),
                    "tri_gia_usd": np.bincount(position, weights=lines.value[line]),
                    "thue_giam": np.bincount(position, weights=saved),
                }
            )
        },
    )


def _refused(rng: np.random.Generator, world: World, direction: Ints) -> tuple[Ints, Ints]:
    """Import lines without a preference whose country grants one, and the form that they had presented."""
    lines = world.goods
    used = np.flatnonzero((lines.counted == 1) & (lines.form >= 0) & (direction == 1))
    year = year_index(world.declared.month[lines.declaration])
    usual = np.full((len(world.reference.countries), len(YEARS)), -1, dtype=np.int64)
    usual[lines.country[used], year[used]] = lines.form[used]
    form = usual[lines.country, year]
    possible = np.flatnonzero((lines.counted == 1) & (lines.form < 0) & (direction == 1) & (form >= 0))
    wanted = round(len(used) * _REFUSED)
    chosen = np.sort(rng.permutation(possible)[:wanted])
    return chosen, form[chosen]


def _saving(world: World, line: Ints, form: Ints) -> Floats:
    """Duty that the preference saves, VND: the MFN rate less the agreement's, on lines whose procedure is taxed."""
    declared, lines = world.declared, world.goods
    owner = lines.declaration[line]
    year = year_index(declared.month[owner])
    duty = schedule(world.reference, world.seed).duty
    hs = lines.hs[line]
    gap = duty[hs, 0, year] - duty[hs, np.array(RATE_OF_FORM)[form], year]
    taxed = np.array([p["chiu_thue"] == "1" for p in world.reference.procedures])[declared.procedure[owner]]
    dollar = np.array([world.reference.figures["ty_gia"][y] for y in YEARS])[year]
    saved: Floats = np.round(np.maximum(gap, 0.0) / 100 * lines.value[line] * dollar * taxed, -3)
    return saved
