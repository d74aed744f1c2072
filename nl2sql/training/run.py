"""``hoikho train`` from end to end: pairs, base, training, adapter, card."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import yaml

from nl2sql.config import Settings
from nl2sql.errors import ModelError
from nl2sql.model import fetch
from nl2sql.model.adapter_fit import catalogue_items
from nl2sql.model.adapters import LANGUAGE, Adapter, Card, found, learnt_questions, named, read_card, verify
from nl2sql.model.registry import find
from nl2sql.pipeline import Assistant, open_assistant
from nl2sql.training import memory
from nl2sql.training.disk import disk_error
from nl2sql.training.pairs import PairSet, Part, compose_part, joined
from nl2sql.training.plan import Pair

BASES = {"0.5b": "qwen2.5-coder-0.5b", "1.5b": "qwen2.5-coder-1.5b"}
_NEED = 400 << 20
MILESTONES = "moc"
"""Folder beside the adapters for those kept on the way."""
_SCORED = 24
_WORTH_TWO = 1000
"""Pairs from which on a second process pays for its start."""
_WORTH_COMPILING = 10.0
"""Minutes of training from which on compiling the layers pays: it takes about two."""
_NEXT_SEED = 104_729
# The OpenMP runtime reads these when torch loads it. Threads that spin while they wait stand still for minutes beside
# another busy process: measured, one step in 13 minutes on 2 cores that eight processes shared.
_WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "100"}

Say = Callable[[str], None]
Tell = Callable[[str, float, float], None]


@dataclass(frozen=True)
class Order:
    """What is to be trained.

    Attributes:
        base: ``0.5b``, ``1.5b`` or a name of the registry.
        pairs: Pairs to compose; each is seen at most ``rounds`` times.
        minutes: Most minutes of training.
        avoid: Files or folders of suites to keep away from.
        keep: Numbers of pairs seen at which the adapter as it is then is kept, for a learning curve.
        name: Of the adapter; from the base and the catalogue's version when empty.
        start: Name or file of an adapter to go on from, for a catalogue that has grown or for more practice.
    """

    base: str = "0.5b"
    pairs: int = 4000
    minutes: float = 40.0
    rounds: int = 2
    rank: int = 16
    rate: float = 5.6e-4
    seed: int = 20251031
    resume: bool = False
    name: str = ""
    avoid: tuple[Path, ...] = ()
    keep: tuple[int, ...] = ()
    start: str = ""


@dataclass
class Outcome:
    """What came out: the adapter's file and its card."""

    path: Path
    card: Card


def suite_questions(places: Sequence[Path]) -> list[str]:
    """Every question, and every turn before one, in suites; they are only compared with, never shown."""
    found: list[str] = []
    files = [f for p in places for f in (sorted(p.glob("**/*.yaml")) if p.is_dir() else [p])]
    for file in files:
        found.extend(_questions(yaml.safe_load(file.read_text(encoding="utf-8"))))
    return list(dict.fromkeys(found))


def _questions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("question"), str):
            yield node["question"]
        turns = node.get("turns")
        if isinstance(turns, list):
            yield from (t for t in turns if isinstance(t, str))
        for value in node.values():
            yield from _questions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _questions(value)


def default_avoid() -> tuple[Path, ...]:
    """The suites and labelled readings of a source checkout; none in an installed package."""
    rooms = Path(__file__).parents[2] / "eval"
    return tuple(place for place in (rooms / "suites", rooms / "readings") if place.is_dir())


@contextmanager
def _opened(settings: Settings) -> Iterator[Assistant]:
    assistant = open_assistant(settings)
    try:
        if not assistant.described:
            raise ModelError(
                "Cơ sở dữ liệu này chưa có danh mục mô tả nên chưa có gì để học.",
                action="Hãy tạo danh mục trước: hoikho catalogue init --db URL",
                phase="setup",
            )
        yield assistant
    finally:
        assistant.close()


def composed(settings: Settings, order: Order, tell: Tell | None = None) -> PairSet:
    """The pairs of an order; a large one is composed by two processes, each with a seed of its own.

    How many compose depends on the order alone, so that equal orders give equal pairs on every machine.
    """
    held = max(8, min(48, order.pairs // 12))
    whole, avoid = order.pairs + held, suite_questions(order.avoid)
    if whole < _WORTH_TWO:
        parts = [_part(settings, whole, order.seed, avoid, tell)]
    else:
        half = whole // 2 + 8  # a few more: those that both find are counted once
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            other = pool.submit(_part_beside, settings, half, order.seed + _NEXT_SEED, avoid, os.getpid())
            parts = [_part(settings, half, order.seed, avoid, tell), other.result()]
    return joined(parts, count=order.pairs, held=held, seed=order.seed)


def _part_beside(settings: Settings, count: int, seed: int, avoid: Sequence[str], parent: int) -> Part:
    """A part composed by a process of its own, which ends when the one that wants it was killed."""

    def still_wanted(*_: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    return _part(settings, count, seed, avoid, still_wanted)


def _part(settings: Settings, count: int, seed: int, avoid: Sequence[str], tell: Tell | None = None) -> Part:
    with _opened(settings) as assistant:
        return compose_part(
            assistant.reader, assistant.database, count=count, seed=seed, avoid=avoid,
            tell=(lambda done, total: tell("Soạn cặp câu hỏi và SQL", done, total)) if tell else None,
        )  # fmt: skip


def train_adapter(settings: Settings, order: Order, say: Say, tell: Tell) -> Outcome:
    """Train an adapter for the warehouse in use.

    Raises:
        ModelError: The training group is not installed, another training runs, the disk is full …
    """
    for variable, value in {**_WAITING, **memory.ENVIRONMENT}.items():
        os.environ.setdefault(variable, value)
    memory.hold_down()
    try:
        import torch

        from nl2sql.training import checkpoint
        from nl2sql.training.adapter_file import read_adapter, write_adapter, write_card, write_questions
        from nl2sql.training.examples import examples
        from nl2sql.training.frozen import narrow_pays
        from nl2sql.training.lora import Words
        from nl2sql.training.score import quick_score
        from nl2sql.training.second import Second, pays
        from nl2sql.training.together import ready
        from nl2sql.training.trainer import Progress, Recipe, train
    except ImportError as error:
        raise ModelError(
            f"Chưa cài các thư viện huấn luyện ({error.name}).",
            action="Hãy chạy: .venv/bin/python -m pip install --group train",
            phase="setup",
        ) from error
    from nl2sql.model.llama import LlamaModel
    from nl2sql.model.runtime import physical_cores
    from nl2sql.model.tokens import Tokens

    base = find(BASES.get(order.base.lower(), order.base))
    if base is None:
        raise ModelError(
            f"Không có mô hình gốc “{order.base}”.", action="Hãy chọn --base 0.5b hoặc --base 1.5b", phase="setup"
        )
    file = fetch.ensure(base.name, settings)
    recipe = Recipe(rank=order.rank, alpha=2.0 * order.rank, rate=order.rate, rounds=order.rounds,
                    minutes=order.minutes, seed=order.seed)  # fmt: skip
    home = settings.home / "adapters"
    with checkpoint.alone(settings.home / "train", _NEED), _opened(settings) as assistant:
        catalogue = assistant.catalogue
        name = order.name or f"{base.name}-{catalogue.version[:8]}"
        target = home / f"{name}.gguf"
        pairs = _kept(settings, order, catalogue.version, tell)
        say(f"{len(pairs.train)} cặp để học, {len(pairs.held)} cặp giữ lại (mã {pairs.digest})")
        with Tokens(file) as tokens:
            learn, held = (examples(p, tokens) for p in (pairs.train, pairs.held))
        cores = settings.threads or physical_cores()
        two = pays(cores, file.stat().st_size)
        threads = cores // 2 if two else cores
        torch.set_num_threads(threads)
        long = order.minutes == 0 or order.minutes >= _WORTH_COMPILING
        tell("Nạp và biên dịch mô hình gốc, mất vài phút" if long else "Nạp mô hình gốc", 0.0, 1.0)
        make = partial(ready, file, recipe.rank, recipe.alpha, recipe.seed, narrow=narrow_pays(),
                       compiled=settings.home / "train" / "bien_dich" if long else None)  # fmt: skip
        model, maps = make()
        before = _begun_from(order, settings, base.sha256, recipe.rank)
        if before is not None:
            for name_, (a, b) in read_adapter(before.path).items():
                maps[name_].a.data.copy_(torch.from_numpy(a))
                maps[name_].b.data.copy_(torch.from_numpy(b))
        identity = _identity(base.sha256, pairs.digest, recipe, before.card.sha256 if before else "")
        outcome = Outcome(target, Card(name, "", base.name, base.sha256, catalogue.version, language=LANGUAGE))

        def write() -> None:
            matrices = {n: (m.a.detach().numpy(), m.b.detach().numpy()) for n, m in maps.items()}
            try:
                digest = write_adapter(target, matrices, architecture="qwen2", alpha=recipe.alpha)
            except OSError as error:
                raise disk_error(error, home) from error
            outcome.card = replace(outcome.card, sha256=digest)

        def check(now: Progress) -> None:
            write()
            if now.seen and len(now.held) % 2:  # the score takes as long as twenty steps: at every other check
                say(f"{now.seen} cặp: sai số {now.held[-1][1]:.3f} trên cặp giữ lại".replace(".", ","))
                return
            helper = LlamaModel(file, lora_path=target, n_ctx=1024, threads=settings.threads)
            try:
                right, asked = quick_score(helper, pairs.held[:_SCORED], assistant)
            finally:
                helper.close()
            now.scores.append((now.seen, right))
            say(f"{now.seen} cặp, {now.seconds / 60:.1f} phút: sai số {now.held[-1][1]:.3f} trên cặp giữ lại, "
                f"đúng {right}/{asked}".replace(".", ","))  # fmt: skip

        def keep_milestone(now: Progress) -> None:
            """The adapter as it is, with a card, in a folder where nothing is chosen from by itself."""
            place = home / MILESTONES / f"{name}-{now.seen}.gguf"
            matrices = {n: (m.a.detach().numpy(), m.b.detach().numpy()) for n, m in maps.items()}
            try:
                digest = write_adapter(place, matrices, architecture="qwen2", alpha=recipe.alpha)
                write_card(place, replace(outcome.card, name=place.stem, sha256=digest, seen=now.seen,
                                          views=catalogue_items(catalogue)))  # fmt: skip
            except OSError as error:
                raise disk_error(error, home) from error

        def step(now: Progress, share: float) -> None:
            if any(now.seen - recipe.batch < mark <= now.seen for mark in order.keep):
                keep_milestone(now)
            if now.step % 10 == 1 or share >= 1:
                tell(f"Huấn luyện: sai số {now.loss:.3f}".replace(".", ","), share, 1.0)

        def beside(weights: Sequence[Any], words: Words) -> AbstractContextManager[Second | None]:
            try:
                return Second(make, weights, words, settings.home / "train", threads)
            except OSError as error:
                raise disk_error(error, settings.home / "train") from error

        now = train(model, maps, learn, held, recipe, settings.home / "train" / "diem_luu.pt", identity=identity,
                    resume=order.resume, tell=step, check=check, beside=beside if two else None)  # fmt: skip
        write()
        outcome.card = replace(
            outcome.card, views=catalogue_items(catalogue), pairs=len(pairs.train), pairs_sha256=pairs.digest,
            counts=pairs.counts(), seed=order.seed, settings=asdict(recipe) | _origin(before),
            minutes=round(now.seconds / 60, 1), seen=now.seen, made=dt.datetime.now(dt.UTC).date().isoformat(),
            figures={
                "held_loss": [[seen, round(loss, 4)] for seen, loss in now.held],
                "held_right": [[seen, right, min(_SCORED, len(pairs.held))] for seen, right in now.scores],
                "stopped_early": now.stopped_early,
            },
        )  # fmt: skip
        earlier = learnt_questions((before,)) if before else ()
        now_learnt = [q for p in (*pairs.train, *pairs.held) for q in (p.said, p.question) if q]
        write_questions(target, [*dict.fromkeys((*earlier, *now_learnt))])
        write_card(target, outcome.card)
        checkpoint.clear(settings.home / "train" / "diem_luu.pt")
    return outcome


def _begun_from(order: Order, settings: Settings, base_sha256: str, rank: int) -> Adapter | None:
    """The adapter to go on from.

    Raises:
        ModelError: There is none of that name, it was made for another base, or its rank or language is another.
    """
    if not order.start:
        return None
    path = Path(order.start)
    found_ = Adapter(path, read_card(path)) if path.suffix == ".gguf" else named(order.start, found(settings.home))[0]
    verify(found_)
    card = found_.card
    if (card.base_sha256, card.language, card.settings.get("rank")) != (base_sha256, LANGUAGE, rank):
        raise ModelError(
            f"Không học tiếp được từ {card.name}: mô hình gốc, hạng hoặc lối viết của nó khác.",
            action="Hãy bỏ --from để học từ đầu.", phase="setup",
        )  # fmt: skip
    return found_


def _origin(before: Adapter | None) -> dict[str, Any]:
    """What a card says of the adapter that a training went on from, and of all before that one."""
    if before is None:
        return {}
    card = before.card
    minutes = card.minutes + float(card.settings.get("from_minutes", 0))
    return {"from": card.sha256, "from_seen": card.seen_in_all, "from_minutes": round(minutes, 1)}


def _kept(settings: Settings, order: Order, catalogue: str, tell: Tell) -> PairSet:
    """The pairs of an order; those of the interrupted training when it goes on with the same order and catalogue."""
    place = settings.home / "train" / "cap.json"
    key = [LANGUAGE, catalogue, order.pairs, order.seed, suite_questions(order.avoid)]
    stamp = hashlib.sha256(json.dumps(key, ensure_ascii=False).encode()).hexdigest()
    if order.resume:
        try:
            kept = json.loads(place.read_text(encoding="utf-8"))
            if kept["stamp"] == stamp:
                return PairSet([Pair(**p) for p in kept["train"]], [Pair(**p) for p in kept["held"]])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # not there or damaged: they are composed anew, and are the same
    pairs = composed(settings, order, tell)
    whole = {"stamp": stamp, "train": [asdict(p) for p in pairs.train], "held": [asdict(p) for p in pairs.held]}
    fresh = place.with_suffix(".tam")
    try:
        fresh.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, place)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise disk_error(error, place.parent) from error
    return pairs


def _identity(base: str, pairs: str, recipe: Any, before: str) -> str:
    """What a checkpoint belongs to; the time limit may change from run to run."""
    parts = {**asdict(recipe), "minutes": 0, "base": base, "pairs": pairs, "from": before}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
