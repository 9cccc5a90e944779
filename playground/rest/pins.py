"""Pinned messages, and the deleting of many at once."""

from typing import Any

from aiohttp import web

from playground import errors, permissions
from playground.errors import ApiError, InvalidForm
from playground.gateway.protocol import Intents
from playground.messages import posting
from playground.payloads.users import iso
from playground.rest.base import Resource, answer, limit_of, no_content, path_id, snowflake
from playground.snowflake import at
from playground.uploads import read_body
from playground.world import CHANNEL_PINNED_MESSAGE, Channel, Message, User

MAX_PINS = 250
TWO_WEEKS_S = 14 * 24 * 3600.0
_HEARD_BY = (Intents.GUILDS, Intents.DIRECT_MESSAGES)
_PINS = ("/channels/{channel_id}/messages/pins", "/channels/{channel_id}/pins")


class Pins(Resource):
    """What the managers of a channel do to others' messages."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource; pins have an older path too."""
        new, old = _PINS
        return [
            web.get(new, self.page),
            web.get(old, self.get_all),
            *(web.put(path + "/{message_id}", self.pin) for path in _PINS),
            *(web.delete(path + "/{message_id}", self.unpin) for path in _PINS),
            web.post("/channels/{channel_id}/messages/bulk-delete", self.delete_many),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """The pinned messages, latest pin first."""
        who, pinned = self._pinned(request)
        limit = limit_of(request.query, 50, 50)
        items = [
            {"pinned_at": iso(each.pinned_at or 0.0), "message": self._shown(each, who)}
            for each in pinned[:limit]
        ]
        return answer({"items": items, "has_more": len(pinned) > limit})

    async def get_all(self, request: web.Request) -> web.Response:
        """The pinned messages, as older clients ask for them."""
        who, pinned = self._pinned(request)
        return answer([self._shown(each, who) for each in pinned[:50]])

    async def pin(self, request: web.Request) -> web.Response:
        """Pin a message, which the channel is told of."""
        who, channel, message = self._to_pin(request)
        if message.pinned_at is None:
            if sum(each.pinned_at is not None for each in channel.messages.values()) >= MAX_PINS:
                raise ApiError(errors.TOO_MANY_PINS)
            message.pinned_at = self.services.clock.now()
            self._told(channel, message)
            self.services.board.system(
                channel, who, CHANNEL_PINNED_MESSAGE, reference_id=message.id
            )
        return no_content()

    async def unpin(self, request: web.Request) -> web.Response:
        """Take a pin off."""
        _, channel, message = self._to_pin(request)
        if message.pinned_at is not None:
            message.pinned_at = None
            self._told(channel, message)
        return no_content()

    async def delete_many(self, request: web.Request) -> web.Response:
        """Delete 2 to 100 messages of the last two weeks; unknown ids are passed over."""
        who = self.bot(request)
        channel = self.channel(request)
        if channel.guild is None:
            raise ApiError(errors.NO_DM_ACTION)
        permissions.require(channel, who, permissions.MANAGE_MESSAGES)
        posting.check_active(channel)
        named = (await read_body(request)).fields.get("messages")
        if not isinstance(named, list) or not 2 <= len(set(map(str, named))) <= 100:
            message = "Must be between 2 and 100 in length."
            raise InvalidForm.at(("messages",), "BASE_TYPE_BAD_LENGTH", message)
        ids = {snowflake(each, "messages") for each in named}
        if min(ids) < at(self.services.clock.now() - TWO_WEEKS_S):
            raise ApiError(errors.TOO_OLD_TO_DELETE)
        seen = [each for each in channel.messages.values() if each.private_to is None]
        doomed = [each for each in seen if each.id in ids]
        self.services.board.delete_many(channel, doomed)
        return no_content()

    # --- inside ---

    def _shown(self, message: Message, who: User) -> dict[str, Any]:
        return self.services.board.shown(message, who)

    def _pinned(self, request: web.Request) -> tuple[User, list[Message]]:
        who = self.caller(request)
        channel = self.channel(request)
        permissions.require(channel, who, permissions.READ_MESSAGE_HISTORY)
        pinned = [each for each in channel.messages.values() if each.pinned_at is not None]
        return who, sorted(pinned, key=lambda each: each.pinned_at or 0.0, reverse=True)

    def _to_pin(self, request: web.Request) -> tuple[User, Channel, Message]:
        who = self.caller(request)
        channel = self.channel(request)
        needed = permissions.READ_MESSAGE_HISTORY
        # In a DM both may pin.
        needed |= permissions.PIN_MESSAGES if channel.guild else 0
        permissions.require(channel, who, needed)
        posting.check_active(channel)
        message = self.services.board.find(channel, path_id(request, "message_id"), who)
        if message.private_to is not None:
            raise ApiError(errors.UNKNOWN_MESSAGE)
        return who, channel, message

    def _told(self, channel: Channel, message: Message) -> None:
        self.services.board.announce_edit(channel, message)
        last = message.pinned_at
        data: dict[str, Any] = {
            "channel_id": str(channel.id),
            "last_pin_timestamp": None if last is None else iso(last),
        }
        if channel.guild_id is not None:
            data["guild_id"] = str(channel.guild_id)
        self.services.gateway.to_channel(channel, "CHANNEL_PINS_UPDATE", data, _HEARD_BY)
