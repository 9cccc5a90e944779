"""A file's bytes on their way: parts of it, slow, cut off, or wrong."""

import asyncio
import re
import socket
import struct
from collections.abc import Iterator

from aiohttp import web

from tests.small_models.hub.blobs import Blob
from tests.small_models.hub.faults import Fault

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_CHUNK = 1 << 16
_TICK = 0.05  # seconds between the pieces of a slow file


async def send(
    request: web.Request, blob: Blob, headers: dict[str, str], fault: Fault | None
) -> web.StreamResponse:
    """The file, or the part that is asked for; a fault may strike on the way."""
    span = _span(request.headers.get("Range"), blob.size)
    if span is None:
        headers = {**headers, "Content-Range": f"bytes */{blob.size}"}
        return web.Response(status=416, headers=headers)
    start, end = span
    response = web.StreamResponse(headers={**headers, "Accept-Ranges": "bytes"})
    if "Range" in request.headers:
        response.set_status(206)
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    response.content_length = end - start
    await response.prepare(request)
    data = _content(blob, fault)[start:end]
    if fault is not None and fault.cut_after is not None and fault.cut_after < len(data):
        await _write(response, data[: fault.cut_after], fault)
        _hang_up(request, fault)
        return response
    await _write(response, data, fault)
    await response.write_eof()
    return response


def _span(asked: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None where the file has none of them."""
    if asked is None:
        return 0, size
    match = _RANGE.fullmatch(asked)
    if match is None or int(match[1]) >= size:
        return None
    return int(match[1]), min(int(match[2]) + 1, size) if match[2] else size


def _content(blob: Blob, fault: Fault | None) -> bytes:
    data = blob.path.read_bytes()
    if fault is not None and fault.corrupt:
        # The last eighth, turned over: a file of weights keeps its readable head.
        start = len(data) - max(1, len(data) // 8)
        data = data[:start] + bytes(byte ^ 0xFF for byte in data[start:])
    return data


async def _write(response: web.StreamResponse, data: bytes, fault: Fault | None) -> None:
    pace = fault.bytes_per_second if fault is not None else None
    for piece in _pieces(data, _CHUNK if pace is None else max(1, int(pace * _TICK))):
        await response.write(piece)
        if pace is not None:
            await asyncio.sleep(len(piece) / pace)


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def _hang_up(request: web.Request, fault: Fault) -> None:
    transport = request.transport
    if transport is None:  # the other side was faster
        return
    if fault.reset:
        # Without waiting for what is on its way, closing is a reset.
        lingering = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, lingering
        )
        transport.abort()
    else:
        transport.close()
