"""Declarations: when, which way, what kind, from where, by whom, and how customs handled them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from schema.synthetic.geography import (
    CLASSES,
    SECTORS,
    SOUTH,
    department_weights,
    gates,
    home_weights,
    mode_weights,
    office_weights,
)
from schema.synthetic.reference import AS_OF, MODES, MONTHS, START, YEARS, Floats, Ints, Reference, country_totals
from schema.synthetic.sampling import apportion, choose, choose_by

DAYS = (AS_OF - START).days + 1
_TET = ("2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29")
_FDI_TYPE = {"Chế xuất": 0.97, "Gia công": 0.6, "Sản xuất xuất khẩu": 0.75, "Kinh doanh": 0.35}
_FDI_SECTOR = {"dientu": 0.95, "may": 0.8, "det": 0.6, "nong": 0.15, "thucpham": 0.35, "dau": 0.3, "xe": 0.7, "go": 0.5}
_TRANSIT = ("SG", "HK", "CN", "KR")


@dataclass(frozen=True)
class Declarations:
    """Columns of f_to_khai as arrays of one length, in the order of the day of registration.

    Keys are positions (from 0) in the reference tables; ``day`` counts from ``START``; ``hours`` is NaN when not
    cleared; ``importance`` is the weight that undoes the sampling of groups and countries.
    """

    day: Ints
    month: Ints
    direction: Ints
    procedure: Ints
    group: Ints
    country: Ints
    sender: Ints
    mode: Ints
    office: Ints
    gate: Ints
    enterprise: Ints
    channel: Ints
    channel_after: Ints
    status: Ints
    hours: Floats
    ecommerce: Ints
    importance: Floats


@dataclass(frozen=True)
class Enterprises:
    """Columns of dim_doanh_nghiep as arrays of one length."""

    fdi: Ints
    province: Ints
    sector: Ints
    priority: Ints
    export_processing: Ints
    compliance: Ints


def year_index(month: Ints) -> Ints:
    """Position of the year of each month position."""
    return month // 12


def day_weights() -> Floats:
    """How busy each day is: weekdays 1, Saturdays 0.6, Sundays 0.25, Tết week 0.12."""
    days = np.arange(DAYS)
    weekday = (days + START.weekday()) % 7
    weights = np.where(weekday == 5, 0.6, np.where(weekday == 6, 0.25, 1.0))
    for text in _TET:
        tet = (dt.date.fromisoformat(text) - START).days
        weights[max(tet - 2, 0) : tet + 6] = 0.12
    return weights


def month_of_day() -> Ints:
    """Month position of every day position."""
    position = {m: i for i, m in enumerate(MONTHS)}
    dates = [START + dt.timedelta(days=d) for d in range(DAYS)]
    return np.array([position[d.year, d.month] for d in dates], dtype=np.int64)


def sample(
    reference: Reference, monthly: Floats, size: int, seed: int, *, declarants: int | None = None
) -> tuple[Declarations, Enterprises]:
    """Draws declarations and the enterprises that made them.

    Args:
        reference: Reference tables and figures.
        monthly: Trade value by direction and month, shape (2, len(MONTHS)); declarations follow it within a year.
        size: Number of declarations.
        seed: Seed; the same seed gives the same arrays.
        declarants: About how many enterprises make them; None for what is usual for this many declarations.
    """
    rng = np.random.default_rng([seed, 1])
    direction, month = _when(reference, monthly, size)
    day = _days(rng, month)
    year = year_index(month)
    procedure = _procedures(rng, reference, direction, day)
    group, country, importance = _goods(rng, reference, direction, year)
    codes = reference.country_codes
    sector_of = np.array([SECTORS.index(g.sector) for g in reference.groups])
    class_of = np.array(
        [CLASSES.index("LA" if c in ("LA", "MM") else c) if c in ("CN", "KH", "LA", "MM") else 3 for c in codes]
    )
    sector, partner = sector_of[group], class_of[country]
    mode = choose_by(rng, partner * len(SECTORS) + sector, mode_weights())
    department = _departments(rng, reference, mode, partner, sector, month)
    office = choose_by(rng, department * len(MODES) + mode, office_weights(reference))
    _, gate_of = gates(reference)
    gate = gate_of[office * len(MODES) + mode]
    fdi = _ownership(rng, reference, procedure, sector)
    wanted = declarants or usual_declarants(size)
    enterprise, enterprises = _enterprises(rng, reference, department, fdi, sector, procedure, wanted)
    through = rng.random(size) < 0.06
    transit = np.array([codes.index(c) for c in _TRANSIT])[rng.integers(0, len(_TRANSIT), size)]
    sender = np.where((direction == 1) & through & (partner == 3), transit, country)
    channel = _channels(rng, reference, direction, year, procedure, enterprises.priority[enterprise])
    enterprises = replace(enterprises, compliance=_compliance(enterprises, enterprise, channel, seed))
    after = _after(rng, channel)
    status, hours = _clearance(rng, direction, day, year, after)
    ecommerce = (rng.random(size) < np.interp(year, [0, 7], [0.01, 0.06])) & (mode == 1)
    ecommerce |= (rng.random(size) < 0.01) & np.isin(mode, (0, 2)) & (year > 2)
    return (
        Declarations(
            day=day,
            month=month,
            direction=direction,
            procedure=procedure,
            group=group,
            country=country,
            sender=sender,
            mode=mode,
            office=office,
            gate=gate,
            enterprise=enterprise,
            channel=channel,
            channel_after=after,
            status=status,
            hours=hours,
            ecommerce=ecommerce.astype(np.int64),
            importance=importance,
        ),
        enterprises,
    )


def _when(reference: Reference, monthly: Floats, size: int) -> tuple[Ints, Ints]:
    counts = np.zeros((len(MONTHS), 2))
    for y, year in enumerate(YEARS):
        part = slice(y * 12, min(y * 12 + 12, len(MONTHS)))
        for d, share in enumerate((0.507, 0.493)):
            counts[part, d] = reference.figures["to_khai"][year] * share * monthly[d, part] / monthly[d, part].sum()
    whole = apportion(counts.ravel(), size)
    cells = np.repeat(np.arange(len(whole)), whole)
    return cells % 2, cells // 2


def _days(rng: np.random.Generator, month: Ints) -> Ints:
    weights, months = day_weights(), month_of_day()
    edges = np.concatenate([[0.0], np.cumsum(weights)])
    first = np.searchsorted(months, np.arange(len(MONTHS) + 1))
    low, high = edges[first[month]], edges[first[month + 1]]
    drawn = np.searchsorted(edges, low + rng.random(len(month)) * (high - low), side="right") - 1
    positions: Ints = np.clip(drawn, first[month], first[month + 1] - 1).astype(np.int64)
    return positions


def _procedures(rng: np.random.Generator, reference: Reference, direction: Ints, day: Ints) -> Ints:
    weights = np.zeros((2, len(reference.procedures)))
    start = np.zeros(len(reference.procedures), dtype=np.int64)
    for p, row in enumerate(reference.procedures):
        weights[0 if row["chieu"] == "Xuất khẩu" else 1, p] = float(row["ty_trong"])
        if row["tu_ngay"]:
            start[p] = (dt.date.fromisoformat(row["tu_ngay"]) - START).days
    drawn = choose_by(rng, direction, weights)
    codes = [row["ma"] for row in reference.procedures]
    usual = np.where(direction == 0, codes.index("B11"), codes.index("A12"))
    return np.where(day < start[drawn], usual, drawn)


def _goods(rng: np.random.Generator, reference: Reference, direction: Ints, year: Ints) -> tuple[Ints, Ints, Floats]:
    by_year = 2 * len(YEARS)
    values = np.zeros((by_year, len(reference.groups)))
    for g, item in enumerate(reference.groups):
        values[item.direction * len(YEARS) : (item.direction + 1) * len(YEARS), g] = item.values
    drawn_with = values**0.75
    cell = direction * len(YEARS) + year
    group = choose_by(rng, cell, drawn_with)
    share = values / values.sum(axis=1, keepdims=True)
    chance = drawn_with / drawn_with.sum(axis=1, keepdims=True)
    importance = share[cell, group] / chance[cell, group]
    totals = country_totals(reference).reshape(by_year, -1)
    base = totals / totals.sum(axis=1, keepdims=True)
    codes = reference.country_codes
    floor = np.ones(len(reference.groups))
    tilt = np.zeros((len(reference.groups), len(codes)))
    for g, item in enumerate(reference.groups):
        found = reference.affinity.get((item.direction, item.name))
        if found:
            floor[g] = found[0]
            for code, weight in found[1].items():
                tilt[g, codes.index(code)] = weight / 100.0
    keys = cell * len(reference.groups) + group
    present, inverse = np.unique(keys, return_inverse=True)
    cells, groups = present // len(reference.groups), present % len(reference.groups)
    wanted = base[cells] * floor[groups][:, None] + tilt[groups]
    wanted /= wanted.sum(axis=1, keepdims=True)
    flat = wanted**0.85
    flat /= flat.sum(axis=1, keepdims=True)
    country = choose_by(rng, inverse.astype(np.int64), flat)
    importance = importance * wanted[inverse, country] / flat[inverse, country]
    return group, country, importance


def _departments(
    rng: np.random.Generator, reference: Reference, mode: Ints, partner: Ints, sector: Ints, month: Ints
) -> Ints:
    weights = department_weights(reference)
    row = (mode * len(CLASSES) + partner) * len(SECTORS) + sector
    calm = choose_by(rng, row, weights)
    locked = weights.copy()
    south = [reference.departments.index(code) for code in SOUTH]
    locked[:, south] *= 0.62  # the southern lock-down of the third quarter of 2021
    shut = (month >= MONTHS.index((2021, 7))) & (month <= MONTHS.index((2021, 9)))
    calm[shut] = choose_by(rng, row[shut], locked)
    return calm


def _ownership(rng: np.random.Generator, reference: Reference, procedure: Ints, sector: Ints) -> Ints:
    by_type = np.array([_FDI_TYPE.get(p["nhom"], 0.4) for p in reference.procedures])
    by_sector = np.array([_FDI_SECTOR.get(s, 0.45) for s in SECTORS])
    chance = 0.55 * by_type[procedure] + 0.45 * by_sector[sector]
    return (rng.random(len(procedure)) < chance).astype(np.int64)


def usual_declarants(size: int) -> int:
    """About how many enterprises make this many declarations."""
    return max(300, int(size**0.715))


def _enterprises(
    rng: np.random.Generator,
    reference: Reference,
    department: Ints,
    fdi: Ints,
    sector: Ints,
    procedure: Ints,
    wanted: int,
) -> tuple[Ints, Enterprises]:
    pool = (department * 2 + fdi) * len(SECTORS) + sector
    pools = len(reference.departments) * 2 * len(SECTORS)
    counts = np.bincount(pool, minlength=pools)
    sizes = np.where(counts > 0, np.maximum(1, np.round(wanted * counts / len(pool))), 0).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rank = np.floor(sizes[pool] * rng.random(len(pool)) ** 2.2).astype(np.int64)
    enterprise = starts[pool] + np.minimum(rank, sizes[pool] - 1)
    owner = np.repeat(np.arange(pools), sizes)
    number = len(owner)
    position = np.arange(number) - starts[owner]
    home = choose_by(rng, owner // (2 * len(SECTORS)), home_weights(reference))
    processing = np.array([p["nhom"] == "Chế xuất" for p in reference.procedures])
    involved = np.bincount(enterprise, weights=processing[procedure], minlength=number)
    total = np.maximum(np.bincount(enterprise, minlength=number), 1)
    priority = (position == 0) & (sizes[owner] >= 12) & (rng.random(number) < 0.7)
    compliance = np.where(priority, 1, 2 + choose(rng, np.array([30.0, 52.0, 14.0, 4.0]), number))
    return enterprise, Enterprises(
        fdi=(owner // len(SECTORS)) % 2,
        province=home,
        sector=owner % len(SECTORS),
        priority=priority.astype(np.int64),
        export_processing=(involved / total > 0.35).astype(np.int64),
        compliance=compliance,
    )


def _compliance(enterprises: Enterprises, enterprise: Ints, channel: Ints, seed: int) -> Ints:
    """Levels 1 (priority) to 5, as many of each as drawn, given so that the often checked mostly have the low ones."""
    rng = np.random.default_rng([seed, 26])
    number = len(enterprises.compliance)
    size = np.bincount(enterprise, minlength=number)
    checked = (np.bincount(enterprise, weights=channel, minlength=number) + 4.0) / (size + 10.0)
    level = enterprises.compliance.copy()
    others = np.flatnonzero(level > 1)
    order = others[np.argsort(checked[others] + rng.normal(0.0, 0.06, len(others)), kind="stable")]
    level[order] = np.sort(level[others])
    return level


def _channels(
    rng: np.random.Generator, reference: Reference, direction: Ints, year: Ints, procedure: Ints, priority: Ints
) -> Ints:
    lenient = np.array(
        [{"Chế xuất": -0.5, "Kinh doanh": 0.35, "Khác": 0.3}.get(p["nhom"], 0.0) for p in reference.procedures]
    )
    risk = rng.normal(0.0, 1.0, len(direction)) + lenient[procedure] - 1.5 * priority
    channel = np.zeros(len(direction), dtype=np.int64)
    for y, name in enumerate(YEARS):
        _, yellow, red = reference.figures["luong"][name]
        inside = year == y
        exports = np.mean(direction[inside] == 0) if inside.any() else 0.5
        for d in (0, 1):
            red_part = 0.42 * red if d == 0 else (red - exports * 0.42 * red) / (1 - exports)
            yellow_part = 0.85 * yellow if d == 0 else (yellow - exports * 0.85 * yellow) / (1 - exports)
            cell = np.flatnonzero(inside & (direction == d))
            ordered = cell[np.argsort(-risk[cell], kind="stable")]
            reds = round(len(cell) * red_part / 100)
            yellows = round(len(cell) * yellow_part / 100)
            # The riskiest are checked, but not all in order: shuffling inside the top keeps red from being a pure rank.
            top = ordered[: reds + yellows]
            mixed = top[np.argsort(-(risk[top] + rng.normal(0.0, 1.0, len(top))), kind="stable")]
            channel[mixed[:reds]] = 2
            channel[mixed[reds:]] = 1
    return channel


def _after(rng: np.random.Generator, channel: Ints) -> Ints:
    u = rng.random(len(channel))
    after = np.where((channel == 1) & (u < 0.012), 2, channel)
    after = np.where((channel == 0) & (u < 0.003), 1, after)
    return np.where((channel == 2) & (u < 0.006), 1, after)


def _clearance(rng: np.random.Generator, direction: Ints, day: Ints, year: Ints, after: Ints) -> tuple[Ints, Floats]:
    status = choose(rng, np.array([970.0, 9.0, 8.0, 1.0, 12.0]), len(day))
    status = np.where((after == 0) & np.isin(status, (1, 2)), 0, status)
    late = (DAYS - day <= 4) & (after > 0) & (rng.random(len(day)) < 0.35)
    status = np.where(late, 3, status)
    median = (
        np.array([0.08, 3.6, 17.0])[after] * np.interp(year, [0, 7], [1.25, 0.8]) * np.where(direction == 0, 0.75, 1.1)
    )
    spread = np.array([0.9, 1.0, 0.85])[after]
    hours = np.round(median * np.exp(rng.normal(0.0, 1.0, len(day)) * spread), 2)
    return status, np.where(status == 0, np.clip(hours, 0.01, 720.0), np.nan)
