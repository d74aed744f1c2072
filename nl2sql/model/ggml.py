"""Weights in ggml's types as numbers and back, by the very library that computes with them.

Quantising row by row is what ``llama_model_quantize`` does inside; called directly, one tensor can be made anew in its
own type while every other byte of a file stays as it is. Loaded with llama.cpp (``nl2sql.model.runtime``).
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

from nl2sql.errors import ModelError
from nl2sql.model import runtime  # loads the library, with the environment that it needs

_F32, _F16 = runtime.llama_api.GGML_TYPE_F32, runtime.llama_api.GGML_TYPE_F16

Weights = npt.NDArray[np.float32]


def _library() -> Any:
    from llama_cpp._ggml import libggml  # no public way: its version is pinned with llama-cpp-python

    libggml.ggml_type_name.restype = ctypes.c_char_p
    libggml.ggml_row_size.restype = ctypes.c_size_t
    libggml.ggml_row_size.argtypes = [ctypes.c_int, ctypes.c_int64]
    libggml.ggml_quantize_requires_imatrix.restype = ctypes.c_bool
    libggml.ggml_quantize_chunk.restype = ctypes.c_size_t
    libggml.ggml_quantize_chunk.argtypes = [
        ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * 3, ctypes.c_void_p
    ]  # fmt: skip
    return libggml


_GGML = _library()


def row_bytes(kind: int, columns: int) -> int:
    """Bytes of a row of so many weights.

    Raises:
        ModelError: This type cannot be read, or cannot be made without an importance matrix.
    """
    _reader(kind)
    return int(_GGML.ggml_row_size(kind, columns))


def dequantise(data: bytes, kind: int, shape: tuple[int, int]) -> Weights:
    """Weights of shape (rows, columns).

    Args:
        data: ``rows * row_bytes(kind, columns)`` bytes.

    Raises:
        ModelError: As ``row_bytes``.
        ValueError: There are not so many bytes.
    """
    rows, columns = shape
    if len(data) != rows * row_bytes(kind, columns):
        raise ValueError("not the bytes of this shape")
    if kind in (_F32, _F16):
        return np.frombuffer(data, dtype=np.float32 if kind == _F32 else np.float16).reshape(shape).astype(np.float32)
    weights = np.empty(shape, dtype=np.float32)
    _reader(kind)(data, weights.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(rows * columns))
    return weights


def quantise(weights: Weights, kind: int) -> bytes:
    """The bytes of weights of shape (rows, columns) in a type.

    Raises:
        ModelError: As ``row_bytes``.
    """
    rows, columns = weights.shape
    source = np.ascontiguousarray(weights, dtype=np.float32)
    made = ctypes.create_string_buffer(rows * row_bytes(kind, columns))
    _GGML.ggml_quantize_chunk(kind, source.ctypes.data, made, 0, rows, columns, None)
    return made.raw


def _reader(kind: int) -> Any:
    """The function that turns rows of a type into numbers; None for plain numbers."""
    if kind in (_F32, _F16):
        return None
    name = (_GGML.ggml_type_name(kind) or b"?").decode("ascii")
    function = getattr(_GGML, f"dequantize_row_{name}", None)
    if function is None or _GGML.ggml_quantize_requires_imatrix(kind):
        raise ModelError(
            f"Không gộp được mô hình có trọng số kiểu {name}.",
            action="Bộ tinh chỉnh vẫn dùng được bên cạnh mô hình gốc; không cần gộp.",
            phase="setup",
        )
    return function
