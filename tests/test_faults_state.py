"""A state directory that is full or read-only for real, and a model file that is gone or broken: told, then well again.

The processes below really run out of room (a limit on the size of files) and really may not write (as root, they first
give up root's rights); nothing of the library is replaced.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nl2sql.config import Settings
from nl2sql.model.scripted import ScriptedModel
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.types import Question, Status
from schema.warehouse import build

ROOT = Path(__file__).parents[1]
STORES = """
import encodings.ascii, os, resource, signal, sys
from pathlib import Path
from nl2sql.history.audit import AuditLog
from nl2sql.history.conversations import Store
from nl2sql.identity.state import SignInState
from nl2sql.policy.secret import installation_key
from nl2sql.query.disclosure import Ledger
from nl2sql.types import Probe
from schema.errors import UserError

home = Path(sys.argv[1])
log = AuditLog(home)
note = "ghi chú " * 60
number = 0

def audit():
    assert log.append({"event": "question", "question": note}) > 0

def signin():
    assert SignInState(home).begin("lan", 0)

def ledger():
    global number
    number += 1
    Ledger(home).remember("lan", "", [Probe("xnk", "ma_so_thue", f"so = {number} {note}", (), (), ("COUNT(*)",), 3)])

def said(action):
    for _ in range(2000):
        try:
            action()
        except UserError as error:
            assert str(home) in str(error) or "chỗ trống" in str(error), error
            assert error.action, error
            return
    raise AssertionError("it could be written")
"""
FULL = """
installation_key(home, "audit")
for action in (audit, signin, ledger):
    action()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17, resource.RLIM_INFINITY))
for action in (audit, signin, ledger):
    said(action)
    said(action)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for action in (audit, signin, ledger):
    action()
report = log.verify()
assert report.problems == () and report.rows == report.last > 3, report
print("vẫn nguyên vẹn")
"""
READ_ONLY = """
if os.geteuid() == 0:
    os.chown(home, 65534, 65534)
    os.setegid(65534)
    os.seteuid(65534)
os.chmod(home, 0o500)
for action in (audit, signin, ledger):
    said(action)
os.chmod(home, 0o700)
for action in (audit, signin, ledger):
    action()
assert log.verify().problems == ()
os.chmod(home / "audit", 0o500)
os.chmod(home / "audit" / "audit.db", 0o400)
log.close()
said(audit)
os.chmod(home / "audit", 0o700)
os.chmod(home / "audit" / "audit.db", 0o600)
audit()
report = log.verify()
assert report.problems == () and report.rows == 2, report
print("vẫn nguyên vẹn")
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may reach, which pytest's own are not."""
    made = Path(tempfile.mkdtemp(prefix="hoikho-loi-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize("what", [FULL, READ_ONLY], ids=["full", "read-only"])
def test_state_that_takes_nothing_more(open_folder: Path, what: str) -> None:
    home = open_folder / "nhà"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", STORES + what, str(home)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.strip() == "vẫn nguyên vẹn", done.stderr[-2000:]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("kho lỗi") / "test.duckdb"
    build(target, scale="test")
    return target


@pytest.fixture
def assistant(stock: Path, settings: Settings, tmp_path: Path) -> Iterator[Assistant]:
    """An assistant that has the model write everything, from a file of the person's own."""
    own = replace(settings, db=f"duckdb:///{stock}", route="model", model=str(tmp_path / "own.gguf"), adapter="none")
    opened = open_assistant(own)
    yield opened
    opened.close()


def test_a_model_file_that_is_gone_or_broken(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Question("kim ngạch xuất khẩu năm 2024")
    gone = assistant.ask(asked)
    assert gone.status is Status.ERROR
    assert "own.gguf" in gone.headline
    (tmp_path / "own.gguf").write_bytes(b"GGUF" + b"\0" * 4096)
    broken = assistant.ask(asked)
    assert broken.status is Status.ERROR
    assert "hoikho model" in broken.headline or "own.gguf" in broken.headline
    monkeypatch.setattr(
        "nl2sql.context.open_model",
        lambda _settings: ScriptedModel(default="SELECT SUM(tri_gia_usd) AS kim_ngach FROM xnk WHERE nam = 2024"),
    )
    assert assistant.ask(asked).status is Status.ANSWERED  # the cause is gone: nobody has to start anything again
