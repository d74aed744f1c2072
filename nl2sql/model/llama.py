"""The default model: llama.cpp in this process, on the CPU.

What costs time is the prompt, so nothing is computed twice: the state of a constant prefix is kept in memory and on
disk (``prefix_cache``), and what begins like the prompt before is used again. Reuse never changes an answer: the part
after the prefix is always worked on in the same chunks, counted from the end of the prefix, and only whole chunks are
used again, so every number is the same as if it had been computed afresh.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from nl2sql.errors import ModelError
from nl2sql.model.chatml import Rendered, Segment, is_chatml, render_chatml, render_template
from nl2sql.model.digest import file_digest
from nl2sql.model.prefix_cache import PrefixCache
from nl2sql.model.protocol import Completion, Message, Prompt
from nl2sql.model.runtime import Grammar, Logits, Runtime, build
from nl2sql.model.sampling import choose
from nl2sql.model.turns import Turn, Turns

_CHUNK = 64
# A shorter prefix is computed sooner than read.
_WORTH_KEEPING = 32
# Room that must be left for an answer.
_LEAST_ANSWER = 16
_PROBE = Message("user", "?")


class LlamaModel:
    """Implements ``Model`` over a GGUF file.

    Args:
        path: The GGUF file.
        name: Short name; the file's name without it.
        digest: SHA-256 of the file where it is known; taken, or looked up in ``states_dir``, without it.
        states_dir: Where prefix states are saved; None to keep them in memory only.
        lora_path: Adapter in GGUF, or None.
        n_ctx: Most tokens of prompt and answer together.
        threads: CPU threads; 0 for all physical cores.
        memory_bytes: Most bytes of prefix states in memory.
        n_batch: Tokens of a prefix that are worked on at a time; at least 64.
        kv_type: Type of the KV cache, ``f16`` or ``q8_0``.
        flash: Flash attention; None lets llama.cpp decide.
        mmap: Map the file instead of reading it.
        repack: Let llama.cpp lay the weights out anew for this CPU; None for what was measured to be best.

    Raises:
        ModelError: The file is missing or broken, or the memory does not suffice.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        digest: str = "",
        states_dir: Path | None = None,
        lora_path: Path | None = None,
        n_ctx: int = 4096,
        threads: int = 0,
        memory_bytes: int = 256 * 2**20,
        n_batch: int = 512,
        kv_type: str = "f16",
        flash: bool | None = None,
        mmap: bool = True,
        repack: bool | None = None,
    ) -> None:
        self._runtime = Runtime(
            path,
            lora_path=lora_path,
            n_ctx=n_ctx,
            n_batch=max(n_batch, _CHUNK),
            threads=threads,
            kv_type=kv_type,
            flash=flash,
            mmap=mmap,
            repack=repack,
        )
        digest = digest or file_digest(path, states_dir)
        self._name = f"{name or path.stem}@{digest[:8]}"
        identity = digest
        if lora_path is not None:
            adapter = file_digest(lora_path, states_dir)
            self._name += f"+{lora_path.stem}@{adapter[:8]}"
            identity += adapter
        self.cache = PrefixCache(
            model=identity,
            version=f"{build()}; {self._runtime.parameters}",
            directory=states_dir,
            memory_bytes=memory_bytes,
        )
        self._chatml = is_chatml(self._runtime.template())
        self._turns = Turns()
        # What the context holds: the tokens of the last prompt and how many of them are its prefix.
        self._live: list[int] = []
        self._live_prefix = 0
        self._live_logits: Logits | None = None

    @property
    def name(self) -> str:
        """``qwen2.5-coder-1.5b@cc324af0``: name and digest, of the adapter too."""
        return self._name

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        seed: int = 0,
        grammar: str = "",
        stop: tuple[str, ...] = (),
    ) -> Completion:
        """Continue the chat. Temperature 0 is greedy; otherwise equal seeds give equal texts.

        Raises:
            ModelError: The prompt does not fit, the grammar is not valid, or the model is closed.
            ModelCancelled: ``cancel`` was called.
        """
        with self._turns.take() as turn:
            began = time.perf_counter()
            prefix, rest = self._tokens(self._render(prompt))
            total = len(prefix) + len(rest)
            room = self._runtime.n_ctx - total
            if room < _LEAST_ANSWER:
                raise ModelError(
                    f"Câu hỏi cùng phần mô tả dữ liệu quá dài cho mô hình ({total} đơn vị từ, tối đa "
                    f"{self._runtime.n_ctx - _LEAST_ANSWER}).",
                    action="Hãy hỏi ngắn hơn.",
                    phase="generation",
                )
            constraint = self._runtime.grammar(grammar) if grammar else None
            try:
                cached = self._place(prefix, rest, turn)
                placed = time.perf_counter()
                written = self._write(total, min(max_tokens, room), temperature, seed, constraint, stop, turn)
            finally:
                if constraint is not None:
                    constraint.close()
            text, logprobs, stopped = written
            return Completion(
                text=text,
                prompt_tokens=total,
                cached_tokens=cached,
                tokens=len(logprobs),
                prompt_ms=(placed - began) * 1e3,
                generate_ms=(time.perf_counter() - placed) * 1e3,
                logprob=sum(logprobs) / len(logprobs) if logprobs else None,
                stopped=stopped,
            )

    def warm(self, prefix: tuple[Message, ...]) -> None:
        """Compute a prefix, or fetch its state from disk, so that the next prompt with it does not wait."""
        with self._turns.take() as turn:
            tokens, _ = self._tokens(self._render(Prompt(prefix, _PROBE)))
            if len(tokens) > self._runtime.n_ctx - _LEAST_ANSWER:
                raise ModelError(
                    "Phần mô tả dữ liệu quá dài cho mô hình.",
                    action="Hãy rút gọn danh mục dữ liệu.",
                    phase="generation",
                )
            self._place_prefix(tokens, turn)

    def waiting(self) -> int:
        """How many callers are before a new one, the one being served included."""
        return self._turns.waiting()

    def cancel(self, thread: int | None = None) -> int:
        """Stop the calls of a thread (``threading.get_ident()``), or the one being served; they raise.

        Takes effect at the next token, or the next chunk of a prompt. Returns how many calls were told to stop.
        """
        return self._turns.cancel(thread)

    def close(self) -> None:
        """Stop what runs, turn everybody away and free the model. May be called twice, from any thread."""
        if self._turns.close():
            self._forget()
            self.cache.clear()
            self._runtime.close()

    # Prompt

    def _render(self, prompt: Prompt) -> Rendered:
        if prompt.chat and not self._chatml:
            rendered = render_template(prompt, self._runtime.apply_template)
            if rendered is not None:
                return rendered
        return render_chatml(prompt)

    def _tokens(self, rendered: Rendered) -> tuple[list[int], list[int]]:
        first = self._runtime.first_tokens()
        prefix = self._tokenize(rendered.prefix)
        rest = self._tokenize(rendered.rest)
        return (first + prefix, rest) if prefix else ([], first + rest)

    def _tokenize(self, segments: Iterable[Segment]) -> list[int]:
        return [t for s in segments for t in self._runtime.tokenize(s.text, control=s.control)]

    def _place(self, prefix: list[int], rest: list[int], turn: Turn) -> int:
        """Bring the context to the end of the prompt, its logits at hand. Returns the tokens that needed no work."""
        runtime, whole, base = self._runtime, prefix + rest, len(prefix)
        same = 0
        if self._live_prefix == base and self._live[:base] == prefix:
            if self._live == whole and self._live_logits is not None:
                runtime.keep(len(whole))
                return len(whole)
            ahead = self._live[base:]
            while same < min(len(rest) - 1, len(ahead)) and rest[same] == ahead[same]:
                same += 1
            same -= same % _CHUNK
        had = same or self._place_prefix(prefix, turn)
        start = base + same
        runtime.keep(start)
        self._live, self._live_prefix, self._live_logits = whole[:start], base, None
        for position in range(start, len(whole), _CHUNK):
            turn.check()
            chunk = whole[position : position + _CHUNK]
            self._decode(chunk, position, logits=position + _CHUNK >= len(whole))
            self._live.extend(chunk)
        self._live_logits = runtime.logits().copy()
        return base + same if same else had

    def _place_prefix(self, prefix: list[int], turn: Turn) -> int:
        """Bring the context to the end of a prefix. Returns the tokens that needed no work."""
        runtime, size = self._runtime, len(prefix)
        if self._live_prefix == size and self._live[:size] == prefix:
            return size
        key = self.cache.key(prefix)
        state = self.cache.get(key) if size >= _WORTH_KEEPING else None
        self._forget()
        if state is not None:
            if runtime.restore(state, size):
                self._live, self._live_prefix = list(prefix), size
                return size
            self.cache.drop(key)
        for position in range(0, size, runtime.n_batch):
            turn.check()
            self._decode(prefix[position : position + runtime.n_batch], position, logits=False)
        self._live, self._live_prefix = list(prefix), size
        if size >= _WORTH_KEEPING:
            state = runtime.save()
            if state:
                self.cache.put(key, state)
        return 0

    def _decode(self, tokens: list[int], position: int, *, logits: bool) -> None:
        try:
            self._runtime.decode(tokens, position, logits=logits)
        except BaseException:
            # Ctrl-C and llama.cpp's own errors alike leave the context in an unknown state.
            self._forget()
            raise

    def _forget(self) -> None:
        self._live, self._live_prefix, self._live_logits = [], 0, None
        self._runtime.keep(0)

    # Answer

    def _write(
        self,
        position: int,
        limit: int,
        temperature: float,
        seed: int,
        grammar: Grammar | None,
        stop: tuple[str, ...],
        turn: Turn,
    ) -> tuple[str, list[float], bool]:
        """The text, the log-probabilities of its tokens, and whether it came to its own end."""
        runtime = self._runtime
        rng = np.random.default_rng(seed)
        marks = [mark.encode("utf-8") for mark in stop if mark]
        reach = max(map(len, marks), default=0)
        written = bytearray()
        logprobs: list[float] = []
        logits = self._live_logits
        assert logits is not None  # noqa: S101 - set by _place
        stopped = False
        while len(logprobs) < limit:
            turn.check()
            choice = choose(logits, temperature=temperature, rng=rng, grammar=grammar)
            if choice is None or runtime.ends(choice.token):
                stopped = choice is not None
                break
            if grammar is not None:
                grammar.accept(choice.token)
            piece = runtime.piece(choice.token)
            logprobs.append(choice.logprob)
            before = max(0, len(written) - reach)
            written += piece
            ends = [at for mark in marks if (at := written.find(mark, before)) >= 0]
            if ends:
                del written[min(ends) :]
                stopped = True
                break
            if len(logprobs) < limit:
                self._decode([choice.token], position + len(logprobs) - 1, logits=True)
                logits = runtime.logits()
        # A token limit may cut inside a character.
        return written.decode("utf-8", errors="ignore"), logprobs, stopped
