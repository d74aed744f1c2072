"""Every fixed sentence of the app, in one place, in Vietnamese."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from nl2sql.types import Status, Trust

NAME = "HỏiKho"
TAGLINE = "Hỏi kho dữ liệu bằng tiếng Việt"
WELCOME = "Bạn muốn biết số liệu nào?"
WELCOME_NOTE = (
    "Gõ câu hỏi như đang hỏi đồng nghiệp. Trợ lý nói lại điều đã hiểu, "
    "đưa ra con số, biểu đồ và câu truy vấn để kiểm tra."
)
SYNTHETIC = "Dữ liệu mô phỏng – không phải số liệu chính thức"
LARGER = "Chữ lớn"
SMALLER = "Chữ thường"
SIGN_OUT = "Thoát ({})"
PLACEHOLDER = "Gõ câu hỏi về số liệu…"
SUGGESTIONS = "Gợi ý câu hỏi"
MORE_SUGGESTIONS = "Thêm gợi ý"
FOLLOW_UP_HINT = "Hỏi tiếp được: “còn nhập khẩu thì sao?”, “chia theo tháng”…"
NEW_CONVERSATION = "Cuộc hỏi mới"
STOP = "Dừng"
ASK_AGAIN = "Hỏi lại"
STOPPED = "Đã dừng theo yêu cầu."
LOADING = "Đang nạp kho dữ liệu và mô hình…"
RETRY = "Thử lại"
PREPARING = "Đang nạp mô hình, chỉ chậm ở lần đầu…"

PAGE_ASK = "Hỏi"
PAGE_BOARD = "Bảng theo dõi"
PAGE_OUTLOOK = "Dự báo"
PAGE_HISTORY = "Lịch sử"
PAGE_SQL = "SQL"
PAGE_GLOSSARY = "Danh mục"
PAGE_EVAL = "Đánh giá"
PAGE_ADMIN = "Quản trị"

RECENT = "Bạn vừa hỏi"
FREQUENT = "Câu hỏi thường gặp"
SEASON = "Số liệu kỳ này"
BOARD_TITLE = "Bảng theo dõi"
BOARD_NOTE = "Những câu trả lời bạn đã ghim, tính lại trên số liệu hiện có."
BOARD_EMPTY = "Chưa ghim câu trả lời nào"
BOARD_EMPTY_NOTE = "Dưới mỗi câu trả lời có nút “Ghim”: câu trả lời sẽ nằm ở đây và luôn theo số liệu mới nhất."
BOARD_REFRESH = "Tính lại"
HISTORY_TITLE = "Lịch sử câu hỏi"
HISTORY_SEARCH = "Tìm trong các câu đã hỏi (không cần dấu)"
HISTORY_EMPTY = "Chưa có câu hỏi nào khớp"
HISTORY_MORE = "Xem thêm"
FORGET = "Xóa khỏi lịch sử"
OPEN = "Mở"
BACK_TO_ASK = "Về trang hỏi"
MOVE_UP = "Đưa lên trước"

EMPTY_QUESTION = "Câu hỏi chưa có chữ nào."
EMPTY_QUESTION_ACTION = "Hãy gõ điều bạn muốn biết, ví dụ: “Số tờ khai tháng 9/2025”."
EMPTY_SQL = "Chưa có câu SQL nào để chạy."
TOO_LONG_ACTION = "Hãy rút gọn, mỗi lần hỏi một ý."
BUSY = "Máy chủ đang trả lời quá nhiều câu hỏi cùng lúc."
BUSY_ACTION = "Hãy thử lại sau ít phút."
INTERNAL_ERROR = "Hệ thống gặp trục trặc khi trả lời câu này. Hãy thử hỏi lại; nếu vẫn lỗi, báo cho người quản trị."
UNAVAILABLE = "Trợ lý chưa sẵn sàng"

UNDERSTOOD = "Tôi hiểu câu hỏi là"
CARRIED = "tiếp theo câu trước"
UNREAD = "Chưa hiểu"
MORE_ROWS = "còn nữa"
NO_DATA_TITLE = "Không có số liệu khớp với các điều kiện này"
NO_DATA_ACTION = "Hãy thử nới kỳ thời gian hoặc bỏ bớt một điều kiện."
REFUSED_TITLE = "Không trả lời được câu này"
ERROR_TITLE = "Chưa trả lời được"
SQL_ERROR_TITLE = "Câu SQL chưa chạy được"

TAB_CHART = "Biểu đồ"
TAB_TABLE = "Bảng"
TAB_METHOD = "Cách tính"
TAB_SQL = "SQL"

DOWNLOAD = "Tải về"
DOWNLOAD_CSV = "Bảng CSV"
DOWNLOAD_XLSX = "Bảng Excel"
DOWNLOAD_PNG = "Biểu đồ PNG"
DOWNLOAD_SVG = "Biểu đồ SVG"
DOWNLOAD_PDF = "Biểu đồ PDF"

CHART_KIND = "Kiểu biểu đồ"
CHIP_ADD = "+ Thêm"
CHIP_SEARCH = "Tìm…"
CHIP_PERIOD = "Gõ kỳ khác, ví dụ: quý II/2024"
CHIP_NOTHING = "Không có mục nào khớp. Nếu đây là kỳ thời gian, nhấn Enter."
CHIP_CHANGE = "Đổi"
CHIP_NOT_A_PERIOD = "Chưa hiểu kỳ thời gian này. Hãy thử: “tháng 3/2025”, “quý II/2024”, “6 tháng đầu năm 2025”."
ALONE = "Hỏi riêng câu này"
DRILL_HINT = "Bấm vào một cột, thanh hoặc điểm để xem sâu hơn."
DRILL_NOTHING = "Phần này gộp nhiều mục nên không xem sâu hơn được. Hãy chọn một mục khác."
UNDO = "Trở lại cách hiểu trước"
NEXT_STEPS = "Xem tiếp"
TREND = "Các kỳ gần đây"
LOOSEN = "Điều kiện làm hết số liệu; bỏ đi thì có:"
LOOSEN_TWO = "Không điều kiện nào một mình làm hết số liệu; bỏ hai điều kiện thì có:"
PIN = "Ghim"
PINNED = "Đã ghim"
PIN_HELP = "Đưa lên bảng theo dõi"
UNPIN_HELP = "Bỏ khỏi bảng theo dõi"
LINK = "Liên kết"
LINK_NOTE = "Ai mở liên kết này cũng được kiểm tra quyền lại; số liệu hiện theo quyền của người mở."
GOOD = "Trả lời đúng"
BAD = "Trả lời chưa đúng"
CORRECTION = "Chưa đúng ở đâu? Câu trả lời đúng phải thế nào?"
SEND = "Gửi"
THANKS = "Đã ghi nhận, cảm ơn bạn."
EDIT_SQL = "Sửa SQL"
SHARED = "Câu trả lời được chia sẻ, chạy theo quyền của bạn"
LINK_GONE = "Không tìm thấy câu trả lời này"
LINK_GONE_NOTE = "Liên kết có thể đã bị người hỏi xóa. Hãy hỏi lại."

SQL_TITLE = "Truy vấn SQL"
SQL_NOTE = "Chỉ chạy được một câu SELECT trên các bảng dưới đây; cùng giới hạn và cùng quyền như câu hỏi."
SQL_LABEL = "Câu SQL"
SQL_RUN = "Chạy"
SQL_TABLES = "Các bảng và cột"
SQL_TABLES_SEARCH = "Tìm bảng hoặc cột (không cần dấu)"
SQL_TABS = "Các câu đang viết"
SQL_ADD = "Thêm một câu"
SQL_CLOSE = "Đóng câu này"
SQL_FORMAT = "Định dạng"
SQL_FORMAT_FAILED = "Câu SQL chưa đúng cú pháp nên chưa định dạng được."
SQL_SAVED = "Đã lưu"
SQL_SAVE = "Lưu câu này"
SQL_SAVE_NAME = "Tên câu truy vấn"
SQL_KEYS = "Ctrl+Enter: chạy phần đang chọn, hoặc cả câu"
SQL_PARAM_HELP = "Số (1.234,5), ngày (31/10/2025) hoặc chữ."
SQL_CHANGED = "So với câu trả lời ban đầu"
SQL_PLAN = "Kế hoạch chạy"
SQL_PLAN_SHOW = "Hỏi cơ sở dữ liệu"
SQL_APPROVE = "Duyệt câu này"
SQL_PROPOSE = "Đề nghị duyệt"
SQL_PROPOSE_QUESTION = "Câu hỏi mà truy vấn này trả lời"
SQL_PROPOSE_NEEDS = "Hãy viết câu hỏi mà truy vấn này trả lời."
SQL_PROPOSED = "Đã gửi đề nghị tới người quản lý danh mục."
APPROVE_AS = "Duyệt thành"
APPROVE_KINDS: Mapping[str, str] = {
    "verified": "Truy vấn kiểm duyệt",
    "example": "Câu mẫu cho mô hình",
    "word": "Cách gọi khác",
    "definition": "Định nghĩa",
}
APPROVE = "Kiểm tra rồi duyệt"
APPROVE_NOTE = (
    "Trước khi nhận, máy kiểm tra câu này theo danh mục rồi chạy cổng phát hành nhanh; không đạt thì không nhận."
)
APPROVE_BUSY = "Đang kiểm tra một mục khác. Hãy chờ xong rồi duyệt mục này."
APPROVED = "Đã duyệt và đưa vào dùng"
APPROVE_REFUSED = "Chưa nhận được"
APPROVE_STOPPED = "Đã dừng, chưa ghi gì vào danh mục"
APPROVE_SEEN = "Đã xem"
PROPOSED_QUERY = "Truy vấn kiểm duyệt"

GLOSSARY_TITLE = "Từ điển dữ liệu"
GLOSSARY_NOTE = "Các chỉ tiêu và cách phân chia mà trợ lý hiểu được, cùng định nghĩa đang dùng."
GLOSSARY_SEARCH = "Tìm chỉ tiêu, cột hoặc thuật ngữ"
GLOSSARY_NOTHING = "Không có mục nào khớp. Hãy thử một từ khác."
GLOSSARY_METRICS = "Chỉ tiêu"
GLOSSARY_DIMENSIONS = "Chia theo"
GLOSSARY_SYNONYMS = "Cách gọi khác"
GLOSSARY_TERMS = "Thuật ngữ"
GLOSSARY_PROPOSE = "Đề nghị cách gọi hoặc định nghĩa"
GLOSSARY_WHAT = "Cho mục nào"
GLOSSARY_KIND = "Loại đề nghị"
GLOSSARY_NEEDS = "Hãy viết cách gọi hoặc định nghĩa."
GLOSSARY_SAID = "Cách gọi khác, hoặc định nghĩa đúng hơn"
GLOSSARY_SENT = "Đã gửi đề nghị tới người quản lý danh mục."
GLOSSARY_TAKEN = "Cách gọi này đã dùng cho: {}."


STEPS: Mapping[str, str] = {
    "reading": "Đọc hiểu câu hỏi",
    "proposal": "Đọc hiểu và viết truy vấn",
    "generation": "Viết truy vấn",
    "validation": "Kiểm tra truy vấn",
    "execution": "Lấy số liệu",
    "presentation": "Soạn câu trả lời",
}

TRUST_LABELS: Mapping[Trust, str] = {
    Trust.VERIFIED: "Đã kiểm duyệt",
    Trust.GENERATED: "Sinh tự động",
    Trust.REVIEW: "Cần xem lại",
}

TRUST_REASONS: Mapping[Trust, str] = {
    Trust.VERIFIED: "Truy vấn mẫu đã được người có trách nhiệm duyệt.",
    Trust.GENERATED: "Máy viết truy vấn, đã qua kiểm tra và chỉ dùng chỉ tiêu đã định nghĩa.",
    Trust.REVIEW: "Có điểm chưa chắc chắn: hãy xem mục Cách tính trước khi dùng con số.",
}

LOW_CONFIDENCE = (
    "Độ chắc chắn khoảng {} phần trăm: hãy đối chiếu phần “Tôi hiểu câu hỏi là” và mục Cách tính trước khi dùng."
)

TYPES: Mapping[str, str] = {
    "text": "chữ",
    "integer": "số nguyên",
    "decimal": "số",
    "date": "ngày",
    "timestamp": "ngày giờ",
    "boolean": "đúng/sai",
}

TITLES: Mapping[Status, str] = {
    Status.NO_DATA: NO_DATA_TITLE,
    Status.REFUSED: REFUSED_TITLE,
    Status.ERROR: ERROR_TITLE,
}

REFUSAL_ACTIONS: Mapping[str, str] = {
    "forbidden": "Thông tin này được bảo vệ. Bạn có thể hỏi số liệu tổng hợp thay vì từng đối tượng.",
    "absent": "Xem mục Danh mục để biết kho đang có những số liệu nào.",
    "out_of_scope": "Hãy hỏi về số liệu có trong kho; mục Danh mục liệt kê các chỉ tiêu.",
    "unsafe": "Trợ lý chỉ đọc dữ liệu, không sửa và không xóa.",
    "future": "Kho chỉ có số liệu đến ngày ghi ở đầu trang. Hãy chọn một kỳ đã qua.",
}


def yes(value: bool) -> str:
    """A flag in a table."""
    return "có" if value else "không"


def loosened(dropped: str) -> str:
    """What a button that drops a condition says."""
    return f"Bỏ {dropped}"


def too_long(length: int, limit: int) -> str:
    """The message for a question of ``length`` characters where ``limit`` is the most."""
    return f"Câu hỏi dài {grouped(length)} ký tự, vượt quá giới hạn {grouped(limit)} ký tự."


def grouped(number: int) -> str:
    """A whole number in Vietnamese grouping: ``1.234``."""
    return f"{number:,}".replace(",", ".")


def seconds(value: float) -> str:
    """A duration in seconds with one decimal: ``2,4 giây``."""
    if value < 0.05:
        return "chưa đến 0,1 giây"
    return f"{value:.1f} giây".replace(".", ",", 1)


def whole_seconds(value: float) -> str:
    """A duration in whole seconds, for a counter that runs."""
    return f"{int(value)} giây"


def day(value: dt.date) -> str:
    """A date as ``31/10/2025``."""
    return value.strftime("%d/%m/%Y")


def data_until(value: dt.date) -> str:
    """How far the data goes."""
    return f"Dữ liệu đến {day(value)}"


def waiting(ahead: int) -> str:
    """The queue, as the person sees it."""
    return f"Đang chờ lượt (còn {ahead} người)"


def row_count(rows: int, truncated: bool) -> str:
    """The size of a result."""
    return f"{grouped(rows)} dòng đầu, {MORE_ROWS}" if truncated else f"{grouped(rows)} dòng"


def decimal(value: float) -> str:
    """A plain number in Vietnamese format, no more decimals than it has (two at most): ``1.234,5``."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def carried(before: str) -> str:
    """What a question was taken to continue."""
    if not before:
        return "Đang hiểu là hỏi tiếp câu trước."
    short = before if len(before) <= 80 else f"{before[:79].rstrip()}…"
    return f"Đang hiểu là hỏi tiếp câu “{short}”."


def approving(step: str, asked: int, total: int) -> str:
    """Where an approval is: ``Cổng phát hành nhanh · 12/60 câu``."""
    return f"{step} · {grouped(asked)}/{grouped(total)} câu" if total else f"{step}…"


def board_at(at: dt.datetime) -> str:
    """When a board was computed, and that it will be again."""
    return f"Tính lúc {at:%H:%M}; để mở thì tự tính lại mỗi 10 phút."


def tile_rows(shown: int, rows: int) -> str:
    """What a tile of the board leaves out."""
    return f"{grouped(shown)} mục đầu trong {grouped(rows)}; mở câu trả lời để xem đủ."


def shown_rows(most: int) -> str:
    """A table that shows only its first rows, and where the others are."""
    return f"bảng trên trang hiện {grouped(most)} dòng đầu; tệp Excel, CSV có đủ"
