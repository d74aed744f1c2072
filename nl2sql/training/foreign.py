"""Questions that no SQL over this warehouse answers: the catalogue's absent topics, and things of other worlds."""

from __future__ import annotations

import random

from schema.semantic import Catalogue

_OTHER = (
    "số học sinh tốt nghiệp", "giá vé máy bay", "điểm chuẩn đại học", "lượng mưa", "số bàn thắng", "giá nhà đất",
    "số ca mắc sốt xuất huyết", "sản lượng điện", "số người theo dõi trên mạng", "giờ tàu chạy", "công thức nấu phở",
    "lịch chiếu phim", "diện tích rừng", "số bệnh viện", "tỷ lệ sinh", "kết quả bầu cử", "mực nước sông",
    "số người thất nghiệp", "cước điện thoại", "số lượt khách tham quan", "điểm thi của con tôi", "vé xem bóng đá",
    "năng suất lúa", "giá phòng khách sạn", "số hộ nghèo", "nhiệt độ", "độ ẩm không khí", "dân số", "số ghế quốc hội",
    "lãi suất tiết kiệm", "chỉ số chứng khoán", "giá căn hộ", "tiền lương giáo viên", "số sinh viên", "độ tuổi kết hôn",
    "kết quả xổ số", "số lượt xem video", "giờ mở cửa bảo tàng", "lịch thi đấu", "số chuyến xe buýt", "chỉ số bụi mịn",
)  # fmt: skip
"""Figures of other worlds, which a table could hold elsewhere."""

_FRAMES = (
    "{x} {t}", "{x} {t} là bao nhiêu", "cho biết {x} {v} {t}", "{x} theo tháng {t}", "{x} của {v}",
    "5 {v} có {x} cao nhất", "so sánh {x} {t} với năm trước", "{x} {v} {t} thế nào", "liệt kê {x} {t}", "{x}",
    "{x} hôm nay", "{x} bao nhiêu", "{x} ở {v} bao nhiêu", "{x} thế nào", "{t} {x} bao nhiêu", "xem {x} {t}",
    "{v} có {x} bao nhiêu", "cho hỏi {x} {v}", "{x} tăng hay giảm {t}", "{x} cao nhất {t}", "tra {x}",
    "thống kê {x} {t}",
)  # fmt: skip

_NO_FIGURE = (
    "thời tiết hôm nay", "thời tiết {v} ngày mai", "ngày mai {v} có mưa không", "hôm nay nóng bao nhiêu độ",
    "bão có vào {v} không", "ai là tổng bí thư", "ai là tổng thống Mỹ", "giám đốc ở {v} là ai", "ai giỏi nhất {v}",
    "bạn là ai", "bạn tên gì", "bạn bao nhiêu tuổi", "ăn gì ở {v}", "quán nào ngon ở {v}", "đội nào vô địch {t}",
    "kể chuyện cười đi", "làm một bài thơ về {v}", "viết thư gửi {v}", "soạn email cho {v}",
    "dịch câu này sang tiếng Anh",
    "gọi điện cho {v}", "đặt vé đi {v}", "đặt lịch họp với {v}", "gọi taxi giúp tôi", "nhắc tôi họp lúc 3 giờ",
    "in giúp tôi văn bản", "xóa hết dữ liệu đi", "sửa lại số của {v}", "thêm một dòng mới", "đổi mật khẩu",
    "tải phần mềm ở đâu", "máy in bị hỏng", "mấy giờ rồi", "hôm nay thứ mấy", "2 cộng 2 bằng mấy", "xin chào", "cảm ơn",
    "alo", "chào buổi sáng", "đường đến {v} đi thế nào", "từ đây đến {v} bao xa", "bài hát hay nhất {t}",
    "phim nào hay {t}", "ý kiến của bạn về {v}", "vì sao trời xanh", "nghĩa của cuộc sống", "tin tức mới nhất về {v}",
    "chính sách mới của {v} là gì", "ai thắng cử {t}", "cách nấu cơm", "mua điện thoại ở đâu", "con tôi học trường nào",
)  # fmt: skip
"""What asks for no figure: weather, people, politics, orders, talk; slots for a stored name and a year."""


def unanswerable(catalogue: Catalogue, names: list[str], rng: random.Random) -> str:
    """A question in plain words that has no answer here.

    Args:
        names: Stored values to make it sound like a question about the warehouse.
    """
    topics = [p for a in catalogue.absent for p in a.patterns]
    if rng.random() < 0.3:
        text = rng.choice(_NO_FIGURE)
    else:
        topic = rng.choice(_OTHER) if not topics or rng.random() < 0.4 else rng.choice(topics)
        text = rng.choice(_FRAMES).replace("{x}", topic.replace("…", "{v}"))
    text = text.replace("{v}", rng.choice(names) if names else "")
    return " ".join(text.replace("{t}", f"năm {rng.randint(2018, 2025)}").split())
