"""The server: everything put together behind one port on loopback.

In a test, inside the test's own event loop:

    async with Playground(port=0) as playground:
        discord.http.Route.BASE = playground.api_url         # for discord.py
        member = await Member.connect(playground.url, 1)     # a person, see playground.client
        playground.clock.advance(15 * 60)                    # the tokens die
        playground.gateway.close(4000)                       # cut the bot off
"""

import logging
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from playground import services
from playground.admin import Admin, state_of
from playground.clock import Clock
from playground.gateway import Gateway
from playground.page import Page
from playground.rest import api
from playground.rest.middleware import loopback_only, rate_limits, refusals
from playground.trace import Trace
from playground.uploads import REQUEST_LIMIT

log = logging.getLogger(__name__)

HOST = "127.0.0.1"


class Playground:
    """A Discord server on loopback. `port=0` takes a free port; `trace` records the bot's REST."""

    def __init__(
        self, port: int = 0, *, trace: Path | None = None, heartbeat_s: float = 41.25
    ) -> None:
        """Not yet listening: use `start`, or `async with`."""
        self.services = services.build(heartbeat_s)
        self._port = port
        self._trace_path = trace
        self._trace = Trace(None)
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
    def state(self) -> dict[str, Any]:
        """The document of GET /playground/state."""
        return state_of(self.services)

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
        self._trace.close()

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
        app = web.Application(
            # A little more than Discord takes: the refusal is to be ours, in Discord's words.
            client_max_size=REQUEST_LIMIT + 1024,
            middlewares=[
                loopback_only,
                trace.middleware,
                refusals,
                rate_limits(self.services),
            ],
        )
        app.add_routes(Page(self.gateway).routes())
        app.add_routes(Admin(self.services).routes())
        app.add_routes(self.services.cdn.routes())
        app.add_routes(api.routes(self.services))
        app.on_shutdown.append(self._hang_up)
        return app

    async def _hang_up(self, _: web.Application) -> None:
        self.services.interactions.close()
        self.gateway.shut_down()
