"""Layers put together by the compiler give the same gradients; where there is no compiler they go on as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="nhóm thư viện huấn luyện chưa cài")
pytest.importorskip("gguf", reason="nhóm thư viện huấn luyện chưa cài")

from torch._inductor.utils import fresh_cache  # noqa: E402

from nl2sql.training import together  # noqa: E402
from nl2sql.training.examples import Example  # noqa: E402
from nl2sql.training.lora import LowRank, answer_loss, attach  # noqa: E402
from tests.test_training_trainer import _Model  # noqa: E402 - after the check that torch is there

BATCH = (Example((1, 2, 3, 4, 5, 6, 7), 3), Example((8, 9, 10, 11), 2), Example((12, 13, 14), 1))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TORCHINDUCTOR_CACHE_DIR", "TORCHINDUCTOR_COMPILE_THREADS"):
        monkeypatch.setenv(name, "1")  # put back afterwards, whatever is set


def _gradients(model: Any, maps: dict[str, LowRank], batch: tuple[Example, ...] = BATCH) -> Any:
    model.zero_grad(set_to_none=True)
    answer_loss(model, batch).backward()
    return torch.cat([p.grad.flatten() for low in maps.values() for p in (low.a, low.b) if p.grad is not None])


def _attached() -> tuple[Any, dict[str, LowRank]]:
    model = _Model()
    maps = attach(model, 4, 8.0, 1)
    for low in maps.values():
        torch.nn.init.normal_(low.b)
    return model, maps


def test_layers_put_together_give_the_same_gradients_for_every_length(tmp_path: Path) -> None:
    model, maps = _attached()
    batches = (BATCH, BATCH[:2], BATCH[2:])
    before = [_gradients(model, maps, batch) for batch in batches]
    if not together.put_together(model, tmp_path / "code"):
        pytest.skip("máy này không có trình biên dịch C++")
    assert any((tmp_path / "code").iterdir())
    assert (tmp_path / "code").stat().st_mode & 0o077 == 0  # what is run from there is this user's alone
    assert all(p.grad is None for p in model.parameters())
    for batch, expected in zip(batches, before, strict=True):
        assert torch.allclose(_gradients(model, maps, batch), expected, rtol=1e-4, atol=1e-6)


def test_without_a_compiler_the_layers_work_as_they_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch._inductor.config.cpp.cxx", (str(tmp_path / "none"),))
    model, maps = _attached()
    before = _gradients(model, maps)
    torch._dynamo.reset()
    with fresh_cache():
        assert not together.put_together(model, tmp_path / "code")
    assert torch.equal(_gradients(model, maps), before)
