"""/applications/{id}/commands: registering commands, and the index of them for people."""

from typing import Any

from aiohttp import web

from playground import errors, permissions
from playground.errors import ApiError, InvalidForm
from playground.rest.base import Resource, answer, no_content, path_id
from playground.uploads import read_body

_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


class ApplicationCommands(Resource):
    """Commands, global and of guilds."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        made = [
            web.get("/guilds/{guild_id}/application-command-index", self.guild_index),
            web.get("/channels/{channel_id}/application-command-index", self.channel_index),
        ]
        for base in (_GLOBAL, _GUILD):
            made += [
                web.get(base, self.get_all),
                web.put(base, self.replace),
                web.post(base, self.create),
                web.get(base + "/{command_id}", self.get),
                web.patch(base + "/{command_id}", self.edit),
                web.delete(base + "/{command_id}", self.delete),
            ]
        return made

    async def get_all(self, request: web.Request) -> web.Response:
        """All commands of a scope."""
        commands = self.services.commands
        return answer([commands.document(c) for c in commands.all(self._scope(request))])

    async def replace(self, request: web.Request) -> web.Response:
        """Overwrite a scope's commands in one go (what "sync" does)."""
        scope = self._scope(request)
        bodies = (await read_body(request)).payload
        if not isinstance(bodies, list):
            message = "Only iterables may be used in a ListType"
            raise InvalidForm.at((), "LIST_TYPE_CONVERT", message)
        commands = self.services.commands
        return answer([commands.document(c) for c in commands.replace(scope, bodies)])

    async def create(self, request: web.Request) -> web.Response:
        """Register one command, or overwrite the one of that name."""
        scope = self._scope(request)
        body = (await read_body(request)).fields
        command, is_new = self.services.commands.put(scope, body)
        return answer(self.services.commands.document(command), 201 if is_new else 200)

    async def get(self, request: web.Request) -> web.Response:
        """One command."""
        command = self.services.commands.find(self._scope(request), path_id(request, "command_id"))
        return answer(self.services.commands.document(command))

    async def edit(self, request: web.Request) -> web.Response:
        """Change one command."""
        scope = self._scope(request)
        changes: dict[str, Any] = (await read_body(request)).fields
        command = self.services.commands.edit(scope, path_id(request, "command_id"), changes)
        return answer(self.services.commands.document(command))

    async def delete(self, request: web.Request) -> web.Response:
        """Remove one command."""
        self.services.commands.delete(self._scope(request), path_id(request, "command_id"))
        return no_content()

    async def guild_index(self, request: web.Request) -> web.Response:
        """What a person may use in a guild."""
        who = self.person(request)
        guild = self.guild(request, who)
        return answer(self.services.commands.index(who, guild.channels.values()))

    async def channel_index(self, request: web.Request) -> web.Response:
        """What a person may use in a channel, the bot's DM included."""
        who = self.person(request)
        channel = self.channel(request)
        permissions.require(channel, who, permissions.VIEW_CHANNEL)
        return answer(self.services.commands.index(who, [channel]))

    def _scope(self, request: web.Request) -> int | None:
        """None for global commands, else the guild's id; the application has to be the caller's."""
        bot = self.bot(request)
        if path_id(request, "application_id") != self.world.application.id:
            raise ApiError(errors.UNKNOWN_APPLICATION)
        if "guild_id" not in request.match_info:
            return None
        return self.guild(request, bot).id
