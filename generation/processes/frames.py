"""The wire between the bot and its children: length-prefixed frames of a header and a blob.

    4 bytes  header length, big-endian
    4 bytes  blob length, big-endian
    header   a JSON object, UTF-8; `kind` says what the frame is
    blob     bytes as they are (a picture), often none

JSON, never pickle: a child that was taken over through a bad picture must not be able to run code
in the bot.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

#: A catalog entry and a batch of the longest prompts, with room to spare. Bytes.
HEADER_LIMIT = 1024 * 1024

#: A 4096x4096 picture of noise as PNG is under this. Bytes.
BLOB_LIMIT = 64 * 1024 * 1024

#: The exit status of a child that broke its device's context.
POISONED = 70

_LENGTHS = struct.Struct(">II")


class FrameError(Exception):
    """The other side sent what is no frame; the channel is of no further use."""


class ChannelClosed(Exception):
    """The other side is gone: its end of the channel is closed."""


class Frame(NamedTuple):
    """One message."""

    header: dict[str, Any]
    blob: bytes = b""

    @property
    def kind(self) -> str:
        """What the frame is."""
        return self.header["kind"]


def pack(header: Mapping[str, Any], blob: bytes = b"") -> bytes:
    """The bytes of a frame. Raises FrameError where it would be over a limit."""
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False)
    # As `json.loads` decodes: half a character is no reason to fail.
    encoded = text.encode("utf-8", "surrogatepass")
    _check_lengths(len(encoded), len(blob))
    return b"".join((_LENGTHS.pack(len(encoded), len(blob)), encoded, blob))


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """Read one frame. Raises ChannelClosed at the other side's end, FrameError on nonsense."""
    try:
        header_length, blob_length = _unpack_lengths(await reader.readexactly(_LENGTHS.size))
        header = await reader.readexactly(header_length)
        blob = await reader.readexactly(blob_length) if blob_length else b""
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise ChannelClosed from error
    return Frame(_decode(header), blob)


def receive_frame(channel: socket.socket) -> Frame:
    """Read one frame from a blocking socket. Raises as `read_frame` does."""
    header_length, blob_length = _unpack_lengths(_receive_exactly(channel, _LENGTHS.size))
    header = _receive_exactly(channel, header_length)
    blob = _receive_exactly(channel, blob_length)
    return Frame(_decode(header), blob)


def _receive_exactly(channel: socket.socket, length: int) -> bytes:
    buffer = bytearray(length)
    view = memoryview(buffer)
    while view:
        try:
            received = channel.recv_into(view)
        except ConnectionError as error:
            raise ChannelClosed from error
        if not received:
            raise ChannelClosed
        view = view[received:]
    return bytes(buffer)


def _unpack_lengths(prefix: bytes) -> tuple[int, int]:
    header_length, blob_length = _LENGTHS.unpack(prefix)
    _check_lengths(header_length, blob_length)
    return header_length, blob_length


def _check_lengths(header_length: int, blob_length: int) -> None:
    if header_length > HEADER_LIMIT:
        raise FrameError(f"header of {header_length} bytes, at most {HEADER_LIMIT}")
    if blob_length > BLOB_LIMIT:
        raise FrameError(f"blob of {blob_length} bytes, at most {BLOB_LIMIT}")


def _decode(encoded: bytes) -> dict[str, Any]:
    try:
        header = json.loads(encoded)
    except (ValueError, RecursionError) as error:
        raise FrameError("header is no JSON") from error
    if not isinstance(header, dict) or not isinstance(header.get("kind"), str):
        raise FrameError("header is no object with a kind")
    return header
