"""Reads a PNG's chunks by hand, so that tests do not trust the library that wrote them."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunks(data: bytes) -> list[tuple[str, bytes]]:
    """All chunks as (type, body); each checksum is checked."""
    assert data.startswith(SIGNATURE)
    found, position = [], len(SIGNATURE)
    while position < len(data):
        (length,) = struct.unpack_from(">I", data, position)
        kind, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, position + 8 + length)
        assert checksum == zlib.crc32(kind + body)
        found.append((kind.decode("ascii"), body))
        position += 12 + length
    return found


def texts(data: bytes) -> dict[str, str]:
    """The text chunks (tEXt, zTXt, iTXt) by keyword."""
    found = {}
    for kind, body in chunks(data):
        keyword, _, rest = body.partition(b"\0")
        if kind == "tEXt":
            found[keyword.decode("latin-1")] = rest.decode("latin-1")
        elif kind == "zTXt":
            found[keyword.decode("latin-1")] = zlib.decompress(rest[1:]).decode("latin-1")
        elif kind == "iTXt":
            compressed = rest[0]
            text = rest[2:].split(b"\0", 2)[2]
            found[keyword.decode("latin-1")] = (
                zlib.decompress(text) if compressed else text
            ).decode("utf-8")
    return found


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    kind, body = chunks(data)[0]
    assert kind == "IHDR"
    return struct.unpack_from(">II", body)


def make(width: int, height: int) -> bytes:
    """A PNG of a plain color gradient, as some other program might have made it."""
    return _of_rows(
        width, height, b"".join(bytes((x * 255 // width, 90, 200)) for x in range(width))
    )


def plain(width: int, height: int, color: tuple[int, int, int]) -> bytes:
    """A PNG of one color."""
    return _of_rows(width, height, bytes(color) * width)


def _of_rows(width: int, height: int, row: bytes) -> bytes:
    pixels = zlib.compress(b"".join(b"\0" + row for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
