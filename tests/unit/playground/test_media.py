"""Files are known by their bytes, never by their names."""

import struct

import pytest

from playground.media import sniff
from tests.unit.playground.conftest import png

GIF = b"GIF89a" + struct.pack("<HH", 3, 5) + b"\0" * 8
JPEG = (
    b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF" + b"\0" * 10
    + b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 480, 640) + b"\0" * 10
)  # fmt: skip
VP8X = (
    b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (799).to_bytes(3, "little") + (599).to_bytes(3, "little")
)
VP8L = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 99 | 49 << 14)
VP8 = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 320, 240)


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [
        (png(64, 32), "image/png", (64, 32)),
        (GIF, "image/gif", (3, 5)),
        (JPEG, "image/jpeg", (640, 480)),
        (VP8X, "image/webp", (800, 600)),
        (VP8L, "image/webp", (100, 50)),
        (VP8, "image/webp", (320, 240)),
        (b"hello", "text/plain; charset=utf-8", (None, None)),
        (b"\0\xff", "application/octet-stream", (None, None)),
        (b"%PDF-1.7", "application/pdf", (None, None)),
        (png()[:10], "image/png", (None, None)),
        (JPEG[:6], "image/jpeg", (None, None)),
    ],
)
def test_type_and_size_are_read_from_the_bytes(
    data: bytes, kind: str, size: tuple[int | None, int | None]
):
    assert sniff(data) == (kind, *size)
