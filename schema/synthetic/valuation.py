"""Customs valuation (GTT02): reference prices, and the import lines whose declared price was doubted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World, names
from schema.synthetic.declarations import DAYS, year_index
from schema.synthetic.lines import hs_list
from schema.synthetic.reference import AS_OF, START, YEARS, Floats, Ints, Reference
from schema.synthetic.sampling import choose_by
from schema.synthetic.tariff import RATE_OF_FORM, schedule

RESULTS = ("Chấp nhận", "Bác bỏ", "Chuyển kiểm tra sau thông quan", "Đang xử lý")
_QUARTERS = len(YEARS) * 4 - (4 - (AS_OF.month + 2) // 3)
_DOUBTED = 0.6  # part of the dutiable import lines of small value; large consignments are seldom doubted
_SMALL_USD = 9e5  # each line stands for many, so that its value is large
_OPEN_DAYS = 30  # a consultation ends within this many days after the declaration
_PRICED = {"chiếc": "chiếc", "tấn": "tấn"}
# Goods without a reported quantity are priced by the kilogram; about what a kilogram costs, USD.
_PER_KILO = {"nong": 3.2, "thucpham": 4.0, "dau": 1.1, "hoachat": 6.5, "det": 8.0, "kimloai": 3.5, "dientu": 95.0,
             "may": 21.0, "xe": 14.0, "go": 1.6, "khoang": 1.2, "khac": 9.0}  # fmt: skip
_MORE_DOUBTED = {"Ô tô nguyên chiếc các loại": 3.0, "Hàng điện gia dụng và linh kiện": 2.2,
                 "Hàng rau quả": 2.0, "Xe máy và linh kiện, phụ tùng": 2.0, "Sắt thép các loại": 1.6,
                 "Chất thơm, mỹ phẩm và chế phẩm vệ sinh": 2.2, "Dầu thô": 0.1, "Xăng dầu các loại": 0.2}  # fmt: skip


def _prices(reference: Reference, rng: np.random.Generator) -> tuple[list[tuple[int, int]], Floats]:
    """Goods with a reference price, as (group, position of the HS code), and their prices: shape (goods, quarters)."""
    codes = hs_list(reference)
    goods = [
        (g, codes.index(code)) for g, item in enumerate(reference.groups) if item.direction == 1 for code in item.hs
    ]
    spread = np.exp(rng.normal(0.0, 0.35, len(goods)))
    drift = np.exp(np.cumsum(rng.normal(0.002, 0.025, (len(goods), _QUARTERS)), axis=1))
    price = np.zeros((len(goods), _QUARTERS))
    for row, (g, _) in enumerate(goods):
        item = reference.groups[g]
        yearly = np.full(len(YEARS), _PER_KILO[item.sector]) if item.prices is None else item.prices
        price[row] = np.repeat(yearly, 4)[:_QUARTERS] * spread[row] * (drift[row] if item.prices is None else 1.0)
    return goods, np.round(price, 2)


def sample(world: World) -> Area:
    """Reference prices of every quarter, and doubted lines with what came of the doubt."""
    reference, declared, lines = world.reference, world.declared, world.goods
    rng = np.random.default_rng([world.seed, 21])
    goods, price = _prices(reference, rng)
    if world.shard:  # the reference prices are the same in all worlds of a large warehouse, the doubts are not
        rng = world.rng(21)
    good = {pair: row for row, pair in enumerate(goods)}
    dutiable = np.array([p["chiu_thue"] == "1" for p in reference.procedures])
    of_line = declared.procedure[lines.declaration]
    weight = np.array([_MORE_DOUBTED.get(g.name, 1.0) for g in reference.groups])
    liable = dutiable[of_line] & (declared.direction[lines.declaration] == 1) & (lines.counted == 1)
    seldom = np.minimum(1.0, _SMALL_USD / world.shards / lines.value) ** 0.8
    line = np.flatnonzero(liable & (rng.random(len(of_line)) < _DOUBTED * seldom * weight[lines.group]))
    owner = lines.declaration[line]
    day = declared.day[owner]
    row = np.array([good[pair] for pair in zip(lines.group[line].tolist(), lines.hs[line].tolist(), strict=True)])
    ask = price[row, _quarter(day)]
    # Many stand a little below the reference price, few far below.
    low = np.round(np.clip(5 + rng.gamma(1.7, 11.0, len(line)), 5.0, 78.0), 1)
    declared_price = np.round(ask * (1 - low / 100), 2)
    declared_price = np.maximum(declared_price, 0.01)
    below = np.round(100 * (ask - declared_price) / ask, 1)
    consulted = rng.random(len(line)) < np.interp(below, [5, 20, 45, 78], [0.25, 0.55, 0.85, 0.97])
    result = _results(rng, below, consulted)
    result = np.where((DAYS - day <= _OPEN_DAYS) & (rng.random(len(line)) < 0.55), 3, result)
    rates = schedule(reference, world.seed)
    year, hs = year_index(declared.month[owner]), lines.hs[line]
    form = lines.form[line]
    kind = np.where(form >= 0, np.array(RATE_OF_FORM)[form], 0)
    duty = rates.duty[hs, kind, year] / 100
    burden = (1 + duty) * (1 + rates.excise[hs, year] / 100) * (1 + rates.vat[hs, year] / 100) - 1
    dollar = np.array([reference.figures["ty_gia"][y] for y in YEARS])[year]
    # The value that customs determines lies between the declared one and the reference.
    raised = lines.value[line] * (ask / declared_price - 1) * rng.uniform(0.25, 0.8, len(line))
    more = np.where(result == 1, np.round(raised * burden * dollar, -3), 0.0)
    return Area(
        dimensions={
            "dim_ket_qua_tham_van": names(RESULTS),
            "dim_gia_tham_chieu": _reference_prices(world, goods, price),
        },
        staged={
            "s_tham_van_gia": pd.DataFrame(
                {
                    "tk": owner,
                    "stt_dong": lines.number[line],
                    "ngay_khoa": day,
                    "gia_khoa": row,
                    "gia_khai": declared_price,
                    "gia_tham_chieu": ask,
                    "chenh_lech": below,
                    "co_tham_van": consulted,
                    "ket_qua_khoa": result,
                    "thue_tang_them": more,
                }
            )
        },
    )


def _quarter(day: Ints) -> Ints:
    quarters = np.array([_quarter_of(START + dt.timedelta(days=d)) for d in range(DAYS)])
    found: Ints = quarters[day]
    return found


def _quarter_of(day: dt.date) -> int:
    return (day.year - START.year) * 4 + (day.month - 1) // 3


def _results(rng: np.random.Generator, below: Floats, consulted: Ints) -> Ints:
    """Position in ``RESULTS``: the further below, the more often rejected; without a consultation hardly ever."""
    rejected = np.interp(below, [5, 25, 50, 78], [0.12, 0.4, 0.68, 0.85])
    level = np.digitize(below, [15, 30, 45])
    weights = np.array([[0.88, 0.12], [0.72, 0.28], [0.55, 0.45], [0.4, 0.6]])
    alone = np.where(choose_by(rng, level, weights) == 0, 0, 2)
    return np.where(consulted, (rng.random(len(below)) < rejected).astype(np.int64), alone)


def _reference_prices(world: World, goods: list[tuple[int, int]], price: Floats) -> pd.DataFrame:
    quarter = np.arange(_QUARTERS)
    firsts = [dt.date(START.year + q // 4, q % 4 * 3 + 1, 1) for q in quarter.tolist()]
    units = [_PRICED.get(world.reference.groups[g].unit, "kg") for g, _ in goods]
    count = len(goods)
    return pd.DataFrame(
        {
            "gia_khoa": np.repeat(np.arange(count), _QUARTERS),
            "ngay": pd.to_datetime(np.tile(np.array(firsts, dtype="datetime64[D]"), count)),
            "nhom_hang_khoa": np.repeat(np.array([g for g, _ in goods]), _QUARTERS),
            "hs_khoa": np.repeat(np.array([h for _, h in goods]), _QUARTERS),
            "don_vi_gia": np.repeat(np.array(units, dtype=object), _QUARTERS),
            "gia_tham_chieu_usd": price.ravel(),
        }
    )
