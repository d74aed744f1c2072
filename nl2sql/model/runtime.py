"""llama.cpp, held by its C interface: the only module that touches it.

The high-level ``llama_cpp.Llama`` keeps a row of scores for every position of the context, has one cache for
everything, and samples in Python over copies; here one context, one sequence, and only what the assistant needs.
Not thread-safe: ``LlamaModel`` sees to turns.
"""

from __future__ import annotations

import ctypes
import logging
import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nl2sql.errors import ModelError

# The threads of llama.cpp wait for each other some hundred times a token. By default they spin while they wait, which
# is good on an idle machine and ruinous as soon as another process computes: measured on 2 cores (0.5B), a token took
# 16 ms idle, and 200 ms to seconds beside another busy llama.cpp. With a short spin before sleeping it is 16 ms idle
# and 22 ms beside a busy process. The OpenMP runtime reads this once, when the library is loaded.
_WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "100"}
_added = {name: value for name, value in _WAITING.items() if name not in os.environ}
os.environ.update(_added)
try:
    import llama_cpp
    from llama_cpp import llama_cpp as api
except (ImportError, OSError, RuntimeError) as error:  # not installed, or its library does not load on this machine
    raise ModelError(
        "Không nạp được llama-cpp-python, thư viện chạy mô hình ngôn ngữ.",
        action="Hãy chạy `make setup` để cài lại, rồi thử lại.",
        phase="setup",
    ) from error
finally:
    for _variable in _added:  # not for the programs that we start
        os.environ.pop(_variable, None)

_LOG = logging.getLogger(__name__)
llama_api = api

_KV_TYPES = {"f16": api.GGML_TYPE_F16, "q8_0": api.GGML_TYPE_Q8_0}
_LEVELS = {2: logging.DEBUG, 3: logging.WARNING, 4: logging.WARNING}
_last_errors: deque[str] = deque(maxlen=4)

Logits = npt.NDArray[np.float32]


@api.llama_log_callback  # type: ignore[untyped-decorator]
def _log(level: int, text: bytes, _data: object) -> None:
    """llama.cpp talks on stderr; that belongs in the log, and its last complaints in our error."""
    line = text.decode("utf-8", errors="replace").strip()
    if line and level in _LEVELS:
        _LOG.debug("llama.cpp: %s", line)
        if level >= 3:
            _last_errors.append(line)


def _start() -> None:
    api.llama_log_set(_log, None)
    api.llama_backend_init()


_start()


def build() -> str:
    """What the KV states and the numbers depend on besides the model: the library's version and CPU features."""
    features = (api.llama_print_system_info() or b"").decode("utf-8", errors="replace")
    return f"llama-cpp-python {llama_cpp.__version__}; {features}"


def _repack_pays() -> bool:
    """Whether llama.cpp's own layout of the weights is worth its memory on this CPU.

    With AVX-512 it was not: measured with the 1.5B in Q4_K_M on 2 cores that others used too, a prompt was read 35 to
    60% faster without it, the answer was written 3 to 11% slower, and 600 MB less were resident. Elsewhere nothing was
    measured, and llama.cpp's default stands.
    """
    return "AVX512 = 1" not in build()


def physical_cores() -> int:
    """Cores this process may use at once: hyper-threads count once, affinity and cgroup quotas are respected.

    More threads than cores make llama.cpp several times slower, as its threads wait for each other by spinning.
    """
    try:
        allowed = os.sched_getaffinity(0)
    except AttributeError:  # not on this platform
        allowed = set(range(os.cpu_count() or 1))
    cores = set()
    for cpu in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            cores.add(siblings.read_text(encoding="ascii").strip())
        except OSError:
            cores.add(str(cpu))
    count = len(cores)
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            count = min(count, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        pass  # no cgroup v2 here
    return max(1, count)


class Runtime:
    """A loaded model with one context and one sequence.

    Args:
        path: GGUF file.
        lora_path: Adapter in GGUF, or None.
        n_ctx: Most tokens of prompt and answer together.
        n_batch: Tokens of the prompt that are worked on at a time.
        threads: CPU threads; 0 for all physical cores.
        kv_type: ``f16`` or ``q8_0``.
        flash: Flash attention; None lets llama.cpp decide.
        mmap: Map the file: quick to load, and processes share it.
        repack: Lay the weights out anew for the CPU, in memory of the process; None for what was measured to be best.

    Raises:
        ModelError: The file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        *,
        lora_path: Path | None = None,
        n_ctx: int = 4096,
        n_batch: int = 512,
        threads: int = 0,
        kv_type: str = "f16",
        flash: bool | None = None,
        mmap: bool = True,
        repack: bool | None = None,
    ) -> None:
        self._model: Any = None
        self._ctx: Any = None
        self._adapter: Any = None
        self._batch: Any = None
        self.threads = threads or physical_cores()
        self.n_batch = n_batch
        if repack is None:
            repack = _repack_pays()
        self.parameters = f"batch={n_batch} kv={kv_type} flash={flash} repack={repack}"
        _last_errors.clear()
        try:
            self._load(path, mmap, repack)
            self._open(n_ctx, kv_type, flash)
            if lora_path is not None:
                self._adapt(lora_path)
        except BaseException:
            self.close()
            raise
        self._vocab = api.llama_model_get_vocab(self._model)
        self._memory = api.llama_get_memory(self._ctx)
        self.n_vocab = int(api.llama_vocab_n_tokens(self._vocab))
        self.n_ctx = int(api.llama_n_ctx(self._ctx))
        self._batch = api.llama_batch_init(n_batch, 0, 1)
        for i in range(n_batch):
            self._batch.n_seq_id[i] = 1
            self._batch.seq_id[i][0] = 0
        self._pieces: dict[int, bytes] = {}

    def _load(self, path: Path, mmap: bool, repack: bool) -> None:
        if not path.is_file():
            raise ModelError(
                f"Không thấy tệp mô hình {path}.",
                action="Hãy chạy `hoikho model get`, hoặc sửa HOIKHO_MODEL.",
                phase="setup",
            )
        parameters = api.llama_model_default_params()
        parameters.n_gpu_layers = 0
        parameters.load_mode = api.LLAMA_LOAD_MODE_MMAP if mmap else api.LLAMA_LOAD_MODE_NONE
        parameters.use_extra_bufts = repack
        # Checked here because llama.cpp gives up on a foreign file only after reading on.
        with path.open("rb") as file:
            if file.read(4) == b"GGUF":
                self._model = api.llama_model_load_from_file(os.fsencode(path), parameters)
        if not self._model:
            raise _unusable(path, "tệp mô hình")

    def _open(self, n_ctx: int, kv_type: str, flash: bool | None) -> None:
        parameters = api.llama_context_default_params()
        parameters.n_ctx = n_ctx
        parameters.n_batch = parameters.n_ubatch = self.n_batch
        parameters.n_seq_max = 1
        # Logits are only ever wanted for one token: without this the compute buffer has a row for each of the batch.
        parameters.n_outputs_max = 1
        parameters.n_threads = parameters.n_threads_batch = self.threads
        parameters.type_k = parameters.type_v = _KV_TYPES[kv_type]
        parameters.flash_attn_type = -1 if flash is None else int(flash)
        parameters.no_perf = True
        self._ctx = api.llama_init_from_model(self._model, parameters)
        if not self._ctx:
            raise ModelError(
                "Không đủ bộ nhớ để chạy mô hình ngôn ngữ.",
                action="Hãy đóng bớt chương trình khác hoặc chọn mô hình nhỏ hơn bằng HOIKHO_MODEL.",
                phase="setup",
            )

    def _adapt(self, path: Path) -> None:
        adapter = api.llama_adapter_lora_init(self._model, os.fsencode(path)) if path.is_file() else None
        if not adapter:
            raise _unusable(path, "tệp tinh chỉnh (LoRA)")
        self._adapter = adapter
        adapters = (api.llama_adapter_lora_p_ctypes * 1)(adapter)
        if api.llama_set_adapters_lora(self._ctx, adapters, 1, (ctypes.c_float * 1)(1.0)) != 0:
            raise _unusable(path, "tệp tinh chỉnh (LoRA)")

    def close(self) -> None:
        """Free everything; nothing else may be called afterwards."""
        if self._batch is not None:
            api.llama_batch_free(self._batch)
            self._batch = None
        if self._ctx:
            api.llama_free(self._ctx)
            self._ctx = None
        if self._model:
            api.llama_model_free(self._model)  # frees its adapters too
            self._model = None

    # Text

    def template(self) -> str:
        """The chat template in the file, or an empty text."""
        return (api.llama_model_chat_template(self._model, None) or b"").decode("utf-8", errors="replace")

    def apply_template(self, messages: Sequence[tuple[str, str]], open_turn: bool) -> str | None:
        """The file's own chat template over (role, content) pairs; None when llama.cpp does not know the template."""
        chat = (api.llama_chat_message * len(messages))(
            *(api.llama_chat_message(role.encode(), content.encode()) for role, content in messages)
        )
        template = api.llama_model_chat_template(self._model, None)
        size = 1024 + sum(len(content.encode()) for _, content in messages) * 2
        for _ in range(2):
            buffer = ctypes.create_string_buffer(size)
            length = api.llama_chat_apply_template(template, chat, len(messages), open_turn, buffer, size)
            if length < 0:
                return None
            if length <= size:
                return buffer.raw[:length].decode("utf-8")
            size = length
        return None

    def tokenize(self, text: str, *, control: bool) -> list[int]:
        """Token ids of a text; ``control`` reads marks such as ``<|im_end|>`` as control tokens."""
        data = text.encode("utf-8")
        size = len(data) + 2
        buffer = (api.llama_token * size)()
        count = api.llama_tokenize(self._vocab, data, len(data), buffer, size, False, control)
        return list(buffer[:count])

    def first_tokens(self) -> list[int]:
        """What a prompt must begin with: the beginning-of-text token of models that have one."""
        return [int(api.llama_vocab_bos(self._vocab))] if api.llama_vocab_get_add_bos(self._vocab) else []

    def piece(self, token: int) -> bytes:
        """The bytes that a token stands for; they may end inside a character."""
        known = self._pieces.get(token)
        if known is None:
            size = 64
            buffer = ctypes.create_string_buffer(size)
            length = api.llama_token_to_piece(self._vocab, token, buffer, size, 0, False)
            if length < 0:
                size = -length
                buffer = ctypes.create_string_buffer(size)
                length = api.llama_token_to_piece(self._vocab, token, buffer, size, 0, False)
            known = self._pieces[token] = buffer.raw[:length]
        return known

    def ends(self, token: int) -> bool:
        """Whether a token ends the answer."""
        return bool(api.llama_vocab_is_eog(self._vocab, token))

    # Context

    def decode(self, tokens: Sequence[int], position: int, *, logits: bool) -> None:
        """Work through at most ``n_batch`` tokens that stand at ``position`` and after.

        Raises:
            ModelError: llama.cpp failed; what the context holds is then unknown.
        """
        batch = self._batch
        count = len(tokens)
        batch.n_tokens = count
        for i, token in enumerate(tokens):
            batch.token[i] = token
            batch.pos[i] = position + i
            batch.logits[i] = 0
        batch.logits[count - 1] = logits
        code = api.llama_decode(self._ctx, batch)
        if code != 0:
            raise ModelError(
                f"Mô hình ngôn ngữ dừng giữa chừng (mã {code}).",
                action="Hãy hỏi lại; nếu vẫn lỗi, hãy mở lại ứng dụng.",
                phase="generation",
            )

    def logits(self) -> Logits:
        """A view, shape (n_vocab,), of the last token's logits; good until the next ``decode``."""
        pointer = api.llama_get_logits_ith(self._ctx, -1)
        return np.ctypeslib.as_array(pointer, shape=(self.n_vocab,))

    def keep(self, count: int) -> None:
        """Forget everything but the first ``count`` tokens."""
        if count <= 0:
            api.llama_memory_clear(self._memory, False)
        else:
            api.llama_memory_seq_rm(self._memory, 0, count, -1)

    def save(self) -> bytearray:
        """The state of the sequence, for :meth:`restore` of a context with the same model, build and parameters."""
        size = api.llama_state_seq_get_size(self._ctx, 0)
        state = bytearray(size)
        written = api.llama_state_seq_get_data(self._ctx, (ctypes.c_uint8 * size).from_buffer(state), size, 0)
        return state if written == size else bytearray()

    def restore(self, state: bytearray, tokens: int) -> bool:
        """Put a saved state of so many tokens in place of what is there.

        Returns:
            False when llama.cpp does not take it; nothing is held then.
        """
        size = len(state)
        self.keep(0)
        view = (ctypes.c_uint8 * size).from_buffer(state)
        taken = api.llama_state_seq_set_data(self._ctx, view, size, 0)
        if taken == size and api.llama_memory_seq_pos_max(self._memory, 0) == tokens - 1:
            return True
        self.keep(0)
        return False

    def grammar(self, text: str) -> Grammar:
        """A grammar at its beginning.

        Raises:
            ModelError: The grammar is not valid GBNF.
        """
        sampler = api.llama_sampler_init_grammar(self._vocab, text.encode("utf-8"), b"root")
        if not sampler:
            raise ModelError(
                "Ngữ pháp ràng buộc mô hình không hợp lệ.",
                action="Hãy báo lỗi này cho người quản trị.",
                phase="generation",
            )
        return Grammar(sampler, self.n_vocab)


class Grammar:
    """What a GBNF grammar allows next; it moves on with every token accepted."""

    def __init__(self, sampler: Any, n_vocab: int) -> None:
        self._sampler = sampler
        self._data = np.zeros(n_vocab, dtype=[("id", "<i4"), ("logit", "<f4"), ("p", "<f4")])

    def restrict(self, tokens: npt.NDArray[np.int32], logits: Logits) -> Logits:
        """The logits of ``tokens`` (same shape), minus infinity where the grammar does not allow the token.

        The grammar's own cost is by the token: ask about few.
        """
        data = self._data[: len(tokens)]
        data["id"] = tokens
        data["logit"] = logits
        array = api.llama_token_data_array(
            data=data.ctypes.data_as(api.llama_token_data_p), size=len(tokens), selected=-1, sorted=False
        )
        api.llama_sampler_apply(self._sampler, ctypes.byref(array))
        return data["logit"].copy()

    def accept(self, token: int) -> None:
        """Move on over a token, which must be an allowed one: llama.cpp ends the process over any other."""
        api.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        """Free it."""
        if self._sampler:
            api.llama_sampler_free(self._sampler)
            self._sampler = None


def _unusable(path: Path, kind: str) -> ModelError:
    detail = f" ({_last_errors[-1][:160]})" if _last_errors else ""
    return ModelError(
        f"Không đọc được {kind} {path.name}: tệp hỏng, thiếu, hoặc không đúng loại{detail}.",
        action="Hãy chạy `hoikho model verify`; nếu tệp hỏng, chạy `hoikho model get` để lấy lại.",
        phase="setup",
    )
