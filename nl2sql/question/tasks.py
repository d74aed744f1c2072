"""Requests to do a piece of the office's work instead of telling something: approve, grant, move, send, write off.

A question asks ("bao nhiêu", "nào"); an order begins with a verb of doing and names what is to be done to. Words that
are both a verb and the name of a figure ("hoàn thuế", "khởi tố", "cập nhật cho tôi số thu") are orders only with a sign
of one: a target ("thành 900 tỷ"), a determiner ("này", "vừa đăng ký"), or somebody to do it for at once.
"""

from __future__ import annotations

from nl2sql.question.phrases import search
from nl2sql.question.text import Text, normalise

_ASKS = r"bao nhiêu|mấy|nào|gì|thế nào|ra sao|liệt kê|thống kê|so sánh|biết|how many|bấy nhiêu"
_LEADS = (
    r"(?:(?:hãy|giúp|hộ|nhờ|đề nghị|yêu cầu|xin|làm ơn|vui lòng|anh|chị|em|bạn|tôi|mình|muốn|cần|hệ thống|trợ"
    r" lý|máy|ơi|dạ|"
    r"này|bây giờ|giờ|phải|ngay|luôn|,|\.|:|-|please|bảo|bắt|lệnh) )*"
)
_FOR = r"(?:(?:ngay|giúp|hộ|cho|tôi|em|anh|chị|mình|luôn|hết|các|những|tất cả|toàn bộ|lại|bỏ) )*"
_DONE_TO = (
    r"(?:tờ khai|hồ sơ|khoản|vụ|quyết định|văn bản|công văn|doanh nghiệp|công ty|cty|dn|mã số thuế|mst|tài"
    r" khoản|người dùng|"
    r"nợ|nợ thuế|số liệu|dữ liệu|bản ghi|dòng|container|lô hàng|đơn|kế hoạch|báo cáo|tên|biên bản|giấy phép|c/o)"
)
_AMOUNT = (
    r"(?:thành|lên|xuống|về|còn|là|bằng|=)(?: mức| con số)? (?:\d\S*|không|một|hai|ba|năm|mười)(?! tháng| quý| năm)"
)
_UNIT = r"(?:nghìn |ngàn |triệu |trăm )*(?:tỷ|tỉ|triệu|đồng|usd|đô|%|phần trăm|tờ|vụ|người|tấn|nghìn)"
_ORDERS: tuple[str, ...] = (
    # a new amount or state
    (
        rf"{_LEADS}(?:sửa|chỉnh sửa|chỉnh|điều chỉnh|cập nhật|đổi|thay|nâng|hạ|tăng|giảm|đặt|gán|ghi|kê|set"
        rf"|update) .+ {_AMOUNT} {_UNIT}.*"
    ),
    (
        rf"{_LEADS}(?:chuyển|đổi|đưa|cho|xếp|gán|sửa) {_FOR}(?:\S+ )?{_DONE_TO} .*(?:sang|vào|thành) (?:luồng"
        r"|trạng thái|nhóm|diện|mức|danh sách) .+"
    ),
    rf"{_LEADS}đổi tên .+",
    rf"{_LEADS}(?:gán nhãn|gắn nhãn|gắn cờ|đánh dấu|dán nhãn) .+",
    # approving, granting, closing
    rf"{_LEADS}(?:duyệt|phê duyệt|ký duyệt|ký|thông qua|xác nhận|bác bỏ|từ chối) {_FOR}(?:\S+ )?{_DONE_TO}.*",
    rf"{_LEADS}(?:cấp|phân|mở|thu hồi|gỡ|nâng|cho)(?: thêm| tôi| em)* quyền .+",
    rf"{_LEADS}(?:khóa|mở khóa|đóng băng|chặn|cưỡng chế|phong tỏa|đình chỉ) {_FOR}{_DONE_TO}.*",
    (
        rf"{_LEADS}(?:bổ nhiệm|điều động|luân chuyển|cách chức|sa thải|kỷ luật|khen thưởng|tăng lương)"
        rf" {_FOR}(?:đồng chí|ông|bà|anh|chị|công chức|cán bộ|cục trưởng|chi cục trưởng).*"
    ),
    (
        rf"{_LEADS}(?:thông quan|giải phóng hàng|phân luồng|kiểm hóa) (?:ngay|luôn|giúp|hộ|cho (?:tôi|em|lô|công"
        r" ty|doanh nghiệp)).*"
    ),
    (
        rf"{_LEADS}(?:miễn|giảm|hoàn|xóa|khoanh)(?: thuế| nợ| phạt| nợ thuế| tiền phạt)+ (?:ngay|luôn|giúp|hộ|cho"
        r" (?:tôi|em|công ty này|doanh nghiệp này)).*"
    ),
    # taking away
    rf"{_LEADS}(?:xóa|xóa bỏ|delete|remove) {_FOR}(?:\S+ ){{0,2}}{_DONE_TO}.*",
    rf"{_LEADS}(?:hủy|hủy bỏ|thu hồi|rút) (?:giúp|hộ|ngay|cho|luôn) .*{_DONE_TO}.*",
    rf"{_LEADS}(?:hủy|hủy bỏ|thu hồi|rút|trả lại) {_FOR}{_DONE_TO} (?:.* )?(?:này|đó|kia|vừa|số \d).*",
    # making new
    (
        rf"{_LEADS}(?:thêm|nhập|chèn|ghi|bổ sung|tạo|lập|đăng ký|khai|mở)(?: thêm| mới| vào| giúp| hộ| cho tôi|"
        rf" cho em)* (?:một|1|\d+)(?: cái)? {_DONE_TO}.*"
    ),
    rf"{_LEADS}(?:thêm|nhập|chèn|ghi|tạo|lập|đăng ký|mở) {_FOR}{_DONE_TO} (?:\S+ )?mới.*",
    # sending away
    (
        rf"{_LEADS}(?:gửi|chuyển|forward|send) .*(?:qua|bằng|vào|tới|đến|lên)? ?(?:email|e-mail|mail|zalo|tin nhắn"
        r"|facebook|telegram|fax).*"
    ),
    (
        rf"{_LEADS}(?:gửi|chuyển tiếp|phát hành|ban hành) (?:(?:ngay|giúp|hộ|luôn) )*(?:bảng|tệp|file|thông báo"
        r"|công văn|văn bản|quyết định|giấy mời|kết quả|nó|cái)(?: \S+)* (?:cho|tới|đến) (?!tôi|em|anh|chị|mình).+"
    ),
    (
        rf"{_LEADS}(?:gọi điện|nhắn tin|gọi|nhắc|đặt lịch|đặt vé|hẹn) (?:cho|tới|lãnh đạo|giám đốc|anh|chị|đơn vị"
        r"|công ty|doanh nghiệp|lịch|giờ).*"
    ),
)  # fmt: skip
_IN_TALK = (
    (
        rf"{_LEADS}(?:sửa|chỉnh sửa|chỉnh|điều chỉnh|cập nhật|nâng|hạ|đặt|gán|ghi|set|update) (?!lại là|thành).+"
        rf" {_AMOUNT} {_UNIT}.*"
    ),
    *_ORDERS[2:],
)
"""In a conversation "đổi thành …", "chuyển sang …" change the question; what names a thing to be done to does not."""
_OF_THE_VIEW = r"lọc|bộ lọc|điều kiện|so sánh|cột|nhóm|dòng tổng|biểu đồ|thay đổi|câu|bước|phần"


def mentions(text: Text, phrases: tuple[str, ...]) -> bool:
    """Whether one of some phrases stands in a text, with or without diacritics."""
    folded = " ".join(t.fold for t in text.tokens)
    return any(f" {' '.join(t.fold for t in normalise(p).tokens)} " in f" {folded} " for p in phrases)


def is_task(text: Text, *, talking: bool = False) -> bool:
    """Whether a text asks for something to be done and not for figures.

    Args:
        talking: It follows other questions, so that "thêm cột …", "bỏ …" change what is shown.
    """
    if search(text, _ASKS) is not None:
        return False
    for pattern in _IN_TALK if talking else _ORDERS:
        found = search(text, pattern)
        if found is not None and found.start == 0:
            return not (talking and search(text, rf"(?:\S+ ){{0,3}}(?:{_OF_THE_VIEW})") is not None)
    return False
