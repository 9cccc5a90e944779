"""Files of weights: safetensors, or what only bears that name."""

import math
from pathlib import Path

from safetensors import SafetensorError, safe_open

# How pickles begin, and the zip files that torch puts them in.
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"PK\x03\x04")


class PickleFile(Exception):
    """A file is a pickle, whatever its name: opened as one, it could run code. It never is."""


def elements(path: Path) -> int:
    """How many numbers a file of weights holds.

    Reads all of its head, and so raises SafetensorError where it is damaged, or no safetensors;
    PickleFile where it is a pickle.
    """
    try:
        with safe_open(path, framework="np") as file:
            shapes = [file.get_slice(name).get_shape() for name in file.keys()]  # noqa: SIM118
    except SafetensorError as error:
        if _begins_as_pickle(path):
            raise PickleFile(path.name) from error
        raise SafetensorError(f"{path.name}: {error}") from error
    return sum(math.prod(shape) for shape in shapes)


def _begins_as_pickle(path: Path) -> bool:
    """Of a file that is no safetensors: one may begin the same."""
    with path.open("rb") as file:
        return file.read(4).startswith(_PICKLES)
