"""A picture is known again by its pixels, whatever the file that they come in."""

import io

import pytest
from PIL import Image

from generation.imaging import png
from generation.imaging.brought import plain, read
from generation.imaging.pixels import pixels_hash

RECIPE = {"prompt": "a red circle", "model": "demo", "width": 64, "height": 48, "seed": 7}
PAINTED = Image.effect_noise((64, 48), 80).convert("RGB")


def hashed(image: Image.Image) -> str:
    return pixels_hash(image.size, image.tobytes())


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "file",
    [
        png.encode(PAINTED, RECIPE),
        saved(PAINTED, "PNG", optimize=True),
        saved(PAINTED.convert("RGBA"), "PNG"),
        saved(PAINTED, "WEBP", lossless=True),
    ],
    ids=["as it was posted", "saved anew", "with an alpha", "as WebP"],
)
def test_a_painted_picture_is_known_when_it_is_brought(file: bytes) -> None:
    assert hashed(plain(read(file))) == hashed(PAINTED)


def test_another_picture_and_another_shape_are_not_taken_for_it() -> None:
    other = PAINTED.copy()
    other.putpixel((0, 0), (1, 2, 3))
    shape = Image.frombytes("RGB", (48, 64), PAINTED.tobytes())
    assert len({hashed(each) for each in (PAINTED, other, shape)}) == 3
