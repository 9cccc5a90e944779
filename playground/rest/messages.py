"""/channels/{id}/messages: reading and posting, by the bot and by people alike."""

from typing import Any

from aiohttp import web

from playground import errors, permissions
from playground.errors import ApiError, InvalidForm
from playground.limits import file_limit
from playground.messages.drafts import Draft, draft_of
from playground.messages.posting import check_place, check_post
from playground.rest.base import Resource, answer, limit_of, no_content, path_id, snowflake
from playground.uploads import Body, read_body
from playground.world import (
    CHAT_INPUT_COMMAND,
    CONTEXT_MENU_COMMAND,
    DEFAULT_MESSAGE,
    REPLY,
    Channel,
    Message,
    User,
)

# Types of messages that are somebody's; the others are the system's.
EDITABLE = (DEFAULT_MESSAGE, REPLY, CHAT_INPUT_COMMAND, CONTEXT_MENU_COMMAND)
_ONE = "/channels/{channel_id}/messages/{message_id}"


class Messages(Resource):
    """The messages of channels."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get("/channels/{channel_id}/messages", self.get_page),
            web.post("/channels/{channel_id}/messages", self.post),
            web.get(_ONE, self.get),
            web.patch(_ONE, self.edit),
            web.delete(_ONE, self.delete),
            web.post("/attachments/refresh-urls", self.refresh_urls),
        ]

    async def get_page(self, request: web.Request) -> web.Response:
        """A page of messages, newest first."""
        who = self.caller(request)
        channel = self._readable(request, who)
        limit = limit_of(request.query, 50, 100)
        page = _page(self._visible(channel, who), request, limit)
        return answer([self.services.board.shown(message, who) for message in page])

    async def get(self, request: web.Request) -> web.Response:
        """One message."""
        who = self.caller(request)
        message = self._message(self._readable(request, who), request, who)
        return answer(self.services.board.shown(message, who))

    async def post(self, request: web.Request) -> web.Response:
        """A new message."""
        who = self.caller(request)
        channel = self.channel(request)
        check_place(self.world, channel, who)
        body = await read_body(request, file_limit(channel))
        draft = _draft(body, who)
        fields = self._reply(channel, draft, body, who)
        check_post(self.services.guilds, channel, who, draft)
        message = self.services.board.post(channel, who, draft, **fields)
        return answer(self.services.board.writer.message(message, with_nonce=True))

    async def edit(self, request: web.Request) -> web.Response:
        """Change one's own message."""
        who = self.caller(request)
        channel = self._readable(request, who)
        message = self._message(channel, request, who)
        if message.author is not who:
            raise ApiError(errors.NOT_YOUR_MESSAGE)
        if message.type not in EDITABLE:
            raise ApiError(errors.SYSTEM_MESSAGE)
        draft = _draft(await read_body(request, file_limit(channel)), who, message)
        self.services.guilds.automod.check(channel, who, draft.content)
        edited = self.services.board.edit(channel, message, draft)
        return answer(self.services.board.writer.message(edited, viewer=who))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete one's own message, or with the right to manage messages any."""
        who = self.caller(request)
        channel = self.channel(request)
        permissions.require(channel, who, permissions.VIEW_CHANNEL)
        message = self._message(channel, request, who)
        if message.author is not who:
            permissions.require(channel, who, permissions.MANAGE_MESSAGES)
        self.services.board.delete(channel, message)
        return no_content()

    async def refresh_urls(self, request: web.Request) -> web.Response:
        """Sign expired attachment URLs anew."""
        self.bot(request)
        urls = (await read_body(request)).fields.get("attachment_urls")
        if not isinstance(urls, list):
            raise InvalidForm.at(
                ("attachment_urls",), "BASE_TYPE_REQUIRED", "This field is required"
            )
        known = [(url, self.services.cdn.owned(str(url))) for url in urls]
        return answer(
            {
                "refreshed_urls": [
                    {"original": url, "refreshed": self.services.cdn.url(file) if file else None}
                    for url, file in known
                ]
            }
        )

    def _readable(self, request: web.Request, who: User) -> Channel:
        channel = self.channel(request)
        permissions.require(
            channel, who, permissions.VIEW_CHANNEL | permissions.READ_MESSAGE_HISTORY
        )
        return channel

    def _message(self, channel: Channel, request: web.Request, who: User) -> Message:
        return self.services.board.find(channel, path_id(request, "message_id"), who)

    def _visible(self, channel: Channel, who: User) -> list[Message]:
        """Oldest first. Its own user finds an ephemeral message here too, after a reload."""
        return [m for m in channel.messages.values() if m.private_to in (None, who.id)]

    def _reply(self, channel: Channel, draft: Draft, body: Body, who: User) -> dict[str, Any]:
        """What makes the draft a reply. One to a message that is not there is refused or none."""
        if draft.reference_id is None:
            return {}
        target = channel.messages.get(draft.reference_id)
        if target is not None and target.private_to in (None, who.id):
            return {"type": REPLY}
        if body.fields["message_reference"].get("fail_if_not_exists") is False:
            return {"reference_id": None}
        raise InvalidForm.at(
            ("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message"
        )


def _draft(body: Body, who: User, before: Message | None = None) -> Draft:
    return draft_of(body.fields, body, before=before, lenient=not who.bot)


def _page(messages: list[Message], request: web.Request, limit: int) -> list[Message]:
    """The page a query asks for: before, after or around an id; newest first."""
    query = request.query
    if "after" in query:
        after = snowflake(query["after"], "after")
        return [m for m in messages if m.id > after][:limit][::-1]
    if "around" in query:
        around = snowflake(query["around"], "around")
        older = [m for m in messages if m.id <= around][-(limit // 2 + 1) :]
        newer = [m for m in messages if m.id > around][: limit // 2]
        return [*older, *newer][::-1]
    if "before" in query:
        before = snowflake(query["before"], "before")
        messages = [m for m in messages if m.id < before]
    return messages[-limit:][::-1]
