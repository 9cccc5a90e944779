"""A project's releases: files at addresses of their own, which send on to where the bytes are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web


@dataclass
class Releases:
    """Serves the files of a folder."""

    folder: Path
    url: str = ""
    redirects: dict[str, str] = field(default_factory=dict[str, str])  # by file, where to instead
    asked: list[tuple[str, str, bool]] = field(default_factory=list[tuple[str, str, bool]])
    cut_after: int | None = None  # bytes, once

    def url_of(self, name: str) -> str:
        """Where a file is."""
        return f"{self.url}/releases/download/v1/{name}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A file, a part of it, or its headers."""
        name = request.match_info["name"]
        with_token = "Authorization" in request.headers
        self.asked.append((request.method, request.headers.get("Range", ""), with_token))
        if name in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[name]})
        path = self.folder / name
        if not path.is_file():
            return web.Response(status=404)
        if self.cut_after is not None and request.method == "GET":
            return await self._cut_off(request, path)
        return web.FileResponse(path)

    async def _cut_off(self, request: web.Request, path: Path) -> web.StreamResponse:
        data, count = path.read_bytes(), self.cut_after
        self.cut_after = None
        response = web.StreamResponse(headers={"Content-Length": str(len(data))})
        await response.prepare(request)
        await response.write(data[:count])
        assert request.transport is not None
        request.transport.close()
        return response


@asynccontextmanager
async def serve_releases(folder: Path) -> AsyncIterator[Releases]:
    """Releases, listening on loopback."""
    releases = Releases(folder)
    app = web.Application()
    app.router.add_get("/releases/download/v1/{name}", releases.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    releases.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield releases
    finally:
        await runner.cleanup()
