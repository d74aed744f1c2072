"""The audit log: nothing acknowledged is lost, nothing changed or removed goes unseen, no secret gets in."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nl2sql.errors import UserError
from nl2sql.history.audit import AuditLog
from nl2sql.history.export import as_cef, as_json
from nl2sql.history.redact import redact

KILLS = int(os.environ.get("HOIKHO_AUDIT_KILLS", "25"))
_WRITER = """
import sys
from pathlib import Path
from nl2sql.history.audit import AuditLog
log = AuditLog(Path(sys.argv[1]))
n = 0
while True:
    seq = log.append({"event": "question", "n": n})
    print(seq, flush=True)
    n += 1
"""


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    made = AuditLog(tmp_path)
    for number in range(5):
        made.append({"event": "question", "user": "lan", "question": f"câu {number}", "status": "answered"})
    return made


def raw(log: AuditLog) -> sqlite3.Connection:
    log.close()
    return sqlite3.connect(log.file, isolation_level=None)


def test_an_untouched_log_is_intact(log: AuditLog) -> None:
    report = log.verify()
    assert (report.rows, report.first, report.last, report.problems) == (5, 1, 5, ())


@pytest.mark.parametrize("statement", ["UPDATE audit SET body = '{}'", "DELETE FROM audit", "DELETE FROM anchor"])
def test_triggers_refuse_changes(log: AuditLog, statement: str) -> None:
    with contextlib.closing(raw(log)) as db:
        if "anchor" in statement:
            db.execute("INSERT INTO anchor VALUES (0, 'x', 'y', 'z')")
        with pytest.raises(sqlite3.IntegrityError, match="chỉ được ghi thêm"):
            db.execute(statement)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ('UPDATE audit SET body = \'{"event": "x"}\' WHERE seq = 3', "Dòng 3 đã bị sửa"),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 2", "Dòng 2 đã bị sửa"),
        ("DELETE FROM audit WHERE seq = 2", "Thiếu dòng 2"),
        ("DELETE FROM audit WHERE seq = 1", "Thiếu dòng 1"),
        ("DELETE FROM audit WHERE seq = 5", "Mất phần cuối"),
        ("DELETE FROM audit", "Mất phần cuối"),
        ("UPDATE audit SET seq = 9 WHERE seq = 5", "Thiếu dòng 5"),
    ],
)
def test_changes_behind_the_triggers_are_found(log: AuditLog, tampering: str, found: str) -> None:
    with contextlib.closing(raw(log)) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("DROP TRIGGER audit_no_delete")
        db.execute(tampering)
    problems = " ".join(log.verify().problems)
    assert found in problems
    assert "Thiếu khóa ghi đè" in problems


def test_a_row_forged_without_the_key_is_found(log: AuditLog, tmp_path: Path) -> None:
    other = AuditLog(tmp_path / "khác")
    other.append({"event": "question"})
    entry = next(iter(other.entries()))
    with contextlib.closing(raw(log)) as db:
        last = db.execute("SELECT hash FROM audit WHERE seq = 5").fetchone()[0]
        db.execute("INSERT INTO audit VALUES (6, ?, '{}', ?, ?)", (entry.at, last, entry.hash))
    assert "Dòng 6 đã bị sửa." in log.verify().problems


def test_a_log_that_is_taken_away_is_found_and_not_begun_anew(log: AuditLog) -> None:
    log.close()
    for file in log.file.parent.glob("audit.db*"):
        file.unlink()
    assert log.verify().problems
    with pytest.raises(UserError):
        log.append({"event": "question"})


def test_retention_keeps_the_chain_verifiable(log: AuditLog, tmp_path: Path) -> None:
    time.sleep(0.01)
    cut = dt.datetime.now(dt.UTC)
    time.sleep(0.01)
    log.append({"event": "question", "question": "sau mốc"})
    moved, archive = log.prune(cut, "quản trị")
    assert moved == 5
    assert archive is not None
    assert len(archive.read_text(encoding="utf-8").splitlines()) == 5
    report = log.verify()
    assert (report.first, report.last, report.problems) == (6, 7, ())
    assert [e.body["event"] for e in log.entries()] == ["question", "retention"]
    with contextlib.closing(raw(log)) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute("DELETE FROM audit")
    log.append({"event": "question"})
    assert log.verify().problems == ()


def test_everything_can_be_archived_and_the_chain_goes_on(log: AuditLog) -> None:
    assert log.prune(dt.datetime.now(dt.UTC) + dt.timedelta(days=1), "x")[0] == 5
    assert log.append({"event": "question"}) == 7
    assert log.verify().problems == ()


def test_many_writers_make_one_chain(tmp_path: Path) -> None:
    logs = [AuditLog(tmp_path) for _ in range(3)]
    threads = [
        threading.Thread(target=lambda log=log: [log.append({"event": "question"}) for _ in range(15)])
        for log in logs
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = logs[0].verify()
    assert (report.rows, report.problems) == (90, ())


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    seen = 0
    chance = random.Random(2026)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(chance.random() * 0.05)
        writer.send_signal(signal.SIGKILL)
        acknowledged = [int(line) for line in [first, *writer.stdout] if line.endswith("\n")]
        writer.stdout.close()
        writer.wait(10)
        assert acknowledged
        report = AuditLog(tmp_path).verify()
        assert report.problems == ()
        assert report.last >= acknowledged[-1] > seen
        assert report.rows == report.last
        seen = acknowledged[-1]


def test_a_locked_log_says_so_and_recovers(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nl2sql.history.audit.WAIT_SECONDS", 0.05)
    with contextlib.closing(raw(log)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UserError, match="khóa"):
            log.append({"event": "question"})
        other.execute("ROLLBACK")
    assert log.append({"event": "question"}) == 6
    assert log.verify().problems == ()


def test_a_home_that_cannot_be_written_says_so_and_recovers(tmp_path: Path) -> None:
    home = tmp_path / "nhà"
    home.write_text("một tệp đứng chỗ của thư mục", encoding="utf-8")
    log = AuditLog(home)
    with pytest.raises(UserError, match="Hãy kiểm tra quyền"):
        log.append({"event": "question"})
    home.unlink()
    assert log.append({"event": "question"}) == 1


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("postgresql://lan:b1mat@may/kho", "b1mat"),
        ("mật khẩu: b1mat nhé", "b1mat"),
        ("mật khẩu của tôi là gì, mật khẩu là b1mat", "b1mat"),
        ("password=b1mat&x=1", "b1mat"),
        ("Authorization: Bearer b1mat", "b1mat"),
        ("dùng sk-abcdefghijklmnopqrstuv", "sk-abcdefghijklmnopqrstuv"),
    ],
)
def test_secrets_are_taken_out(text: str, secret: str) -> None:
    assert secret not in redact(text)
    assert "***" in redact(text)


def test_ordinary_questions_stay_as_they_are() -> None:
    text = "Kim ngạch xuất khẩu gạo năm 2024 là bao nhiêu?"
    assert redact(text) == text
    assert "khóa-riêng" not in redact("md5('khóa-riêng' || x)", ["khóa-riêng"])


def test_export_forms(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.append({"event": "sql", "user": "a|b", "question": "x=1\ny\\z", "status": "refused"})
    entry = next(iter(log.entries()))
    assert json.loads(as_json(entry))["question"] == "x=1\ny\\z"
    line = as_cef(entry)
    assert "\n" not in line
    assert line.startswith("CEF:0|HoiKho|HoiKho|")
    assert "msg=x\\=1\\ny\\\\z" in line
