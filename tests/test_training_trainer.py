"""Training: checkpoints, the lock, full disks, batches; with a model of two layers where torch is installed."""

from __future__ import annotations

import errno
import os
import sys
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="nhóm thư viện huấn luyện chưa cài")
gguf = pytest.importorskip("gguf", reason="nhóm thư viện huấn luyện chưa cài")

from nl2sql.errors import ModelError  # noqa: E402 - after the check that torch is there
from nl2sql.training import checkpoint, memory  # noqa: E402
from nl2sql.training.adapter_file import write_adapter  # noqa: E402
from nl2sql.training.attention import causal  # noqa: E402
from nl2sql.training.examples import Example, batches  # noqa: E402
from nl2sql.training.lora import MAPS, LowRank, Words, answer_loss, attach  # noqa: E402
from nl2sql.training.second import Second, pays  # noqa: E402
from nl2sql.training.trainer import Progress, Recipe, held_loss, pieces, train  # noqa: E402

_WIDTH, _WORDS = 16, 40
torch.set_num_threads(1)  # threads that wait for each other cost more than these matrices


class _Layer(torch.nn.Module):  # type: ignore[misc] # torch is untyped here
    def __init__(self) -> None:
        super().__init__()
        self.self_attn, self.mlp = torch.nn.Module(), torch.nn.Module()
        for path in MAPS:
            part, _, name = path.partition(".")
            getattr(self, part).add_module(name, torch.nn.Linear(_WIDTH, _WIDTH, bias=False))

    def forward(self, x: Any) -> Any:
        mixed = torch.cumsum(self.self_attn.v_proj(x), 1)  # causal, like attention
        return x + torch.tanh(self.mlp.down_proj(torch.relu(self.mlp.up_proj(x + mixed))))


class _Model(torch.nn.Module):  # type: ignore[misc] # torch is untyped here
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.model = torch.nn.Module()
        self.model.embed = torch.nn.Embedding(_WORDS, _WIDTH)
        self.model.layers = torch.nn.ModuleList(_Layer() for _ in range(2))
        self.model.forward = self._hidden
        self.lm_head = torch.nn.Linear(_WIDTH, _WORDS, bias=False)
        self.requires_grad_(False)

    def _hidden(self, input_ids: Any, **_: Any) -> Any:
        x = self.model.embed(input_ids)
        for layer in self.model.layers:
            x = layer(x)
        return SimpleNamespace(last_hidden_state=x)


def _examples(count: int) -> list[Example]:
    made = []
    for i in range(count):
        words = [(i * 7 + k) % _WORDS for k in range(4 + i % 5)]
        made.append(Example((*words, *(w // 2 for w in words)), len(words)))
    return made


def _ready(seed: int = 1) -> tuple[Any, dict[str, LowRank]]:
    model = _Model()
    return model, attach(model, 4, 8.0, seed)


def _loss(model: Any, items: list[Example], words: Words | None = None) -> float:
    return float(answer_loss(model, items, words).detach())


def test_padding_does_not_change_the_loss() -> None:
    model, _ = _ready()
    short, long = _examples(5)[0], _examples(5)[4]
    apart = [float(answer_loss(model, [e]).detach()) * e.answer for e in (short, long)]
    together = float(answer_loss(model, [short, long]).detach()) * (short.answer + long.answer)
    assert together == pytest.approx(sum(apart), rel=1e-5)


def test_the_words_left_out_only_lower_the_sum_that_a_loss_is_taken_among(monkeypatch: pytest.MonkeyPatch) -> None:
    model, _ = _ready()
    items = [Example((1, 2, 3, 30, 31), 3), Example((4, 5, 31), 2)]
    assert len(Words.of(model, items).weight) == _WORDS  # all are common here
    assert _loss(model, items, Words.of(model, items)) == pytest.approx(_loss(model, items))
    monkeypatch.setattr("nl2sql.training.lora.COMMON", 4)
    words = Words.of(model, items)
    assert torch.equal(words.weight, model.lm_head.weight[[0, 1, 2, 3, 4, 5, 30, 31]])
    assert words.place[[3, 30, 31]].tolist() == [3, 6, 7]
    assert _loss(model, items, words) < _loss(model, items)


def test_a_training_lowers_the_loss_and_leaves_the_base_alone(tmp_path: Path) -> None:
    model, maps = _ready()
    items = _examples(40)
    frozen = model.lm_head.weight.clone()
    before = held_loss(model, items)
    now = train(
        model, maps, items, items[:8], Recipe(rounds=30, rate=1e-2, batch=8, patience=99), tmp_path / "d", identity="x"
    )
    assert held_loss(model, items) < 0.7 * before
    assert now.step == 150
    assert now.seen == 1200
    assert torch.equal(frozen, model.lm_head.weight)


def test_a_killed_training_goes_on_where_it_was(tmp_path: Path) -> None:
    items, recipe = _examples(24), Recipe(rounds=2, batch=8, patience=99)
    whole, whole_maps = _ready()
    train(whole, whole_maps, items, items[:4], recipe, tmp_path / "a", identity="x")

    class Killed(Exception):
        pass

    def kill(now: Progress, _share: float) -> None:
        if now.step == 4:
            raise Killed

    def score(now: Progress) -> None:
        now.scores.append((now.seen, len(now.held)))

    place = tmp_path / "b"
    broken, maps = _ready()
    with pytest.raises(Killed):
        train(broken, maps, items, items[:4], recipe, place, identity="x", tell=kill, check=score, every_s=0.0)
    again, again_maps = _ready(seed=99)  # other first weights: everything must come from the checkpoint
    now = train(again, again_maps, items, items[:4], recipe, place, identity="x", resume=True, check=score)
    assert now.step == 6
    assert [number for _, number in now.scores] == [1, 2, 3, 4]  # those from before the kill are still there
    for name, low in whole_maps.items():
        assert torch.allclose(low.b, again_maps[name].b, atol=1e-6), name


def _two(tmp_path: Path, make: Any) -> Any:
    return lambda weights, words: Second(make, weights, words, tmp_path, threads=1)


def test_two_processes_learn_what_one_learns(tmp_path: Path) -> None:
    items, recipe = _examples(24), Recipe(rounds=2, batch=4, rate=1e-2, patience=99)
    alone, alone_maps = _ready()
    one = train(alone, alone_maps, items, items[:4], recipe, tmp_path / "a", identity="x")
    model, maps = _ready()
    together = _two(tmp_path, partial(_ready, 7))  # its own first weights are not used
    two = train(model, maps, items, items[:4], recipe, tmp_path / "b", identity="x", beside=together)
    assert (two.step, two.seen) == (one.step, one.seen)
    assert two.loss == pytest.approx(one.loss, abs=1e-5)
    for name, low in alone_maps.items():
        assert torch.allclose(low.a, maps[name].a, atol=1e-5), name
        assert torch.allclose(low.b, maps[name].b, atol=1e-5), name
    assert not [p for p in tmp_path.iterdir() if p.is_dir()]  # nothing of what they shared is left


def test_training_goes_on_when_the_second_process_dies(tmp_path: Path) -> None:
    items, recipe = _examples(24), Recipe(rounds=2, batch=4, rate=1e-2, patience=99)
    alone, alone_maps = _ready()
    train(alone, alone_maps, items, items[:4], recipe, tmp_path / "a", identity="x")

    def kill(now: Progress, _share: float) -> None:
        if now.step == 3:
            (other,) = [p for p in active_children() if p.name == "hoikho-train-2"]
            other.kill()
            other.join()

    model, maps = _ready()
    train(model, maps, items, items[:4], recipe, tmp_path / "b", identity="x",
          beside=_two(tmp_path, partial(_ready, 1)), tell=kill)  # fmt: skip
    for name, low in alone_maps.items():
        assert torch.allclose(low.b, maps[name].b, atol=1e-5), name


def _no_model() -> Any:
    raise RuntimeError("no memory")


def test_training_goes_on_when_the_second_process_never_starts(tmp_path: Path) -> None:
    items = _examples(16)
    model, maps = _ready()
    now = train(model, maps, items, items[:4], Recipe(rounds=1, batch=8), tmp_path / "b", identity="x",
                beside=_two(tmp_path, _no_model))  # fmt: skip
    assert now.step == 2


def test_no_room_for_what_two_processes_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("nl2sql.training.second.os.fsync", full)
    _, maps = _ready()
    with pytest.raises(OSError, match="full"):
        Second(partial(_ready, 1), [p for low in maps.values() for p in (low.a, low.b)],
               Words.over(_Model(), (1, 2)), tmp_path, threads=1)  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_second_process_needs_cores_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 16 << 30)
    assert pays(2, 500 << 20)
    assert not pays(1, 500 << 20)
    monkeypatch.setattr(memory, "available", lambda: 4 << 30)
    assert not pays(2, 500 << 20)


def test_a_checkpoint_of_something_else_is_not_used(tmp_path: Path) -> None:
    items, recipe = _examples(16), Recipe(rounds=1, batch=8)
    model, maps = _ready()
    train(model, maps, items, items[:4], recipe, tmp_path / "d", identity="x")
    other, other_maps = _ready()
    now = train(other, other_maps, items, items[:4], recipe, tmp_path / "d", identity="y", resume=True)
    assert now.step == 2


def test_no_better_loss_stops_early(tmp_path: Path) -> None:
    model, maps = _ready()
    learn = _examples(40)
    held = [Example((1, 2, 3, 39, 38, 37), 3)]  # says the opposite of what is learnt
    now = train(
        model, maps, learn, held, Recipe(rounds=40, rate=3e-2, batch=8, patience=1), tmp_path / "d", identity="x"
    )
    assert now.stopped_early
    assert now.step < 200


def test_a_damaged_checkpoint_falls_back_to_the_one_before(tmp_path: Path) -> None:
    place = tmp_path / "diem"
    checkpoint.save(place, {"value": 1})
    checkpoint.save(place, {"value": 2})
    place.write_bytes(place.read_bytes()[:-3])
    assert checkpoint.load(place) == {"value": 1}
    for file in tmp_path.iterdir():
        file.write_bytes(b"x" * 100)
    with pytest.raises(ModelError, match="hỏng"):
        checkpoint.load(place)


def test_a_full_disk_is_told_and_keeps_the_last_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "diem"
    checkpoint.save(place, {"value": 1})

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match="đầy"):
        checkpoint.save(place, {"value": 2})
    assert checkpoint.load(place) == {"value": 1}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["diem"]


def test_two_trainings_do_not_meet(tmp_path: Path) -> None:
    with checkpoint.alone(tmp_path, 1), pytest.raises(ModelError, match="đang chạy"), checkpoint.alone(tmp_path, 1):
        pass
    with checkpoint.alone(tmp_path, 1):
        pass


def test_no_room_is_told_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cần"), checkpoint.alone(tmp_path, 1 << 60):
        pass


def test_batches_hold_every_example_once_and_are_of_like_length() -> None:
    items = _examples(100)
    cut = batches(items, 8, seed=3)
    assert sorted(e.ids for b in cut for e in b) == sorted(e.ids for e in items)
    assert cut == batches(items, 8, seed=3)
    assert cut != batches(items, 8, seed=4)
    assert sum(max(len(e.ids) for e in b) - min(len(e.ids) for e in b) for b in cut) / len(cut) < 4


def test_the_adapter_file_names_its_tensors_as_llama_cpp_wants(tmp_path: Path) -> None:
    _, maps = _ready()
    matrices = {n: (m.a.detach().numpy(), m.b.detach().numpy()) for n, m in maps.items()}
    digest = write_adapter(tmp_path / "x.gguf", matrices, architecture="qwen2", alpha=8.0)
    assert len(digest) == 64
    file = gguf.GGUFReader(tmp_path / "x.gguf")
    names = {t.name: tuple(t.shape) for t in file.tensors}
    assert names["blk.1.ffn_down.weight.lora_a"] == (_WIDTH, 4)
    assert names["blk.0.attn_q.weight.lora_b"] == (4, _WIDTH)
    assert len(names) == 2 * 2 * 7
    assert bytes(file.fields["adapter.type"].parts[-1]).decode() == "lora"
    assert [p.name for p in tmp_path.iterdir()] == ["x.gguf"]


def test_pieces_hold_every_example_and_keep_to_the_tokens() -> None:
    items = _examples(30)
    cut = pieces(items, 40)
    assert sorted(e.ids for b in cut for e in b) == sorted(e.ids for e in items)
    assert all(len(b) == 1 or len(b) * max(len(e.ids) for e in b) <= 40 for b in cut)
    assert pieces(items[:1], 1) == [items[:1]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only the GNU C library gives memory back on request")
def test_freed_memory_is_given_back() -> None:
    def resident() -> int:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])

    held = [bytearray(100_000) for _ in range(2_000)]  # 200 MB in pieces that the heap keeps when they are freed
    walls = held[::100]
    full = resident()
    del held
    assert memory.hold_down()
    assert memory.give_back()
    assert resident() < full - 100_000
    assert len(walls) == 20


def test_a_map_with_its_difference_is_what_the_plain_expression_is() -> None:
    torch.manual_seed(3)
    inner = torch.nn.Linear(12, 20).requires_grad_(False)
    low = LowRank(inner, 4, 8.0)
    low.b.data.normal_()
    x = torch.randn(2, 5, 12, requires_grad=True)
    outward = torch.randn(2, 5, 20)

    def plain() -> Any:
        return inner(x) + low.scale * (x @ low.a.T @ low.b.T)

    wanted = torch.autograd.grad((plain() * outward).sum(), (x, low.a, low.b))
    found = torch.autograd.grad((low(x) * outward).sum(), (x, low.a, low.b))
    assert torch.allclose(low(x), plain(), atol=1e-5)
    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("groups", [1, 2, 6])
def test_attention_is_what_torch_has(groups: int) -> None:
    torch.manual_seed(3)
    query, key, value = (torch.randn(2, heads, 7, 8, requires_grad=True) for heads in (6, groups, groups))
    outward = torch.randn(2, 7, 6, 8)
    wanted = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, is_causal=True, scale=0.3, enable_gqa=True
    ).transpose(1, 2)
    found, weights = causal(None, query, key, value, None, 0.3)
    assert weights is None
    assert torch.allclose(found, wanted, atol=1e-5)
    parts = (query, key, value)
    for one, other in zip(
        torch.autograd.grad((found * outward).sum(), parts), torch.autograd.grad((wanted * outward).sum(), parts),
        strict=True,
    ):  # fmt: skip
        assert torch.allclose(one, other, atol=1e-4)


def test_attention_does_no_dropout() -> None:
    part = torch.randn(1, 1, 2, 4)
    with pytest.raises(ValueError, match="dropout"):
        causal(None, part, part, part, None, 1.0, dropout=0.1)
