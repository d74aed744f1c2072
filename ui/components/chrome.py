"""Streamlit's own few words in Vietnamese, and the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from ui import texts

WORDS: Mapping[str, str] = {
    "Send message": "Gửi câu hỏi",
    "Copy to clipboard": "Chép vào bộ nhớ tạm",
    "Copied": "Đã chép",
    "Clear entry": "Xóa chữ đã gõ",
    "Close": "Đóng",
    "Open": "Mở",
    "Expand sidebar": "Mở danh mục",
    "Collapse sidebar": "Đóng danh mục",
    "Scroll tabs left": "Các thẻ bên trái",
    "Scroll tabs right": "Các thẻ bên phải",
    "Connection error": "Mất kết nối",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:": (
        "Ứng dụng đã dừng hoặc máy chủ không trả lời. Hãy chạy lại ứng dụng rồi tải lại trang:"
    ),
    "streamlit run yourscript.py": "make run",
    "Page not found": "Không có trang này",
}

ICONS: Mapping[str, str] = {
    "thumb_up icon": texts.GOOD,
    "thumb_down icon": texts.BAD,
    "delete icon": texts.FORGET,
    "open_in_full icon": texts.OPEN,
    "arrow_upward icon": texts.MOVE_UP,
    "keep_off icon": texts.UNPIN_HELP,
    "add icon": texts.SQL_ADD,
    "close icon": texts.SQL_CLOSE,
}
"""Names of buttons that show an icon alone."""

_SCRIPT = (Path(__file__).parents[1] / "assets" / "chrome.js").read_text(encoding="utf-8")
_mount = st.components.v2.component("hoikho_chrome", html="<span hidden></span>", js=_SCRIPT)


def speak_vietnamese() -> None:
    """Set the page's language and rename what Streamlit itself says."""
    data = {"lang": "vi", "words": dict(WORDS), "icons": dict(ICONS), "popover": texts.BAD}
    with st.container(key="chrome"):
        _mount(key="chrome_words", data=data)
