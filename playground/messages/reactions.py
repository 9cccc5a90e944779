"""Reactions: given, taken back, cleared; which emojis there are."""

import re
from typing import Any

from playground import errors, permissions
from playground.errors import ApiError
from playground.gateway import Gateway
from playground.gateway.protocol import Intents
from playground.payloads import member
from playground.payloads.reactions import emoji
from playground.world import Channel, Message, User, World

# How many different emojis a message may carry.
MAX_REACTIONS = 20
_HEARD_BY = (Intents.GUILD_MESSAGE_REACTIONS, Intents.DIRECT_MESSAGE_REACTIONS)
_OWN = re.compile(r"\w{2,32}:[0-9]{1,20}")
# Unicode's emojis by their make: flags, keycaps, and pictures that are varied, colored or joined.
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    "\ufe0f?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
)
_UNICODE = re.compile(f"{_FLAG}|{_KEYCAP}|{_PICTURE}(?:\u200d{_PICTURE})*")


class Reactions:
    """The reactions to all messages."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        """Works on the messages of `world`."""
        self._world = world
        self._gateway = gateway

    def known(self, raw: str) -> str:
        """An emoji as a message keeps it: Unicode's, or a guild's own as "name:id" (else 10014)."""
        if _OWN.fullmatch(raw):
            emoji_id = int(raw.rpartition(":")[2])
            for guild in self._world.guilds.values():
                if emoji_id in guild.emojis:
                    return f"{guild.emojis[emoji_id]}:{emoji_id}"
        elif _UNICODE.fullmatch(raw):
            return raw
        raise ApiError(errors.UNKNOWN_EMOJI)

    def usable(self, channel: Channel, user: User, key: str) -> bool:
        """Whether somebody may use an emoji there: another guild's needs a right."""
        own = channel.guild.emojis if channel.guild else {}
        emoji_id = emoji(key)["id"]
        foreign = emoji_id is not None and int(emoji_id) not in own
        return not foreign or permissions.may(channel, user, permissions.USE_EXTERNAL_EMOJIS)

    def add(self, channel: Channel, message: Message, user: User, key: str) -> None:
        """Let somebody react; the 21st emoji is refused (30010)."""
        if key not in message.reactions and len(message.reactions) >= MAX_REACTIONS:
            raise ApiError(errors.TOO_MANY_REACTIONS)
        who = message.reactions.setdefault(key, [])
        if user.id in who:
            return
        who.append(user.id)
        about = {
            **self._about(channel, message),
            **_given(user, key),
            "message_author_id": str(message.author.id),
        }
        if channel.guild is not None and user.id in channel.guild.members:
            about["member"] = member(channel.guild.members[user.id])
        self._tell(channel, "MESSAGE_REACTION_ADD", about)

    def remove(self, channel: Channel, message: Message, user: User, key: str) -> None:
        """Take somebody's reaction back, if there is one."""
        who = message.reactions.get(key, [])
        if user.id not in who:
            return
        who.remove(user.id)
        if not who:
            del message.reactions[key]
        about = {**self._about(channel, message), **_given(user, key)}
        self._tell(channel, "MESSAGE_REACTION_REMOVE", about)

    def remove_emoji(self, channel: Channel, message: Message, key: str) -> None:
        """Take back everybody's reactions with one emoji."""
        if message.reactions.pop(key, None) is not None:
            about = {**self._about(channel, message), "emoji": emoji(key)}
            self._tell(channel, "MESSAGE_REACTION_REMOVE_EMOJI", about)

    def clear(self, channel: Channel, message: Message) -> None:
        """Take back all reactions."""
        message.reactions.clear()
        self._tell(channel, "MESSAGE_REACTION_REMOVE_ALL", self._about(channel, message))

    def _about(self, channel: Channel, message: Message) -> dict[str, Any]:
        about = {"channel_id": str(channel.id), "message_id": str(message.id)}
        if channel.guild_id is not None:
            about["guild_id"] = str(channel.guild_id)
        return about

    def _tell(self, channel: Channel, event: str, about: dict[str, Any]) -> None:
        self._gateway.to_channel(channel, event, about, _HEARD_BY)


def _given(user: User, key: str) -> dict[str, Any]:
    # Clients count on `type`: 0 is a plain reaction, 1 a burst of one who pays.
    return {"user_id": str(user.id), "emoji": emoji(key), "burst": False, "type": 0}
