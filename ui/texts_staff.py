"""Fixed sentences of the pages for evaluators and administrators, in Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping

from ui import texts

EVAL_TITLE = "Đánh giá"
EVAL_NOTE = "Các lần chạy bộ câu hỏi kiểm tra trên máy này: đúng bao nhiêu, sai vì đâu, tốt lên hay kém đi."
EVAL_EMPTY = "Chưa có lần chạy nào trên máy này"
EVAL_EMPTY_ACTION = "Hãy chọn một bộ câu hỏi ở trên rồi bấm “Bắt đầu chạy”."
EVAL_START_TITLE = "Chạy một bộ câu hỏi"
EVAL_SUITE = "Bộ câu hỏi"
EVAL_SAMPLE = "Số câu"
EVAL_START = "Bắt đầu chạy"
EVAL_START_NOTE = (
    "Chạy ở chế độ nền, không dùng mô hình, nên mọi người vẫn hỏi được. "
    "Muốn đo cả mô hình, hãy dùng dòng lệnh: hoikho eval run TÊN_BỘ --route auto."
)
EVAL_ENDED = "Đã chạy xong"
EVAL_STOPPED = "Đã dừng lần chạy {} sau {} câu. Chạy lại cùng bộ và cùng số câu sẽ tiếp tục từ chỗ đó."
EVAL_FAILED = "Lần chạy {} không xong: {}"
EVAL_GATE = "Cổng phát hành"
EVAL_GATE_HEAD = ("Bộ câu hỏi", "Cách chạy", "Sàn", "Trạng thái", "Theo lần chạy mới nhất")
EVAL_GATE_UNKNOWN = "Chưa chạy"
EVAL_GATE_PASSED = "Đạt"
EVAL_GATE_FAILED = "Không đạt"
EVAL_GATE_NOTE = (
    "Bảng này chỉ đọc các lần chạy đã có. Để chạy cả cổng: hoikho eval gate; phần nhanh: hoikho eval gate --quick."
)
EVAL_RUN = "Lần chạy"
EVAL_FIGURES = "Kết quả"
EVAL_MISSES = "Câu sai"
EVAL_COMPARE = "So sánh"
EVAL_RIGHT = "Đúng"
EVAL_SCORED = "Số câu chấm"
EVAL_UNSCORED = "không chấm {} câu"
EVAL_RELAXED = "Nới cột mô tả"
EVAL_RELAXED_NOTE = "bỏ qua cột mô tả thừa, thiếu"
EVAL_SPLIT = "Chia theo"
EVAL_CURVE = "Độ tin cậy: trả lời càng ít câu, đúng càng nhiều"
EVAL_COVERAGE = "Tỷ lệ câu được trả lời"
EVAL_PRECISION = "Tỷ lệ đúng"
EVAL_THRESHOLD = "Ngưỡng"
EVAL_CAUSE = "Vì đâu"
EVAL_ALL = "Mọi lý do"
EVAL_SEARCH = "Tìm trong câu hỏi"
EVAL_FOUND = "{} câu"
EVAL_OURS = "Trợ lý viết"
EVAL_GOLD = "Đáp án"
EVAL_REPLAY = "Hỏi lại câu này"
EVAL_WITH = "So với lần chạy"
EVAL_NOTHING_TO_COMPARE = "Chưa có lần chạy khác của cùng bộ câu hỏi."
EVAL_BETTER = "Tốt lên"
EVAL_WORSE = "Kém đi"
EVAL_SAME = "Như cũ"
EVAL_P = "p (McNemar) = {}"

ADMIN_TITLE = "Quản trị"
ADMIN_HEALTH = "Tình trạng"
ADMIN_PEOPLE = "Người dùng và vai"
ADMIN_AUDIT = "Nhật ký"
ADMIN_SAID = "Ý kiến và đề nghị"
ADMIN_DATA = "Số liệu đến hết ngày"
ADMIN_WAREHOUSE = "Kho dữ liệu"
ADMIN_CATALOGUE = "Danh mục"
ADMIN_MODEL = "Mô hình"
ADMIN_QUEUE = "Hàng đợi"
ADMIN_RUNNING = "{} câu đang trả lời"
ADMIN_ROUTE = "Cách trả lời"
ADMIN_HOME = "Hội thoại đã lưu"
ADMIN_CHANGE = "Sửa một người dùng"
ADMIN_SET_ROLE = "Đổi vai"
ADMIN_NEW_WORD = "Đặt lại mật khẩu"
ADMIN_BAR = "Khóa"
ADMIN_ALLOW = "Mở khóa"
ADMIN_EXAMINE = "Kiểm tra toàn bộ"
ADMIN_WAITING = "{} câu chờ mô hình"
ADMIN_ROUTES: Mapping[str, str] = {
    "auto": "tự chọn: hiểu trọn câu thì dựng từ danh mục, còn lại mô hình viết",
    "model": "mô hình luôn viết",
    "composed": "dựng từ danh mục, không dùng mô hình",
}
ADMIN_EVENTS: Mapping[str, str] = {
    "question": "hỏi",
    "sql": "chạy SQL",
    "explain": "xem truy vấn",
    "signin": "đăng nhập",
    "signout": "đăng xuất",
    "user": "người dùng",
    "export": "tải về",
    "feedback": "góp ý",
    "verified": "duyệt",
    "catalogue": "danh mục",
    "backup": "sao lưu",
    "restore": "khôi phục",
}
ADMIN_STATUSES: Mapping[str, str] = {
    "answered": "đã trả lời",
    "clarify": "hỏi lại",
    "refused": "từ chối",
    "no_data": "không có số liệu",
    "error": "lỗi",
}
ADMIN_ADD = "Thêm người dùng"
ADMIN_AUDIT_SEARCH = "Tìm trong nhật ký (người, câu hỏi, bảng, ngày…)"
ADMIN_VERIFY = "Kiểm tra tính toàn vẹn"
ADMIN_BROKEN = "Nhật ký có chỗ không khớp"
ADMIN_INTACT = "Nhật ký nguyên vẹn: {} dòng."
ADMIN_FEEDBACK = "Ý kiến về câu trả lời"
ADMIN_PROPOSALS = "Đề nghị cho danh mục"
ADMIN_NONE = "Chưa có."
ADMIN_DONE = "Bỏ đề nghị"
ADMIN_MODES: Mapping[str, str] = {
    "single": "Chế độ một người: ai ngồi trước máy này đều có đủ quyền.",
    "local": "Đăng nhập bằng tài khoản trên máy chủ này.",
    "oidc": "Đăng nhập qua hệ thống tài khoản của cơ quan.",
}
ADMIN_ROWS: Mapping[str, str] = {"all": "mọi đơn vị", "unit": "đơn vị mình"}


def eval_sample(size: int) -> str:
    """How much of a suite is run."""
    return f"Mẫu {texts.grouped(size)} câu" if size else "Cả bộ"


def eval_progress(suite: str, done: int, total: int, right: int) -> str:
    """A run under way: ``first · 12/60 câu · đúng 11``."""
    if not total:
        return f"{suite} · đang chuẩn bị…"
    return f"{suite} · {texts.grouped(done)}/{texts.grouped(total)} câu · đúng {texts.grouped(right)}"
