"""What is said when a query fails: Vietnamese with an action, by the marks in the engine's own text.

The engine's text itself goes to the log only.
"""

from __future__ import annotations

import logging

from sqlalchemy.engine import Engine

from nl2sql.errors import ExecutionError

_LOG = logging.getLogger(__name__)

_TOO_LONG = ("57014", "maximum statement execution time", "max_statement_time")
_LOST = (
    "connection refused",
    "server closed",
    "network error",
    "broken pipe",
    "not a database",
    "disk image is malformed",
)

_KNOWN_FAILURES = (
    (
        ("must appear in the group by", "not in group by", "42803"),
        "Câu SQL lấy một cột chưa được gộp nhóm.", "Hãy thêm cột đó vào GROUP BY hoặc dùng hàm tổng hợp.",
    ),
    (
        ("conversion error", "could not convert", "invalid input syntax", "22p02"),
        "Câu SQL so sánh hoặc chuyển một giá trị sai kiểu dữ liệu.", "Hãy kiểm tra kiểu của cột và giá trị.",
    ),
    (
        ("cannot compare", "no function matches", "operator does not exist", "42883", "binder error"),
        "Câu SQL dùng hàm hoặc phép so sánh không hợp với kiểu của cột.", "Hãy kiểm tra kiểu của cột và giá trị.",
    ),
    (
        ("more than one row", "21000"),
        "Truy vấn con trả về nhiều hơn một dòng.", "Hãy dùng IN hoặc thêm điều kiện cho truy vấn con.",
    ),
    (
        ("division by zero", "22012"),
        "Câu SQL chia cho 0.", "Hãy dùng NULLIF cho mẫu số.",
    ),
    (
        ("permission denied", "42501", "not authorized", "prohibited"),
        "Tài khoản kết nối không có quyền đọc dữ liệu này.", "Hãy liên hệ quản trị viên.",
    ),
)  # fmt: skip


def stopped(reason: str, seconds: float) -> ExecutionError:
    """What to say of a query that was ended: ``cancelled`` or ``timeout``."""
    if reason == "cancelled":
        return ExecutionError("Đã dừng câu truy vấn theo yêu cầu.", code="cancelled")
    return ExecutionError(
        f"Câu truy vấn chạy quá {seconds:g} giây nên đã bị dừng.".replace(".", ",", 1) if seconds % 1 else
        f"Câu truy vấn chạy quá {seconds:.0f} giây nên đã bị dừng.",
        code="timeout", action="Hãy thu hẹp kỳ hoặc phạm vi rồi hỏi lại.",
    )  # fmt: skip


def unreachable(error: Exception) -> ExecutionError:
    """What to say of a database that cannot be used, by what its engine says of it."""
    _LOG.warning("database cannot be used: %s: %s", type(error).__name__, error)
    source = error.__cause__ if isinstance(error, ExecutionError) and error.__cause__ else error
    text = str(source).lower()
    if ("lock" in text and "conflict" in text) or "could not set lock" in text or "database is locked" in text:
        return ExecutionError(
            "Tệp cơ sở dữ liệu đang được một chương trình khác ghi.", code="unreachable",
            action="Hãy đóng chương trình đó rồi thử lại.",
        )  # fmt: skip
    if "password" in text or "28p01" in text or "28000" in text:
        return ExecutionError(
            "Cơ sở dữ liệu từ chối tên hoặc mật khẩu đăng nhập.", code="unreachable",
            action="Hãy kiểm tra tên người dùng và mật khẩu trong địa chỉ kết nối.",
        )  # fmt: skip
    if "not a valid" in text or "not a database" in text or "malformed" in text:
        return ExecutionError(
            "Tệp này không phải là cơ sở dữ liệu hoặc đã hỏng.", code="unreachable",
            action="Hãy kiểm tra lại đường dẫn và loại cơ sở dữ liệu.",
        )  # fmt: skip
    return ExecutionError(
        "Không kết nối được cơ sở dữ liệu.", code="unreachable",
        action="Hãy kiểm tra địa chỉ kết nối và xem cơ sở dữ liệu có đang chạy không.",
    )  # fmt: skip


def is_lost(error: Exception, engine: Engine) -> bool:
    """Whether the connection is of no use any more."""
    lost = isinstance(error, OSError) or engine.dialect.is_disconnect(error, None, None)  # type: ignore[arg-type]
    text = f"{type(error).__name__}: {error}".lower()
    return bool(lost) or any(mark in text for mark in _LOST)


def translated(error: Exception, dialect: str, seconds: float) -> ExecutionError:
    """Our message for an engine's error; the engine's text goes to the log only."""
    text = f"{type(error).__name__}: {error}"
    # What follows the first line repeats the SQL, and that may hold the key of the pseudonyms.
    _LOG.info("query failed in %s: %s", dialect, text.split("\n", 1)[0])
    lowered = text.lower()
    if any(mark in lowered for mark in _TOO_LONG):
        return stopped("timeout", seconds)
    if "out of memory" in lowered or "outofmemory" in lowered:
        return ExecutionError(
            "Câu truy vấn cần nhiều bộ nhớ hơn mức cho phép.",
            code="failed",
            action="Hãy thu hẹp kỳ, phạm vi hoặc số nhóm rồi hỏi lại.",
        )
    for marks, message, action in _KNOWN_FAILURES:
        if any(mark in lowered for mark in marks):
            return ExecutionError(message, code="failed", action=action)
    return ExecutionError(
        "Cơ sở dữ liệu không chạy được câu truy vấn này.",
        code="failed",
        action="Hãy diễn đạt câu hỏi theo cách khác hoặc kiểm tra lại câu SQL.",
    )
