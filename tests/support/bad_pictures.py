"""Files that are no pictures, or none that should be taken: made here, small on disk."""

import io
import struct
import zlib
from functools import cache
from itertools import repeat

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64"/></svg>
"""
_MIB = bytes(1024 * 1024)


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG's chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(width: int, height: int) -> bytes:
    """A PNG that says to be that large, and begins so."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def huge_webp() -> bytes:
    """A WebP whose canvas is as large as one can be: 16,383 squared."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(buffer, "WEBP", lossless=True)
    canvas = (16_382).to_bytes(3, "little") * 2
    extended = b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    body = b"WEBP" + extended + buffer.getvalue()[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def text_bomb(*, behind: bool = False) -> bytes:
    """A PNG of 2 MB whose text has 2 GB once it is unpacked."""
    return _with(chunk(b"zTXt", b"Comment\0\0" + _packed(2048)), behind=behind)


def profile_bomb() -> bytes:
    """The same as a color profile."""
    return _with(chunk(b"iCCP", b"icc\0\0" + _packed(2048)))


def many_texts() -> bytes:
    """A PNG of 32 texts, each of which is small enough, and 30 MB together."""
    return _with(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(_MIB[:-100], 9)) * 32)


def moving(kind: str) -> bytes:
    """An animation of two frames."""
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


def truncated(kind: str) -> bytes:
    """The first half of a picture."""
    buffer = io.BytesIO()
    Image.effect_noise((512, 512), 80).convert("RGB").save(buffer, kind)
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


def two_photographs() -> bytes:
    """A red JPEG with a blue one behind it, as cameras write them."""
    buffer = io.BytesIO()
    red, blue = (Image.new("RGB", (64, 64), color) for color in ("red", "blue"))
    red.save(buffer, "MPO", save_all=True, append_images=[blue])
    return buffer.getvalue()


def linear_profile() -> bytes:
    """An ICC profile with sRGB's primaries and a gamma of 1."""

    def xyz(x: float, y: float, z: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in (x, y, z)))

    curve = b"curv\0\0\0\0" + struct.pack(">I", 0) + b"\0\0\0\0"
    text = b"text\0\0\0\0none\0\0\0\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", 7) + b"linear\0" + bytes(79)
    tags = {
        b"desc": description + bytes(-len(description) % 4),
        b"cprt": text,
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.4361, 0.2225, 0.0139),
        b"gXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data
    whole = struct.pack(">I", len(tags)) + table + body
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sII4sQI3i",
        *(128 + len(whole), b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ", bytes(12)),
        *(b"acsp", b"\0\0\0\0", 0, 0, b"\0\0\0\0", 0, 0),
        *(round(v * 65536) for v in (0.9642, 1.0, 0.8249)),
    )
    return header.ljust(128, b"\0") + whole


@cache
def _packed(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(part) for part in repeat(_MIB, mebibytes)) + packer.flush()


def _with(extra: bytes, *, behind: bool = False) -> bytes:
    """A small PNG with more chunks before its pixels, or behind them."""
    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress((b"\0" + bytes(range(192))) * 64))
    parts = [rows, extra] if behind else [extra, rows]
    return SIGNATURE + chunk(b"IHDR", header) + b"".join(parts) + chunk(b"IEND", b"")


def endless_jpeg() -> bytes:
    """A JPEG of few bytes whose last pass over all its pixels is repeated a thousand times."""
    buffer = io.BytesIO()
    Image.new("L", (4096, 4096), 90).save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 1000 + data[-2:]
