"""Ships, aircraft and trains that cross the border, and the containers under supervision at the ports (VASSCM)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World, names
from schema.synthetic.calendar import days_in_months
from schema.synthetic.declarations import DAYS
from schema.synthetic.reference import MONTHS, Floats, Ints, Reference
from schema.synthetic.sampling import choose, choose_by

CRAFT = ("Tàu biển", "Tàu bay", "Tàu hỏa")
CARRIAGE = ("Chở khách", "Chở hàng", "Chở container")
SIZES = ("20 feet", "40 feet", "45 feet")
CARGOES = ("Hàng khô", "Hàng lạnh", "Hàng lỏng", "Phế liệu", "Container rỗng")
OUTCOMES = ("Bình thường", "Nghi vấn")
LONG_DAYS = 90
_TRIPS = (  # thousands a year, in the order of CRAFT
    (3.5, 3.7, 3.5, 3.6, 3.8, 3.9, 4.2, 3.8),
    (6.0, 6.9, 1.7, 0.9, 3.0, 5.9, 7.6, 7.2),
    (0.25, 0.27, 0.2, 0.25, 0.3, 0.33, 0.4, 0.4),
)
_CONTAINERS = (5.8, 6.2, 6.4, 7.0, 7.3, 6.9, 8.1, 7.4)
_PORTS: tuple[dict[str, float], ...] = (
    {
        "Cảng Cát Lái": 20, "Cảng Cái Mép": 12, "Cảng Tân Vũ": 12, "Cảng Đình Vũ": 10, "Cảng Nam Hải": 5,
        "Cảng Chùa Vẽ": 4, "Cảng Hiệp Phước": 6, "Cảng Tân Thuận": 5, "Cảng Phú Mỹ": 6, "Cảng Vũng Tàu": 4,
        "Cảng Tiên Sa": 5, "Cảng Quy Nhơn": 3, "Cảng Nghi Sơn": 4, "Cảng Vũng Áng": 3, "Cảng Cái Lân": 4,
        "Cảng Cẩm Phả": 3, "Cảng Cửa Lò": 1.5, "Cảng Dung Quất": 3, "Cảng Nha Trang": 1, "Cảng Cam Ranh": 1,
        "Cảng Chân Mây": 1, "Cảng Cần Thơ": 1,
    },
    {
        "Sân bay quốc tế Tân Sơn Nhất": 42, "Sân bay quốc tế Nội Bài": 30, "Sân bay quốc tế Đà Nẵng": 13,
        "Sân bay quốc tế Cam Ranh": 8, "Sân bay quốc tế Phú Quốc": 5, "Sân bay quốc tế Cát Bi": 1.2,
        "Sân bay quốc tế Liên Khương": 0.6, "Sân bay quốc tế Vân Đồn": 0.4, "Sân bay quốc tế Phú Bài": 0.3,
        "Sân bay quốc tế Cần Thơ": 0.3, "Sân bay quốc tế Vinh": 0.2,
    },
    {"Ga Đồng Đăng": 60, "Ga Lào Cai": 30, "Ga Yên Viên": 10},
)  # fmt: skip
_BOXED = {
    "Cảng Cát Lái": 36, "Cảng Cái Mép": 16, "Cảng Tân Vũ": 13, "Cảng Đình Vũ": 11, "Cảng Nam Hải": 6,
    "Cảng Chùa Vẽ": 3, "Cảng Hiệp Phước": 4, "Cảng Tiên Sa": 5, "Cảng Quy Nhơn": 2, "Cảng Cái Lân": 2,
    "Cảng Nghi Sơn": 1, "Cảng Chân Mây": 1,
}  # fmt: skip
_PARTNERS: tuple[dict[str, float], ...] = (
    {"CN": 30, "SG": 15, "KR": 9, "JP": 8, "TW": 7, "HK": 7, "MY": 6, "TH": 6, "US": 5, "ID": 5, "AU": 2, "NL": 1},
    {"KR": 25, "CN": 16, "JP": 9, "TH": 9, "SG": 8, "TW": 8, "MY": 6, "HK": 6, "KH": 4, "IN": 3, "AU": 3, "RU": 2,
     "DE": 0.6, "FR": 0.6, "GB": 0.6},
    {"CN": 100},
)  # fmt: skip
_FEBRUARY_2020, _APRIL_2020, _MARCH_2022, _MAY_2025 = (
    MONTHS.index(m) for m in ((2020, 2), (2020, 4), (2022, 3), (2025, 5))
)


@dataclass(frozen=True)
class Trips:
    """Columns of f_chuyen_tau_bay as arrays of one length, ordered by day; ``stay`` is days between in and out."""

    day: Ints
    craft: Ints
    carriage: Ints
    way: Ints
    office: Ints
    country: Ints
    stay: Ints
    passengers: Ints
    tons: Floats
    containers: Ints


@dataclass(frozen=True)
class Containers:
    """Columns of f_container as arrays of one length, ordered by day of entry.

    ``out`` is the day position when it left, -1 while it stays; ``outcome`` is -1 when it was not scanned.
    """

    day: Ints
    out: Ints
    office: Ints
    direction: Ints
    size: Ints
    cargo: Ints
    sealed: Ints
    scanned: Ints
    outcome: Ints
    tons: Floats


def _monthly(yearly: tuple[float, ...]) -> Floats:
    return np.array([yearly[m // 12] / (10 if m // 12 == len(yearly) - 1 else 12) for m in range(len(MONTHS))])


def _still(month: Ints) -> Ints:
    """Whether passengers stayed at home: April 2020 to February 2022."""
    found: Ints = (month >= _APRIL_2020) & (month < _MARCH_2022)
    return found


def trips(reference: Reference, seed: int, part: float) -> Trips:
    """Draws trips, each in one direction; the yearly counts are those of an ordinary year times ``part``."""
    rng = np.random.default_rng([seed, 22])
    cells = np.concatenate([_monthly(yearly) for yearly in _TRIPS])
    size = max(int(cells.sum() * 1000 * part), 1500)
    drawn = choose(rng, cells, size)
    craft, month = drawn // len(MONTHS), drawn % len(MONTHS)
    day = days_in_months(rng, month)
    order = np.lexsort((craft, day))
    craft, month, day = craft[order], month[order], day[order]
    by_gate = {o["cua_khau"]: i for i, o in reversed(list(enumerate(reference.offices)))}
    ports = np.zeros((len(CRAFT), len(reference.offices)))
    partners = np.zeros((len(CRAFT), len(reference.countries)))
    for c in range(len(CRAFT)):
        for name, weight in _PORTS[c].items():
            ports[c, by_gate[name]] = weight
        for code, weight in _PARTNERS[c].items():
            partners[c, reference.country_codes.index(code)] = weight
    carriage = choose_by(rng, craft, np.array([[4.0, 48.0, 48.0], [86.0, 14.0, 0.0], [25.0, 30.0, 45.0]]))
    no_train = (craft == 2) & (month >= _FEBRUARY_2020) & (month < _MAY_2025)
    no_cruise = (craft == 0) & _still(month)
    carriage = np.where((carriage == 0) & (no_train | no_cruise), 1, carriage)
    passengers, tons, containers = _loads(rng, craft, carriage, month)
    return Trips(
        day=day,
        craft=craft,
        carriage=carriage,
        way=rng.integers(0, 2, size),
        office=choose_by(rng, craft, ports),
        country=choose_by(rng, craft, partners),
        stay=np.where(craft == 0, rng.integers(1, 5, size), np.where(craft == 1, rng.integers(0, 2, size), 1)),
        passengers=passengers,
        tons=tons,
        containers=containers,
    )


def _loads(rng: np.random.Generator, craft: Ints, carriage: Ints, month: Ints) -> tuple[Ints, Floats, Ints]:
    size = len(craft)
    people, boxed = carriage == 0, carriage == 2
    usual = np.array([1500.0, 172.0, 150.0])[craft] * np.where(_still(month), 0.4, 1.0)
    passengers = np.where(people, rng.poisson(usual * rng.uniform(0.65, 1.1, size)), 0).astype(np.int64)
    usual_boxes = np.array([620.0, 0.0, 22.0])[craft]
    containers = np.where(boxed, np.round(usual_boxes * np.exp(rng.normal(0, 0.6, size))), 0).astype(np.int64)
    loose = np.array([21_000.0, 58.0, 520.0])[craft] * np.exp(rng.normal(0, 0.5, size))
    tons = np.where(
        people, np.where(craft == 1, rng.uniform(1, 12, size), 0.0), np.where(boxed, containers * 11.4, loose)
    )
    return passengers, np.round(tons, 1), containers


def containers(reference: Reference, seed: int, part: float) -> Containers:
    """Draws containers: most leave within days, a few stay for months or are given up by their owners."""
    rng = np.random.default_rng([seed, 23])
    cells = _monthly(_CONTAINERS)
    size = max(int(cells.sum() * 1000 * part), 2500)
    month = np.sort(choose(rng, cells, size))
    day = np.sort(days_in_months(rng, month))
    direction = (rng.random(size) < 0.56).astype(np.int64)
    stay = np.exp(rng.normal(np.where(direction == 1, 1.75, 1.2), 0.6, size))
    fate = rng.random(size)
    stay = np.where((direction == 1) & (fate < 0.02), rng.exponential(70, size) + 15, stay)
    stay = np.where((direction == 1) & (fate < 0.006), rng.uniform(150, 1300, size), stay)
    out = day + np.maximum(np.round(stay), 0).astype(np.int64)
    by_gate = {o["cua_khau"]: i for i, o in reversed(list(enumerate(reference.offices)))}
    ports = np.array([by_gate[name] for name in _BOXED])
    year = month // 12
    cargo = choose_by(rng, direction, np.array([[74.0, 17.0, 3.0, 0.0, 6.0], [66.0, 11.0, 4.0, 5.0, 14.0]]))
    kind = choose(rng, np.array([38.0, 59.0, 3.0]), size)
    chance = np.where(direction == 1, 0.09, 0.025) * (1 + 0.08 * year) * np.where(cargo == 3, 2.5, 1.0)
    scanned = (rng.random(size) < chance).astype(np.int64)
    doubtful = (rng.random(size) < np.where(cargo == 3, 0.09, 0.035)).astype(np.int64)
    full = rng.uniform(6, 24, size) * np.where(kind == 0, 0.9, 1.0)
    return Containers(
        day=day,
        out=np.where(out < DAYS, out, -1),
        office=ports[choose(rng, np.array(list(_BOXED.values())), size)],
        direction=direction,
        size=kind,
        cargo=cargo,
        sealed=(rng.random(size) < np.interp(year, [0, 1, 7], [0.0, 0.02, 0.36])).astype(np.int64),
        scanned=scanned,
        outcome=np.where(scanned == 1, doubtful, -1),
        tons=np.where(cargo == 4, 0.0, np.round(full, 1)),
    )


def area(world: World) -> Area:
    """The tables of the area."""
    travelled = trips(world.reference, world.seed, world.part)
    boxes = containers(world.reference, world.seed, world.part)
    return Area(
        dimensions={
            "dim_loai_phuong_tien": names(CRAFT),
            "dim_loai_chuyen": names(CARRIAGE),
            "dim_kich_co_cont": names(SIZES).assign(so_teu=[1, 2, 2]),
            "dim_loai_hang_cont": names(CARGOES),
            "dim_ket_qua_soi": names(OUTCOMES),
        },
        staged={"s_chuyen_tau_bay": _trip_frame(travelled), "s_container": _container_frame(boxes)},
    )


def _trip_frame(drawn: Trips) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "chuyen": np.arange(len(drawn.day)),
            "ngay_khoa": drawn.day,
            "phuong_tien_khoa": drawn.craft,
            "loai_khoa": drawn.carriage,
            "chieu_khoa": drawn.way,
            "don_vi_khoa": drawn.office,
            "nuoc_khoa": drawn.country,
            "so_ngay_luu": drawn.stay,
            "so_hanh_khach": drawn.passengers,
            "hang_tan": drawn.tons,
            "so_container": drawn.containers,
        }
    )


def _container_frame(drawn: Containers) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cont": np.arange(len(drawn.day)),
            "ngay_khoa": drawn.day,
            "ngay_ra_khoa": drawn.out,
            "don_vi_khoa": drawn.office,
            "chieu": drawn.direction,
            "co_khoa": drawn.size,
            "loai_hang_khoa": drawn.cargo,
            "seal_dien_tu": drawn.sealed == 1,
            "soi_chieu": drawn.scanned == 1,
            "ket_qua_khoa": drawn.outcome,
            "trong_luong": drawn.tons,
        }
    )
