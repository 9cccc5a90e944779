"""Weights in safetensors files: read one tensor at a time, and written the same way.

So no more of them is in memory than one tensor needs, however large the files are.
"""

import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

# What the format calls the kinds of numbers that are written.
_DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}

# Older versions of transformers write CLIP's names with it, newer ones without.
_PREFIX = "text_model."


@dataclass(frozen=True, slots=True)
class Shape:
    """What a tensor is without its numbers."""

    size: tuple[int, ...]
    dtype: torch.dtype

    @property
    def nbytes(self) -> int:
        """How much it takes."""
        return math.prod(self.size) * self.dtype.itemsize


class Weights:
    """All tensors of a network, in one file or in several; to be used with `with`.

    They go by names that are the same whichever version of the libraries wrote them.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Take the files that hold them."""
        self._paths = paths
        self._open = ExitStack()
        self._found: dict[str, tuple[Any, str]] = {}  # the file, and the name in it

    def __enter__(self) -> Self:
        """Open the files. Raises SafetensorError where one is damaged."""
        with ExitStack() as opening:
            for path in self._paths:
                try:
                    file = opening.enter_context(safe_open(path, framework="pt"))
                except SafetensorError as error:
                    raise SafetensorError(f"{path.name}: {error}") from error
                names = file.keys()
                self._found.update({name.removeprefix(_PREFIX): (file, name) for name in names})
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Close them."""
        self._found.clear()
        self._open.close()

    @property
    def names(self) -> set[str]:
        """Of all tensors."""
        return set(self._found)

    def written(self, name: str) -> str:
        """How the file itself names that tensor."""
        return self._found[name][1]

    def shape(self, name: str) -> Shape:
        """What that tensor is. Of numbers that only some GPUs know, it is 16 bits."""
        file, written = self._found[name]
        part = file.get_slice(written)
        return Shape(tuple(part.get_shape()), _DTYPES.get(part.get_dtype(), torch.float16))

    def read(self, name: str) -> Tensor:
        """That tensor."""
        file, written = self._found[name]
        return file.get_tensor(written)


def write(path: Path, shapes: Mapping[str, Shape], make: Callable[[str], Tensor]) -> None:
    """Write a file of these tensors, each made only when it is its turn.

    The library itself takes all at once: https://github.com/huggingface/safetensors#format.
    """
    # Larger numbers first, as the library does: so all lie where they can be read in place.
    names = sorted(shapes, key=lambda name: (-shapes[name].dtype.itemsize, name))
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name in names:
        begin, end = end, end + shapes[name].nbytes
        header[name] = {
            "dtype": _NAMES[shapes[name].dtype],
            "shape": shapes[name].size,
            "data_offsets": (begin, end),
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("xb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in names:
            tensor, shape = make(name), shapes[name]
            assert (tuple(tensor.shape), tensor.dtype) == (shape.size, shape.dtype), name
            file.write(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().data)
        file.flush()
        os.fsync(file.fileno())
