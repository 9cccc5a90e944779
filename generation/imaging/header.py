"""What is known of a PNG of ours without decoding it: its size, its chunks. Imports no Pillow."""

import struct

from generation.finishing import Extent

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: The signature, the first chunk's length and name, width and height.
_START = struct.Struct(">8sI4sII")
#: What begins a chunk: how long its body is, and its name. A checksum of 4 bytes ends it.
_CHUNK = struct.Struct(">I4s")
_CHECKSUM = 4
#: Chunks with words in them: the recipe, and whatever else is said of a picture.
_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


def size_of(png: bytes) -> Extent:
    """In pixels. Raises ValueError where it is no PNG."""
    if len(png) < _START.size:
        raise ValueError("too short for a PNG")
    signature, _, name, width, height = _START.unpack_from(png)
    if signature != _SIGNATURE or name != b"IHDR":
        raise ValueError("no PNG")
    return Extent(width, height)


def without_texts(png: bytes) -> bytes:
    """The same picture, and nothing that is said of it. Raises ValueError where it is no PNG."""
    size_of(png)
    kept, position, name = [_SIGNATURE], len(_SIGNATURE), b""
    while name != b"IEND":
        if len(png) - position < _CHUNK.size:
            raise ValueError("a PNG that is cut off")
        length, name = _CHUNK.unpack_from(png, position)
        end = position + _CHUNK.size + length + _CHECKSUM
        if end > len(png):
            raise ValueError("a PNG that is cut off")
        if name not in _TEXTS:
            kept.append(png[position:end])
        position = end
    return b"".join(kept)
