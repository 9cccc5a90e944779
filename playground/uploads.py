"""Bodies of requests: JSON, or multipart with `payload_json` and files."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from playground import errors
from playground.errors import ApiError, InvalidForm

FILE_LIMIT = 10 * 1024 * 1024  # bytes a file; what `attachment_size_limit` says
REQUEST_LIMIT = 25 * 1024 * 1024  # bytes a request
# What a request said in JSON, kept for the trace.
PAYLOAD = web.RequestKey("payload", object)
_FILE_FIELD = re.compile(r"files\[(\d+)\]$|file(\d*)$")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body: what `payload_json` says, and the files by their index n of `files[n]`."""

    payload: Any
    uploads: dict[int, Upload] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        """The payload where it has to be an object (50035 otherwise)."""
        if not isinstance(self.payload, dict):
            raise InvalidForm.at((), "DICT_TYPE_CONVERT", "Only dictionaries may be used here.")
        return self.payload


async def read_body(request: web.Request) -> Body:
    """Read a body of either kind. Refuses one over the limits (40005) or not JSON (50109).

    What was said in JSON is also left in `request[PAYLOAD]`.
    """
    if (request.content_length or 0) > REQUEST_LIMIT:
        raise ApiError(errors.TOO_LARGE)
    if request.content_type == "multipart/form-data":
        try:
            return await _read_multipart(request)
        except (ValueError, AssertionError) as fault:  # how aiohttp says that parts are malformed
            raise ApiError(errors.INVALID_FORM) from fault
    raw = await request.read()
    if not raw:
        return Body({})
    payload = _parsed(raw)
    request[PAYLOAD] = payload
    return Body(payload)


async def _read_multipart(request: web.Request) -> Body:
    payload: Any = {}
    uploads: dict[int, Upload] = {}
    too_large = False
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = await _read_part(part, REQUEST_LIMIT - total)
        total += len(data)
        match = _FILE_FIELD.match(part.name or "")
        if match:
            index = int(match[1] or match[2] or 0)
            too_large = too_large or len(data) > FILE_LIMIT
            uploads[index] = Upload(part.filename or f"file{index}", data)
        elif part.name == "payload_json":
            payload = _parsed(data)
            request[PAYLOAD] = payload
        elif part.name and isinstance(payload, dict):
            # Simple fields may come as form fields of their own.
            payload.setdefault(part.name, data.decode(errors="replace"))
    if too_large:
        raise ApiError(errors.TOO_LARGE)
    return Body(payload, uploads)


async def _read_part(part: BodyPartReader, left: int) -> bytes:
    chunks: list[bytes] = []
    while chunk := await part.read_chunk(1 << 16):
        left -= len(chunk)
        if left < 0:
            raise ApiError(errors.TOO_LARGE)
        chunks.append(chunk)
    return b"".join(chunks)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ApiError(errors.INVALID_JSON) from None


def _no_constant(name: str) -> Any:
    """NaN and Infinity, which Python's parser takes, are no JSON."""
    raise ValueError(name)
