"""POST /interactions: what Discord's client sends for a command, a component or a form."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from playground import errors, permissions
from playground.commands.registry import Command
from playground.commands.rules import CHAT_INPUT, USER_COMMAND
from playground.errors import ApiError, FormErrors, InvalidForm
from playground.interactions.installs import GUILD_INSTALL, Owners, owners
from playground.interactions.interaction import Kind
from playground.interactions.options import OptionReader
from playground.interactions.submissions import read_component, read_modal
from playground.limits import LARGEST_FILE, check_size
from playground.messages.listed_files import said_names
from playground.rest.base import Resource, no_content, snowflake
from playground.uploads import Body, read_body
from playground.world import Channel, Message, User


class UserInteractions(Resource):
    """The one route by which people reach the bot."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [web.post("/interactions", self.post)]

    async def post(self, request: web.Request) -> web.Response:
        """Check a submission and pass it to the bot; the answer comes by the gateway."""
        who = self.person(request)
        # In which channel it is, and so how large files may be, the body says.
        body = await read_body(request, LARGEST_FILE)
        fields = body.fields
        form = FormErrors()
        form.choice(("type",), fields.get("type"), [int(kind) for kind in Kind])
        for name in ("application_id", "channel_id"):
            if fields.get(name) is None:
                form.required((name,))
        form.text(("session_id",), fields.get("session_id"), 1, 100)
        if not isinstance(fields.get("data"), dict):
            form.required(("data",))
        form.raise_if_any()
        if snowflake(fields["application_id"], "application_id") != self.world.application.id:
            raise ApiError(errors.UNKNOWN_APPLICATION)
        channel = self._usable_channel(who, fields)
        match Kind(fields["type"]):
            case Kind.COMPONENT:
                self._component(who, channel, fields)
            case Kind.MODAL_SUBMIT:
                self._modal(who, channel, fields, body)
            case kind:
                self._command(kind, who, channel, fields, body)
        return no_content()

    def _usable_channel(self, who: User, fields: dict[str, Any]) -> Channel:
        """The channel it happens in, where the person may use commands and the bot is."""
        channel = self.world.channel(snowflake(fields["channel_id"], "channel_id"))
        permissions.require(channel, who, permissions.USE_APPLICATION_COMMANDS)
        guild_id = fields.get("guild_id")
        if guild_id is not None and snowflake(guild_id, "guild_id") != channel.guild_id:
            raise ApiError(errors.UNKNOWN_GUILD)
        return channel

    def _command(
        self, kind: Kind, who: User, channel: Channel, fields: dict[str, Any], body: Body
    ) -> None:
        data = fields["data"]
        command = self._offered(who, channel, data)
        made: dict[str, Any] = {
            "id": str(command.id),
            "name": command.body["name"],
            "type": command.body["type"],
        }
        if command.guild_id is not None:
            made["guild_id"] = str(command.guild_id)
        form = FormErrors()
        with self._uploaded(channel, body) as files:
            is_partial = kind is Kind.AUTOCOMPLETE
            reader = OptionReader(self.world, channel, who, form, files, partial=is_partial)
            if command.body["type"] == CHAT_INPUT:
                given = data.get("options") or []
                options = reader.read(command.options, given, ("data", "options"))
                if options:
                    made["options"] = options
            else:
                self._target(reader, channel, who, command, data, made)
            if is_partial and reader.focused is None:
                form.required(("data", "options"))
            form.raise_if_any()
        if reader.resolved:
            made["resolved"] = reader.resolved
        by = self.services.commands.owners(command, who, channel)
        self.services.interactions.begin(kind, who, channel, made, _nonce(fields), by)

    def _offered(self, who: User, channel: Channel, data: dict[str, Any]) -> Command:
        """The command that is meant, if this person may use it here."""
        command_id = snowflake(data.get("id"), "data")
        scopes = [None, channel.guild_id] if channel.guild_id is not None else [None]
        for command in (each for scope in scopes for each in self.services.commands.all(scope)):
            if command.id != command_id:
                continue
            if not self.services.commands.allowed(command, who, channel):
                raise ApiError(errors.MISSING_PERMISSIONS)
            named = data.get("name", command.body["name"]) == command.body["name"]
            current = str(data.get("version", command.version)) == str(command.version)
            if not named or not current:
                raise InvalidForm.at(
                    ("data",),
                    "INTERACTION_APPLICATION_COMMAND_INVALID_VERSION",
                    "This command is outdated, please try again in a few minutes",
                )
            return command
        raise ApiError(errors.UNKNOWN_COMMAND)

    def _target(
        self,
        reader: OptionReader,
        channel: Channel,
        who: User,
        command: Command,
        data: dict[str, Any],
        made: dict[str, Any],
    ) -> None:
        """The user or message that a command of a context menu was used on."""
        target_id = snowflake(data.get("target_id"), "target_id")
        made["target_id"] = str(target_id)
        if command.body["type"] == USER_COMMAND:
            if reader.resolve(("user",), target_id) is None:
                raise ApiError(errors.UNKNOWN_USER)
            return
        message = self.services.board.find(channel, target_id, who)
        written = self.services.board.writer.message(message)
        reader.resolved["messages"] = {str(target_id): written}

    def _component(self, who: User, channel: Channel, fields: dict[str, Any]) -> None:
        message_id = snowflake(fields.get("message_id"), "message_id")
        message = self.services.board.find(channel, message_id, who)
        if message.author is not self.world.bot:
            raise ApiError(errors.UNKNOWN_APPLICATION)
        form = FormErrors()
        reader = OptionReader(self.world, channel, who, form, {})
        data = read_component(message.components, fields["data"], form, reader)
        form.raise_if_any()
        interactions = self.services.interactions
        by = self._owners_of(message, who, channel)
        interactions.begin(Kind.COMPONENT, who, channel, data, _nonce(fields), by, message=message)

    def _modal(self, who: User, channel: Channel, fields: dict[str, Any], body: Body) -> None:
        data = fields["data"]
        interactions = self.services.interactions
        origin = interactions.with_modal(snowflake(data.get("id"), "data"), who)
        if origin is None or origin.modal is None:
            raise ApiError(errors.UNKNOWN_INTERACTION)
        form = FormErrors()
        with self._uploaded(channel, body) as files:
            reader = OptionReader(self.world, channel, who, form, files)
            made = read_modal(origin.modal, data, form, reader)
            form.raise_if_any()
        origin.modal = None  # submitted: a form is sent once
        interactions.begin(
            Kind.MODAL_SUBMIT,
            who,
            channel,
            made,
            _nonce(fields),
            origin.owners,
            message=origin.message,
            origin=origin,
        )

    def _owners_of(self, message: Message, who: User, channel: Channel) -> Owners:
        """By whose installation a message is there: of what it answers, else of the guild."""
        about = message.interaction_metadata
        if about is not None:
            return about["authorizing_integration_owners"]
        return owners(self.world, who, channel, [GUILD_INSTALL])

    @contextmanager
    def _uploaded(self, channel: Channel, body: Body) -> Iterator[dict[int, dict[str, Any]]]:
        """The files of the request, written as attachments, by their index.

        They lie on the CDN, but not if the submission is refused within.
        """
        for upload in body.uploads.values():
            check_size(len(upload.data), channel)
        names = said_names(body.fields["data"])
        board = self.services.board
        files = {
            index: board.files.store(
                channel.id, upload, filename=names.get(str(index)), ephemeral=True
            )
            for index, upload in body.uploads.items()
        }
        try:
            yield {index: board.writer.attachment(file) for index, file in files.items()}
        except Exception:
            board.files.delete(list(files.values()))
            raise


def _nonce(fields: dict[str, Any]) -> str | None:
    nonce = fields.get("nonce")
    return None if nonce is None else str(nonce)
