"""States of prompt prefixes: nothing broken, stale or foreign comes back; not saving one loses nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as options
from hypothesis import strategies as st

from nl2sql.model.digest import file_digest
from nl2sql.model.prefix_cache import PrefixCache

STATE = bytearray(range(256)) * 40


def make(directory: Path | None, *, model: str = "m", version: str = "1", **limits: int) -> PrefixCache:
    return PrefixCache(model=model, version=version, directory=directory, **limits)


def saved(directory: Path) -> tuple[str, Path]:
    cache = make(directory)
    key = cache.key([1, 2, 3])
    cache.put(key, STATE)
    return key, cache.file(key)


def test_a_new_process_reads_what_another_saved(tmp_path: Path) -> None:
    key, _ = saved(tmp_path)
    assert make(tmp_path).get(key) == STATE
    assert [path.suffix for path in tmp_path.iterdir()] == [".kv"]


def test_keys_differ_by_tokens_model_and_version(tmp_path: Path) -> None:
    caches = [make(tmp_path), make(tmp_path, model="n"), make(tmp_path, version="2")]
    keys = {cache.key(tokens) for cache in caches for tokens in ([1, 2], [2, 1], [1, 2, 0], [])}
    assert len(keys) == 12


@pytest.mark.parametrize("left", [0, 7, 12, 40, 500, -1])
def test_truncated_file_is_deleted_and_absent(tmp_path: Path, left: int) -> None:
    key, file = saved(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    assert make(tmp_path).get(key) is None
    assert not file.exists()


@options(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_one_changed_byte_anywhere_is_noticed(tmp_path: Path, at: float, flip: int) -> None:
    key, file = saved(tmp_path)
    content = bytearray(file.read_bytes())
    content[int(at * len(content))] ^= flip
    file.write_bytes(content)
    # A change inside the header's spaces would do no harm; every other one must make the state absent.
    assert make(tmp_path).get(key) in (None, STATE)
    cache = make(tmp_path)
    if cache.get(key) is None:
        assert not file.exists()


def test_damaged_payload_is_absent(tmp_path: Path) -> None:
    key, file = saved(tmp_path)
    content = bytearray(file.read_bytes())
    content[-100] ^= 1
    file.write_bytes(content)
    assert make(tmp_path).get(key) is None


def test_state_of_another_prefix_under_this_name_is_not_taken(tmp_path: Path) -> None:
    key, file = saved(tmp_path)
    cache = make(tmp_path)
    other = cache.key([9])
    file.rename(cache.file(other))
    assert cache.get(other) is None
    assert cache.get(key) is None


def test_dropped_state_is_gone_from_memory_and_disk(tmp_path: Path) -> None:
    cache = make(tmp_path)
    key = cache.key([1])
    cache.put(key, STATE)
    cache.drop(key)
    assert cache.get(key) is None
    assert not list(tmp_path.iterdir())


def test_memory_is_bounded_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    cache = make(None, memory_bytes=3 * len(STATE))
    keys = [cache.key([n]) for n in range(4)]
    for key in keys[:3]:
        cache.put(key, STATE)
    cache.get(keys[0])
    cache.put(keys[3], STATE)
    assert [cache.get(key) is not None for key in keys] == [True, False, True, True]
    assert cache.memory_used() == 3 * len(STATE)


def test_a_state_larger_than_the_bound_is_still_held() -> None:
    cache = make(None, memory_bytes=10)
    cache.put("k", STATE)
    assert cache.get("k") == STATE


def test_disk_is_bounded_by_files_and_by_bytes(tmp_path: Path) -> None:
    cache = make(tmp_path, max_files=3)
    for n in range(5):
        cache.put(cache.key([n]), STATE)
        os.utime(cache.file(cache.key([n])), (n, n))
    # The last put tidied before its own file was dated back: it and the two youngest before it stay.
    assert {n for n in range(5) if cache.file(cache.key([n])).exists()} == {2, 3, 4}
    small = make(tmp_path, disk_bytes=2 * len(STATE) + 500)
    small.put(small.key([9]), STATE)
    assert len(list(tmp_path.glob("*.kv"))) == 2
    assert small.file(small.key([9])).exists()


def test_old_versions_of_this_model_and_old_temporaries_are_tidied_away(tmp_path: Path) -> None:
    old, foreign = make(tmp_path, version="0"), make(tmp_path, model="other", version="0")
    for cache in (old, foreign):
        cache.put(cache.key([1]), STATE)
        week_ago = time.time() - 7 * 86400
        os.utime(cache.file(cache.key([1])), (week_ago, week_ago))
    left = tmp_path / ".x.kv.1-2.tmp"
    left.write_bytes(b"half")
    os.utime(left, (week_ago, week_ago))
    saved(tmp_path)
    assert not old.file(old.key([1])).exists()
    assert foreign.file(foreign.key([1])).exists()
    assert not left.exists()


def test_directory_that_cannot_be_written_costs_nothing_but_the_file(tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("", encoding="utf-8")
    cache = make(blocked / "states")
    key = cache.key([1])
    cache.put(key, STATE)
    assert cache.get(key) == STATE
    assert make(blocked / "states").get(key) is None


def test_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nl2sql.model.prefix_cache.os.replace", full)
    cache = make(tmp_path)
    key = cache.key([1])
    cache.put(key, STATE)
    assert cache.get(key) == STATE
    assert list(tmp_path.iterdir()) == []


def test_digest_is_taken_once_and_again_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, records = tmp_path / "f", tmp_path / "records"
    file.write_bytes(b"abc")
    assert file_digest(file, records) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with monkeypatch.context() as patch:
        patch.setattr("nl2sql.model.digest.hashlib.file_digest", None)  # calling it would now fail
        assert file_digest(file, records).startswith("ba7816bf")
    file.write_bytes(b"abcd")
    assert file_digest(file, records).startswith("88d4266f")
    (records / "digests.json").write_text("{broken", encoding="utf-8")
    assert file_digest(file, records).startswith("88d4266f")
