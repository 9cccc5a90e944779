"""Patterns of routes: `PATCH /webhooks/*/messages/@original`."""

import re
from urllib.parse import unquote

from playground.api_request import PREFIXES

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ONE = r"/[^/]+"
_ANY = r"(?:/[^/]+)*"
# A webhook and an interaction are named by an id and a token together.
_ID_AND_TOKEN = r"/[^/]+(?:/[^/]+)?"
_PAIRED = ("webhooks", "interactions")


class RoutePattern:
    """A method and a path after /api/v10, each of which may be left open.

    `*` as the method is any; in the path `*` (or `{name}`) is one segment, `**` any number of them.
    After /webhooks/ and /interactions/ one `*` stands for id and token together, unless a second
    `*` follows it.

    >>> RoutePattern("PATCH /webhooks/*/messages/@original").matches(
    ...     "PATCH", "/webhooks/1/token/messages/@original"
    ... )
    True
    """

    def __init__(self, text: str) -> None:
        """Understand a pattern; ValueError, with the reason, for what is none."""
        method, _, path = text.strip().partition(" ")
        path = unquote(path.strip().partition("?")[0])
        if method != "*" and method.upper() not in METHODS:
            raise ValueError(f"A route begins with * or one of {', '.join(METHODS)}.")
        for prefix in PREFIXES:
            path = path.removeprefix(prefix)
        if not path.startswith("/"):
            raise ValueError("After the method comes a path that begins with a slash.")
        segments = [_opened(segment) for segment in path.strip("/").split("/")]
        if any("*" in segment and segment not in ("*", "**") for segment in segments):
            raise ValueError("A * stands for a whole segment of the path.")
        if "" in segments:
            raise ValueError("The path has an empty segment.")
        self.text = f"{method.upper()} /{'/'.join(segments)}"
        self._method = method.upper()
        self._segments = tuple(segments)
        self._path = re.compile("".join(_expressions(segments)))

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is meant; `path` is that after /api/v10, without percent signs."""
        return self._method in ("*", method) and self._path.fullmatch(path) is not None

    def meets(self, method: str, template: str) -> bool:
        """Whether some request to a route, such as `/channels/{channel_id}`, may be meant."""
        if self._method not in ("*", method):
            return False
        return _meet(self._segments, tuple(template.strip("/").split("/")), paired=True)


def _meet(pattern: tuple[str, ...], template: tuple[str, ...], *, paired: bool = False) -> bool:
    """Whether a path may be both of a pattern and of a template.

    `paired`: they begin the path, so that an id and a token may be named together.
    """
    if not pattern:
        return not template
    first, *rest = pattern
    if first == "**":
        return any(_meet(tuple(rest), template[at:]) for at in range(len(template) + 1))
    if not template or not _may_be(first, template[0]):
        return False
    together = paired and template[0] in _PAIRED and len(template) > 2 and rest[:1] == ["*"]
    if together and rest[1:2] not in (["*"], ["**"]) and _meet(tuple(rest[1:]), template[3:]):
        return True
    return _meet(tuple(rest), template[1:])


def _may_be(segment: str, name: str) -> bool:
    return segment == "*" or segment == name or _opened(name) == "*"


def pattern_of(method: str, path: str) -> str:
    """A pattern for requests like this one: its ids and tokens are left open."""
    segments = path.strip("/").split("/")
    if segments[0] in _PAIRED and len(segments) > 2:
        segments[2] = "*"
    # An emoji stands where any other text does.
    after = {index + 1 for index, segment in enumerate(segments) if segment == "reactions"}
    opened = [
        "*" if segment.isdecimal() or index in after else segment
        for index, segment in enumerate(segments)
    ]
    return f"{method} /{'/'.join(opened)}"


def _opened(segment: str) -> str:
    """`{channel_id}` means the same as `*`."""
    return "*" if segment.startswith("{") and segment.endswith("}") else segment


def _expressions(segments: list[str]) -> list[str]:
    expressions = []
    for index, segment in enumerate(segments):
        if segment == "**":
            expressions.append(_ANY)
        elif segment != "*":
            expressions.append("/" + re.escape(segment))
        elif index == 1 and segments[0] in _PAIRED and segments[2:3] not in (["*"], ["**"]):
            expressions.append(_ID_AND_TOKEN)
        else:
            expressions.append(_ONE)
    return expressions
