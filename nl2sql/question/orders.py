"""Texts that give orders instead of asking: change data, drop the rules, show the inside, run code, spy on others.

Nothing here protects anything: only one read-only SELECT over the role's catalogue ever reaches a database, whatever a
text says. It keeps an order from being answered with some number, and lets it end as an ordinary refusal.

The patterns are of language, verb and object, and never a name of a table: an order stands where orders stand (at the
beginning, after a comma, after "hãy", "giúp", "please"), so that "số thuế được xóa nợ" and "drop in exports" are
questions, and what a person changes about the last answer ("bỏ bộ lọc năm", "thêm cột tỷ trọng") is none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import unquote

from nl2sql.question.phrases import search
from nl2sql.question.text import Text, normalise

Order = Literal["change", "rules", "inside", "run", "others", "flood", "sql"]

SAID: Mapping[Order, str] = {
    "change": "Tôi chỉ đọc số liệu, không thêm, sửa hay xóa gì trong kho.",
    "rules": "Tôi không đổi vai, quyền hay quy tắc của mình theo lời nhắn.",
    "inside": "Tôi không trả lời về bên trong hệ thống: lời nhắc, cấu hình, tài khoản, khóa.",
    "run": "Tôi không chạy lệnh, không mở hay gửi tệp, không ra mạng.",
    "others": "Tôi không cho xem câu hỏi hay câu SQL của người khác.",
    "flood": "Phép ghép hay lặp này quá lớn để chạy.",
    "sql": "Đây là câu SQL: người có quyền chạy nó ở trang SQL, còn ở đây hãy hỏi bằng lời.",
}
"""What is said to an order, in Vietnamese."""

_W = r"(?:\S+ )"
_BEGIN = (
    r"(?:^|[,.;:!?\"()\]}>»«/-] |(?:hãy|vui lòng|làm ơn|xin|giúp|giùm|hộ|nhờ|bạn|em|trợ lý|hệ thống|tôi muốn|"
    r"tôi cần|rồi|và|"
    r"giờ|từ giờ|mau|please|pls|kindly|just|now|then|and|to|must|should|can you|could you|assistant|also) )"
)
"""Where an order begins."""
_AMOUNT = (
    r"(?:(?:\d\S* )?(?:không|0|zero|null|nothing)|\d\S*(?: (?:nghìn|ngàn|triệu|tỷ|trăm|million|billion|thousand))? ?"
    r"(?:đồng|vnđ|vnd|usd|đô|%|phần trăm|tờ khai|vụ|bản ghi|dòng|hồ sơ|tỷ|triệu|nghìn|dollars?|dong|declarations?|"
    r"rows?|"
    r"records?|cases?)|\d[\d.,]{4,})"
)
_VIEWED = r"(?:năm|tháng|quý|kỳ|ngày|đơn vị|ngưỡng|mức|mốc|top|giới hạn|số dòng|trên|dưới|year|month|limit|top|unit)"
"""What a person changes about an answer, not about the data."""
_ROWS = (
    r"(?:tờ khai|bản ghi|dòng|vụ|hồ sơ|giao dịch|lô hàng|chứng từ|container|chuyến|"
    r"declarations?|records?|rows?|cases?|entries)"
)
_STORE = (
    r"(?:bảng|bản ghi|cơ sở dữ liệu|csdl|database|tables?|kho dữ liệu|schema|lược đồ|dữ liệu|số liệu|data|"
    r"records?|rows?|"
    r"warehouse|kho)"
)

_CHANGE = (
    # Somewhere in the text: a verb of change close before a thing of the database itself.
    rf"(?:xóa|chỉnh sửa|cập nhật lại|chèn|ghi đè|đổi tên|sao chép|nạp|cắt|hủy|rename|alter|truncate|purge|erase|"
    rf"wipe|destroy) "
    rf"{_W}{{0,4}}{_STORE}",
    rf"(?:sửa|sửa đổi|thay đổi) {_W}{{0,2}}(?:bảng|bản ghi|cơ sở dữ liệu|csdl|database|table)",
    rf"thêm {_W}{{0,4}}vào (?:bảng|bản ghi|cơ sở dữ liệu|csdl|database|table)",
    rf"(?:sửa|thêm|sửa đổi|thay đổi|cập nhật) {_W}{{0,2}}(?:bảng|bản ghi|cơ sở dữ liệu|csdl|database|table|dữ liệu|"
    rf"số liệu)"
    r"(?! (?:đến|tới|mới nhất|so sánh|xuất|nhập|thu|theo|năm|tháng|quý|bổ sung|thông tin))",
    rf"tạo {_W}{{0,4}}(?:bảng (?:mới|tạm|tên|dữ liệu mới)|cơ sở dữ liệu|tài khoản người dùng)",
    r"(?:rồi|và|sau đó) lưu (?:lại|vào|thành|xuống)|(?:mark|flag) (?:all|every|the) ",
    # As an order: take away, put in, set to.
    rf"{_BEGIN}{_W}?(?:xóa(?! nợ| bộ lọc| điều kiện| lọc| cột)|gỡ bỏ|tẩy|delete) {_W}{{0,5}}(?:{_ROWS}|{_STORE}|"
    rf"hết|sạch|toàn bộ|all|lịch sử)",
    rf"{_BEGIN}drop (?!in |of |by |from |rate |rates ){_W}{{0,4}}(?:tables?|bảng|columns?|cột|views?|database|"
    rf"schema|index|\w*_\w+)",
    rf"{_BEGIN}remove {_W}{{0,4}}(?:records?|rows?|data|tables?|declarations?)",
    rf"{_BEGIN}{_W}?(?:thêm|nhập thêm|chèn|bổ sung|tạo thêm|ghi thêm|nhập|insert|add|"
    rf"append) {_W}?\d\S* {_W}{{0,2}}{_ROWS} "
    rf"{_W}{{0,6}}(?:vào|vô|into|to)",
    rf"{_BEGIN}{_W}?(?:đặt lại|đặt|sửa|chỉnh|sửa lại|chỉnh lại|gán|ghi nhận|ghi|ghi đè|viết đè|đánh dấu|thay|đổi|"
    rf"cập nhật|set|change|overwrite|update) "
    rf"(?!{_VIEWED}){_W}{{1,12}}(?:thành|về|bằng|còn|lên|xuống|=|to|as|with) (?:con số |giá trị |mức |còn |a |"
    rf"the )*{_AMOUNT}",
    rf"{_BEGIN}(?:make|set|đặt) (?:the |our |lại )?(?!{_VIEWED}){_W}{{2,8}}{_AMOUNT} ?(?:nhé|đi|giúp tôi|please)?$",
)
_ADJUST = (
    rf"{_BEGIN}(?:tăng|giảm|nâng|hạ|increase|decrease|raise|lower) (?!{_VIEWED}){_W}{{2,12}}(?:lên|xuống|còn|thành|"
    rf"to)"
    rf"(?: còn| thành)? (?:\d\S*)",
)
"""Also what somebody asks about: an order only where nothing is asked."""
_ASKS = r"bao nhiêu|mấy|nào|gì|sao|đâu|ai|chưa|how|what|which|when|who|\?"

_RULE = (
    r"(?:hướng dẫn|chỉ dẫn(?! địa lý)|quy tắc|quy định|nguyên tắc|luật lệ|luật cũ|kiểm tra an toàn|kiểm duyệt|"
    r"bảo mật|an toàn|"
    r"phân quyền|chính sách|ẩn danh|che tên|mã ẩn danh|điều cấm|lời dặn|system prompt|instructions?|rules?|"
    r"guidelines?|"
    r"polic(?:y|ies)|safety|guardrails?|validators?|told|prompts?|anonymi[sz]ation|masking)"
)
_LIMIT = r"(?:giới hạn|hạn chế|ràng buộc|bộ lọc|rào cản|khóa|limits?|limitations?|restrictions?|filters?|checks?|above)"
_RULES = (
    rf"(?:bỏ qua|bỏ|quên|phớt lờ|lờ|vứt|mặc kệ|kệ|gỡ|tắt|vô hiệu|vô hiệu hóa|phá|vượt|vượt qua|lách|ngừng tuân|"
    rf"không tuân|"
    rf"không cần theo|không cần tuân|đừng theo|đừng tuân|ignore|forget|disregard|bypass|override|disable|turn off|"
    rf"switch off|"
    rf"skip|circumvent) {_W}{{0,5}}{_RULE}",
    rf"(?:phớt lờ|vô hiệu|vô hiệu hóa|phá|vượt qua|lách|tắt|bypass|override|disable|disregard|ignore|"
    rf"circumvent) {_W}{{0,4}}{_LIMIT}",
    r"(?:không|chẳng|chả|hết) (?:còn |bị |phải )*(?:giới hạn quyền|giới hạn nào|bị giới hạn|bị ràng buộc)|"
    r"without restrictions?|"
    r"trợ lý không giới hạn|làm được mọi thứ",
    r"đóng vai(?! trò)|nhập vai|giả vờ|giả bộ|hành xử như|cư xử như|act as|act like|pretend|role ?play|roleplay|"
    r"you are now|"
    r"from now on|developer mode|debug mode|jailbreak|chế độ (?:nhà phát triển|gỡ lỗi|quản trị|không giới hạn|"
    r"lập trình viên)",
    rf"(?:từ (?:giờ|nay)|bây giờ|kể từ bây giờ) (?:trở đi )?(?:bạn|em|mày|trợ lý|hãy coi|hãy hành|chỉ trả lời|"
    rf"phải) {_W}?(?:là|như|coi|trả lời|hành)?",
    r"(?:bạn|mày|you|you are|you're) (?:giờ |bây giờ )?(?:là|a|an|the)? ?(?:quản trị viên|admin|administrator|"
    r"hacker|root|dan|superuser)",
    rf"(?:cấp|nâng|nới|mở|grant|give) {_W}{{0,3}}(?:quyền(?! sở hữu)|privileges?|permissions?)|mở khóa|phá khóa|"
    rf"unlock|"
    rf"(?:đổi|chuyển|switch|change) {_W}?(?:vai|vai trò|quyền|role) (?:của )?(?:tôi|em|anh|mình|my)?|role = \S+|"
    r"với (?:tư cách |vai |quyền )+(?:quản trị|admin|root|cao nhất)|cho (?:tôi|em|anh|chị|mình|tao) (?:toàn |đủ |"
    r"thêm )?quyền(?! sở hữu)",
)

_INSIDE = (
    r"prompts?|lời nhắc hệ thống|câu nhắc|lời nhắc|câu lệnh gốc|lệnh gốc|system message|hidden (?:message|"
    r"instructions?)|"
    r"context window|your (?:instructions?|guidelines?|rules|initial)",
    rf"(?:bạn|trợ lý|mày|em) {_W}{{0,4}}(?:được|bị) {_W}{{0,4}}(?:hướng dẫn|chỉ dẫn|dặn|lập trình|huấn luyện)",
    rf"(?:hướng dẫn|chỉ dẫn|lời dặn|instructions?|rules) {_W}{{0,8}}(?:cho bạn|cho trợ lý|của bạn|were you given|"
    rf"you were given|"
    r"do you have|given to you)",
    r"(?:chạy|dùng|là|chay bang|use|using|running) (?:model|mô hình|mô hình ngôn ngữ|llm|ai) (?:nào|gì|what|"
    r"which)|which (?:model|llm)|"
    r"what model|model (?:nào|gì)|mô hình (?:gì|nào|ngôn ngữ)",
    r"mật khẩu|passwords?|credentials?|api key|api keys|khóa api|khóa bí mật|secret keys?|private keys?|"
    r"access tokens?|"
    r"token (?:truy cập|của|là|hệ thống)|biến môi trường|environment variables?|khóa mã hóa",
    rf"(?:tệp|file|files|tập tin|thư mục|cấu hình|ổ đĩa|folders?|director(?:y|ies)|nhật ký|log|logs) {_W}{{0,6}}"
    r"(?:máy chủ|server|hệ thống|máy tính này|trên máy|gốc)",
    rf"(?:in|đọc|xem|mở|hiện|show|print|read|liệt kê|list) {_W}{{0,3}}(?:cấu hình|thư mục|tập tin|mã nguồn|"
    rf"source code|config|files)",
    rf"(?:in|in ra|nhắc lại|đọc lại|chép lại|lặp lại|repeat|print|output) {_W}{{0,4}}(?:nguyên văn|nội dung|"
    rf"mọi thứ|tất cả chữ|everything|"
    rf"verbatim|text) {_W}{{0,4}}(?:phía trên|ở trên|bên trên|trước câu này|above)",
    r"(?:đang|đã|được) đăng nhập|ai là (?:quản trị|quản trị viên|admin)",
    r"pg_\w+|information_schema|sqlite_master|duckdb_\w+|pragma_\w+|bảng người dùng|bảng hệ thống|"
    r"tài khoản đăng nhập|"
    r"tài khoản người dùng",
)

_RUN = (
    rf"(?:ghép|nối|lấy|đọc) {_W}{{0,3}}(?:chữ cái|chữ|ký tự) (?:đầu|cuối) {_W}{{0,6}}"
    rf"(?:chạy|thực thi|thi hành|làm theo)",
    rf"(?:chạy|thực thi|thi hành|thực hiện|execute|run|eval) {_W}{{0,3}}(?:lệnh|mã|đoạn mã|code|script|shell|"
    rf"python|command|bash|"
    r"chương trình|vòng lặp|tệp|file)",
    rf"(?:đọc|mở|ghi|tải|tải về|open|read|download|write) {_W}{{0,4}}(?:tệp|file|tập tin|trang web|trang http\S*|"
    rf"đường dẫn|url|website)"
    r"(?! (?:excel|csv|xlsx|pdf))",
    rf"(?:gửi|send|email) {_W}{{0,8}}(?:qua|tới|đến|to|by) (?:email|mail|zalo|telegram|http\S*|máy chủ|server|"
    rf"địa chỉ)",
    r"(?:nối|lên|vào|tra|tìm) (?:mạng|internet|google|web)",
    rf"kết nối {_W}{{0,3}}(?:máy chủ|server|cơ sở dữ liệu khác|internet|mạng)",
)
_OTHERS = (
    rf"(?:người dùng|người|tài khoản|đồng nghiệp) khác {_W}{{0,5}}(?:hỏi|truy vấn|chạy|tra|xem)",
    rf"(?:lịch sử|nhật ký|câu hỏi|câu sql|câu truy vấn|truy vấn) (?:hỏi |truy vấn |đáp )?{_W}{{0,2}}(?:của|mà) "
    r"(?!tôi|em|mình|cục|chi cục|khu vực|đơn vị|hồ sơ|tờ khai)"
    r"(?:người|sếp|anh|chị|ông|bà|các tài khoản|tài khoản|đồng nghiệp|thủ trưởng|lãnh đạo|user|everyone|others?)",
    rf"(?:anh|chị|ông|bà|sếp|cô|đồng nghiệp|phòng|tài khoản|người) {_W}{{1,5}}(?:đã |vừa |mới )?(?:hỏi|tra cứu|"
    rf"truy vấn) (?:những |câu )?gì",
    r"ai (?:đã |vừa |mới )?hỏi (?:gì|những gì|câu gì)|(?:other|another) users? (?:ask|asked|query|queries|"
    r"questions?|history)",
)
_FLOOD = (
    r"nhân chéo|tích chéo|tích đề các|tích đề - các|tích descartes|cartesian|cross join|ghép mọi cặp",
    rf"(?:lặp|lặp lại|in|in ra|viết|đếm|repeat|print|count) {_W}{{0,6}}(?:triệu|tỷ|nghìn|million|billion) (?:lần|"
    rf"dòng|times|lines|rows)",
    r"vòng lặp vô hạn|infinite loop|lặp vô tận",
)
_BY_KIND: tuple[tuple[Order, tuple[str, ...]], ...] = (
    ("change", _CHANGE), ("rules", _RULES), ("inside", _INSIDE), ("run", _RUN), ("others", _OTHERS), ("flood", _FLOOD),
)  # fmt: skip

_SQL = re.compile(
    r"\bselect\s+(?:distinct\s+|top\s+\d+\s+)?(?:\*|[\w.\"]+\s*\([^)]*\)|[\w.\"]+)(?:\s+as\s+\w+)?"
    r"(?:\s*,\s*[\w.\"*]+(?:\([^)]*\))?)*\s+from\s+[\"\w]*[a-z_][\w\"]*(?:\s*;?\s*$|\s+(?:where|group|order|limit|"
    r"join|as)\b)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:insert\s+into|delete\s+from|update\s+\w+\s+set|drop\s+(?:table|view|database|schema|index|column|user|"
    r"role)\b"
    r"|alter\s+(?:table|role|user|database)|create\s+(?:or\s+replace\s+)?(?:view|database|schema|user|role|macro|"
    r"function)\b"
    r"|create\s+(?:temp\s+|temporary\s+)?table\s+\w+\s*(?:\(|as\b)|truncate\s+table|copy\s+\S+\s+(?:to|from)\s+['\"]"
    r"|export\s+database|attach\s+(?:database\s+)?['\"]|union\s+(?:all\s+)?select|merge\s+into|"
    r"grant\s+\w+\s+(?:on|to)|exec(?:ute)?\s+xp_|xp_cmdshell"
    r"|import\s+(?:os|sys|subprocess)\b|os\.system|subprocess\.|__import__)"
    r"|\bor\s+(['\"]?)(\w+)\1\s*=\s*\1\2\b|['\"]\s*;|;\s*--|'\s*--|'\s*\|\||\(\s*select\b|\b(?:read|pg|duckdb|"
    r"pragma|load|xp|utl|dbms|sys)_\w+\s*\("
    r"|<\|[^|>]{0,40}\|>|\[/?inst\]|```|^\s*#{2,}\s*(?:system|hệ thống)|\bsystem\s+override"
    r"|https?://|(?:^|[\s'\"=(])/(?:etc|var|home|root|proc|usr|tmp|opt|sys)\b|\b[a-z]:\\|~/\.|\.\./\.\.|(?:^|"
    r"\s)\.env\b"
    r"|^\s*(?:cat|ls|rm|curl|wget|ping|ssh|scp|sudo|bash|nc|chmod|whoami)\s+[-~/.\d]",
    re.IGNORECASE,
)
_LOOKALIKE = str.maketrans(
    "аеорсухіѕјԁԛѡкмтвнАЕОРСУХІЅЈКМТВНοαεικρτυνχΑΒΕΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxisjdqwkmtbhAEOPCYXISJKMTBHoaeikptuvxABEHIKMNOPTYX",
)
"""Letters of other alphabets, and ours that they look like."""


def order(question: str) -> Order | None:
    """What kind of order a text gives, or None for a question.

    Args:
        question: As typed. Entities of HTML, percent signs of URLs and letters of other alphabets that look like ours
            are seen through.
    """
    forms = dict.fromkeys((question, unquote(html.unescape(question)).translate(_LOOKALIKE)))
    for form in forms:
        if _SQL.search(form):
            return "sql"
        if _CODE.search(form):
            return "run"
        found = _said(normalise(form))
        if found is not None:
            return found
    return None


def _said(text: Text) -> Order | None:
    for kind, patterns in _BY_KIND:
        if any(search(text, pattern) is not None for pattern in patterns):
            return kind
    if search(text, _ASKS) is None and any(search(text, pattern) is not None for pattern in _ADJUST):
        return "change"
    return None
