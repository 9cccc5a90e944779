"""What a file is, by its first bytes: a content type, and the width and height of a picture."""

import struct
from collections.abc import Callable


def sniff(data: bytes) -> tuple[str, int | None, int | None]:
    """Content type, width and height (None where it is no picture we know) of a file's bytes."""
    for matches, content_type, measure in _PICTURES:
        if matches(data):
            size = _measured(measure, data)
            return content_type, size[0], size[1]
    if data.startswith(b"%PDF-"):
        return "application/pdf", None, None
    return (_text_type(data), None, None)


def _measured(
    measure: Callable[[bytes], tuple[int, int]], data: bytes
) -> tuple[int | None, int | None]:
    try:
        return measure(data)
    except (struct.error, IndexError, ValueError):
        return None, None  # cut off inside its header: still that type, of unknown size


def _text_type(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if "\0" in text else "text/plain; charset=utf-8"


def _png(data: bytes) -> tuple[int, int]:
    return struct.unpack(">II", data[16:24])


def _gif(data: bytes) -> tuple[int, int]:
    return struct.unpack("<HH", data[6:10])


def _webp(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        return width, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(data: bytes) -> tuple[int, int]:
    """The size stands in the start-of-frame segment; the segments before it are skipped."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise ValueError("no frame")


_PICTURES: tuple[tuple[Callable[[bytes], bool], str, Callable[[bytes], tuple[int, int]]], ...] = (
    (lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), "image/png", _png),
    (lambda data: data.startswith(b"\xff\xd8\xff"), "image/jpeg", _jpeg),
    (lambda data: data.startswith((b"GIF87a", b"GIF89a")), "image/gif", _gif),
    (lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", "image/webp", _webp),
)
