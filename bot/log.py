"""The log: lines for people or for machines on stderr, with every secret cut out by its shape.

discord.py prints requests and events at DEBUG, and any library may print an address with a token
in an exception. What is cut out is decided at the very end, when a line is written.
"""

import json
import logging
import math
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

HIDDEN = "***"

_VALUE = r"""[^\s/?#"'<>\\]+"""
_QUOTES = r"""(?:b?[\\"']+)?"""
# Each keeps its first group and hides the rest. Addresses and names first: they tell a secret
# by its place, whatever its shape.
_BY_PLACE = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        rf"(webhooks/\d+/){_VALUE}",
        rf"(interactions/\d+/){_VALUE}",
        r"(://)[^/\s:@]*:[^/\s@]*(?=@)",
        rf"(authorization{_QUOTES}\s*[:=,]\s*{_QUOTES}(?:(?:bot|bearer|basic)\s+)?)[^\s\"',;\\]+",
        rf"((?:token|secret|password|api_key){_QUOTES}\s*[:=]\s*b?[\\\"']+)[^\"'\\]+",
        r"((?:token|secret|password|api_key)=)[^\s&,;\"'\\)]+",
        r"(\b(?:bot|bearer|basic)\s+)[\w.~+/=-]{20,}",
    )
)
_BY_SHAPE = re.compile(
    r"""
    (?<![\w-]) [\w-]{18,} \. [\w-]{5,8} \. [\w-]{20,} (?:\.[\w-]+)*  # a bot's token: id.time.hmac
    | mfa\.[\w-]{20,}                                                # a person's token
    | aW50ZXJhY3Rpb24[\w+/=-]*                                       # an interaction's: base64
    | hf_[A-Za-z0-9]{16,}                                            # Hugging Face's
    | api_org_[A-Za-z0-9]{16,}
    """,
    re.ASCII | re.VERBOSE,
)
_SECRET_NAME = re.compile(r"token|secret|password|authorization|api_key", re.IGNORECASE)
# A member's words must not look like lines of their own, nor move a terminal's cursor.
_CONTROLS = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
_OWN_FIELDS = frozenset(
    {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName", "color_message"}
)
# Libraries that say too much at the level of the host's choice. aiosqlite prints every
# statement with its values: prompts, and the tokens of interactions.
_LEAST_LEVELS = {
    "aiosqlite": logging.INFO,
    "asyncio": logging.INFO,
    "filelock": logging.INFO,
    "httpcore": logging.INFO,
    "httpx": logging.WARNING,
    "PIL": logging.INFO,
}


def redact(text: str) -> str:
    """Return the text without tokens, webhook addresses and passwords."""
    for pattern in _BY_PLACE:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return _BY_SHAPE.sub(HIDDEN, text)


def configure(
    style: Literal["text", "json"] = "text",
    level: str = "INFO",
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Write the log to stderr; calling it again replaces what it did before.

    Args:
        style: lines for people, or one JSON object a line
        level: the least grave level that is written, by name
        secrets: values to hide wherever they stand, whatever their shape
        stream: where to write instead of stderr
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(handler)
        handler.close()
    handler = _Handler(sys.stderr if stream is None else stream)
    handler.setFormatter((JsonFormatter if style == "json" else TextFormatter)(secrets))
    root.addHandler(handler)
    root.setLevel(level)
    for name, least in _LEAST_LEVELS.items():
        logging.getLogger(name).setLevel(max(root.level, least))
    logging.captureWarnings(True)


def adopt(*names: str) -> None:
    """Take over the loggers of libraries that write to stderr themselves, once imported.

    Otherwise their lines appear twice, and once with their secrets.
    """
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; a line that can't be made is told of without its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        # logging's own would print the message and its arguments as they are.
        kind = type(sys.exc_info()[1]).__name__
        # Where the stream itself is gone, there is nowhere left to say so.
        with suppress(OSError, ValueError):
            self.stream.write(f"A line of {record.name}:{record.lineno} was lost ({kind})\n")


class _Formatter(logging.Formatter):
    """What both formats have in common."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Hide `secrets` besides what looks like one."""
        super().__init__()
        # Something as short as this would be found everywhere.
        self._secrets = sorted((s for s in secrets if len(s) >= 8), key=len, reverse=True)

    def hide(self, text: str) -> str:
        """Return the text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return redact(text)

    def parts(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return what a line says, in order, without secrets."""
        parts: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.hide(record.getMessage()),
        }
        for name, value in record.__dict__.items():
            if name not in _OWN_FIELDS and name not in parts:
                parts[name] = self._extra(name, value)
        if record.exc_info:
            # The record is everyone's: what other handlers find there shall be clean as well.
            record.exc_text = self.hide(record.exc_text or super().formatException(record.exc_info))
        trace = "\n".join(filter(None, (record.exc_text, record.stack_info)))
        if trace:
            parts["exc"] = self.hide(trace)
        return parts

    def _extra(self, name: str, value: object) -> object:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        return HIDDEN if _SECRET_NAME.search(name) else self.hide(str(value))


class JsonFormatter(_Formatter):
    """One JSON object a line: ts, level, logger, message, extras such as job, and exc."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(self.parts(record))


class TextFormatter(_Formatter):
    """Time, level, logger, message and key=value; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        parts = self.parts(record)
        ts, level, logger, message = (
            parts.pop(name) for name in ("ts", "level", "logger", "message")
        )
        trace = parts.pop("exc", None)
        line = f"{ts} {level:<7} {logger}: {message}".translate(_CONTROLS)
        for name, value in parts.items():
            line += f" {name}={_quoted(str(value))}"
        return f"{line}\n{trace}" if trace else line


def _quoted(value: str) -> str:
    """Quote what would not read as one word."""
    if re.search(r"[\s\"=]", value) or not value:
        value = json.dumps(value, ensure_ascii=False)
    return value.translate(_CONTROLS)
