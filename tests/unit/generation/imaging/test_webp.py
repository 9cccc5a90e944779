"""A picture of ours in fewer bytes: without loss where that is enough, then with."""

import io

import pytest
from PIL import Image

from generation.imaging import png, webp
from generation.imaging.decode import Refused
from generation.imaging.flaws import BYTE_LIMIT

RECIPE = {"prompt": "a red circle", "model": "demo", "width": 512, "height": 512, "seed": 7}


def picture(side: int = 512) -> Image.Image:
    """Something between a drawing and noise."""
    noise = Image.effect_noise((side, side), 30).convert("RGB")
    return Image.blend(noise, Image.radial_gradient("L").resize((side, side)).convert("RGB"), 0.7)


@pytest.fixture(scope="module")
def original() -> bytes:
    return png.encode(picture(), RECIPE)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("WEBP",))


def test_first_without_loss(original: bytes):
    smaller = webp.shrink(original, len(original) - 1)
    assert smaller.quality is None
    assert len(smaller.data) < len(original)
    assert opened(smaller.data).convert("RGB").tobytes() == picture_of(original)


def picture_of(encoded: bytes) -> bytes:
    return Image.open(io.BytesIO(encoded)).convert("RGB").tobytes()


@pytest.mark.parametrize("limit", [100_000, 40_000, 20_000])
def test_then_with_loss_in_what_is_allowed(original: bytes, limit: int):
    smaller = webp.shrink(original, limit)
    assert len(smaller.data) <= limit
    assert smaller.quality in webp.QUALITIES
    assert opened(smaller.data).size == (smaller.width, smaller.height)


def test_at_last_in_fewer_pixels(original: bytes):
    smaller = webp.shrink(original, 9_000)
    assert (smaller.width, smaller.height) != (512, 512)
    assert smaller.width == smaller.height


def test_what_can_t_be_had_is_refused(original: bytes):
    with pytest.raises(Refused, match="100 bytes"):
        webp.shrink(original, 100)


def test_ours_may_be_larger_than_what_strangers_bring(original: bytes):
    larger = original + bytes(BYTE_LIMIT)  # what stands behind the end of a PNG is passed over
    assert len(webp.shrink(larger, 100_000).data) <= 100_000


def test_mark_and_recipe_go_along(original: bytes):
    image = opened(webp.shrink(original, 100_000).data)
    assert png.DIGITAL_SOURCE_TYPE.encode() in image.info["xmp"]
    comment = image.getexif().get_ifd(0x8769)[0x9286]
    assert comment.removeprefix(b"UNICODE\0").decode("utf-16-be").startswith("a red circle\n")


@pytest.mark.parametrize(("width", "height"), [(16_384, 300), (40, 40_000)])
def test_sides_that_the_format_has_no_room_for_are_made_shorter_first(width: int, height: int):
    gradient = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    long = png.encode(gradient, RECIPE)
    smaller = webp.shrink(long, 200_000)
    assert max(smaller.width, smaller.height) == 16_383
    assert abs(smaller.width / smaller.height - width / height) < 0.03 * width / height
    assert smaller.quality is not None
    assert opened(smaller.data).size == (smaller.width, smaller.height)
