"""/applications, /gateway: what a bot asks before it connects."""

from aiohttp import web

from playground import payloads
from playground.rest.base import Resource, answer


class Applications(Resource):
    """The application itself and where the gateway is."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get("/applications/@me", self.me),
            web.get("/oauth2/applications/@me", self.me),
            web.get("/applications/{application_id}/emojis", self.emojis),
            web.get("/applications/{application_id}/entitlements", self.entitlements),
            web.get("/gateway", self.gateway),
            web.get("/gateway/bot", self.gateway_bot),
        ]

    async def me(self, request: web.Request) -> web.Response:
        """The application the bot belongs to."""
        self.bot(request)
        return answer(payloads.application(self.world.application))

    async def emojis(self, request: web.Request) -> web.Response:
        """The application's emojis: none."""
        self.bot(request)
        return answer({"items": []})

    async def entitlements(self, request: web.Request) -> web.Response:
        """What users have bought: nothing."""
        self.bot(request)
        return answer([])

    async def gateway(self, _: web.Request) -> web.Response:
        """Where the gateway is."""
        return answer({"url": self.services.gateway.url})

    async def gateway_bot(self, request: web.Request) -> web.Response:
        """Where the gateway is, and with how many shards a bot had best come."""
        self.bot(request)
        gateway = self.services.gateway
        return answer(
            {
                "url": gateway.url,
                "shards": gateway.shards,
                "session_start_limit": gateway.starts.limit(),
            }
        )
