"""The set-up scripts: what they say when something is missing, what is taken for whole, what the locks name."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import setup_env  # noqa: E402 - the scripts are no package: they run before anything is installed
import setup_llama  # noqa: E402
import setup_tools  # noqa: E402
from setup_say import SetupError  # noqa: E402

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "đầy"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "mã kiểm tra"),
        ("NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure", "mạng"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied: '/x'", "Không ghi được"),
        ("error: something never seen", "kết thúc với lỗi"),
    ],
)
def test_a_failed_program_is_explained_with_what_to_do(output: str, said: str) -> None:
    error = setup_tools.explain(output, ["pip", "install"], Path("setup.log"))
    assert said in error.message
    assert error.action


def test_a_program_that_fails_is_logged_and_watched(tmp_path: Path) -> None:
    lines: list[str] = []
    program = "print('dòng một'); print('No space left on device'); raise SystemExit(3)"
    with pytest.raises(SetupError, match="đầy"):
        setup_tools.run([sys.executable, "-c", program], log=tmp_path / "log", watch=lines.append)
    assert lines[0].strip() == "dòng một"
    assert "dòng một" in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_folder_that_takes_no_files_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "tệp").write_text("", encoding="utf-8")
    with pytest.raises(SetupError) as error:
        setup_tools.need_writable(tmp_path / "tệp" / "con")
    assert "HOIKHO_HOME" in error.value.action
    setup_tools.need_writable(tmp_path / "mới")
    assert list((tmp_path / "mới").iterdir()) == []


def test_no_compiler_says_which_package_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(SetupError) as error:
        setup_llama.need_compiler()
    assert "g++" in error.value.action


def test_a_cached_wheel_counts_only_when_its_digest_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setup_llama.cached_wheel(ROOT, tmp_path) is None
    folder = setup_llama.wheel_folder(ROOT, tmp_path)
    folder.mkdir(parents=True)
    wheel = folder / "llama.whl"
    wheel.write_bytes(b"whole")
    note = {"file": wheel.name, "sha256": setup_llama.digest(wheel)}
    (folder / "wheel.json").write_text(json.dumps(note), encoding="utf-8")
    assert setup_llama.cached_wheel(ROOT, tmp_path) == wheel
    wheel.write_bytes(b"half")
    assert setup_llama.cached_wheel(ROOT, tmp_path) is None
    monkeypatch.setattr(setup_llama, "cpu_features", lambda: "another processor")
    assert setup_llama.wheel_folder(ROOT, tmp_path) != folder


@pytest.mark.parametrize("stamp", [None, "", "{", "[]", '{"packages": "another", "project": "x", "dev": true}'])
def test_an_environment_without_a_right_stamp_is_not_whole(stamp: str | None, tmp_path: Path) -> None:
    for name in ("requirements", "scripts"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "pyproject.toml").symlink_to(ROOT / "pyproject.toml")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "hoikho"):
        (tmp_path / ".venv" / "bin" / name).write_text("", encoding="utf-8")
    environment = setup_env.Environment(tmp_path, tmp_path / "home")
    if stamp is not None:
        (tmp_path / ".venv" / "hoikho.json").write_text(stamp, encoding="utf-8")
    assert not environment._current(dev=False)
    right = {"packages": environment._packages_key(), "project": environment._project_key(), "dev": ""}
    (tmp_path / ".venv" / "hoikho.json").write_text(json.dumps(right), encoding="utf-8")
    assert environment._current(dev=False)
    assert not environment._current(dev=True)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_locks_are_hashed_and_name_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9].*?==.*$", text, re.MULTILINE)
    assert pinned
    for line in pinned:
        following = text[text.index(line) + len(line) :].lstrip()
        assert following.startswith("--hash=sha256:"), line


def test_locks_agree_on_every_version_and_cover_the_project() -> None:
    versions: dict[tuple[str, str], set[str]] = {}
    for lock in LOCKS:
        for name, version, marker in re.findall(
            r"^([a-z0-9][\w.-]*)==([^\s;]+)(?: ; (.*?))? \\$", lock.read_text(encoding="utf-8"), re.MULTILINE
        ):
            versions.setdefault((name, marker if "python_full_version" in marker else ""), set()).add(version)
    assert {key: found for key, found in versions.items() if len(found) > 1} == {}
    assert ("llama-cpp-python", "") in versions
    assert ("streamlit", "") in versions


def test_an_unknown_python_is_refused_with_advice() -> None:
    program = (
        "import sys; sys.version_info = (3, 9, 0); sys.path.insert(0, 'scripts'); import bootstrap;"
        "bootstrap.shutil.which = lambda name: None; sys.exit(bootstrap.main(['run']))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", cwd=ROOT, check=False)
    assert ran.returncode == 1
    assert "3.11, 3.12 hoặc 3.13" in ran.stderr
