"""The size of a PNG is known by its first bytes; what is said of it can be taken out."""

import struct
import zlib

import pytest

from generation.imaging.header import size_of, without_texts
from tests.support import png


def test_width_and_height():
    assert size_of(png.make(3, 40_000)) == (3, 40_000)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"RIFF" * 10])
def test_what_is_no_png_has_no_size(data: bytes):
    with pytest.raises(ValueError, match="PNG"):
        size_of(data)


def said(name: bytes, body: bytes = b"parameters\0a fox, Seed: 7") -> bytes:
    """A chunk."""
    checksum = zlib.crc32(name + body)
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", checksum)


def test_without_texts_it_is_the_same_picture():
    plain = png.make(6, 4)
    start = plain.index(b"IDAT") - 4
    texts = b"".join(said(name) for name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"))
    kept = said(b"gAMA", bytes(4))
    whole = plain[:start] + texts + kept + plain[start:-12] + texts + plain[-12:]
    assert without_texts(whole + b"Seed: 7") == plain[:start] + kept + plain[start:]


@pytest.mark.parametrize("cut", [1, 12, 14, 30])
def test_what_is_cut_off_is_not_sent_as_if_it_were_whole(cut: int):
    with pytest.raises(ValueError, match="PNG"):
        without_texts(png.make(6, 4)[:-cut])
