"""The vocabulary kept on disk: the same as a built one, and built anew when anything that it was made from differs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from nl2sql import vocabulary_file
from nl2sql.config import Settings
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.policy import User, find_role
from nl2sql.question.read import Reader
from nl2sql.question.vocabulary import Vocabulary, build_vocabulary
from nl2sql.question.vocabulary_codec import decoded, encoded
from nl2sql.types import Question
from nl2sql.vocabulary_file import kept_vocabulary
from nl2sql.vocabulary_file import vocabulary_file as place_of
from schema.loading import load_catalogue

_WHOLE = load_catalogue()
_SMALL = replace(_WHOLE, views={name: _WHOLE.views[name] for name in ("to_khai", "thu_nsnn")})
_PARTS = ("by_fold", "longest", "by_length", "by_place", "glued", "by_bare", "known", "names", "held")


@dataclass
class Values:
    """Stored values that say how often they were asked for."""

    extra: str = "Công ty Thép Mới"
    asked: list[str] = field(default_factory=list)

    def distinct_values(self, table: str, column: str, limit: int) -> list[tuple[str, int]]:
        """One name in each column."""
        self.asked.append(f"{table}.{column}")
        return [(f"{self.extra} {column.replace('_', ' ')}", 3)][:limit]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database by its file alone."""
    (tmp_path / "kho.duckdb").write_bytes(b"kho")
    return f"duckdb:///{tmp_path / 'kho.duckdb'}"


def _parts(vocabulary: Vocabulary) -> dict[str, object]:
    """All that readings depend on, with the order of every table where order counts."""
    held = {name: getattr(vocabulary, name) for name in _PARTS}
    ordered = {f"{name} order": list(part) for name, part in held.items() if isinstance(part, dict)}
    return {**held, **ordered}


def test_what_was_kept_is_what_was_built(settings: Settings, url: str) -> None:
    built = kept_vocabulary(_SMALL, Values(), settings, url)
    source = Values()
    kept = kept_vocabulary(_SMALL, source, settings, url)
    assert source.asked == []
    assert len(kept.by_fold) > 1000
    assert _parts(kept) == _parts(built) == _parts(build_vocabulary(_SMALL, Values()))


def test_names_that_were_put_off_are_not_on_the_disk_and_still_come(settings: Settings, url: str) -> None:
    built = kept_vocabulary(_SMALL, Values("Xyzt"), settings, url)
    source = Values("Xyzt")
    kept = kept_vocabulary(_SMALL, source, settings, url)
    assert len(kept.put_off) == len(built.put_off) > 0
    stored = place_of(settings, url).read_text(encoding="utf-8")
    assert all(name in stored for name in ("Xyzt cuc", "thu_nsnn"))
    secret = [f"Xyzt {name.replace('_', ' ')}" for name in kept.names]
    assert secret
    assert not any(name in stored for name in secret)
    assert kept.complete() and built.complete()
    assert source.asked
    assert _parts(kept) == _parts(built)
    assert not kept.complete()


@pytest.mark.parametrize(
    "question",
    [
        "tổng thu tháng 3/2025 theo cục",
        "so to khai theo loai hinh nam 2024",
        "tỷ lệ tờ khai luồng đỏ 2024",
        "monthly thu 2025",
        "so to khia nhap khau",
        "có mấy tờ khai xuất khẩu quý 2/2025",
    ],
)
def test_readings_are_the_same(settings: Settings, url: str, question: str) -> None:
    built = Reader(_SMALL, kept_vocabulary(_SMALL, Values(), settings, url))
    kept = Reader(_SMALL, kept_vocabulary(_SMALL, Values(), settings, url))
    reading = kept.read(Question(question))
    assert reading == built.read(Question(question))
    assert reading.view


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data.replace(b"Xyzt", b"Xyzz", 1),
        lambda data: b"\xff\xfe" + data,
        lambda data: data.partition(b"\n")[0],
        lambda data: b"[" * 100_000,
        lambda data: b"null\nnull",
    ],
)
def test_a_damaged_file_is_built_anew_and_replaced(settings: Settings, url: str, damage: object) -> None:
    first = kept_vocabulary(_SMALL, Values("Xyzt"), settings, url)
    path = place_of(settings, url)
    whole = path.read_bytes()
    assert callable(damage)
    path.write_bytes(damage(whole))
    source = Values("Xyzt")
    again = kept_vocabulary(_SMALL, source, settings, url)
    assert source.asked
    assert _parts(again) == _parts(first)
    assert path.read_bytes() == whole


@pytest.mark.parametrize("content", [None, [], {}, {"phrases": [], "heads": [], "terms": [1]}, {"phrases": 1}])
def test_what_is_no_vocabulary_is_refused(content: object) -> None:
    with pytest.raises(ValueError, match="no vocabulary"):
        decoded(content)


def test_terms_that_point_nowhere_are_refused() -> None:
    content = encoded(build_vocabulary(_SMALL))
    with pytest.raises(ValueError, match="no vocabulary"):
        decoded({**content, "heads": content["heads"][:1]})
    with pytest.raises(ValueError, match="no vocabulary"):
        decoded({**content, "heads": [["?", *head[1:]] for head in content["heads"]]})


def test_another_catalogue_is_built_for_itself(settings: Settings, url: str) -> None:
    kept_vocabulary(_SMALL, Values(), settings, url)
    changed = replace(_SMALL, version="0" * 12, views={"thu_nsnn": _SMALL.views["thu_nsnn"]})
    source = Values()
    assert _parts(kept_vocabulary(changed, source, settings, url)) == _parts(build_vocabulary(changed, Values()))
    assert source.asked


def _grown(url: str) -> None:
    Path(url.removeprefix("duckdb:///")).write_bytes(b"kho khac")


def _touched(url: str) -> None:
    os.utime(url.removeprefix("duckdb:///"), ns=(1, 1))


def _waiting(url: str) -> None:
    Path(f"{url.removeprefix('duckdb:///')}.wal").write_bytes(b"x")


@pytest.mark.parametrize("change", [_grown, _touched, _waiting])
def test_a_changed_warehouse_is_read_again(settings: Settings, url: str, change: object) -> None:
    kept_vocabulary(_SMALL, Values("Cũ"), settings, url)
    assert callable(change)
    change(url)
    now = kept_vocabulary(_SMALL, Values("Mới"), settings, url)
    assert _parts(now) == _parts(build_vocabulary(_SMALL, Values("Mới")))
    assert _parts(kept_vocabulary(_SMALL, Values("Không hỏi"), settings, url)) == _parts(now)
    assert len(list(place_of(settings, url).parent.iterdir())) == 1, "the old one is gone"


def test_changed_code_builds_anew(settings: Settings, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_vocabulary(_SMALL, Values(), settings, url)
    monkeypatch.setattr(vocabulary_file, "_code", lambda: "other code")
    source = Values()
    kept_vocabulary(_SMALL, source, settings, url)
    assert source.asked


def test_a_warehouse_that_changes_while_it_is_read_is_not_kept(settings: Settings, url: str) -> None:
    class Changing(Values):
        def distinct_values(self, table: str, column: str, limit: int) -> list[tuple[str, int]]:
            _grown(url)
            return super().distinct_values(table, column, limit)

    kept_vocabulary(_SMALL, Changing(), settings, url)
    assert not place_of(settings, url).exists()


@pytest.mark.parametrize(
    "address", ["duckdb:///:memory:", "sqlite://", "postgresql://may-chu/kho", "không phải địa chỉ"]
)
def test_without_a_sign_of_change_nothing_is_kept(settings: Settings, address: str) -> None:
    for _ in range(2):
        source = Values()
        kept_vocabulary(_SMALL, source, settings, address)
        assert source.asked
    assert not settings.home.exists()


@pytest.mark.parametrize("where", ["open", "fsync", "replace"])
def test_a_full_disk_costs_the_file_alone(
    settings: Settings, url: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, where, full)
    built = kept_vocabulary(_SMALL, Values(), settings, url)
    assert _parts(built) == _parts(build_vocabulary(_SMALL, Values()))
    assert list(place_of(settings, url).parent.iterdir()) == []


def test_only_the_owner_may_read_it_and_old_ones_go(settings: Settings, url: str) -> None:
    folder = place_of(settings, url).parent
    folder.mkdir(parents=True)
    for number in range(20):
        (folder / f"{number:016}.tu-vung").write_bytes(b"x")
        os.utime(folder / f"{number:016}.tu-vung", (number, number))
    left = folder / ".abc.tu-vung.1-2.tam"
    left.write_bytes(b"x")
    os.utime(left, (1, 1))
    (folder / "abc.json").write_bytes(b"the value index")
    kept_vocabulary(_SMALL, Values(), settings, url)
    assert place_of(settings, url).stat().st_mode & 0o777 == 0o600
    assert len(list(folder.glob("*.tu-vung"))) == 8
    assert place_of(settings, url).exists()
    assert not left.exists()
    assert (folder / "abc.json").exists()


@pytest.fixture
def assistant(settings: Settings, demo_warehouse: Path) -> Iterator[Assistant]:
    """The demo warehouse with a home that is empty."""
    opened = open_assistant(replace(settings, db=f"duckdb:///{demo_warehouse}", route="composed"))
    yield opened
    opened.close()


def test_a_role_never_reads_what_was_kept_for_the_whole(assistant: Assistant) -> None:
    context = assistant._context
    whole = context.reader.vocabulary
    path = place_of(context.settings, context.url)
    head, _, body = path.read_bytes().partition(b"\n")
    content = json.loads(body)
    content["terms"] = ["Chỉ của toàn kho" if value == "Hải Phòng" else value for value in content["terms"]]
    forged = decoded(content)
    assert "Chỉ của toàn kho" in forged.values("thu_nsnn", "cuc")
    vocabulary_file._save(path, json.loads(head)["key"], forged)
    del context.reader
    assert "Chỉ của toàn kho" in context.reader.vocabulary.values("thu_nsnn", "cuc"), "the file is what the whole reads"
    user = User("lan", find_role("unit_leader"), ("Hải Phòng",))
    scoped = context.for_user(user)
    assert scoped is not context
    stored = path.read_bytes()
    seen = scoped.reader.vocabulary.values("thu_nsnn", "cuc")
    assert "Chỉ của toàn kho" not in seen
    assert set(seen) < set(whole.values("thu_nsnn", "cuc"))
    assert path.read_bytes() == stored, "and it writes nothing there"
    assert [file for file in path.parent.iterdir() if file.stat().st_size] == [path], "nor beside it"
