"""Pictures of ours on their way into a sheet: small, as bare pixels, with their recipe."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from generation.imaging.decode import Refused, decode
from generation.imaging.sheet import Cell


def small(encoded: bytes, side: int) -> tuple[Image.Image, dict[str, Any]]:
    """A PNG of ours, no longer than `side` pixels, and its recipe. Raises Refused."""
    image = decode(encoded)
    scale = side / max(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return image, _recipe(encoded)


def cells(told: Sequence[Mapping[str, Any]], pixels: bytes) -> list[Cell]:
    """The cells of a frame, whose pictures' pixels follow one another. Raises Refused."""
    found: list[Cell] = []
    begin = 0
    for each in told:
        picture = None
        if each["size"] is not None:
            width, height = each["size"]
            end = begin + 3 * width * height
            if end > len(pixels):
                raise Refused("fewer pixels than were announced")
            picture = Image.frombytes("RGB", (width, height), pixels[begin:end])
            begin = end
        found.append(Cell(each["heading"], each["caption"], picture, each["reason"]))
    return found


def _recipe(encoded: bytes) -> dict[str, Any]:
    with Image.open(io.BytesIO(encoded), formats=("PNG",)) as image:
        text = image.info.get("easel", "{}")
    try:
        made = json.loads(text)
    except ValueError as error:
        raise Refused("its recipe can't be read") from error
    return made if isinstance(made, dict) else {}
