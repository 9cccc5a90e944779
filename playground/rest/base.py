"""What the resources share: who calls, what the path names, and how an answer is written."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from playground import errors
from playground.errors import ApiError, InvalidForm, is_snowflake, shown
from playground.services import Services
from playground.world import Channel, Guild, User


class Resource:
    """The base of all resources: the services they work with, and common lookups."""

    def __init__(self, services: Services) -> None:
        """Every resource works with the same services."""
        self.services = services
        self.world = services.world

    def caller(self, request: web.Request) -> User:
        """Whose token the request carries: "Bot <token>", or a person's bare one."""
        return caller(self.services, request)

    def bot(self, request: web.Request) -> User:
        """The caller, who has to be the bot."""
        who = self.caller(request)
        if not who.bot:
            raise ApiError(errors.BOTS_ONLY)
        return who

    def person(self, request: web.Request) -> User:
        """The caller, who has to be a person."""
        who = self.caller(request)
        if who.bot:
            raise ApiError(errors.USERS_ONLY)
        return who

    def channel(self, request: web.Request) -> Channel:
        """The channel the path names."""
        return self.world.channel(path_id(request, "channel_id"))

    def guild(self, request: web.Request, member: User) -> Guild:
        """The guild the path names, in which the caller has to be a member."""
        guild = self.world.guild(path_id(request, "guild_id"))
        if member.id not in guild.members:
            raise ApiError(errors.MISSING_ACCESS)
        return guild


def caller(services: Services, request: web.Request) -> User:
    """The user a request is authorized as, or 401."""
    header = request.headers.get("Authorization", "")
    scheme, _, rest = header.partition(" ")
    is_bot = scheme == "Bot"
    user = services.world.by_token(rest if is_bot else header)
    if user is None or user.bot != is_bot:
        raise ApiError(errors.UNAUTHORIZED)
    return user


def path_id(request: web.Request, name: str) -> int:
    """An id out of the path; 50035 where it is none."""
    return snowflake(request.match_info[name], name)


def snowflake(value: Any, name: str) -> int:
    """An id out of a body, a query or a path; 50035 where it is none."""
    if isinstance(value, bool) or not is_snowflake(value):
        message = f'Value "{shown(value)}" is not snowflake.'
        raise InvalidForm.at((name,), "NUMBER_TYPE_COERCE", message)
    return int(value)


def limit_of(query: Mapping[str, str], default: int, most: int) -> int:
    """The `limit` of a query, 1 to `most`."""
    raw = query.get("limit", str(default))
    if not is_snowflake(raw) or not 1 <= int(raw) <= most:
        message = f"int value should be between 1 and {most}."
        raise InvalidForm.at(("limit",), "NUMBER_TYPE_RANGE", message)
    return int(raw)


def page_of(query: Mapping[str, str], ids: Iterable[int], most: int) -> list[int]:
    """The ids that `before`, `after` and `limit` of a query mean, lowest first.

    Libraries ask on after the last id until a page is empty; `before` wins where both are given.
    """
    limit = limit_of(query, most, most)
    if "before" in query:
        before = snowflake(query["before"], "before")
        return [each for each in sorted(ids) if each < before][-limit:]
    after = snowflake(query.get("after", "0"), "after")
    return [each for each in sorted(ids) if each > after][:limit]


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON answer. Its Content-Type has no charset: clients compare the header as a whole."""
    return web.Response(
        body=json.dumps(body, separators=(",", ":")).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def no_content() -> web.Response:
    """204."""
    return web.Response(status=204)
