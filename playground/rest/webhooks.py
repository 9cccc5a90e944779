"""/webhooks/{application}/{token}: an interaction's messages, by its token."""

from aiohttp import web

from playground import errors
from playground.errors import ApiError
from playground.interactions.interaction import Interaction
from playground.messages.drafts import draft_of
from playground.rest.base import Resource, answer, no_content
from playground.uploads import Body, read_body

_HOOK = "/webhooks/{application_id}/{token}"
_MESSAGE = _HOOK + "/messages/{message_id}"


class Webhooks(Resource):
    """@original and follow-ups. The token in the path is all the authorization there is."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.post(_HOOK, self.follow_up),
            web.get(_MESSAGE, self.get),
            web.patch(_MESSAGE, self.edit),
            web.delete(_MESSAGE, self.delete),
        ]

    async def follow_up(self, request: web.Request) -> web.Response:
        """A further message; it is always returned, whatever `wait` says."""
        body = await self._body(request)
        interaction = self._interaction(request)
        deferred = interaction.original
        filled = deferred if deferred is not None and deferred.loading else None
        draft = draft_of(body.fields, body, before=filled)
        message = self.services.answers.follow_up(interaction, draft)
        return answer(self.services.board.writer.message(message))

    async def get(self, request: web.Request) -> web.Response:
        """One of the interaction's messages."""
        interaction = self._interaction(request)
        message = self.services.answers.find(interaction, request.match_info["message_id"])
        return answer(self.services.board.writer.message(message))

    async def edit(self, request: web.Request) -> web.Response:
        """Change one of the interaction's messages."""
        body = await self._body(request)
        interaction = self._interaction(request)
        message = self.services.answers.find(interaction, request.match_info["message_id"])
        draft = draft_of(body.fields, body, before=message)
        edited = self.services.board.edit(interaction.channel, message, draft)
        return answer(self.services.board.writer.message(edited))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete one of the interaction's messages."""
        interaction = self._interaction(request)
        message = self.services.answers.find(interaction, request.match_info["message_id"])
        self.services.board.delete(interaction.channel, message)
        return no_content()

    async def _body(self, request: web.Request) -> Body:
        limit = self.services.interactions.file_limit(request.match_info["token"])
        return await read_body(request, limit)

    def _interaction(self, request: web.Request) -> Interaction:
        if request.match_info["application_id"] != str(self.world.application.id):
            raise ApiError(errors.UNKNOWN_WEBHOOK)
        return self.services.interactions.by_token(request.match_info["token"])
