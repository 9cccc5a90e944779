"""What strangers bring: pictures come out plain, everything else is refused for what it is."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from generation.imaging import brought as module
from generation.imaging.brought import Flawed, encode, plain, read
from generation.imaging.flaws import Flaw
from tests.support import bad_pictures as bad

ROUGH = Image.effect_noise((256, 256), 80).convert("RGB")


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def taken(data: bytes) -> Image.Image:
    """What comes of a file, through the PNG that is kept."""
    return Image.open(io.BytesIO(encode(plain(read(data)))))


def flaw(data: bytes) -> Flaw:
    with pytest.raises(Flawed) as caught:
        plain(read(data))
    return caught.value.flaw


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_taken(kind: str) -> None:
    image = taken(encoded(ROUGH, kind))
    assert (image.mode, image.size) == ("RGB", (256, 256))


def test_the_pixels_of_a_plain_picture_stay_what_they_are() -> None:
    assert taken(encoded(ROUGH)).tobytes() == ROUGH.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_colors_becomes_rgb(mode: str) -> None:
    """Half black, half white, as each of them writes it."""
    image = Image.new("L", (64, 64), 0)
    image.paste(255, (32, 0, 64, 64))
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257).convert("I;16")
    data = encoded(image.convert(mode), "JPEG" if mode == "CMYK" else "PNG")
    made = taken(data)
    assert made.mode == "RGB"
    dark, light = made.getpixel((10, 32)), made.getpixel((54, 32))
    assert max(dark) < 30 < 225 < min(light)  # pyright: ignore


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_whatever_way_the_camera_was_held(orientation: int) -> None:
    upright = Image.new("RGB", (64, 32), "red")
    upright.paste("blue", (0, 0, 16, 8))  # the upper left corner
    as_taken = upright
    for turn in {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }.get(orientation, []):
        as_taken = upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = taken(encoded(as_taken, "PNG", exif=exif))
    assert made.size == (64, 32)
    assert made.tobytes() == upright.tobytes()


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert taken(encoded(ROUGH, exif=exif)).tobytes() == ROUGH.tobytes()


def test_damaged_exif_is_no_reason_to_refuse() -> None:
    assert taken(encoded(ROUGH, exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")).size == ROUGH.size


def test_transparency_becomes_white() -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 32, 64))
    image.paste((0, 0, 0, 128), (32, 0, 48, 64))
    made = taken(encoded(image))
    assert made.getpixel((5, 5)) == (0, 0, 255)
    assert made.getpixel((60, 5)) == (255, 255, 255)
    assert made.getpixel((40, 5)) == (127, 127, 127)


def test_a_color_that_stands_for_nothing_becomes_white() -> None:
    image = Image.new("RGB", (64, 64), (10, 20, 30))
    image.paste((200, 0, 0), (0, 0, 32, 64))
    made = taken(encoded(image, transparency=(10, 20, 30)))
    assert made.getpixel((60, 5)) == (255, 255, 255)
    assert made.getpixel((5, 5)) == (200, 0, 0)


def test_colors_of_another_space_are_those_that_were_meant() -> None:
    """Linear light: half of it looks like 188 of 255 in sRGB, not like 128."""
    profile = bad.linear_profile()
    made = taken(encoded(Image.new("RGB", (64, 64), (128, 128, 128)), icc_profile=profile))
    assert all(abs(value - 188) <= 2 for value in made.getpixel((5, 5)))  # pyright: ignore


def test_colors_in_srgb_stay_nearly_what_they_are() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = taken(encoded(Image.new("RGB", (64, 64), (200, 30, 90)), icc_profile=profile))
    for value, meant in zip(made.getpixel((5, 5)), (200, 30, 90), strict=True):  # pyright: ignore
        assert abs(value - meant) <= 1


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200, bad.linear_profile()[:150]])
def test_a_damaged_profile_leaves_the_colors_as_they_are(profile: bytes) -> None:
    assert taken(encoded(ROUGH, icc_profile=profile)).tobytes() == ROUGH.tobytes()


def test_nothing_of_the_file_goes_on_but_its_pixels() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    exif = Image.Exif()
    exif[0x010E] = "at home"
    made = taken(encoded(ROUGH, pnginfo=info, exif=exif))
    assert not made.info
    assert not made.getexif()


def test_the_same_pixels_are_the_same_bytes() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    plainly, with_text = encoded(ROUGH), encoded(ROUGH, pnginfo=info, compress_level=1)
    assert encode(plain(read(plainly))) == encode(plain(read(with_text)))


def test_a_single_color_is_a_picture_here() -> None:
    assert taken(encoded(Image.new("RGB", (64, 64), "teal"))).size == (64, 64)


def test_a_second_picture_behind_a_photograph_is_left_out() -> None:
    """As cameras write it: a JPEG with a larger preview behind it."""
    assert taken(bad.two_photographs()).getpixel((5, 5))[0] > 200  # pyright: ignore


BAD = {
    "pixels": (bad.huge_png(50_000, 50_000), Flaw.TOO_MANY_PIXELS),
    "a few pixels too many": (bad.huge_png(4097, 4096), Flaw.TOO_MANY_PIXELS),
    "as many as a header can say": (bad.huge_png(2**31 - 1, 2**31 - 1), Flaw.TOO_MANY_PIXELS),
    "a huge webp": (bad.huge_webp(), Flaw.TOO_MANY_PIXELS),
    "2 GB of text": (bad.text_bomb(), Flaw.TOO_MUCH_TEXT),
    "2 GB of text behind the pixels": (bad.text_bomb(behind=True), Flaw.TOO_MUCH_TEXT),
    "much text in many pieces": (bad.many_texts(), Flaw.TOO_MUCH_TEXT),
    "2 GB of profile": (bad.profile_bomb(), Flaw.TOO_MUCH_TEXT),
    "a moving WebP": (bad.moving("WEBP"), Flaw.MOVING),
    "a moving PNG": (bad.moving("PNG"), Flaw.MOVING),
    "a GIF": (bad.moving("GIF"), Flaw.NO_PICTURE),
    "an SVG": (bad.SVG, Flaw.NO_PICTURE),
    "a page": (b"<html></html>", Flaw.NO_PICTURE),
    "nothing": (b"", Flaw.NO_PICTURE),
    "half a JPEG": (bad.truncated("JPEG"), Flaw.BROKEN),
    "half a PNG": (bad.truncated("PNG"), Flaw.BROKEN),
    "half a WebP": (bad.truncated("WEBP"), Flaw.BROKEN),
    "too few pixels": (encoded(Image.new("RGB", (15, 300))), Flaw.TOO_SMALL),
}


@pytest.mark.parametrize(("data", "expected"), BAD.values(), ids=BAD.keys())
def test_what_can_not_be_taken_is_refused_for_what_it_is(data: bytes, expected: Flaw) -> None:
    assert flaw(data) is expected


def test_too_many_bytes_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BYTE_LIMIT", 100)
    assert flaw(encoded(ROUGH)) is Flaw.TOO_MANY_BYTES


def test_what_does_not_fit_into_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(_: object) -> None:
        raise MemoryError

    data = encoded(ROUGH)
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", greedy)
    assert flaw(data) is Flaw.TOO_MANY_PIXELS


SMALL = [encoded(ROUGH.resize((32, 32)), kind) for kind in ("PNG", "JPEG", "WEBP")]


@settings(max_examples=300, deadline=None)
@given(
    data=st.sampled_from(SMALL),
    changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, 5000),
)
def test_whatever_is_changed_in_a_file_it_is_taken_or_refused(
    data: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    mangled = bytearray(data)
    for place, value in changes:
        mangled[place % len(mangled)] = value
    try:
        image = plain(read(bytes(mangled[: len(mangled) - cut % len(mangled)])))
    except Flawed:
        return
    assert image.mode == "RGB"


def test_a_chunk_that_claims_two_gigabytes_is_damaged() -> None:
    """Nothing is set aside for what is only claimed."""
    whole = encoded(ROUGH)
    claim = struct.pack(">I", 2**31 - 1) + b"tEXt" + b"Comment\0" + zlib.compress(b"x")
    assert flaw(whole[:33] + claim + whole[33:]) is Flaw.BROKEN
