"""What is let in from outside."""

import io
import struct
import zlib

import pytest
from PIL import Image

from generation.imaging import decode as module
from generation.imaging.decode import Refused, decode

GRADIENT = Image.linear_gradient("L").resize((64, 32))


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_decoded(kind: str) -> None:
    image = decode(encoded(GRADIENT.convert("RGB"), kind))
    assert (image.mode, image.size) == ("RGB", (64, 32))


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P"])
def test_other_modes_become_rgb(mode: str) -> None:
    assert decode(encoded(GRADIENT.convert("RGB").convert(mode))).mode == "RGB"


def test_pixels_stay_what_they_are() -> None:
    image = GRADIENT.convert("RGB")
    assert decode(encoded(image)).tobytes() == image.tobytes()


def test_metadata_does_not_come_along() -> None:
    exif = Image.Exif()
    exif[0x010E] = "somebody else's"
    assert not decode(encoded(GRADIENT.convert("RGB"), "JPEG", exif=exif)).info


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PDF"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(Refused, match="UnidentifiedImageError"):
        decode(encoded(GRADIENT.convert("RGB"), kind))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    noise = Image.effect_noise((256, 256), 80).convert("RGB")
    with pytest.raises(Refused):
        decode(encoded(noise, kind)[:-500])


def test_a_flipped_bit_is_refused() -> None:
    data = bytearray(encoded(Image.effect_noise((256, 256), 80)))
    data[len(data) // 2] ^= 1
    with pytest.raises(Refused):
        decode(bytes(data))


def test_too_many_bytes_are_refused_undecoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BYTE_LIMIT", 100)
    with pytest.raises(Refused, match="at most 100"):
        decode(encoded(Image.effect_noise((256, 256), 80)))


@pytest.mark.parametrize("side", [4097, 30_000, 2**31 - 1])
def test_too_many_pixels_are_refused_undecoded(side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = (
        struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    data = encoded(GRADIENT)
    with pytest.raises(Refused, match=r"at most|Bomb|exceeds"):
        decode(data[:8] + chunk + data[33:])


def test_an_animation_is_refused() -> None:
    frames = [GRADIENT.convert("RGB"), GRADIENT.convert("RGB").rotate(180)]
    with pytest.raises(Refused, match="more than one frame"):
        decode(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]))


def test_sixteen_bits_are_refused_rather_than_clipped() -> None:
    with pytest.raises(Refused, match="mode I;16"):
        decode(encoded(Image.new("I;16", (8, 8), 300)))


def test_a_single_color_is_no_picture() -> None:
    """What hosted pipelines send in place of a picture that their filter holds back."""
    with pytest.raises(Refused, match="a single color"):
        decode(encoded(Image.new("RGB", (64, 64))))


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"\x89PNG\r\n\x1a\n", bytes(100)])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        decode(data)
