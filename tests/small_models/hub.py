"""A Hugging Face hub on loopback, with one good repo and several that are not to be had."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

from aiohttp import web

#: A commit that no repo has; the hub says it of whatever it serves.
COMMIT = "0123456789abcdef0123456789abcdef01234567"

_ERRORS: Mapping[str, tuple[int, str]] = {
    "test/gated": (403, "GatedRepo"),
    "test/private": (401, "RepoNotFound"),
    "test/gone": (404, "RepoNotFound"),
    "test/busy": (429, ""),
    "test/broken": (500, ""),
}


class Hub:
    """Serves folders by repo; keeps which files were fetched.

    `listed` adds files that a repo is said to hold, by repo. `down` has it answer nothing but 503.
    """

    def __init__(self, repos: Mapping[str, Path]) -> None:
        """`repos` are folders by owner/name."""
        self.repos = dict(repos)
        self.listed: dict[str, set[str]] = {}
        self.url = ""
        self.fetched: set[str] = set()
        self.down = False

    async def info(self, request: web.Request) -> web.Response:
        """What a repo holds."""
        repo = f"{request.match_info['owner']}/{request.match_info['name']}"
        if self.down:
            return web.Response(status=503)
        if repo in _ERRORS:
            status, code = _ERRORS[repo]
            return web.json_response({"error": code}, status=status, headers={"X-Error-Code": code})
        files = _files(self.repos[repo])
        if "tree" in request.path:
            rows = [
                {"type": "file", "path": name, "size": path.stat().st_size, "oid": _etag(path)}
                for name, path in files.items()
            ]
            rows += [
                {"type": "file", "path": name, "size": 1, "oid": "0" * 40}
                for name in self.listed.get(repo, set()) - set(files)
            ]
            return web.json_response(rows)
        siblings = [{"rfilename": name} for name in (*files, *self.listed.get(repo, ()))]
        return web.json_response({"id": repo, "sha": COMMIT, "siblings": siblings})

    async def resolve(self, request: web.Request) -> web.StreamResponse:
        """One file, or its headers."""
        if self.down:
            return web.Response(status=503)
        repo = f"{request.match_info['owner']}/{request.match_info['name']}"
        name = request.match_info["file"]
        path = _files(self.repos[repo]).get(name)
        headers = {"X-Repo-Commit": COMMIT}
        if path is None:
            headers["X-Error-Code"] = "EntryNotFound"
            return web.Response(status=404, headers=headers)
        headers |= {"ETag": f'"{_etag(path)}"', "Content-Length": str(path.stat().st_size)}
        if request.method == "HEAD":
            return web.Response(headers=headers)
        self.fetched.add(name)
        return web.Response(body=path.read_bytes(), headers={"X-Repo-Commit": COMMIT})


def _files(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def _etag(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:40]


@asynccontextmanager
async def serve_hub(repos: Mapping[str, Path]) -> AsyncIterator[Hub]:
    """A hub, listening."""
    hub = Hub(repos)
    app = web.Application()
    app.router.add_get("/api/models/{owner}/{name}", hub.info)
    app.router.add_get("/api/models/{owner}/{name}/revision/{revision}", hub.info)
    app.router.add_get("/api/models/{owner}/{name}/tree/{revision}", hub.info)
    app.router.add_get("/{owner}/{name}/resolve/{revision}/{file:.*}", hub.resolve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    hub.url = f"http://{host}:{port}"
    try:
        yield hub
    finally:
        await runner.cleanup()
