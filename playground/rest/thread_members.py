"""/channels/{id}/thread-members: who is in a thread."""

from aiohttp import web

from playground import errors, payloads, permissions
from playground.errors import ApiError
from playground.messages import posting
from playground.rest.base import Resource, answer, no_content, page_of, path_id
from playground.rest.threads import thread_of
from playground.world import PRIVATE_THREAD, Channel, User

_ALL = "/channels/{channel_id}/thread-members"


class ThreadMembers(Resource):
    """The members of threads."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get(_ALL, self.get_all),
            web.get(_ALL + "/{user_id}", self.get),
            web.put(_ALL + "/@me", self.join),
            web.delete(_ALL + "/@me", self.leave),
            web.put(_ALL + "/{user_id}", self.add),
            web.delete(_ALL + "/{user_id}", self.remove),
        ]

    async def get_all(self, request: web.Request) -> web.Response:
        """Who is in a thread."""
        who = self.caller(request)
        thread = self._thread(request, who)
        full = request.query.get("with_member", "").lower() in ("1", "true")
        joined = sorted(thread_of(thread).joined)
        if full:
            joined = page_of(request.query, joined, 100)
        return answer([payloads.thread_member(thread, each, with_member=full) for each in joined])

    async def get(self, request: web.Request) -> web.Response:
        """Whether somebody is in a thread, and since when."""
        who = self.caller(request)
        thread = self._thread(request, who)
        raw = request.match_info["user_id"]
        user_id = who.id if raw == "@me" else path_id(request, "user_id")
        if user_id not in thread_of(thread).joined:
            raise ApiError(errors.UNKNOWN_MEMBER)
        full = request.query.get("with_member", "").lower() in ("1", "true")
        return answer(payloads.thread_member(thread, user_id, with_member=full))

    async def join(self, request: web.Request) -> web.Response:
        """Join a thread that is active."""
        who = self.caller(request)
        thread = self._thread(request, who)
        posting.check_active(thread)
        self.services.guilds.threads.join(thread, who)
        return no_content()

    async def leave(self, request: web.Request) -> web.Response:
        """Leave a thread that is active."""
        who = self.caller(request)
        thread = self._thread(request, who)
        posting.check_active(thread)
        self.services.guilds.threads.leave(thread, who)
        return no_content()

    async def add(self, request: web.Request) -> web.Response:
        """Add a member of the guild to a thread one may write in."""
        who = self.caller(request)
        thread = self._thread(request, who)
        permissions.require(thread, who, permissions.SEND_MESSAGES_IN_THREADS)
        posting.check_active(thread)
        user = self.world.user(path_id(request, "user_id"))
        if thread.guild is None or user.id not in thread.guild.members:
            raise ApiError(errors.UNKNOWN_MEMBER)
        about = thread_of(thread)
        closed = thread.type == PRIVATE_THREAD and not about.invitable
        if closed and about.owner_id != who.id:
            permissions.require(thread, who, permissions.MANAGE_THREADS)
        self.services.guilds.threads.join(thread, user)
        return no_content()

    async def remove(self, request: web.Request) -> web.Response:
        """Remove somebody from a thread: for its managers, and who started a private one."""
        who = self.caller(request)
        thread = self._thread(request, who)
        posting.check_active(thread)
        own = thread.type == PRIVATE_THREAD and thread_of(thread).owner_id == who.id
        if not own:
            permissions.require(thread, who, permissions.MANAGE_THREADS)
        user = self.world.user(path_id(request, "user_id"))
        self.services.guilds.threads.leave(thread, user)
        return no_content()

    def _thread(self, request: web.Request, who: User) -> Channel:
        channel = self.channel(request)
        if channel.thread is None:
            raise ApiError(errors.NO_CHANNEL_OF_THIS_TYPE)
        permissions.require(channel, who, permissions.VIEW_CHANNEL)
        return channel
