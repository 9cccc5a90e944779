"""How frames are packed: as text, as one compressed stream a connection, or large ones alone."""

import importlib
import logging
import zlib
from collections.abc import Callable
from typing import Any, Protocol


def _imported(name: str) -> Any:
    """A module that may not be there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


# Either is enough for zstd-stream: a development dependency, and a part of Python 3.14.
zstandard: Any = _imported("zstandard")
standard_zstd: Any = _imported("compression.zstd")

log = logging.getLogger(__name__)

# Frames at least this large (bytes) are worth compressing alone.
LARGE_PAYLOAD = 1024
# The values of the gateway URL's `compress`.
TRANSPORTS = ("zlib-stream", "zstd-stream")


class Packer(Protocol):
    """Packs the frames of one connection, in their order."""

    def pack(self, frame: str) -> str | bytes:
        """A text or a binary message for the websocket."""
        ...


class Plain:
    """No compression."""

    def pack(self, frame: str) -> str | bytes:
        """The frame itself."""
        return frame


class Refused(Plain):
    """No compression, since that which the URL asked for cannot be had."""


class LargePayloads:
    """Each large frame compressed by itself (IDENTIFY's `"compress": true`)."""

    def pack(self, frame: str) -> str | bytes:
        """A zlib document, or the frame itself where it is small."""
        raw = frame.encode()
        return frame if len(raw) < LARGE_PAYLOAD else zlib.compress(raw)


class ZlibStream:
    """One zlib context for the whole connection: each frame refers back to those before it."""

    def __init__(self) -> None:
        """Begins the stream."""
        self._compressor = zlib.compressobj()

    def pack(self, frame: str) -> str | bytes:
        """A piece of the stream that ends in 00 00 ff ff."""
        packed = self._compressor.compress(frame.encode())
        return packed + self._compressor.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """One zstd context for the whole connection, a flushed block a frame."""

    def __init__(self, compress: Callable[[bytes], bytes]) -> None:
        """Begins the stream; `compress` makes a flushed block."""
        self._compress = compress

    def pack(self, frame: str) -> str | bytes:
        """A piece of the stream that can be unpacked as far as it goes."""
        return self._compress(frame.encode())


def packer(transport: str | None) -> Packer:
    """The packer for the `compress` of a gateway URL.

    Where zstd is asked for and its library is missing, frames go as plain text: every known client
    takes those too, and would otherwise dial in vain for ever.
    """
    if transport == "zlib-stream":
        return ZlibStream()
    if transport == "zstd-stream":
        compress = _zstd()
        if compress is not None:
            return ZstdStream(compress)
        log.warning("zstd-stream was asked for, and the package zstandard is not installed")
        return Refused()
    return Plain()


def _zstd() -> Callable[[bytes], bytes] | None:
    """What compresses a frame into a block of a new stream; None without a library."""
    if zstandard is not None:
        stream = zstandard.ZstdCompressor().compressobj()
        block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        return lambda raw: stream.compress(raw) + stream.flush(block)
    if standard_zstd is not None:
        compressor = standard_zstd.ZstdCompressor()
        return lambda raw: compressor.compress(raw, compressor.FLUSH_BLOCK)
    return None
