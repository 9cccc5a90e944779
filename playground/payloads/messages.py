"""Messages, their attachments, and what in them points at an attachment."""

import re
from typing import Any

from playground import permissions
from playground.cdn import Cdn
from playground.payloads.channels import thread
from playground.payloads.reactions import reactions
from playground.payloads.users import iso, member, user
from playground.world import (
    HAS_THREAD,
    REPLY,
    THREAD_STARTER_MESSAGE,
    Attachment,
    Message,
    User,
    World,
)

ATTACHMENT_SCHEME = "attachment://"
_USER_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE_MENTION = re.compile(r"<@&(\d+)>")
_IMAGE_KEYS = ("image", "thumbnail", "video")
_ICON_KEYS = ("author", "footer")


class MessageWriter:
    """Writes messages. Every writing signs the files' URLs anew, as Discord does."""

    def __init__(self, world: World, cdn: Cdn) -> None:
        """Looks up users and channels in `world`, signs URLs by `cdn`."""
        self._world = world
        self._cdn = cdn

    def message(
        self,
        which: Message,
        *,
        with_nonce: bool = False,
        with_reference: bool = True,
        viewer: User | None = None,
    ) -> dict[str, Any]:
        """A message as REST and the gateway show it; the nonce only when it is created.

        `viewer`: whose reactions are marked as their own.
        """
        shown_inside: set[str] = set()
        embeds = [self._embed(each, which.files, shown_inside) for each in which.embeds]
        components = self._resolved(which.components, which, shown_inside)
        shown: dict[str, Any] = {
            "id": str(which.id),
            "type": which.type,
            "channel_id": str(which.channel_id),
            "author": user(which.author),
            "content": which.content,
            "timestamp": iso(which.created_at),
            "edited_timestamp": None if which.edited_at is None else iso(which.edited_at),
            "tts": which.tts,
            **self._mentions(which),
            "attachments": [
                self.attachment(file) for file in which.files if file.filename not in shown_inside
            ],
            "embeds": embeds,
            "components": components,
            "pinned": which.pinned_at is not None,
            "flags": which.flags,
        }
        if which.reactions:
            shown["reactions"] = reactions(which, viewer)
        if which.flags & HAS_THREAD and which.id in self._world.channels:
            shown["thread"] = thread(self._world.channels[which.id])
        if with_nonce and which.nonce is not None:
            shown["nonce"] = which.nonce
        if which.application_id is not None:
            shown["application_id"] = str(which.application_id)
            shown["webhook_id"] = str(which.application_id)
        if which.interaction_metadata is not None:
            shown["interaction_metadata"] = which.interaction_metadata
            legacy = _legacy_interaction(which.interaction_metadata)
            if legacy is not None:
                shown["interaction"] = legacy
        if with_reference and (which.reference_id or which.reference_channel_id):
            shown |= self._reference(which)
        return shown

    def event(
        self, which: Message, *, with_nonce: bool = False, viewer: User | None = None
    ) -> dict[str, Any]:
        """A message as the gateway sends it: with guild and member."""
        shown = self.message(which, with_nonce=with_nonce, viewer=viewer)
        guild = self._world.channels[which.channel_id].guild
        if guild is not None:
            shown["guild_id"] = str(guild.id)
            author = guild.members.get(which.author.id)
            if author is not None:
                shown["member"] = member(author, with_user=False)
        return shown

    def attachment(self, file: Attachment) -> dict[str, Any]:
        """A file with a fresh URL."""
        url = self._cdn.url(file)
        shown: dict[str, Any] = {
            "id": str(file.id),
            "filename": file.filename,
            "size": file.size,
            "url": url,
            "proxy_url": url,
            "content_type": file.content_type,
        }
        if file.width is not None and file.height is not None:
            shown |= {"width": file.width, "height": file.height}
        if file.description is not None:
            shown["description"] = file.description
        if file.ephemeral:
            shown["ephemeral"] = True
        return shown

    def _reference(self, which: Message) -> dict[str, Any]:
        """What a message says of the one it answers."""
        place = which.reference_channel_id or which.channel_id
        channel = self._world.channels.get(place)
        reference: dict[str, Any] = {"type": 0, "channel_id": str(place)}
        if which.reference_id is not None:
            reference["message_id"] = str(which.reference_id)
        guild_id = self._world.channels[which.channel_id].guild_id
        if guild_id is not None:
            reference["guild_id"] = str(guild_id)
        if which.type not in (REPLY, THREAD_STARTER_MESSAGE):
            return {"message_reference": reference}
        target = channel.messages.get(which.reference_id or 0) if channel else None
        # A public answer to an ephemeral message must not show it to everybody.
        hidden = target is None or target.private_to not in (None, which.private_to)
        written = None if target is None or hidden else self.message(target, with_reference=False)
        return {"message_reference": reference, "referenced_message": written}

    def _mentions(self, which: Message) -> dict[str, Any]:
        """Who is mentioned: named in the text, as far as `allowed_mentions` lets, or replied to."""
        allowed = which.allowed_mentions
        parse = (
            {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or [])
        )
        named = {str(each) for each in (allowed or {}).get("users") or []}
        named_roles = {str(each) for each in (allowed or {}).get("roles") or []}
        users = [
            each
            for each in _USER_MENTION.findall(which.content)
            if int(each) in self._world.users and ("users" in parse or each in named)
        ]
        if which.type == REPLY and (allowed is None or allowed.get("replied_user")):
            target = self._world.channels[which.channel_id].messages.get(which.reference_id or 0)
            users += [] if target is None else [str(target.author.id)]
        roles = dict.fromkeys(_ROLE_MENTION.findall(which.content))
        everyone = "@everyone" in which.content or "@here" in which.content
        return {
            "mentions": [user(self._world.users[int(each)]) for each in dict.fromkeys(users)],
            "mention_roles": [each for each in roles if "roles" in parse or each in named_roles],
            "mention_everyone": everyone and "everyone" in parse and self._may_call_all(which),
        }

    def _may_call_all(self, which: Message) -> bool:
        """Whether the author may mention @everyone there; an interaction's answer counts as one."""
        channel = self._world.channels[which.channel_id]
        if which.application_id is not None:
            return bool(permissions.of_everyone(channel) & permissions.MENTION_EVERYONE)
        return permissions.may(channel, which.author, permissions.MENTION_EVERYONE)

    def _embed(
        self, embed: dict[str, Any], files: list[Attachment], used: set[str]
    ) -> dict[str, Any]:
        shown = {"type": "rich", **{k: v for k, v in embed.items() if v is not None}}
        for key in _IMAGE_KEYS:
            if key in shown:
                image = self._image(dict(shown[key]), "url", files, used)
                if image is None:
                    del shown[key]  # names a file that is not there: Discord shows no picture
                else:
                    shown[key] = image
        for key in _ICON_KEYS:
            if key in shown and "icon_url" in shown[key]:
                icon = self._image(dict(shown[key]), "icon_url", files, used)
                shown[key] = icon or {k: v for k, v in shown[key].items() if k != "icon_url"}
        return shown

    def _image(
        self, image: dict[str, Any], key: str, files: list[Attachment], used: set[str]
    ) -> dict[str, Any] | None:
        url = image.get(key)
        if not isinstance(url, str) or not url.startswith(ATTACHMENT_SCHEME):
            return image
        file = named(files, url)
        if file is None:
            return None
        used.add(file.filename)
        written = self.attachment(file)
        image[key] = written["url"]
        image[f"proxy_{key}"] = written["proxy_url"]
        if key == "url":
            for detail in ("width", "height", "content_type"):
                if detail in written:
                    image[detail] = written[detail]
        return image

    def _resolved(self, node: Any, which: Message, used: set[str]) -> Any:
        """Components with the media they name filled in, however deep they lie."""
        if isinstance(node, list):
            return [self._resolved(each, which, used) for each in node]
        if not isinstance(node, dict):
            return node
        shown = {key: self._resolved(value, which, used) for key, value in node.items()}
        for key in ("media", "file"):
            media = node.get(key)
            if not isinstance(media, dict) or "url" not in media:
                continue
            file = named(which.files, str(media["url"]))
            shown[key] = self._media(media, file, which)
            if file is not None:
                used.add(file.filename)
                if key == "file":
                    shown |= {"name": file.filename, "size": file.size}
        return shown

    def _media(
        self, media: dict[str, Any], file: Attachment | None, which: Message
    ) -> dict[str, Any]:
        if file is None:
            return {"id": str(which.id), "proxy_url": media["url"], **media}
        written = self.attachment(file)
        return {
            "id": str(file.id),
            "attachment_id": str(file.id),
            **{
                key: written.get(key)
                for key in ("url", "proxy_url", "width", "height", "content_type")
            },
        }


def named(files: list[Attachment], url: str) -> Attachment | None:
    """The file that an `attachment://name` means."""
    if not url.startswith(ATTACHMENT_SCHEME):
        return None
    filename = clean_filename(url.removeprefix(ATTACHMENT_SCHEME))
    return next((file for file in files if file.filename == filename), None)


def clean_filename(name: str) -> str:
    """A file's name as Discord keeps it: no folders, and `_` for blanks and what is not plain."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9._-]", "_", base).strip(".") or "unknown"


def _legacy_interaction(metadata: dict[str, Any]) -> dict[str, Any] | None:
    """The deprecated `interaction` of an answer to a command; clients still show it."""
    if "name" not in metadata:
        return None
    return {key: metadata[key] for key in ("id", "type", "name", "user")}
