"""Single-window dossiers (NSW) and road vehicles that cross the land borders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schema.synthetic.declarations import DAYS, Declarations, day_weights, month_of_day, year_index
from schema.synthetic.reference import YEARS, Floats, Ints, Reference, table
from schema.synthetic.sampling import apportion, choose

STATES = ("Đã cấp phép", "Từ chối", "Đang xử lý")
WAYS = ("Xuất cảnh", "Nhập cảnh")
VEHICLES = ("Xe tải", "Xe container", "Xe khách", "Xe du lịch")
# Dossiers drawn for a year, in proportion to the published growth; on-time share in percent.
_DOSSIERS = (2.1, 2.8, 3.3, 4.1, 5.0, 5.6, 6.4, 5.7)
_ON_TIME = (88.0, 89.5, 90.0, 90.5, 92.0, 93.5, 94.5, 95.5)
_DRAWN = 60_000
# Crossings a year, millions (2025: ten months), and the weight of each gate.
_CROSSINGS = (1.18, 1.31, 0.86, 0.83, 0.79, 1.24, 1.52, 1.38)
_GATES = {
    "Cửa khẩu Hữu Nghị": 24, "Cửa khẩu Tân Thanh": 15, "Cửa khẩu Chi Ma": 4, "Cửa khẩu Móng Cái": 12,
    "Cửa khẩu Kim Thành": 9, "Cửa khẩu Tà Lùng": 2.5, "Cửa khẩu Trà Lĩnh": 2, "Cửa khẩu Thanh Thủy": 1.2,
    "Cửa khẩu Lao Bảo": 5, "Cửa khẩu La Lay": 4, "Cửa khẩu Cầu Treo": 3.5, "Cửa khẩu Cha Lo": 4, "Cửa khẩu Nậm Cắn": 2,
    "Cửa khẩu Bờ Y": 2, "Cửa khẩu Mộc Bài": 9, "Cửa khẩu Xa Mát": 2.5, "Cửa khẩu Hoa Lư": 2, "Cửa khẩu Tịnh Biên": 2.2,
    "Cửa khẩu Hà Tiên": 1.6, "Cửa khẩu Lệ Thanh": 1.4,
}  # fmt: skip
_CHINA = 8  # the first gates of the list lie on the border with China: closed longer in 2020 to 2022


@dataclass(frozen=True)
class Dossiers:
    """Columns of f_nsw_ho_so as arrays of one length, ordered by day; ``hours`` is NaN while a dossier is open."""

    day: Ints
    procedure: Ints
    enterprise: Ints
    state: Ints
    hours: Floats
    on_time: Floats


@dataclass(frozen=True)
class Crossings:
    """Columns of f_phuong_tien as arrays of one length: vehicles of a kind through an office's gate on a day."""

    day: Ints
    office: Ints
    way: Ints
    vehicle: Ints
    count: Ints
    overdue: Ints


def dossiers(reference: Reference, declared: Declarations, seed: int) -> Dossiers:
    """Draws dossiers of enterprises that declare; ``on_time`` is 1, 0 or NaN (still open and not late)."""
    rng = np.random.default_rng([seed, 7])
    rows = table("thu_tuc_nsw")
    weights = day_weights()
    year_of = year_index(month_of_day())
    counts = apportion(np.array(_DOSSIERS), _DRAWN)
    day = np.concatenate(
        [np.flatnonzero(year_of == y)[choose(rng, weights[year_of == y], int(counts[y]))] for y in range(len(YEARS))]
    )
    day.sort()
    procedure = choose(rng, np.array([float(r["ty_trong"]) for r in rows]), len(day))
    limit = np.array([float(r["gio_quy_dinh"]) for r in rows])[procedure]
    # Ministries differ: the procedures with long limits are late more often.
    chance = np.array(_ON_TIME)[year_of[day]] / 100 - 0.05 * (limit > 50) + 0.02 * (limit <= 24)
    punctual = rng.random(len(day)) < np.clip(chance, 0.0, 0.995)
    hours = limit * np.where(punctual, rng.beta(1.6, 2.4, len(day)), 1.02 + rng.exponential(0.7, len(day)))
    still_open = (DAYS - day) * 24 < hours
    state = np.where(still_open, 2, (rng.random(len(day)) < 0.025).astype(np.int64))
    owner = declared.enterprise[choose(rng, np.ones(len(declared.enterprise)), len(day))]
    return Dossiers(
        day=day,
        procedure=procedure,
        enterprise=owner,
        state=state,
        hours=np.where(still_open, np.nan, np.round(hours, 2)),
        on_time=np.where(still_open, np.nan, punctual.astype(float)),
    )


def crossings(reference: Reference, seed: int, *, gates: int = len(_GATES)) -> Crossings:
    """Draws daily counts of vehicles at the land gates; a year's sum is the published number of crossings.

    Args:
        reference: Reference tables and figures.
        seed: Seed of the generator.
        gates: How many gates, the busiest of the list first; fewer make a small warehouse for tests.
    """
    rng = np.random.default_rng([seed, 8])
    by_gate = {o["cua_khau"]: i for i, o in enumerate(reference.offices) if o["loai"] == "bo"}
    chosen = list(_GATES)[:gates]
    office = np.array([by_gate[name] for name in chosen])
    gate_weight = np.array([_GATES[name] for name in chosen])
    kinds = np.array([46.0, 34.0, 7.0, 13.0])
    weights = np.sqrt(day_weights())
    year_of = year_index(month_of_day())
    shape = (DAYS, len(office), len(WAYS), len(VEHICLES))
    mean = np.ones(shape) * gate_weight[None, :, None, None] * kinds * weights[:, None, None, None]
    closed = (year_of >= 2) & (year_of <= 4)
    mean[:, :_CHINA, :, 2:][closed] *= 0.1  # coaches and cars stood still longer than freight
    for y in range(len(YEARS)):
        inside = year_of == y
        mean[inside] *= _CROSSINGS[y] * 1e6 / mean[inside].sum()
    count = rng.poisson(mean)
    overdue = rng.binomial(count, 0.0012)
    overdue[:, :, 0, :] = 0  # only vehicles that came in can overstay
    day, gate, way, vehicle = np.nonzero(count)
    return Crossings(
        day=day,
        office=office[gate],
        way=way,
        vehicle=vehicle,
        count=count[day, gate, way, vehicle],
        overdue=overdue[day, gate, way, vehicle],
    )
