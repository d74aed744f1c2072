"""Documents of the e-office (Edoc): who handles what until when. Their text is not in the warehouse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from schema.synthetic.areas import Area, World, names
from schema.synthetic.calendar import days_in_months
from schema.synthetic.declarations import DAYS
from schema.synthetic.reference import MONTHS, Ints, Reference
from schema.synthetic.sampling import choose, choose_by

WAYS = ("Văn bản đến", "Văn bản đi")
KINDS = ("Công văn", "Tờ trình", "Báo cáo", "Quyết định", "Thông báo", "Kế hoạch", "Chỉ thị", "Giấy mời")
URGENCY = ("Không khẩn", "Khẩn", "Hỏa tốc")
SECRECY = ("Thường", "Mật")
SENDERS = (
    "Bộ Tài chính", "Chính phủ, Văn phòng Chính phủ", "Bộ, ngành khác", "Ủy ban nhân dân tỉnh, thành phố",
    "Doanh nghiệp, hiệp hội", "Đơn vị trong ngành",
)  # fmt: skip
# The twelve central units of the organisation since 01/03/2025; the older names are mapped onto them.
CENTRAL_UNITS = (
    "Văn phòng", "Ban Pháp chế", "Ban Tổ chức cán bộ", "Ban Thanh tra – Kiểm tra", "Ban Tài vụ – Quản trị",
    "Ban Giám sát quản lý", "Ban Nghiệp vụ thuế hải quan", "Ban Quản lý rủi ro", "Ban CNTT và Thống kê hải quan",
    "Chi cục Kiểm định hải quan", "Chi cục Điều tra chống buôn lậu", "Chi cục Kiểm tra sau thông quan",
)  # fmt: skip
_CENTRAL_WEIGHTS = (16.0, 9.0, 8.0, 5.0, 7.0, 18.0, 14.0, 6.0, 7.0, 4.0, 5.0, 6.0)
# How often a central unit is late, relative to the others.
_SLOW = (0.8, 1.1, 0.7, 1.0, 0.9, 1.3, 1.5, 0.9, 0.8, 1.2, 1.0, 1.1)
_DOCUMENTS = 42_000
_CENTRAL_PART = 0.55
_YEARLY = (4.2, 4.5, 4.4, 4.6, 5.0, 5.3, 5.9, 6.2)
_LATE = (14.0, 13.0, 12.5, 12.0, 10.5, 9.0, 8.0, 9.5)  # percent of the documents that came in, by year


@dataclass(frozen=True)
class Documents:
    """Columns of f_van_ban as arrays of one length, ordered by day.

    ``unit`` is a position in ``CENTRAL_UNITS`` or -1 for an office in the country; ``limit`` and ``done`` are day
    positions, -1 when there is no deadline, or when it is not done.
    """

    day: Ints
    way: Ints
    kind: Ints
    urgency: Ints
    secrecy: Ints
    sender: Ints
    unit: Ints
    office: Ints
    limit: Ints
    done: Ints


def sample(reference: Reference, seed: int, part: float) -> Documents:
    """Draws documents; those that came in have a deadline, shorter when they are urgent."""
    rng = np.random.default_rng([seed, 24])
    weights = np.array([_YEARLY[m // 12] / (10 if m >= 84 else 12) for m in range(len(MONTHS))])
    size = max(int(_DOCUMENTS * part), 1500)
    month = np.sort(choose(rng, weights, size))
    day = np.sort(days_in_months(rng, month, working=True))
    way = (rng.random(size) < 0.42).astype(np.int64)
    urgency = choose(rng, np.array([84.0, 13.0, 3.0]), size)
    central = rng.random(size) < _CENTRAL_PART
    unit = np.where(central, choose(rng, np.array(_CENTRAL_WEIGHTS), size), -1)
    office = choose(rng, np.array([float(o["ty_trong"]) ** 0.5 for o in reference.offices]), size)
    limit = day + np.array([15, 7, 2])[urgency] + rng.integers(0, 6, size)
    slow = np.where(central, np.array(_SLOW)[np.maximum(unit, 0)], 0.9)
    late = rng.random(size) < np.array(_LATE)[month // 12] / 100 * slow
    spent = np.where(
        late,
        limit - day + 1 + np.floor(rng.exponential(6.0, size)),
        np.floor(rng.beta(2.0, 1.6, size) * (limit - day + 1)),
    ).astype(np.int64)
    never = late & (rng.random(size) < 0.02)  # a few lie about for long
    done = np.where(never, day + spent + 400, day + spent)
    incoming = way == 0
    return Documents(
        day=day,
        way=way,
        kind=choose_by(
            rng, way, np.array([[62.0, 7, 11, 5, 5, 3, 1, 6], [52.0, 14, 10, 12, 6, 4, 0.5, 1.5]], dtype=float)
        ),
        urgency=urgency,
        secrecy=(rng.random(size) < 0.03).astype(np.int64),
        sender=np.where(incoming, choose(rng, np.array([19.0, 7.0, 17.0, 13.0, 20.0, 24.0]), size), -1),
        unit=unit,
        office=office,
        limit=np.where(incoming, limit, -1),
        done=np.where(incoming, np.where(done < DAYS, done, -1), day),
    )


def area(world: World) -> Area:
    """The tables of the area."""
    drawn = sample(world.reference, world.seed, world.part)
    return Area(
        dimensions={
            "dim_huong_van_ban": names(WAYS),
            "dim_loai_van_ban": names(KINDS),
            "dim_do_khan": names(URGENCY),
            "dim_do_mat": names(SECRECY),
            "dim_noi_gui": names(SENDERS),
            "dim_don_vi_trung_uong": names(CENTRAL_UNITS),
        },
        staged={
            "s_van_ban": pd.DataFrame(
                {
                    "vb": np.arange(len(drawn.day)),
                    "ngay_khoa": drawn.day,
                    "huong_khoa": drawn.way,
                    "loai_khoa": drawn.kind,
                    "do_khan_khoa": drawn.urgency,
                    "do_mat_khoa": drawn.secrecy,
                    "noi_gui_khoa": drawn.sender,
                    "don_vi_trung_uong_khoa": drawn.unit,
                    "don_vi_khoa": drawn.office,
                    "han_khoa": drawn.limit,
                    "hoan_thanh_khoa": drawn.done,
                }
            )
        },
    )
