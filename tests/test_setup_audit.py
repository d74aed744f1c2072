"""What pip-audit could not look up is never taken for safe."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "audit_packages.py"


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_packages", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "audit_packages", module)
    spec.loader.exec_module(module)
    return module


REPORT = {
    "dependencies": [
        {"name": "lành", "version": "1", "vulns": []},
        {"name": "hỏng", "version": "2", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"]}]},
        {"name": "khuất", "version": "3", "skip_reason": "Dependency not found on PyPI"},
    ]
}


def told(audit: ModuleType, monkeypatch: pytest.MonkeyPatch, report: object, *arguments: str) -> int:
    monkeypatch.setattr(audit, "audit", lambda _lock, tally: audit.read(report, tally))
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: type("Done", (), {"returncode": 0})())
    return int(audit.main([*arguments, "x.txt"]))


def test_a_known_vulnerability_fails(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(audit, monkeypatch, REPORT) == 1
    said = capsys.readouterr().out
    assert "hỏng 2: PYSEC-1" in said
    assert "2/3 gói được tra" in said
    assert "KHÔNG TRA ĐƯỢC 1 gói" in said
    monkeypatch.setitem(audit.ACCEPTED, "CVE-1", "không dùng chỗ đó")
    assert told(audit, monkeypatch, REPORT) == 0


def test_silence_is_said_and_fails_only_where_it_shall(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = {"dependencies": [{"name": "khuất", "skip_reason": "no answer"}]}
    assert told(audit, monkeypatch, silent) == 0
    assert "0/1 gói được tra" in capsys.readouterr().out
    assert told(audit, monkeypatch, silent, "--strict") == 3
    assert told(audit, monkeypatch, {"dependencies": [{"name": "lành", "version": "1", "vulns": []}]}, "--strict") == 0


def test_a_service_that_says_nonsense_is_a_fault(audit: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = type("Done", (), {"returncode": 2, "stdout": "", "stderr": "khởi động…\nkhông tới được dịch vụ"})()
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: answer)
    tally = audit.Tally()
    audit.audit(Path("x.txt"), tally)
    assert tally.fault == "không tới được dịch vụ"
    assert not tally.looked
