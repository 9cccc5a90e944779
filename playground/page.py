"""The chat page: the files of playground/web, and the front door that is page and gateway alike."""

import mimetypes
from pathlib import Path

from aiohttp import web

from playground.gateway import Gateway

WEB = Path(__file__).parent / "web"
_HEADERS = {
    # A reload shows what is on disk, which who works on the page needs: the browser keeps the files
    # but asks for each whether it has changed, by the ETag that aiohttp makes of its time and size.
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Systems without a table of types, or with a strange one, must not break the page.
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}
_TYPES |= {".html": "text/html", ".svg": "image/svg+xml", ".json": "application/json"}
_TYPES |= {".woff2": "font/woff2", ".webp": "image/webp", ".png": "image/png"}


class Page:
    """Serves the page's files. A websocket that dials `/` or `/gateway` means the gateway."""

    def __init__(self, gateway: Gateway, folder: Path = WEB) -> None:
        """Serves `folder`, and `gateway` to websockets."""
        self._gateway = gateway
        self._folder = folder.resolve()

    def routes(self) -> list[web.RouteDef]:
        """The routes outside the API."""
        return [
            web.get("/", self.front_door),
            web.get("/gateway", self._gateway.serve),
            web.get("/gateway/", self._gateway.serve),
            web.get("/favicon.ico", self.favicon),
            web.get("/web/{path:.+}", self.file),
        ]

    async def front_door(self, request: web.Request) -> web.StreamResponse:
        """The page, or the gateway for who asks for a websocket: discord.py dials the bare host."""
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._gateway.serve(request)
        return self._send("index.html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of the page."""
        return self._send(request.match_info["path"])

    async def favicon(self, _: web.Request) -> web.StreamResponse:
        """None: the page names its own icon."""
        return web.Response(status=204)

    def _send(self, name: str) -> web.StreamResponse:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise web.HTTPNotFound(text="There is no such file.", headers=_HEADERS)
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        headers = {**_HEADERS, "Content-Type": kind or "application/octet-stream"}
        return web.FileResponse(path, headers=headers)
