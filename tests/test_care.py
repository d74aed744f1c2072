"""Doctor, backup, restore, and the commands around them: what is broken is named with what to do."""

from __future__ import annotations

import json
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from nl2sql.cli import main
from nl2sql.config import Settings
from nl2sql.doctor import Finding, examine
from nl2sql.errors import UserError
from nl2sql.history.audit import AuditLog
from nl2sql.history.backup import MANIFEST, backup, restore
from nl2sql.identity import Identity
from schema.warehouse import build

PASSWORD = "con mèo leo cây cau"


@pytest.fixture
def lived_in(settings: Settings) -> Settings:
    log = AuditLog(settings.home)
    for number in range(3):
        log.append({"event": "question", "question": f"câu {number}"})
    log.close()
    Identity(settings.home).users.add("lan.nguyen", "analyst", PASSWORD)
    return settings


def found(settings: Settings) -> dict[str, Finding]:
    return {f.name: f for f in examine(settings, model=False)}


def test_backup_and_restore_bring_everything_back(lived_in: Settings, tmp_path: Path) -> None:
    file = tmp_path / "sao lưu.tar.gz"
    assert backup(lived_in.home, file) >= 4
    assert file.stat().st_mode & 0o077 == 0
    other = tmp_path / "máy khác"
    assert restore(other, file) >= 4
    report = AuditLog(other).verify()
    assert (report.rows, report.problems) == (3, ())
    assert Identity(other).sign_in("lan.nguyen", PASSWORD).user.role.name == "analyst"
    assert AuditLog(other).append({"event": "question"}) == 4


def test_a_restore_keeps_what_was_there(lived_in: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.tar.gz"
    backup(lived_in.home, file)
    AuditLog(lived_in.home).append({"event": "question", "question": "sau khi sao lưu"})
    restore(lived_in.home, file)
    assert AuditLog(lived_in.home).verify().rows == 3
    kept = next(lived_in.home.glob("before-restore-*"))
    assert (kept / "audit" / "audit.db").exists()


def test_a_log_in_use_is_backed_up_whole(settings: Settings, tmp_path: Path) -> None:
    log = AuditLog(settings.home)  # stays open: its rows are still in the write-ahead log
    for _ in range(5):
        log.append({"event": "question"})
    backup(settings.home, tmp_path / "a.tar.gz")
    restore(tmp_path / "mới", tmp_path / "a.tar.gz")
    assert AuditLog(tmp_path / "mới").verify().rows == 5
    assert AuditLog(tmp_path / "mới").verify().problems == ()


@pytest.mark.parametrize("kind", ["cut", "changed", "outside", "link", "extra", "empty", "text"])
def test_a_broken_or_evil_backup_changes_nothing(lived_in: Settings, tmp_path: Path, kind: str) -> None:
    file, evil = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    backup(lived_in.home, file)
    data = file.read_bytes()
    if kind == "cut":
        evil.write_bytes(data[: len(data) // 2])
    elif kind in ("empty", "text"):
        evil.write_bytes(b"" if kind == "empty" else "không phải bản sao".encode())
    else:
        with tarfile.open(file) as old, tarfile.open(evil, "w:gz") as new:
            old.extractall(tmp_path / "x", filter="data")
            if kind == "changed":
                (tmp_path / "x" / "config" / "users.yaml").write_text("users: []", encoding="utf-8")
            for path in sorted((tmp_path / "x").rglob("*")):
                if path.is_file():
                    new.add(path, arcname=path.relative_to(tmp_path / "x").as_posix())
            if kind == "outside":
                new.add(tmp_path / "x" / MANIFEST, arcname="../ngoài")
            elif kind == "extra":
                new.add(tmp_path / "x" / MANIFEST, arcname="config/roles.yaml")
            elif kind == "link":
                info = tarfile.TarInfo("config/roles.yaml")
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
                new.addfile(info)
    before = sorted(p.name for p in lived_in.home.rglob("*"))
    with pytest.raises(UserError, match="Không khôi phục được"):
        restore(lived_in.home, evil)
    assert sorted(p.name for p in lived_in.home.rglob("*")) == before
    assert not (tmp_path / "ngoài").exists()


def test_a_backup_never_overwrites(lived_in: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.tar.gz"
    backup(lived_in.home, file)
    with pytest.raises(UserError, match="Đã có tệp"):
        backup(lived_in.home, file)


def test_a_new_machine_is_told_what_to_run(settings: Settings) -> None:
    findings = found(settings)
    for name in ("Thư mục trạng thái", "Kho dữ liệu", "Mô hình"):
        assert findings[name].state == "fail"
        assert "Hãy chạy" in findings[name].action
    assert findings["Python"].state == "ok"


def test_a_tampered_log_and_open_keys_are_found(lived_in: Settings) -> None:
    (lived_in.home / "keys" / "audit.key").chmod(0o644)
    assert found(lived_in)["Quyền tệp bí mật"].state == "warn"
    (lived_in.home / "audit" / "audit.db").write_bytes(b"hong" * 1000)
    assert found(lived_in)["Nhật ký"].state == "fail"


def test_a_broken_warehouse_and_a_broken_role_file(lived_in: Settings) -> None:
    lived_in.warehouse_file.parent.mkdir(parents=True)
    lived_in.warehouse_file.write_bytes(b"x" * 5000)
    (lived_in.home / "config" / "roles.yaml").write_text("roles: [", encoding="utf-8")
    findings = found(lived_in)
    assert findings["Kho dữ liệu"].state == "fail"
    assert findings["Vai và quyền"].state == "fail"


def test_a_model_that_is_not_what_it_says(lived_in: Settings) -> None:
    from nl2sql.model.registry import MODELS

    known = MODELS[lived_in.model]
    lived_in.models_dir.mkdir(parents=True)
    (lived_in.models_dir / known.file).write_bytes(b"GGUF gia")
    whole = {f.name: f for f in examine(lived_in, model=True)}
    assert whole["Mô hình"].state == "fail"
    assert "hoikho model get" in whole["Mô hình"].action


def test_a_home_that_is_a_file(settings: Settings) -> None:
    settings.home.write_text("x", encoding="utf-8")
    assert found(settings)["Thư mục trạng thái"].state == "fail"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written(settings: Settings) -> None:
    settings.home.mkdir(mode=0o500)
    assert "không ghi được" in found(settings)["Thư mục trạng thái"].message


def test_a_provider_that_is_not_set_up_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIKHO_AUTH", "oidc")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "ai")
    monkeypatch.chdir(tmp_path)

    def told() -> tuple[str, str]:
        finding = found(settings)["Đăng nhập"]
        return finding.state, finding.message

    assert told() == ("fail", "chưa cấu hình nhà cung cấp danh tính")
    file = tmp_path / ".streamlit" / "secrets.toml"
    file.parent.mkdir()
    file.write_text("[auth\n", encoding="utf-8")
    assert told()[0] == "fail"
    given = {"redirect_uri": "http://a/oauth2callback", "cookie_secret": "x" * 8, "client_id": "a",
             "client_secret": "b", "server_metadata_url": "http://b"}  # fmt: skip

    def write() -> None:
        file.write_text("[auth]\n" + "".join(f'{k} = "{v}"\n' for k, v in given.items()), encoding="utf-8")

    del given["client_secret"]
    write()
    assert told() == ("fail", f"{file} thiếu client_secret")
    given["client_secret"] = "b"
    write()
    assert told() == ("warn", "cookie_secret ngắn hơn 32 ký tự")
    given["cookie_secret"] = "x" * 40
    write()
    file.chmod(0o644)
    assert told()[0] == "warn"
    file.chmod(0o600)
    assert told()[0] == "ok"


def test_a_foreign_database_that_is_down(settings: Settings) -> None:
    down = replace(settings, db="postgresql://a:b@127.0.0.1:1/kho")
    assert found(down)["Kho dữ liệu"].state == "fail"


def test_the_commands(lived_in: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    build(lived_in.warehouse_file, scale="test")
    assert main(["backup", str(tmp_path / "a.tar.gz")]) == 0
    assert main(["restore", str(tmp_path / "a.tar.gz")]) == 0
    assert main(["audit", "verify"]) == 0
    assert main(["audit", "export", "--out", str(tmp_path / "log.jsonl")]) == 0
    events = [json.loads(line)["event"] for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert events == ["question"] * 3 + ["restore"]
    assert main(["user", "list"]) == 0
    assert main(["audit", "list"]) == 0
    assert "lan.nguyen" in capfd.readouterr().out
    assert main(["doctor", "--quick"]) == 1
    assert "→" in capfd.readouterr().out
    assert main(["audit", "prune", "--keep-days", "1"]) == 0
    assert main(["restore", str(tmp_path / "không có.tar.gz")]) == 1


def test_users_from_the_command_line(
    settings: Settings, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nl2sql.cli.user._password", lambda _stdin: PASSWORD)
    assert main(["user", "add", "an.le", "--role", "unit_leader", "--unit", "Hải Phòng"]) == 0
    assert main(["user", "add", "an.le", "--role", "analyst"]) == 1
    assert main(["user", "add", "binh", "--role", "unit_leader", "--unit", "Sao Hỏa"]) == 1
    assert main(["user", "disable", "an.le"]) == 0
    with pytest.raises(UserError):
        Identity(settings.home).sign_in("an.le", PASSWORD)
    assert main(["user", "disable", "an.le", "--enable"]) == 0
    assert main(["user", "passwd", "an.le"]) == 0
    assert main(["user", "remove", "an.le"]) == 0
    log = [entry.body for entry in AuditLog(settings.home).entries()]
    assert [b["event"] for b in log] == ["user"] * 5
    assert PASSWORD not in json.dumps(log, ensure_ascii=False)
    assert "Traceback" not in capfd.readouterr().err
