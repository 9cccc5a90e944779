"""/channels/{id}/messages/{id}/reactions."""

from aiohttp import web

from playground import errors, payloads, permissions
from playground.errors import ApiError
from playground.messages import posting
from playground.rest.base import Resource, answer, limit_of, no_content, path_id, snowflake
from playground.world import Channel, Message, User

_ALL = "/channels/{channel_id}/messages/{message_id}/reactions"
_EMOJI = _ALL + "/{emoji}"


class Reactions(Resource):
    """The reactions to messages."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource; clients of Discord's own also say a reaction's type."""
        return [
            web.put(_EMOJI + "/@me", self.add),
            web.delete(_EMOJI + "/@me", self.remove_own),
            web.delete(_EMOJI + "/{user_id}", self.remove),
            web.put(_EMOJI + "/{type:[01]}/@me", self.add),
            web.delete(_EMOJI + "/{type:[01]}/@me", self.remove_own),
            web.delete(_EMOJI + "/{type:[01]}/{user_id}", self.remove),
            web.get(_EMOJI, self.users),
            web.delete(_EMOJI, self.remove_emoji),
            web.delete(_ALL, self.clear),
        ]

    async def add(self, request: web.Request) -> web.Response:
        """React to a message; a new emoji needs a right, to join in does not."""
        who, channel, message = self._message(request)
        key = self._emoji(request)
        _check_awake(channel, who)
        if key not in message.reactions:
            permissions.require(channel, who, permissions.ADD_REACTIONS)
            if not self.services.reactions.usable(channel, who, key):
                raise ApiError(errors.UNKNOWN_EMOJI)
        self.services.reactions.add(channel, message, who, key)
        return no_content()

    async def remove_own(self, request: web.Request) -> web.Response:
        """Take one's reaction back."""
        who, channel, message = self._message(request)
        posting.check_active(channel)
        self.services.reactions.remove(channel, message, who, self._emoji(request))
        return no_content()

    async def remove(self, request: web.Request) -> web.Response:
        """Take somebody else's reaction back."""
        _, channel, message = self._managed(request)
        user = self.world.user(path_id(request, "user_id"))
        self.services.reactions.remove(channel, message, user, self._emoji(request))
        return no_content()

    async def remove_emoji(self, request: web.Request) -> web.Response:
        """Take all reactions with one emoji back."""
        _, channel, message = self._managed(request)
        self.services.reactions.remove_emoji(channel, message, self._emoji(request))
        return no_content()

    async def clear(self, request: web.Request) -> web.Response:
        """Take all reactions back."""
        _, channel, message = self._managed(request)
        self.services.reactions.clear(channel, message)
        return no_content()

    async def users(self, request: web.Request) -> web.Response:
        """Who reacted with an emoji, in the order of their ids."""
        _, _, message = self._message(request)
        after = snowflake(request.query.get("after", "0"), "after")
        limit = limit_of(request.query, 25, 100)
        ids = sorted(each for each in message.reactions.get(self._emoji(request), ()))
        shown = [each for each in ids if each > after][:limit]
        return answer([payloads.user(self.world.users[each]) for each in shown])

    def _emoji(self, request: web.Request) -> str:
        return self.services.reactions.known(request.match_info["emoji"])

    def _message(self, request: web.Request) -> tuple[User, Channel, Message]:
        """The caller, the channel, and the message, which everybody there can see."""
        who = self.caller(request)
        channel = self.channel(request)
        permissions.require(channel, who, permissions.READ_MESSAGE_HISTORY)
        message = self.services.board.find(channel, path_id(request, "message_id"), who)
        if message.private_to is not None:
            raise ApiError(errors.UNKNOWN_MESSAGE)
        return who, channel, message

    def _managed(self, request: web.Request) -> tuple[User, Channel, Message]:
        who, channel, message = self._message(request)
        permissions.require(channel, who, permissions.MANAGE_MESSAGES)
        posting.check_active(channel)
        return who, channel, message


def _check_awake(channel: Channel, who: User) -> None:
    """Refuse reactions in a thread that sleeps, and by a member who may only read."""
    posting.check_active(channel)
    member = channel.guild.members.get(who.id) if channel.guild else None
    if member is not None and member.timed_out:
        permissions.require(channel, who, permissions.ADD_REACTIONS)
