"""A hosted inference endpoint on loopback: a PNG, or the status that the prompt asks for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.support import png
from tests.support.wire import Json


class Endpoint:
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Json] = []

    async def paint(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append({"authorization": request.headers.get("Authorization"), **asked})
        if asked["inputs"].isdigit():
            return web.json_response({"error": "no"}, status=int(asked["inputs"]))
        size = asked["parameters"]
        data = png.make(size["width"], size["height"])
        return web.Response(body=data, content_type="image/png")


@asynccontextmanager
async def serve_endpoint() -> AsyncIterator[Endpoint]:
    """An endpoint, listening."""
    endpoint = Endpoint()
    app = web.Application()
    app.router.add_post("/paint", endpoint.paint)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}/paint"
    yield endpoint
    await runner.cleanup()
