"""A hosted API on loopback that does what the prompt says: a status, a format, `hang`…"""

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from PIL import Image

#: Not a real one; long enough to be found again wherever it should not be.
TOKEN = "hf_" + "secretsecretsecret"


class Endpoint:
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        wish: str = body["inputs"]
        parameters = body["parameters"]
        size = (parameters["width"], parameters["height"])
        if wish.isdigit():
            echoed = f"no: {request.headers.get('Authorization')}"
            return web.json_response({"error": echoed}, status=int(wish))
        if wish == "hang":
            await asyncio.sleep(600)
        if wish == "html":
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        if wish == "json":
            return web.json_response({"error": "still loading"})
        if wish == "truncated":
            return web.Response(body=picture("PNG", size)[:-200], content_type="image/png")
        if wish == "other size":
            return web.Response(body=picture("PNG", (96, 64)), content_type="image/png")
        return web.Response(body=picture(wish.upper(), size), content_type=f"image/{wish}")

    async def answer_as_together(self, request: web.Request) -> web.Response:
        """As the provider Together answers, whose parameters have other names."""
        body = await request.json()
        self.bodies.append(body)
        encoded = base64.b64encode(picture("PNG", (body["width"], body["height"])))
        return web.json_response({"data": [{"b64_json": encoded.decode()}]})


def picture(kind: str, size: tuple[int, int]) -> bytes:
    """A gradient, with metadata of somebody else."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "somebody else's"
    Image.linear_gradient("L").resize(size).convert("RGB").save(buffer, kind, exif=exif)
    return buffer.getvalue()


@asynccontextmanager
async def serve_endpoint() -> AsyncIterator[Endpoint]:
    """An endpoint, listening."""
    endpoint = Endpoint()
    app = web.Application()
    app.router.add_post("/paint", endpoint.answer)
    app.router.add_post("/together/v1/images/generations", endpoint.answer_as_together)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    endpoint.url = f"http://{host}:{port}/paint"
    yield endpoint
    await runner.cleanup()
