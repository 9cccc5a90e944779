"""The chat page: the files of playground/web, and the front door that is page and gateway alike."""

import hashlib
import mimetypes
import re
from pathlib import Path

from aiohttp import web

from playground.gateway import Gateway

WEB = Path(__file__).parent / "web"
# A reload shows what is on disk, which who works on the page needs. So the page itself names its
# files by addresses that change when any of them does, and these the browser keeps unasked: to ask
# for each of more than a hundred whether it has changed is most of the time that a reload takes.
# Under its plain address, a file is asked for by the ETag that aiohttp makes of its time and size.
_KEPT = "private, max-age=86400, immutable"
_STAMPED = re.compile(r"(~[0-9a-f]{16})/")
_HEADERS = {
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
        self._stamp = ""  # what the page last named its files by

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
        page = (self._folder / "index.html").read_text(encoding="utf-8")
        self._stamp = self._new_stamp()
        text = page.replace('"/web/', f'"/web/{self._stamp}/')
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of the page, under its plain address or a stamped one, as the page names it."""
        path = request.match_info["path"]
        stamped = _STAMPED.match(path)
        if stamped is None:
            return self._send(path)
        # A stamp of the past may come with files of now: such an address is not for keeping.
        current = stamped[1] == self._stamp
        return self._send(path[stamped.end() :], _KEPT if current else "no-cache")

    async def favicon(self, _: web.Request) -> web.StreamResponse:
        """None: the page names its own icon."""
        return web.Response(status=204)

    def _new_stamp(self) -> str:
        """A part of the files' addresses: another one as soon as any of them is another."""
        found = hashlib.sha256()
        for path in sorted(self._folder.rglob("*")):
            about = path.lstat()  # an editor's lock file may be a link to nowhere
            found.update(f"{path}\0{about.st_mtime_ns}\0{about.st_size}\n".encode())
        return "~" + found.hexdigest()[:16]

    def _send(self, name: str, caching: str = "no-cache") -> web.StreamResponse:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise web.HTTPNotFound(text="There is no such file.", headers=_HEADERS)
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        headers = {
            **_HEADERS,
            "Cache-Control": caching,
            "Content-Type": kind or "application/octet-stream",
        }
        return web.FileResponse(path, headers=headers)
