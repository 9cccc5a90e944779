"""The server: everything put together behind one port on loopback.

In a test, inside the test's own event loop:

    async with Playground(port=0) as playground:
        discord.http.Route.BASE = playground.api_url         # for discord.py
        member = await Member.connect(playground.url, 1)     # a person, see playground.client
        playground.clock.advance(15 * 60)                    # the tokens die
        playground.gateway.close(4000)                       # cut the bot off
        playground.faults.add("POST /channels/*/messages", status=503)
        playground.ratelimits.set("POST /channels/*/messages", requests=1, seconds=5)
"""

import logging
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from playground import admin, services
from playground.clock import Clock
from playground.faults import Faults
from playground.gateway import Gateway
from playground.guilds import Guilds
from playground.limits import LARGEST_FILE, request_limit
from playground.page import Page
from playground.ratelimits.buckets import RateLimits
from playground.ratelimits.invalid_requests import InvalidRequests
from playground.rest import api
from playground.rest.middleware import bans, broken_off, loopback_only, rate_limits, refusals
from playground.rest.striking import striking
from playground.trace import Trace
from playground.traffic.frames import FrameTap
from playground.traffic.rest import recording
from playground.world import World

log = logging.getLogger(__name__)

HOST = "127.0.0.1"


class Playground:
    """A Discord server on loopback. `port=0` takes a free port; `trace` records the bot's REST."""

    def __init__(
        self, port: int = 0, *, trace: Path | None = None, heartbeat_s: float = 41.25
    ) -> None:
        """Not yet listening: use `start`, or `async with`."""
        self.services = services.build(heartbeat_s)
        self.gateway.taps.append(FrameTap(self.services.traffic, self.services.clock))
        self._port = port
        self._trace_path = trace
        self._trace: Trace | None = None
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where the page is: http://127.0.0.1:PORT."""
        return self.services.base_url

    @property
    def api_url(self) -> str:
        """The base of the REST API."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The gateway's websocket."""
        return self.gateway.url

    @property
    def bot_token(self) -> str:
        """The token a bot logs in with."""
        return self.services.world.bot.token

    @property
    def clock(self) -> Clock:
        """The time here, to be moved."""
        return self.services.clock

    @property
    def gateway(self) -> Gateway:
        """The gateway, to be cut and redirected."""
        return self.services.gateway

    @property
    def world(self) -> World:
        """What exists; `guilds` changes it and tells of it."""
        return self.services.world

    @property
    def guilds(self) -> Guilds:
        """The life of guilds: made, left, changed, with all that is in them."""
        return self.services.guilds

    @property
    def faults(self) -> Faults:
        """Faults of the API, to be planted."""
        return self.services.faults

    @property
    def ratelimits(self) -> RateLimits:
        """The bot's rate limits, to be tightened."""
        return self.services.ratelimits

    @property
    def invalid_requests(self) -> InvalidRequests:
        """The count of the bot's invalid requests, and the limit that bans it."""
        return self.services.invalid_requests

    @property
    def state(self) -> dict[str, Any]:
        """The document of GET /playground/state."""
        return admin.state_of(self.services)

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        self._trace = Trace(self._trace_path)
        app = self._app(self._trace)
        # The gateway's websockets are told to close first; nothing else here lasts.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        try:
            await self._runner.setup()
            await web.TCPSite(self._runner, HOST, self._port).start()
        except BaseException:
            await self.close()
            raise
        port = self._runner.addresses[0][1]
        self.services.base_url = self.services.cdn.base_url = f"http://{HOST}:{port}"
        self.gateway.url = f"ws://{HOST}:{port}"
        log.info("serving at %s", self.url)

    async def close(self) -> None:
        """Hang up and stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._trace is not None:
            self._trace.close()
            self._trace = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        await self.close()

    def _app(self, trace: Trace) -> web.Application:
        parts = self.services
        app = web.Application(
            # A little more than Discord takes: the refusal is to be ours, in Discord's words.
            client_max_size=request_limit(LARGEST_FILE) + 1024,
            # From the outside in: a fault's answer is recorded and counted as any other.
            middlewares=[
                broken_off,
                loopback_only,
                recording(parts.traffic, parts.clock, parts.world),
                trace.middleware,
                bans(parts),
                striking(parts.faults),
                rate_limits(parts),
                refusals,
            ],
        )
        app.add_routes(Page(self.gateway).routes())
        app.add_routes(admin.routes(parts))
        app.add_routes(parts.cdn.routes())
        app.add_routes(api.routes(parts))
        app.on_shutdown.append(self._hang_up)
        return app

    async def _hang_up(self, _: web.Application) -> None:
        self.services.interactions.close()
        self.services.faults.close()
        self.services.traffic.close()
        self.gateway.shut_down()
