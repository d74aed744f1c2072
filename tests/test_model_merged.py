"""An adapter merged into its base: the arithmetic, when a merged file is used, and what a bad disk does to it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.model import Model, fetch, merged, open_adapted
from nl2sql.model.adapters import Adapter, Card

gguf = pytest.importorskip("gguf", reason="nhóm thư viện huấn luyện chưa cài")

from nl2sql.model import llama  # noqa: E402
from nl2sql.model.ggml import dequantise, quantise, row_bytes  # noqa: E402
from nl2sql.model.gguf_file import read_header  # noqa: E402
from nl2sql.training.adapter_file import write_adapter  # noqa: E402

RNG = np.random.default_rng(7)
RANK, ALPHA = 2, 6.0
SHAPES = {"blk.0.attn_q.weight": (6, 8), "blk.0.ffn_up.weight": (10, 8), "blk.0.ffn_down.weight": (4, 64)}
MATRICES = {
    name: (RNG.normal(size=(RANK, columns)).astype(np.float16).astype(np.float32),
           RNG.normal(size=(rows, RANK)).astype(np.float16).astype(np.float32))
    for name, (rows, columns) in SHAPES.items()
}  # fmt: skip
KINDS = {
    "blk.0.attn_q.weight": gguf.GGMLQuantizationType.F32,
    "blk.0.ffn_up.weight": gguf.GGMLQuantizationType.F16,
    "blk.0.ffn_down.weight": gguf.GGMLQuantizationType.Q8_0,
}


@pytest.fixture
def base(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny base with a vocabulary, adapted maps of three types, and two tensors that nothing is added to."""
    place = settings.models_dir / "goc.gguf"
    place.parent.mkdir(parents=True)
    writer = gguf.GGUFWriter(place, "qwen2")
    writer.add_token_list(["xuất", "nhập", "khẩu"])
    writer.add_array("thu.so", [1, 2, 3])
    writer.add_bool("thu.co", True)
    writer.add_tensor("token_embd.weight", RNG.normal(size=(3, 8)).astype(np.float32))
    for name, shape in SHAPES.items():
        weights = RNG.normal(size=shape).astype(np.float32)
        writer.add_tensor(name, gguf.quants.quantize(weights, KINDS[name]), raw_dtype=KINDS[name])
    writer.add_tensor("output_norm.weight", RNG.normal(size=8).astype(np.float32))
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close):
        step()
    for room in (merged, fetch):
        monkeypatch.setattr(room, "locate", lambda *_: place)
    return place


def _adapter(settings: Settings, base: Path, name: str = "thu", matrices: Any = None) -> Adapter:
    file = settings.home / "adapters" / f"{name}.gguf"
    digest = write_adapter(file, matrices or MATRICES, architecture="qwen2", alpha=ALPHA)
    return Adapter(file, Card(name, digest, "goc", hashlib.sha256(base.read_bytes()).hexdigest(), "1"))


@pytest.fixture
def adapter(settings: Settings, base: Path) -> Adapter:
    return _adapter(settings, base)


def _tensors(path: Path) -> dict[str, Any]:
    return {t.name: t for t in gguf.GGUFReader(path).tensors}


def _numbers(tensor: Any) -> np.ndarray[Any, Any]:
    return np.asarray(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float64)


def test_every_adapted_map_gets_its_difference_and_nothing_else_changes(
    settings: Settings, base: Path, adapter: Adapter
) -> None:
    made = merged.merge(settings, adapter)
    before, after = _tensors(base), _tensors(made.path)
    assert list(before) == list(after)
    for name, (a, b) in MATRICES.items():
        wanted = _numbers(before[name]) + ALPHA / RANK * np.einsum("or,ri->oi", b.astype(float), a.astype(float))
        assert after[name].tensor_type == KINDS[name]
        off = np.abs(_numbers(after[name]) - wanted)
        largest = np.abs(wanted).max()
        # Half a step of each type: 23 and 10 bits of fraction, 127 steps to the largest of a block.
        step = {"F32": largest * 2.0**-22, "F16": largest * 2.0**-11, "Q8_0": largest / 127 / 2 * 1.01}
        assert off.max() <= step[KINDS[name].name], name
        assert np.abs(wanted - _numbers(before[name])).max() > 100 * off.mean()
    changed = {name: (t.data_offset, t.data_offset + t.n_bytes) for name, t in before.items() if name in MATRICES}
    old, new = base.read_bytes(), made.path.read_bytes()
    assert len(old) == len(new)
    differing = [at for at in range(len(old)) if old[at] != new[at]]
    assert all(any(start <= at < end for start, end in changed.values()) for at in differing)


def test_the_note_says_what_it_was_made_from(settings: Settings, base: Path, adapter: Adapter) -> None:
    made = merged.merge(settings, adapter)
    note = json.loads(made.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert note["base_sha256"] == hashlib.sha256(base.read_bytes()).hexdigest()
    assert note["adapter_sha256"] == hashlib.sha256(adapter.path.read_bytes()).hexdigest()
    assert note["sha256"] == made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert {p.name for p in made.path.parent.iterdir()} == {made.path.with_suffix(".json").name, made.path.name}


@pytest.mark.parametrize("kind", ["Q4_K", "Q5_0", "Q6_K", "Q8_0", "F16", "F32"])
def test_numbers_are_read_as_the_reference_reads_them(kind: str) -> None:
    number = gguf.GGMLQuantizationType[kind]
    weights = RNG.normal(size=(3, 256)).astype(np.float32)
    data = quantise(weights, number)
    assert len(data) == 3 * row_bytes(number, 256)
    raw = np.frombuffer(data, dtype=np.uint8).reshape(3, -1)
    reference = gguf.quants.dequantize(
        raw.view({"F16": np.float16, "F32": np.float32}.get(kind, np.uint8)), number
    ).astype(np.float32)
    np.testing.assert_allclose(dequantise(data, number, (3, 256)), reference, rtol=1e-6, atol=1e-6)
    assert np.abs(reference - weights).mean() < 0.1


def test_a_type_that_needs_more_than_the_weights_is_refused() -> None:
    with pytest.raises(ModelError, match="iq2_xxs"):
        row_bytes(gguf.GGMLQuantizationType.IQ2_XXS, 256)


def test_the_header_is_read_past_the_vocabulary(base: Path) -> None:
    header = read_header(base)
    assert header.values["general.architecture"] == "qwen2"
    assert header.values["thu.co"] is True
    assert {name: (t.shape, t.start) for name, t in header.tensors.items()} == {
        t.name: (tuple(reversed([int(n) for n in t.shape])), t.data_offset) for t in gguf.GGUFReader(base).tensors
    }


@pytest.mark.parametrize("size", [0, 3, 20, 90])
def test_a_header_cut_short_is_told(base: Path, size: int) -> None:
    base.write_bytes(base.read_bytes()[:size])
    with pytest.raises(ModelError, match="cắt ngắn"):
        read_header(base)


@pytest.mark.parametrize(
    ("matrices", "reason"),
    [
        ({"blk.9.attn_q.weight": MATRICES["blk.0.attn_q.weight"]}, "không có chỗ"),
        ({"blk.0.attn_q.weight": MATRICES["blk.0.ffn_up.weight"]}, "kích thước khác"),
        ({"blk.0.attn_q.weight": tuple(np.full_like(m, np.nan) for m in MATRICES["blk.0.attn_q.weight"])}, "phải số"),
    ],
)
def test_what_does_not_belong_together_is_not_merged(
    settings: Settings, base: Path, matrices: Any, reason: str
) -> None:
    with pytest.raises(ModelError, match=reason):
        merged.merge(settings, _adapter(settings, base, "la", matrices))
    assert list((settings.models_dir / "merged").iterdir()) == []


def test_a_damaged_adapter_or_another_base_is_not_merged(settings: Settings, base: Path, adapter: Adapter) -> None:
    data = adapter.path.read_bytes()
    adapter.path.write_bytes(data[:-9])
    with pytest.raises(ModelError, match="mã kiểm tra"):
        merged.merge(settings, adapter)
    adapter.path.write_bytes(data)
    base.write_bytes(base.read_bytes() + b"x")
    with pytest.raises(ModelError, match="mô hình gốc khác"):
        merged.merge(settings, adapter)


def test_it_is_made_once(settings: Settings, adapter: Adapter) -> None:
    made = merged.merge(settings, adapter)
    stamp = made.path.stat()
    assert merged.merge(settings, adapter) == made
    assert (made.path.stat().st_ino, made.path.stat().st_mtime_ns) == (stamp.st_ino, stamp.st_mtime_ns)


def _damage(path: Path, how: str) -> None:
    note = path.with_suffix(".json")
    if how == "missing":
        path.unlink()
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:-5])
    elif how == "changed":
        path.write_bytes(path.read_bytes()[:-1] + b"\x77")
    elif how == "no note":
        note.unlink()
    elif how == "broken note":
        note.write_text("{", encoding="utf-8")
    else:
        told = json.loads(note.read_text(encoding="utf-8"))
        note.write_text(json.dumps(told | {how: "0" * 64}), encoding="utf-8")


_WAYS = ["missing", "cut", "changed", "no note", "broken note", "base_sha256", "adapter_sha256", "sha256", "format"]


@pytest.mark.parametrize("how", _WAYS)
def test_what_is_not_exactly_it_is_not_used_and_made_anew(settings: Settings, adapter: Adapter, how: str) -> None:
    made = merged.merge(settings, adapter)
    _damage(made.path, how)
    assert merged.current(settings, adapter.card) is None
    assert merged.merge(settings, adapter) == made
    assert merged.current(settings, adapter.card) == made


def test_a_fault_that_leaves_size_and_time_is_found_when_the_file_is_read_afresh(
    settings: Settings, adapter: Adapter
) -> None:
    made = merged.merge(settings, adapter)
    stat = made.path.stat()
    _damage(made.path, "changed")
    os.utime(made.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert merged.current(settings, adapter.card, afresh=True) is None
    assert merged.merge(settings, adapter, afresh=True) == made
    assert hashlib.sha256(made.path.read_bytes()).hexdigest() == made.sha256


def test_merged_files_of_other_adapters_go_when_a_new_one_is_made(settings: Settings, base: Path) -> None:
    first, second, third = (
        _adapter(settings, base, name, {n: (a * scale, b) for n, (a, b) in MATRICES.items()})
        for name, scale in (("một", 0.5), ("hai", 2.0), ("ba", 4.0))
    )
    paths = [merged.merge(settings, adapter, keep=[first.card]).path for adapter in (first, second)]
    assert all(path.exists() for path in paths)
    (paths[0].parent / f".{paths[0].name}.tam").write_bytes(b"left by a process that was killed")
    last = merged.merge(settings, third, keep=[first.card]).path
    assert {p.name for p in last.parent.glob("*.gguf")} == {paths[0].name, last.name}
    assert not list(last.parent.glob(".*"))
    assert not paths[1].with_suffix(".json").exists()


def test_too_small_a_disk_is_told_before_anything_is_written(
    settings: Settings, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 5_000_000))  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="chỉ còn 0,0 GB, cần 0,1 GB"):
        merged.merge(settings, adapter)


@pytest.mark.parametrize(("code", "told"), [(errno.ENOSPC, "ổ đĩa đã đầy"), (errno.EACCES, "Permission denied")])
def test_a_disk_that_fails_in_the_middle_leaves_nothing(
    settings: Settings, adapter: Adapter, monkeypatch: pytest.MonkeyPatch, code: int, told: str
) -> None:
    def fail(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ModelError, match=told):
        merged.merge(settings, adapter)
    assert list((settings.models_dir / "merged").iterdir()) == []


def test_two_at_once_make_it_once(settings: Settings, adapter: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock belongs to an open file, so two threads stand for two processes."""
    make, count, both = merged._make, [0], threading.Barrier(2)

    def slow(*args: Any) -> merged.Merged:
        count[0] += 1
        threading.Event().wait(0.2)
        return make(*args)

    def work() -> None:
        both.wait()
        made.append(merged.merge(settings, adapter))

    monkeypatch.setattr(merged, "_make", slow)
    made: list[merged.Merged] = []
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count == [1]
    assert made[0] == made[1] == merged.current(settings, adapter.card)


class Loaded:
    """Stands in for the model and notes what it was opened with."""

    opened: list[dict[str, Any]] = []  # noqa: RUF012 - emptied by the fixture
    broken = False

    def __init__(self, path: Path, **options: Any) -> None:
        if self.broken and options.get("lora_path") is None:
            raise ModelError("hỏng", action="", phase="setup")
        Loaded.opened.append({"path": path, **options})


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Loaded]]:
    monkeypatch.setattr(llama, "LlamaModel", Loaded)
    monkeypatch.setattr(Loaded, "broken", False)
    Loaded.opened = []
    yield Loaded


def _opened(settings: Settings, adapter: Adapter) -> dict[str, Any]:
    model: Model = open_adapted(settings, adapter)
    assert isinstance(model, Loaded)
    return Loaded.opened[-1]


def test_what_is_merged_is_served_without_the_adapter(
    settings: Settings, base: Path, adapter: Adapter, loaded: type[Loaded]
) -> None:
    assert _opened(settings, adapter)["lora_path"] == adapter.path
    made = merged.merge(settings, adapter)
    served = _opened(settings, adapter)
    assert (served["path"], served["digest"], served.get("lora_path")) == (made.path, made.sha256, None)
    assert adapter.card.sha256[:8] in served["name"]
    assert "gộp" in served["name"]
    _damage(made.path, "cut")
    served = _opened(settings, adapter)
    assert (served["path"], served["lora_path"]) == (base, adapter.path)


def test_a_merged_file_that_does_not_load_is_no_fault(
    settings: Settings, base: Path, adapter: Adapter, loaded: type[Loaded], monkeypatch: pytest.MonkeyPatch
) -> None:
    merged.merge(settings, adapter)
    monkeypatch.setattr(Loaded, "broken", True)
    assert _opened(settings, adapter)["path"] == base
