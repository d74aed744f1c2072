"""How long the app itself needs for a click: ``python -m ui.bench [--browser] [--json]``.

Every interaction is a run of the page's script on this machine, as Streamlit does it for a click, over the demo
warehouse and without the model. Two figures are given: the time that passed, and the processor time of this process,
which others on the same machine do not change. With ``--browser`` the app is served and opened in Chromium: from the
address to the first paint, and to the page that can be typed into (needs Playwright, a dependency of the tests).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]
TIMES = 7
LIMIT_MS = 300.0
PAINT_MS = 2000.0
NUMBER = "Số tờ khai tháng 9/2025"
RANKING = "10 thị trường xuất khẩu lớn nhất năm 2024"
COMPARED = "5 thị trường nhập khẩu lớn nhất 6 tháng đầu năm 2025 so với cùng kỳ"
PAGES = (
    ("board", "Bảng theo dõi"), ("history", "Lịch sử"), ("sql", "SQL"), ("glossary", "Danh mục"),
    ("evaluate", "Đánh giá"), ("admin", "Quản trị"),
)  # fmt: skip
TABLE = "SELECT ngay, nuoc, tri_gia_usd FROM xnk LIMIT 1000"


@dataclass(frozen=True)
class Timed:
    """One interaction, in milliseconds: median and worst of the time that passed, median of processor time."""

    name: str
    wall: float
    worst: float
    cpu: float
    limit: float = LIMIT_MS


def clicks() -> Iterator[Timed]:
    """Every interaction that the bench knows, measured one after the other."""
    from streamlit.testing.v1 import AppTest

    def page(name: str) -> AppTest:
        script = f"from ui import session\nfrom ui.pages import {name}\n{name}.show(session.get_desk())"
        return AppTest.from_string(script, default_timeout=120).run()

    door = str(ROOT / "streamlit_app.py")
    app = AppTest.from_file(door, default_timeout=120).run()  # opens the warehouse, which a server does before anybody
    for question in (NUMBER, COMPARED, RANKING):
        _ask(app, question)
    yield measured("Mở trang hỏi", lambda: AppTest.from_file(door, default_timeout=120).run())
    yield measured("Vẽ lại trang có ba câu trả lời", app.run)
    yield measured("Chữ lớn, chữ thường", lambda: app.button(key="large_type").click().run())
    yield measured("Ghim, bỏ ghim", lambda: _button(app, "pin_").click().run())
    yield measured("Đổi kiểu biểu đồ", lambda: _switch(app))
    yield measured("Góp ý 👍", lambda: _button(app, "good_").click().run())
    _button(app, "pin_").click().run()
    for name, title in PAGES:
        yield measured(f"Trang {title}", page(name).run)
    words = [f"{word} {n}" for n in range(TIMES) for word in ("thuế", "cục")]
    glossary = page("glossary")
    yield measured("Tìm trong danh mục", lambda: glossary.text_input[0].set_value(words.pop()).run())
    audit, said = page("admin"), [f"kim ngạch {n}" for n in range(2 * TIMES)]
    yield measured("Tìm trong nhật ký", lambda: audit.text_input(key="audit_search").set_value(said.pop()).run())
    sql = page("sql")
    sql.session_state["sql_broken"] = True  # the plain text box: the editor itself needs a browser
    sql.run().text_area[0].set_value(TABLE).run()
    _button(sql, "sql_run").click().run()
    _settled(sql)
    yield measured("Vẽ lại trang SQL với 1.000 dòng", sql.run)


def measured(name: str, action: Callable[[], object], limit: float = LIMIT_MS) -> Timed:
    """An interaction several times; the first time is not counted, because it loads what is used."""
    action()
    walls, cpus = [], []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        action()
        walls.append((time.perf_counter() - began) * 1e3)
        cpus.append((time.process_time() - used) * 1e3)
    return Timed(name, statistics.median(walls), max(walls), statistics.median(cpus), limit)


def _ask(app: AppTest, question: str) -> None:
    app.chat_input[0].set_value(question).run()
    _settled(app)


def _settled(app: AppTest) -> None:
    """Wait until the answer and what is added to it are there, and draw them."""
    from ui import session

    end = time.monotonic() + 60
    while time.monotonic() < end and session.open_desk().busy():
        time.sleep(0.05)
    time.sleep(1.0)
    app.run()


def _button(app: AppTest, key: str) -> Any:
    return next(b for b in app.button if str(b.key).startswith(key))


def _switch(app: AppTest) -> object:
    control: Any = next(c for c in app.segmented_control if str(c.key).startswith("kind_"))
    first, second = control.options[:2]
    return control.set_value(second if control.value == first else first).run()


def paints() -> Iterator[Timed]:
    """The app served as ``hoikho app`` does it and opened in Chromium, anew each time."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with _served() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        first, ready = [], []
        for _ in range(TIMES):
            page = browser.new_context().new_page()
            began = time.perf_counter()
            page.goto(address)
            page.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
            ready.append((time.perf_counter() - began) * 1e3)
            first.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"))
            page.context.close()
        browser.close()
    for name, took in (("Nét vẽ đầu tiên (trình duyệt)", first), ("Gõ được câu hỏi (trình duyệt)", ready)):
        yield Timed(name, statistics.median(took), max(took), 0.0, PAINT_MS)


@contextmanager
def _served() -> Iterator[str]:
    """The app on a free port, its desk opened."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "ui.serve", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        address = f"http://localhost:{port}"
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310 - our own server
                    break
            except (URLError, OSError):
                time.sleep(0.3)
        time.sleep(8)  # the warehouse is opened ahead of the first visitor
        yield address
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """Measure and print a table, or one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m ui.bench", description="Đo thời gian của mỗi lần bấm.")
    parser.add_argument("--browser", action="store_true", help="Đo cả lần mở trang trong Chromium.")
    parser.add_argument("--json", action="store_true", help="Chỉ in JSON.")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="hoikho-bench-") as folder:
        _prepare(Path(folder))
        found = [*clicks(), *(paints() if given.browser else ())]
    if given.json:
        sys.stdout.write(json.dumps({"load": load, "clicks": [asdict(t) for t in found]}, ensure_ascii=False) + "\n")
        return
    sys.stdout.write(f"Tải của máy khi bắt đầu: {load:.1f}\n")
    sys.stdout.write(
        "| thao tác | trung vị (ms) | lâu nhất (ms) | bộ xử lý (ms) | giới hạn (ms) |\n|---|---|---|---|---|\n"
    )
    for timed in found:
        row = (timed.name, f"{timed.wall:.0f}", f"{timed.worst:.0f}", f"{timed.cpu:.0f}", f"{timed.limit:.0f}")
        sys.stdout.write(f"| {' | '.join(row)} |\n")


def _prepare(home: Path) -> None:
    """A state of its own over the warehouse that is there, without the model and without signing in."""
    from nl2sql.config import load_settings

    warehouse = load_settings().warehouse_file.resolve()
    (home / "warehouse").mkdir()
    (home / "warehouse" / "demo.duckdb").symlink_to(warehouse)
    os.environ.update(HOIKHO_HOME=str(home), HOIKHO_ROUTE="composed", HOIKHO_AUTH="single")
    logging.disable(logging.WARNING)


if __name__ == "__main__":
    main()
