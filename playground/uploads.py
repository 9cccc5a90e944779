"""Bodies of requests: JSON, a form, or multipart with `payload_json` and files."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from playground import errors
from playground.errors import ApiError, InvalidForm
from playground.limits import file_limit, request_limit

FILE_LIMIT = file_limit()  # bytes a file, where no guild is boosted
# Nothing that Discord takes is nested deeper; what is may only mean to exhaust the stack.
MAX_DEPTH = 64
# What a request said in JSON, kept for the trace.
PAYLOAD = web.RequestKey("payload", object)
# The names and sizes of a request's files, kept for the traffic feed.
UPLOADS = web.RequestKey("uploads", list[dict[str, Any]])
# How aiohttp says that parts, their headers, or a body's compression are malformed.
_MALFORMED = (ValueError, AssertionError, HttpProcessingError, web.RequestPayloadError)
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


async def read_body(request: web.Request, file_bytes: int = FILE_LIMIT) -> Body:
    """Read a body of any kind. Refuses one over the limits (40005) or not JSON (50109).

    `file_bytes` is what a file may have; see `limits.file_limit`.
    What was said in JSON is also left in `request[PAYLOAD]`.
    """
    if (request.content_length or 0) > request_limit(file_bytes):
        raise ApiError(errors.TOO_LARGE)
    # What is the playground's own is always JSON; curl says of it that it were a form.
    is_own = request.path.startswith("/playground/")
    if request.content_type == "multipart/form-data" and not is_own:
        try:
            return await _read_multipart(request, file_bytes)
        except _MALFORMED as fault:
            raise ApiError(errors.INVALID_FORM) from fault
    try:
        raw = await request.read()
    except web.RequestPayloadError as fault:  # not compressed as its headers say
        raise ApiError(errors.INVALID_JSON) from fault
    if not raw:
        return Body({})
    if request.content_type == "application/x-www-form-urlencoded" and not is_own:
        payload = _from_form(raw)
    else:
        payload = _parsed(raw)
    request[PAYLOAD] = payload
    return Body(payload)


async def _read_multipart(request: web.Request, file_bytes: int) -> Body:
    payload: Any = {}
    uploads: dict[int, Upload] = {}
    too_large = False
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = await _read_part(part, request_limit(file_bytes) - total)
        total += len(data)
        match = _FILE_FIELD.match(part.name or "")
        if match:
            index = int(match[1] or match[2] or 0)
            too_large = too_large or len(data) > file_bytes
            uploads[index] = Upload(part.filename or f"file{index}", data)
            sent = request.setdefault(UPLOADS, [])
            sent.append({"filename": uploads[index].filename, "size": len(data)})
        elif part.name == "payload_json":
            payload = _parsed(data)
            request[PAYLOAD] = payload
        elif part.name and isinstance(payload, dict):
            # Simple fields may come as form fields of their own.
            payload.setdefault(part.name, _simple(part.name, data.decode(errors="replace")))
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


def _from_form(raw: bytes) -> Any:
    """What a plain form says. py-cord sends its `payload_json` so where no file comes along."""
    fields = dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))
    if "payload_json" in fields:
        return _parsed(fields["payload_json"].encode())
    return {name: _simple(name, text) for name, text in fields.items()}


def _simple(name: str, text: str) -> Any:
    """What a form field of its own says: a text, but for flags and yes or no."""
    if name not in ("flags", "tts", "enforce_nonce"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text  # refused as what it is


def _parsed(raw: bytes) -> Any:
    try:
        payload = json.loads(raw, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise ApiError(errors.INVALID_JSON) from None
    # Most bodies need not be walked through: they have too few brackets to be that deep.
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _depth(payload) > MAX_DEPTH:
        raise ApiError(errors.INVALID_JSON)
    return payload


def _no_constant(name: str) -> Any:
    """NaN and Infinity, which Python's parser takes, are no JSON."""
    raise ValueError(name)


def _finite(text: str) -> float:
    """A number that can also be written again: not 1e999, which is read as infinity."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _depth(payload: Any) -> int:
    """How many lists and objects lie inside each other, counted no further than is too deep."""
    level, depth = _inside([payload]), 0
    while level and depth <= MAX_DEPTH:
        level = _inside(
            member
            for each in level
            for member in (each.values() if isinstance(each, dict) else each)
        )
        depth += 1
    return depth


def _inside(members: Iterable[Any]) -> list[Any]:
    return [each for each in members if isinstance(each, list | dict)]
