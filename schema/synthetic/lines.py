"""Goods lines: what was in each declaration, how much, and what it was worth, raked to the published totals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from schema.synthetic.declarations import Declarations, Enterprises, year_index
from schema.synthetic.reference import CO_FORMS, MONTHS, START, YEARS, Floats, Ints, Reference, country_totals
from schema.synthetic.sampling import Margin, choose, choose_by, rake

BILLION = 1e9
USUAL_LINES = (62.0, 20.0, 10.0, 5.0, 3.0)


@dataclass(frozen=True)
class Lines:
    """Columns of f_dong_hang as arrays of one length, grouped by declaration.

    ``hs`` is a position in the list of all HS codes, ``form`` a position in ``CO_FORMS`` or -1; ``quantity`` is NaN for
    groups without a reported quantity; ``value`` is in USD.
    """

    declaration: Ints
    number: Ints
    group: Ints
    hs: Ints
    country: Ints
    form: Ints
    value: Floats
    quantity: Floats
    counted: Ints


def hs_list(reference: Reference) -> list[str]:
    """All HS codes, sorted."""
    return sorted({code for group in reference.groups for code in group.hs})


def sample(
    reference: Reference,
    monthly: Floats,
    declared: Declarations,
    enterprises: Enterprises,
    seed: int,
    *,
    sizes: tuple[float, ...] = USUAL_LINES,
) -> Lines:
    """Draws the lines of declarations and rakes their values.

    Margins met: half-month, commodity group, partner, ownership and province, each by year and direction.

    Args:
        sizes: Weights of declarations with one line, two lines and so on.
    """
    rng = np.random.default_rng([seed, 2])
    size = len(declared.day)
    per = 1 + choose(rng, np.array(sizes), size)
    declaration = np.repeat(np.arange(size), per)
    number = np.arange(len(declaration)) - np.repeat(np.cumsum(per) - per, per) + 1
    group = declared.group[declaration]
    other = (number > 1) & (rng.random(len(declaration)) < 0.15)
    group[other] = _same_sector(rng, reference, group[other])
    country = declared.country[declaration]
    hs = _hs(rng, reference, group)
    raw = np.exp(rng.normal(0.0, 0.95, len(declaration))) * declared.importance[declaration] / np.sqrt(per[declaration])
    by_type = np.array([int(p["tinh_kim_ngach"]) for p in reference.procedures])
    counted = by_type[declared.procedure[declaration]] * (declared.status[declaration] != 4)
    value = np.round(_raked(reference, monthly, declared, enterprises, declaration, group, country, raw, counted), 2)
    return Lines(
        declaration=declaration,
        number=number,
        group=group,
        hs=hs,
        country=country,
        form=_forms(rng, reference, declared.direction[declaration], country, declared.day[declaration]),
        value=np.maximum(value, 1.0),
        quantity=_quantities(rng, reference, group, year_index(declared.month[declaration]), value, counted),
        counted=counted.astype(np.int64),
    )


def _same_sector(rng: np.random.Generator, reference: Reference, group: Ints) -> Ints:
    weights = np.zeros((len(reference.groups), len(reference.groups)))
    for i, one in enumerate(reference.groups):
        for j, two in enumerate(reference.groups):
            # Goods that come from a few countries only are not added to other consignments.
            if one.direction == two.direction and one.sector == two.sector:
                weights[i, j] = 1.0 if i == j or (two.direction, two.name) not in reference.affinity else 0.0
    weights += 1e-9 * np.eye(len(reference.groups))
    return choose_by(rng, group, weights)


def _hs(rng: np.random.Generator, reference: Reference, group: Ints) -> Ints:
    codes = hs_list(reference)
    weights = np.zeros((len(reference.groups), len(codes)))
    for g, item in enumerate(reference.groups):
        for rank, code in enumerate(item.hs):
            weights[g, codes.index(code)] = 1.0 / (1 + rank) ** 0.8
    return choose_by(rng, group, weights)


def _raked(
    reference: Reference,
    monthly: Floats,
    declared: Declarations,
    enterprises: Enterprises,
    declaration: Ints,
    group: Ints,
    country: Ints,
    raw: Floats,
    counted: Ints,
) -> Floats:
    years, figures = len(YEARS), reference.figures
    direction = declared.direction[declaration]
    month = declared.month[declaration]
    cell = direction * years + year_index(month)
    totals = np.zeros(2 * years)
    np.add.at(
        totals, np.repeat(np.arange(2), len(MONTHS)) * years + np.tile(np.arange(len(MONTHS)) // 12, 2), monthly.ravel()
    )

    half = _half(declared.day)[declaration]
    half_targets = np.zeros((2, len(MONTHS), 2))
    for d, suffix in enumerate(("XK", "NK")):
        for m, (year, number) in enumerate(MONTHS):
            first = figures["ky_1_rieng"].get(f"{year}-{number:02d}-{suffix}", figures["ky_1"])
            half_targets[d, m] = monthly[d, m] * np.array([first, 1 - first])
    owner = enterprises.fdi[declared.enterprise[declaration]]
    fdi = np.array([[figures[f"fdi_{s}"][y] / 100 for y in YEARS] for s in ("xk", "nk")]).ravel()
    province = enterprises.province[declared.enterprise[declaration]]
    names = [p["tinh_cu"] for p in reference.provinces]
    province_share = np.zeros((2, len(names)))
    for d, suffix in enumerate(("xk", "nk")):
        for name, share in figures[f"tinh_{suffix}"].items():
            province_share[d, names.index(name)] = share / 100
    drift = 1 + 0.05 * np.sin(np.arange(2 * years)[:, None] * 2.1 + np.arange(len(names))[None, :] * 1.3)
    drift[[i for i in range(2 * years) if YEARS[i % years] == 2024]] = 1.0  # the year the shares were published for
    province_targets = totals[:, None] * np.repeat(province_share, years, axis=0) * drift

    inside = counted > 0
    groups = len(reference.groups)
    group_targets = np.zeros((2 * years, groups))
    for g, item in enumerate(reference.groups):
        group_targets[item.direction * years : (item.direction + 1) * years, g] = item.values
    margins = [
        Margin((cell * len(names) + province)[inside], province_targets.ravel()),
        Margin((cell * 2 + owner)[inside], (totals[:, None] * np.stack([1 - fdi, fdi], axis=1)).ravel()),
        Margin((cell * groups + group)[inside], group_targets.ravel()),
        Margin(
            (cell * len(reference.countries) + country)[inside],
            country_totals(reference).reshape(2 * years, -1).ravel(),
        ),
        Margin(((direction * len(MONTHS) + month) * 2 + half)[inside], half_targets.ravel()),
    ]
    value: Floats = raw.copy()
    value[inside] = rake(raw[inside], margins)
    # Lines that are not counted in the statistics get the usual size of their direction and year.
    scale: Floats = np.bincount(cell[inside], weights=value[inside], minlength=2 * years)
    scale = scale / np.maximum(np.bincount(cell[inside], weights=raw[inside], minlength=2 * years), 1e-12)
    value[~inside] *= 0.4 * scale[cell[~inside]]
    value *= BILLION
    return value


def _half(day: Ints) -> Ints:
    """0 for days 1 to 15 of their month, 1 for the others."""
    late = np.array([(START + dt.timedelta(days=d)).day > 15 for d in range(int(day.max()) + 1)])
    halves: Ints = late.astype(np.int64)[day]
    return halves


def _quantities(
    rng: np.random.Generator, reference: Reference, group: Ints, year: Ints, value: Floats, counted: Ints
) -> Floats:
    years = len(YEARS)
    price = np.full((len(reference.groups), years), np.nan)
    for g, item in enumerate(reference.groups):
        if item.prices is not None:
            price[g] = item.prices
    pieces = np.array([item.unit == "chiếc" for item in reference.groups])
    quantity = value / (price[group, year] * np.exp(rng.normal(0.0, 0.12, len(group))))
    cell = group * years + year
    known = ~np.isnan(quantity) & (counted > 0)
    sums = np.bincount(cell[known], weights=quantity[known], minlength=price.size)
    worth = np.bincount(cell[known], weights=value[known], minlength=price.size)
    wanted = worth / np.where(np.isnan(price.ravel()), 1.0, price.ravel())
    quantity *= np.where(sums > 0, wanted / np.where(sums > 0, sums, 1.0), 1.0)[cell]
    rounded: Floats = np.where(pieces[group], np.maximum(np.round(quantity), 1.0), np.round(quantity, 3))
    return rounded


# Form, countries, share of import and export lines that use it, first day.
_FORMS: tuple[tuple[str, str, float, float, str], ...] = (
    ("Form D", "BN KH ID LA MM MY PH SG TH", 0.42, 0.36, "2018-01-01"),
    ("Form E", "CN", 0.36, 0.28, "2018-01-01"),
    ("Form AK", "KR", 0.22, 0.28, "2018-01-01"),
    ("Form VK", "KR", 0.22, 0.2, "2018-01-01"),
    ("Form AJ", "JP", 0.12, 0.18, "2018-01-01"),
    ("Form VJ", "JP", 0.12, 0.12, "2018-01-01"),
    ("Form AI", "IN", 0.2, 0.6, "2018-01-01"),
    ("Form AANZ", "AU NZ", 0.3, 0.35, "2018-01-01"),
    ("Form VC", "CL", 0.4, 0.6, "2018-01-01"),
    ("Form EAV", "RU BY KZ", 0.2, 0.3, "2018-01-01"),
    ("Form CPTPP", "JP AU CA MX CL NZ PE", 0.05, 0.06, "2019-01-14"),
    ("Form AHK", "HK", 0.03, 0.02, "2019-06-11"),
    ("EUR.1", "AT BE BG CZ DK FI FR DE GR HU IE IT NL PL PT RO SK SI ES SE", 0.2, 0.3, "2020-08-01"),
    ("EUR.1 UK", "GB", 0.15, 0.25, "2021-05-01"),
    ("Form RCEP", "CN JP KR AU NZ TH MY SG ID KH LA", 0.012, 0.015, "2022-01-01"),
)


def _forms(rng: np.random.Generator, reference: Reference, direction: Ints, country: Ints, day: Ints) -> Ints:
    codes = reference.country_codes
    form = np.full(len(country), -1, dtype=np.int64)
    u = rng.random(len(country))
    low = np.zeros(len(country))
    for name, members, imports, exports, first in _FORMS:
        member = np.isin(country, [codes.index(c) for c in members.split()])
        valid = member & (day >= (dt.date.fromisoformat(first) - START).days)
        chance = np.where(valid, np.where(direction == 1, imports, exports), 0.0)
        form[(u >= low) & (u < low + chance)] = CO_FORMS.index(name)
        low += chance
    return form
