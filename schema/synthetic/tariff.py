"""Tariff schedule (MHS): what duty every HS code bears, by kind of rate and year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World
from schema.synthetic.lines import hs_list
from schema.synthetic.reference import CO_FORMS, YEARS, Floats, Reference, table

# Kind of rate; form of the certificate of origin that gives it; first day; share of the MFN rate that is left in the
# first year; year in which the ordinary lines reach zero; rate kept on sensitive lines (percent of MFN).
_AGREEMENTS: tuple[tuple[str, str, str, float, int, float], ...] = (
    ("ATIGA", "Form D", "2018-01-01", 0.0, 2018, 0.05),
    ("ACFTA", "Form E", "2018-01-01", 0.12, 2020, 0.6),
    ("AKFTA", "Form AK", "2018-01-01", 0.15, 2021, 0.7),
    ("VKFTA", "Form VK", "2018-01-01", 0.15, 2023, 0.6),
    ("AJCEP", "Form AJ", "2018-01-01", 0.4, 2024, 0.8),
    ("VJEPA", "Form VJ", "2018-01-01", 0.4, 2025, 0.8),
    ("AIFTA", "Form AI", "2018-01-01", 0.45, 2024, 0.85),
    ("AANZFTA", "Form AANZ", "2018-01-01", 0.12, 2021, 0.5),
    ("AHKFTA", "Form AHK", "2019-06-11", 0.9, 2028, 1.0),
    ("VCFTA", "Form VC", "2018-01-01", 0.6, 2029, 1.0),
    ("VN-EAEU", "Form EAV", "2018-01-01", 0.6, 2027, 0.8),
    ("CPTPP", "Form CPTPP", "2019-01-14", 0.65, 2026, 0.85),
    ("EVFTA", "EUR.1", "2020-08-01", 0.75, 2028, 0.85),
    ("UKVFTA", "EUR.1 UK", "2021-05-01", 0.65, 2028, 0.8),
    ("RCEP", "Form RCEP", "2022-01-01", 0.9, 2037, 1.0),
)
RATES = ("MFN", "Thông thường", *(name for name, *_ in _AGREEMENTS))
RATE_OF_FORM = tuple(RATES.index(next(a[0] for a in _AGREEMENTS if a[1] == form)) for form in CO_FORMS)
_SENSITIVE = 35.0  # percent MFN from which a line is excluded from, or late in, the tariff cuts
_TAILS = {"1010": "loại A", "1090": "loại A, khác", "2000": "loại B", "9010": "loại khác, nhóm 1", "9090": "loại khác"}
# Chapters that the temporary cut of VAT from 10 to 8 percent (2022 on) leaves out.
_NO_CUT = ("26", "27", "28", "29", "71", "72", "73", "74", "76", "85")


@dataclass(frozen=True)
class Schedule:
    """Rates in percent; NaN where an agreement is not yet in force.

    ``duty`` has shape (HS codes, ``RATES``, years); ``vat`` and ``excise`` have shape (HS codes, years).
    """

    duty: Floats
    vat: Floats
    excise: Floats


def schedule(reference: Reference, seed: int) -> Schedule:
    """The whole tariff schedule; HS codes in the order of ``hs_list``."""
    rng = np.random.default_rng([seed, 20])
    codes = hs_list(reference)
    headings = {row["hs4"]: row for row in table("nhom_hs")}
    base = np.array([float(headings[c[:4]]["mfn"]) for c in codes])
    factor = np.array([1.0, 0.8, 0.5, 1.1, 1.0])[[list(_TAILS).index(c[4:]) for c in codes]]
    mfn = np.round(base * factor)
    years = np.array(YEARS)
    duty = np.full((len(codes), len(RATES), len(YEARS)), np.nan)
    lowered = (rng.random(len(codes)) < 0.06) & (mfn >= 5)  # the MFN list was revised for a few lines in 2023
    duty[:, 0] = np.where((years >= 2023) & lowered[:, None], np.round(mfn * 0.6)[:, None], mfn[:, None])
    duty[:, 1] = np.where(duty[:, 0] > 0, duty[:, 0] * 1.5, 5.0)
    for kind, (_, _, start, share, end, kept) in enumerate(_AGREEMENTS, start=2):
        first = int(start[:4])
        left = share * np.clip((end - years) / max(end - first, 1), 0.0, 1.0)
        rate = np.where((mfn >= _SENSITIVE)[:, None], np.maximum(left, kept), left) * duty[:, 0]
        duty[:, kind] = np.where(years >= first, np.round(rate * 2) / 2, np.nan)
    vat = np.array([float(headings[c[:4]]["gtgt"]) for c in codes])
    excise = np.array([float(headings[c[:4]]["ttdb"]) for c in codes])
    cut = (vat == 10) & (excise == 0) & ~np.isin([c[:2] for c in codes], _NO_CUT)
    return Schedule(
        duty=duty,
        vat=np.where(cut[:, None] & (years >= 2022), 8.0, vat[:, None]),
        excise=np.repeat(excise[:, None], len(YEARS), axis=1),
    )


def sample(world: World) -> Area:
    """Tables of the tariff: headings, descriptions of the codes, kinds of rate and the rates."""
    codes = hs_list(world.reference)
    rates = schedule(world.reference, world.seed)
    code, kind, year = np.nonzero(~np.isnan(rates.duty))
    headings = {row["hs4"]: row["ten"] for row in table("nhom_hs")}
    starts = ["2018-01-01", "2018-01-01", *(a[2] for a in _AGREEMENTS)]
    return Area(
        dimensions={
            "dim_nhom_hs": pd.DataFrame({"nhom_hs": list(headings), "ten_nhom_hs": list(headings.values())}),
            "dim_mo_ta_hs": pd.DataFrame(
                {
                    "khoa": range(len(codes)),
                    "nhom_hs": [c[:4] for c in codes],
                    "ten_hang": [f"{headings[c[:4]]}, {_TAILS[c[4:]]}" for c in codes],
                }
            ),
            "dim_loai_thue_suat": pd.DataFrame(
                {
                    "khoa": range(len(RATES)),
                    "ten": list(RATES),
                    "mau_co": [None, None, *(a[1] for a in _AGREEMENTS)],
                    "tu_ngay": starts,
                }
            ),
        },
        staged={
            "s_thue_suat": pd.DataFrame(
                {
                    "hs_khoa": code,
                    "loai_khoa": kind,
                    "nam": np.array(YEARS)[year],
                    "thue_suat": rates.duty[code, kind, year],
                    "gtgt": rates.vat[code, year],
                    "ttdb": rates.excise[code, year],
                }
            )
        },
    )
