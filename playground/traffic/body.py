"""What was said in an exchange or a frame: capped, and without tokens.

A body is None, {"type": "json", "value", "bytes"}, or {"type": "text", "text", "bytes", "cut"}.
"""

import json
import re
from typing import Any

from playground.api_request import HIDDEN

CAP = 20_000  # bytes
# By the key that names it (in JSON text), and by the shape of an interaction's or a bot's token.
_NAMED = re.compile(r'("token":)"[^"\\]*"')
_SHAPED = re.compile(
    r"aW50ZXJhY3Rpb24[\w+/=-]*|(?<![\w-])[\w-]{18,}\.[\w-]{5,12}\.[\w-]{20,}", re.ASCII
)

Body = dict[str, Any] | None


def of_json(value: Any) -> Body:
    """A body that is JSON; None is no body."""
    if value is None:
        return None
    try:
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except ValueError:
        # NaN, which Python's parser lets clients say, and browsers do not understand.
        return _cut(without_tokens(repr(value)), len(repr(value)))
    size = len(text.encode(errors="replace"))
    text = without_tokens(text)
    if size > CAP:
        return _cut(text, size)
    return {"type": "json", "value": json.loads(text), "bytes": size}


def of_bytes(data: bytes, content_type: str) -> Body:
    """A body as it went over the wire."""
    if not data:
        return None
    if content_type == "application/json":
        return of_json(json.loads(data))
    return _cut(without_tokens(data.decode(errors="replace")), len(data))


def without_tokens(text: str) -> str:
    """A text in which nothing logs anybody in."""
    return _SHAPED.sub(HIDDEN, _NAMED.sub(rf'\1"{HIDDEN}"', text))


def _cut(text: str, size: int) -> Body:
    kept = text.encode(errors="replace")[:CAP].decode(errors="ignore")
    return {"type": "text", "text": kept, "bytes": size, "cut": len(kept) < len(text)}
