"""The size that a PNG of ours says it has, by its first bytes. Imports no Pillow."""

import struct

from generation.finishing import Extent

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: The signature, the first chunk's length and name, width and height.
_START = struct.Struct(">8sI4sII")


def size_of(png: bytes) -> Extent:
    """In pixels. Raises ValueError where it is no PNG."""
    if len(png) < _START.size:
        raise ValueError("too short for a PNG")
    signature, _, name, width, height = _START.unpack_from(png)
    if signature != _SIGNATURE or name != b"IHDR":
        raise ValueError("no PNG")
    return Extent(width, height)
