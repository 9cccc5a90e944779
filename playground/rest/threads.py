"""/…/threads: starting and changing threads, and those of a guild or channel."""

from datetime import datetime
from typing import Any

from aiohttp import web

from playground import errors, fields, payloads, permissions
from playground.errors import ApiError, FormErrors, InvalidForm
from playground.guilds.threads import Threads as ThreadService
from playground.rest.base import Resource, answer, limit_of, path_id
from playground.uploads import read_body
from playground.world import PRIVATE_THREAD, PUBLIC_THREAD, THREADS, Channel, Thread, User

AUTO_ARCHIVE_MINUTES = (60, 1440, 4320, 10_080)
MAX_SLOW_MODE_S = 21_600
START_KEYS = ("name", "auto_archive_duration", "rate_limit_per_user", "type", "invitable")
EDIT_KEYS = (
    *("name", "archived", "locked", "invitable", "auto_archive_duration", "rate_limit_per_user"),
    *("flags", "applied_tags"),  # of forums, which are not here
)
# What the keys are called in the world.
_ATTRIBUTES = {
    "name": "name",
    "archived": "archived",
    "locked": "locked",
    "invitable": "invitable",
    "auto_archive_duration": "auto_archive_minutes",
    "rate_limit_per_user": "slow_mode_s",
}
# What the one who started a thread may do with it too.
_FOR_OWNERS = ("name", "archived", "auto_archive_duration", "invitable")


class Threads(Resource):
    """The threads of guilds."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        archived = "/channels/{channel_id}/threads/archived"
        return [
            web.post("/channels/{channel_id}/messages/{message_id}/threads", self.start_at),
            web.post("/channels/{channel_id}/threads", self.start),
            web.get("/guilds/{guild_id}/threads/active", self.active),
            web.get(archived + "/public", self.archived_public),
            web.get(archived + "/private", self.archived_private),
            web.get("/channels/{channel_id}/users/@me/threads/archived/private", self.archived_own),
        ]

    # --- starting ---

    async def start_at(self, request: web.Request) -> web.Response:
        """A thread that begins with a message."""
        who = self.caller(request)
        parent = self._parent(request)
        needed = permissions.CREATE_PUBLIC_THREADS | permissions.READ_MESSAGE_HISTORY
        permissions.require(parent, who, needed)
        message = self.services.board.find(parent, path_id(request, "message_id"), who)
        if message.private_to is not None:
            raise ApiError(errors.UNKNOWN_MESSAGE)
        if message.id in self.world.channels:
            raise ApiError(errors.THREAD_EXISTS)
        body = _checked((await read_body(request)).fields, START_KEYS, named=True)
        thread = self.services.guilds.threads.start(
            parent, body["name"], who, message=message, **_given(body)
        )
        return answer(payloads.channel(thread, who), 201)

    async def start(self, request: web.Request) -> web.Response:
        """A thread on its own, private unless its type says otherwise."""
        who = self.caller(request)
        parent = self._parent(request)
        body = _checked((await read_body(request)).fields, START_KEYS, named=True)
        private = body.get("type", PRIVATE_THREAD) == PRIVATE_THREAD
        permissions.require(
            parent,
            who,
            permissions.CREATE_PRIVATE_THREADS if private else permissions.CREATE_PUBLIC_THREADS,
        )
        thread = self.services.guilds.threads.start(
            parent, body["name"], who, private=private, **_given(body)
        )
        return answer(payloads.channel(thread, who), 201)

    # --- lists ---

    async def active(self, request: web.Request) -> web.Response:
        """A guild's active threads that the caller sees."""
        who = self.caller(request)
        guild = self.guild(request, who)
        shown = [
            thread
            for thread in guild.threads.values()
            if not thread_of(thread).archived
            and permissions.may(thread, who, permissions.VIEW_CHANNEL)
        ]
        return answer(_list(shown[::-1], who))

    async def archived_public(self, request: web.Request) -> web.Response:
        """A channel's archived public threads."""
        return self._archived(request, PUBLIC_THREAD, permissions.READ_MESSAGE_HISTORY)

    async def archived_private(self, request: web.Request) -> web.Response:
        """A channel's archived private threads."""
        needed = permissions.READ_MESSAGE_HISTORY | permissions.MANAGE_THREADS
        return self._archived(request, PRIVATE_THREAD, needed)

    async def archived_own(self, request: web.Request) -> web.Response:
        """A channel's archived private threads that the caller is in."""
        needed = permissions.READ_MESSAGE_HISTORY
        return self._archived(request, PRIVATE_THREAD, needed, own=True)

    def _archived(
        self, request: web.Request, kind: int, needed: int, *, own: bool = False
    ) -> web.Response:
        who = self.caller(request)
        parent = self._parent(request)
        permissions.require(parent, who, needed)
        limit = limit_of(request.query, 50, 100)
        before = _moment(request.query.get("before"))
        threads = parent.guild.threads.values() if parent.guild else ()
        shown = [
            thread
            for thread in threads
            if thread.type == kind
            and thread_of(thread).parent is parent
            and thread_of(thread).archived
            and (before is None or thread_of(thread).archived_at < before)
            and (not own or who.id in thread_of(thread).joined)
        ]
        shown.sort(key=lambda thread: thread_of(thread).archived_at, reverse=True)
        return answer(_list(shown[:limit], who, more=len(shown) > limit))

    # --- inside ---

    def _parent(self, request: web.Request) -> Channel:
        """The text channel of the path, the only kind that has threads here."""
        channel = self.channel(request)
        if channel.guild is None or channel.thread is not None:
            raise ApiError(errors.NO_CHANNEL_OF_THIS_TYPE)
        return channel


def edit_thread(threads: ThreadService, thread: Channel, who: User, body: dict[str, Any]) -> None:
    """Change a thread as PATCH /channels/{id} asks; one that sleeps has to be woken by it."""
    about = thread_of(thread)
    permissions.require(thread, who, permissions.VIEW_CHANNEL)
    _checked(body, EDIT_KEYS)
    changes = {
        attribute: body[key] for key, attribute in _ATTRIBUTES.items() if body.get(key) is not None
    }
    may_manage = permissions.may(thread, who, permissions.MANAGE_THREADS)
    waking = body == {"archived": False} and not about.locked
    own = about.owner_id == who.id and not about.locked and not set(body) - set(_FOR_OWNERS)
    if not (may_manage or own or (waking and permissions.may_write(thread, who))):
        raise ApiError(errors.MISSING_PERMISSIONS)
    if about.archived and body.get("archived") is not False:
        raise ApiError(errors.THREAD_ARCHIVED)
    threads.edit(thread, who, **changes)


def delete_thread(threads: ThreadService, thread: Channel, who: User) -> None:
    """Remove a thread, for those who manage threads."""
    permissions.require(thread, who, permissions.MANAGE_THREADS)
    threads.delete(thread)


def _checked(body: dict[str, Any], keys: tuple[str, ...], *, named: bool = False) -> dict[str, Any]:
    form = FormErrors()
    fields.keys(form, (), body, keys)
    if named or body.get("name") is not None:
        form.text(("name",), body.get("name"), 1, 100)
    for name in ("archived", "locked", "invitable"):
        fields.flag(form, (name,), body.get(name))
    duration = body.get("auto_archive_duration")
    if duration is not None:
        form.choice(("auto_archive_duration",), duration, AUTO_ARCHIVE_MINUTES)
    if body.get("type") is not None:
        form.choice(("type",), body["type"], THREADS)
    form.integer(("rate_limit_per_user",), body.get("rate_limit_per_user"), 0, MAX_SLOW_MODE_S)
    form.raise_if_any()
    return body


def _given(body: dict[str, Any]) -> dict[str, Any]:
    """What a body says of a new thread's attributes, beside its name."""
    keys = ("auto_archive_duration", "rate_limit_per_user", "invitable")
    return {_ATTRIBUTES[key]: body[key] for key in keys if body.get(key) is not None}


def _list(threads: list[Channel], who: User, *, more: bool = False) -> dict[str, Any]:
    return {
        "threads": [payloads.thread(each, who) for each in threads],
        "members": [
            payloads.thread_member(each, who.id)
            for each in threads
            if who.id in thread_of(each).joined
        ],
        "has_more": more,
    }


def _moment(raw: str | None) -> float | None:
    if raw is None:
        return None
    try:
        return datetime.fromisoformat(raw).timestamp()
    except ValueError:
        message = f"Could not parse {raw[:64]}. Should be ISO8601."
        raise InvalidForm.at(("before",), "DATE_TIME_TYPE_PARSE", message) from None


def thread_of(thread: Channel) -> Thread:
    """What makes a channel a thread; any other channel is refused (50024)."""
    if thread.thread is None:
        raise ApiError(errors.NO_CHANNEL_OF_THIS_TYPE)
    return thread.thread
