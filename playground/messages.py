"""Messages: posting, editing, deleting, and telling those who see them."""

import logging
from collections.abc import Callable
from typing import Any

from playground import errors, media
from playground.cdn import Cdn
from playground.clock import Clock
from playground.drafts import Draft
from playground.errors import ApiError, InvalidForm
from playground.gateway import Gateway
from playground.gateway.protocol import Intents
from playground.gateway.session import Session
from playground.payloads import MessageWriter
from playground.payloads.messages import ATTACHMENT_SCHEME, clean_filename, without_content
from playground.snowflake import Snowflakes
from playground.uploads import Upload
from playground.world import (
    COMPONENTS_V2,
    LOADING,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Attachment,
    Channel,
    Message,
    User,
    World,
)

log = logging.getLogger(__name__)

# A nonce is remembered for "a few minutes".
NONCE_MEMORY_S = 300.0
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
        self._world = world
        self._clock = clock
        self._ids = ids
        self._cdn = cdn
        self._gateway = gateway
        self._nonces: dict[tuple[int, str | int], tuple[float, Message]] = {}

    def find(self, channel: Channel, message_id: int, viewer: User) -> Message:
        """A message as one user may fetch it; an ephemeral one only exists for its user."""
        message = channel.messages.get(message_id)
        if message is None or message.private_to not in (None, viewer.id):
            raise ApiError(errors.UNKNOWN_MESSAGE)
        return message

    def post(self, channel: Channel, author: User, draft: Draft, **fields: Any) -> Message:
        """Make a message of a draft; `fields` are further attributes of the Message.

        With `enforce_nonce`, a nonce used before by the same author returns its message instead.
        """
        repeated = self._repeated(author, draft)
        if repeated is not None:
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
            components=draft.components,
            flags=flags,
            tts=draft.tts,
            nonce=draft.nonce,
            allowed_mentions=draft.allowed_mentions,
            **{"reference_id": draft.reference_id, **fields},
        )
        message.files = self._files(message, draft, kept=self._kept(message, draft))
        message.embeds = [self._own_urls(embed, message.files) for embed in draft.embeds]
        channel.messages[message.id] = message
        if draft.nonce is not None:
            self._remember(author, draft.nonce, message)
        self._announce("MESSAGE_CREATE", channel, message)
        return message

    def edit(self, channel: Channel, message: Message, draft: Draft) -> Message:
        """Change what a draft gives; the first edit of a loading message fills it."""
        files = message.files
        if "attachments" in draft.given:
            files = self._kept(message, draft)
        files = self._files(message, draft, kept=files)
        content = draft.content if "content" in draft.given else message.content
        embeds = draft.embeds if {"embeds", "embed"} & draft.given else message.embeds
        components = draft.components if "components" in draft.given else message.components
        if not (content.strip() or embeds or components or files):
            raise ApiError(errors.EMPTY_MESSAGE)
        message.content, message.components = content, components
        message.embeds = [self._own_urls(embed, files) for embed in embeds]
        for gone in message.files:
            if gone not in files:
                self._cdn.delete(gone)
        message.files = files
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
        for file in message.files:
            self._cdn.delete(file)
        gone = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild_id is not None:
            gone["guild_id"] = str(channel.guild_id)
        self._tell(channel, message, "MESSAGE_DELETE", lambda _: gone)

    def typing(self, channel: Channel, who: User) -> None:
        """Tell the others in a channel that somebody types."""
        started: dict[str, Any] = {
            "channel_id": str(channel.id),
            "user_id": str(who.id),
            "timestamp": int(self._clock.now()),
        }
        if channel.guild_id is not None:
            started["guild_id"] = str(channel.guild_id)

        def build(session: Session) -> dict[str, Any] | None:
            return None if session.user is who else started

        self._gateway.to_channel(channel, "TYPING_START", build, _TYPING_HEARD_BY)

    def store(self, channel_id: int, upload: Upload, **fields: Any) -> Attachment:
        """Put an upload on the CDN."""
        content_type, width, height = media.sniff(upload.data)
        filename = clean_filename(fields.pop("filename", None) or upload.filename)
        attachment = Attachment(
            id=self._ids.next(),
            channel_id=channel_id,
            filename=filename,
            size=len(upload.data),
            content_type=content_type,
            width=width,
            height=height,
            **fields,
        )
        self._cdn.store(attachment, upload.data)
        return attachment

    def _repeated(self, author: User, draft: Draft) -> Message | None:
        if draft.nonce is None or not draft.enforce_nonce:
            return None
        sent_at, message = self._nonces.get((author.id, draft.nonce), (0.0, None))
        return message if self._clock.now() - sent_at < NONCE_MEMORY_S else None

    def _remember(self, author: User, nonce: str | int, message: Message) -> None:
        """Keep a nonce, and forget those too old to matter (the oldest stand first)."""
        now = self._clock.now()
        for key, (sent_at, _) in list(self._nonces.items()):
            if now - sent_at < NONCE_MEMORY_S:
                break
            del self._nonces[key]
        self._nonces.pop((author.id, nonce), None)
        self._nonces[author.id, nonce] = (now, message)

    def _kept(self, message: Message, draft: Draft) -> list[Attachment]:
        """The files of a message that an edit's `attachments` names by their ids."""
        by_id = {file.id: file for file in message.files}
        kept: list[Attachment] = []
        for index, listed in enumerate(draft.attachments):
            identifier = int(listed["id"])
            if identifier in draft.uploads:
                continue
            if identifier not in by_id:
                raise InvalidForm.at(
                    ("attachments", index, "id"), "UNKNOWN_ATTACHMENT", "Unknown attachment"
                )
            file = by_id[identifier]
            if "description" in listed:
                file.description = listed["description"]
            kept.append(file)
        return kept

    def _files(self, message: Message, draft: Draft, kept: list[Attachment]) -> list[Attachment]:
        """The kept files, and those of the draft's uploads stored under their listed names."""
        listed = {int(each["id"]): each for each in draft.attachments}
        added = [
            self.store(
                message.channel_id,
                upload,
                filename=listed.get(index, {}).get("filename"),
                description=listed.get(index, {}).get("description"),
                ephemeral=message.private_to is not None,
            )
            for index, upload in sorted(draft.uploads.items())
        ]
        return [*kept, *added]

    def _own_urls(self, embed: dict[str, Any], files: list[Attachment]) -> dict[str, Any]:
        """An embed that shows one of its message's own files by URL goes on showing that file."""
        made = dict(embed)
        for part, key in (
            ("image", "url"),
            ("thumbnail", "url"),
            ("author", "icon_url"),
            ("footer", "icon_url"),
        ):
            shown = made.get(part)
            file = self._cdn.owned(str(shown.get(key))) if isinstance(shown, dict) else None
            if isinstance(shown, dict) and file is not None and file in files:
                made[part] = {**shown, key: ATTACHMENT_SCHEME + file.filename}
        return made

    def _announce(self, event: str, channel: Channel, message: Message) -> None:
        """Send a message to those who see it, as each may see it."""

        def build(session: Session) -> dict[str, Any]:
            with_nonce = event == "MESSAGE_CREATE"
            shown = self.writer.event(message, with_nonce=with_nonce)
            return shown if self._may_read(session, channel, shown) else without_content(shown)

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

    def _may_read(self, session: Session, channel: Channel, shown: dict[str, Any]) -> bool:
        """The message content intent: a bot without it reads DMs, mentions and its own messages."""
        own_id = str(session.user.id)
        return (
            session.hears(Intents.MESSAGE_CONTENT)
            or channel.guild is None
            or shown["author"]["id"] == own_id
            or any(mention["id"] == own_id for mention in shown["mentions"])
        )
