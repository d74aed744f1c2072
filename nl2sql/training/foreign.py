"""Questions that no SQL over this warehouse answers: the catalogue's absent topics, and things of other worlds."""

from __future__ import annotations

import random

from schema.semantic import Catalogue

_OTHER = (
    "số học sinh tốt nghiệp", "giá vé máy bay", "điểm chuẩn đại học", "lượng mưa", "số bàn thắng", "giá nhà đất",
    "số ca mắc sốt xuất huyết", "sản lượng điện", "số người theo dõi trên mạng", "giờ tàu chạy", "công thức nấu phở",
    "lịch chiếu phim", "diện tích rừng", "số bệnh viện", "tỷ lệ sinh", "kết quả bầu cử", "mực nước sông",
    "số xe máy đăng ký mới", "cước điện thoại", "số lượt khách tham quan", "điểm thi của con tôi", "vé xem bóng đá",
    "năng suất lúa", "giá phòng khách sạn", "số hộ nghèo",
)  # fmt: skip
_FRAMES = (
    "{x} {t}", "{x} {t} là bao nhiêu", "cho biết {x} {v} {t}", "{x} theo tháng {t}", "{x} của {v}",
    "5 {v} có {x} cao nhất",
    "so sánh {x} {t} với năm trước", "{x} {v} {t} thế nào", "liệt kê {x} {t}", "{x}",
)  # fmt: skip


def unanswerable(catalogue: Catalogue, names: list[str], rng: random.Random) -> str:
    """A question in plain words that has no answer here.

    Args:
        names: Stored values to make it sound like a question about the warehouse.
    """
    topics = [p for a in catalogue.absent for p in a.patterns]
    topic = rng.choice(_OTHER) if not topics or rng.random() < 0.35 else rng.choice(topics)
    text = rng.choice(_FRAMES).replace("{x}", topic).replace("{v}", rng.choice(names) if names else "")
    return " ".join(text.replace("{t}", f"năm {rng.randint(2018, 2025)}").split())
