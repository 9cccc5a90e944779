"""Messages: posting, editing, deleting, and telling those who see them."""

from collections.abc import Callable
from typing import Any

from playground import errors
from playground.cdn import Cdn
from playground.clock import Clock
from playground.errors import ApiError
from playground.gateway import Gateway
from playground.gateway.protocol import Intents
from playground.gateway.session import Session
from playground.messages.content import without_intent
from playground.messages.drafts import Draft
from playground.messages.files import Files
from playground.messages.nonces import Nonces
from playground.messages.old_edits import OldEdits
from playground.payloads import MessageWriter, member
from playground.snowflake import Snowflakes
from playground.world import (
    COMPONENTS_V2,
    LOADING,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Channel,
    Message,
    User,
    World,
)

# The application may read what others write: "limited" for small bots, else by Discord's leave.
MESSAGE_CONTENT_FLAGS = 1 << 18 | 1 << 19
_HEARD_BY = (Intents.GUILD_MESSAGES, Intents.DIRECT_MESSAGES)
_TYPING_HEARD_BY = (Intents.GUILD_MESSAGE_TYPING, Intents.DIRECT_MESSAGE_TYPING)
_FLAGS_A_CLIENT_SETS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


class Board:
    """All that happens to messages goes through here, so that every change is also an event."""

    def __init__(
        self, world: World, clock: Clock, ids: Snowflakes, cdn: Cdn, gateway: Gateway
    ) -> None:
        """Works on the messages in `world`."""
        self.writer = MessageWriter(world, cdn)
        self.files = Files(ids, cdn)
        self.old_edits = OldEdits(clock)
        self._world = world
        self._clock = clock
        self._ids = ids
        self._gateway = gateway
        self._nonces = Nonces(clock)

    def find(self, channel: Channel, message_id: int, viewer: User) -> Message:
        """A message as one user may fetch it; an ephemeral one only exists for its user."""
        message = channel.messages.get(message_id)
        if message is None or message.private_to not in (None, viewer.id):
            raise ApiError(errors.UNKNOWN_MESSAGE)
        return message

    def shown(self, message: Message, viewer: User) -> dict[str, Any]:
        """A message as a user reads it: a bot without the privilege only what concerns it."""
        shown = self.writer.message(message, viewer=viewer)
        in_guild = self._world.channels[message.channel_id].guild is not None
        privileged = self._world.application.flags & MESSAGE_CONTENT_FLAGS
        if viewer.bot and in_guild and not privileged:
            return without_intent(shown, viewer.id)
        return shown

    def post(self, channel: Channel, author: User, draft: Draft, **fields: Any) -> Message:
        """Make a message of a draft; `fields` are further attributes of the Message.

        With `enforce_nonce`, a nonce used before by the same author returns its message instead.
        """
        repeated = self._nonces.message_of(author, draft.nonce)
        if repeated is not None and draft.enforce_nonce:
            return repeated
        flags = fields.pop("flags", 0) | draft.flags & _FLAGS_A_CLIENT_SETS
        if draft.empty and not flags & LOADING:
            raise ApiError(errors.EMPTY_MESSAGE)
        message = Message(
            id=self._ids.next(),
            channel_id=channel.id,
            author=author,
            created_at=self._clock.now(),
            content=draft.content,
            embeds=draft.embeds,
            components=draft.components,
            flags=flags,
            tts=draft.tts,
            nonce=draft.nonce,
            allowed_mentions=draft.allowed_mentions,
            **{"reference_id": draft.reference_id, **fields},
        )
        message.files = self.files.added(message, draft)
        channel.messages[message.id] = message
        channel.posted_at[author.id] = message.created_at
        self._nonces.remember(author, draft.nonce, message)
        self._announce("MESSAGE_CREATE", channel, message)
        return message

    def system(
        self, channel: Channel, about: User, kind: int, content: str = "", **fields: Any
    ) -> Message:
        """Post a message of Discord's own, which tells of something that somebody did."""
        message = Message(
            **{
                "id": self._ids.next(),
                "channel_id": channel.id,
                "author": about,
                "created_at": self._clock.now(),
                "type": kind,
                "content": content,
                **fields,
            }
        )
        channel.messages[message.id] = message
        self._announce("MESSAGE_CREATE", channel, message)
        return message

    def announce_edit(self, channel: Channel, message: Message) -> None:
        """Tell of a message that has changed otherwise than by an edit."""
        self._announce("MESSAGE_UPDATE", channel, message)

    def edit(self, channel: Channel, message: Message, draft: Draft) -> Message:
        """Change what a draft gives; the first edit of a loading message fills it.

        Refused in an archived thread (50083), and where an old message is edited often (30046).
        """
        if channel.thread is not None and channel.thread.archived:
            raise ApiError(errors.THREAD_ARCHIVED)
        kept = self.files.kept(message, draft)
        content = draft.content if "content" in draft.given else message.content
        embeds = draft.embeds if {"embeds", "embed"} & draft.given else message.embeds
        components = draft.components if "components" in draft.given else message.components
        if not (content.strip() or embeds or components or kept or draft.uploads):
            raise ApiError(errors.EMPTY_MESSAGE)
        embeds = [self.files.own_urls(embed, kept) for embed in embeds]
        self.old_edits.count(message)
        # From here on nothing is refused any more, so that no edit is half made.
        message.content, message.embeds, message.components = content, embeds, components
        self.files.describe(kept, draft)
        self.files.delete([gone for gone in message.files if gone not in kept])
        message.files = [*kept, *self.files.added(message, draft)]
        if "allowed_mentions" in draft.given:
            message.allowed_mentions = draft.allowed_mentions
        if "flags" in draft.given:
            suppress = draft.flags & SUPPRESS_EMBEDS
            message.flags = message.flags & ~SUPPRESS_EMBEDS | suppress
            message.flags |= draft.flags & COMPONENTS_V2
        if message.loading:
            # Filling in a deferred answer does not count as an edit.
            message.flags &= ~LOADING
        else:
            message.edited_at = self._clock.now()
        self._announce("MESSAGE_UPDATE", channel, message)
        return message

    def delete(self, channel: Channel, message: Message) -> None:
        """Remove a message and its files."""
        del channel.messages[message.id]
        self.files.delete(message.files)
        gone = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild_id is not None:
            gone["guild_id"] = str(channel.guild_id)
        self._tell(channel, message, "MESSAGE_DELETE", lambda _: gone)

    def delete_many(self, channel: Channel, messages: list[Message]) -> None:
        """Remove messages and their files, told of at once."""
        for message in messages:
            del channel.messages[message.id]
            self.files.delete(message.files)
        if not messages:
            return
        gone: dict[str, Any] = {
            "ids": [str(message.id) for message in messages],
            "channel_id": str(channel.id),
        }
        if channel.guild_id is not None:
            gone["guild_id"] = str(channel.guild_id)
        self._gateway.to_channel(channel, "MESSAGE_DELETE_BULK", gone, _HEARD_BY)

    def typing(self, channel: Channel, who: User) -> None:
        """Tell the others in a channel that somebody types."""
        started: dict[str, Any] = {
            "channel_id": str(channel.id),
            "user_id": str(who.id),
            "timestamp": int(self._clock.now()),
        }
        if channel.guild_id is not None:
            started["guild_id"] = str(channel.guild_id)
        if channel.guild is not None and who.id in channel.guild.members:
            started["member"] = member(channel.guild.members[who.id])

        def build(session: Session) -> dict[str, Any] | None:
            return None if session.user is who else started

        self._gateway.to_channel(channel, "TYPING_START", build, _TYPING_HEARD_BY)

    def _announce(self, event: str, channel: Channel, message: Message) -> None:
        """Send a message to those who see it, as each may see it."""

        def build(session: Session) -> dict[str, Any]:
            with_nonce = event == "MESSAGE_CREATE"
            shown = self.writer.event(message, with_nonce=with_nonce, viewer=session.user)
            if channel.guild is None or session.hears(Intents.MESSAGE_CONTENT):
                return shown
            return without_intent(shown, session.user.id)

        self._tell(channel, message, event, build)

    def _tell(
        self,
        channel: Channel,
        message: Message,
        event: str,
        build: Callable[[Session], dict[str, Any]],
    ) -> None:
        def for_those_who_see_it(session: Session) -> dict[str, Any] | None:
            if message.private_to not in (None, session.user.id):
                return None
            return build(session)

        self._gateway.to_channel(channel, event, for_those_who_see_it, _HEARD_BY)
