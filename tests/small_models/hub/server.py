"""The hub: its routes, and what tests set up.

Small files come from the hub itself, large ones from a second address, as on the real one. What a
test wants to go wrong is said in `Hub.faults`; Xet is not offered.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from tests.small_models.hub import faults
from tests.small_models.hub.answers import BAD_TOKEN, Asked, error, failure, repo_of, token_of
from tests.small_models.hub.blobs import Blob, blobs
from tests.small_models.hub.faults import At, Fault
from tests.small_models.hub.transfer import send

#: A commit that no repo has; what a repo is at that has no commit of its own.
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves folders by repo.

    Four repos are never to be had: test/gated, test/private (neither has a folder), test/busy and
    test/broken.
    """

    def __init__(self, repos: Mapping[str, Path], commits: Mapping[str, str] | None = None) -> None:
        """`repos` are folders by owner/name; `commits` are what their main branches are at."""
        self.repos = dict(repos)
        self.commits = dict(commits or {})
        self.gated = {"test/gated"}  # everyone sees what they hold; the files need a token
        self.private = {"test/private"}  # to those without a token they don't exist
        self.tokens: dict[str, set[str]] = {}  # the gated and private repos each may read
        self.about: dict[str, dict[str, Any]] = {}  # what else the API tells of a repo
        self.listed: dict[str, Iterable[str]] = {}  # files a repo is said to hold, and does not
        self.faults = [
            Fault("test/busy*", status=429),
            Fault("test/broken*", status=500),
        ]
        self.down = False  # answers nothing but 503
        self.asked: list[Asked] = []
        self.fetched: set[str] = set()  # files whose bytes were asked for
        self.url = ""
        self.large_files_url = ""

    def bodies(self, repo: str) -> list[Asked]:
        """The questions for bytes of a repo's files, in order."""
        return [asked for asked in self.asked if asked.at is At.BODY and asked.repo == repo]

    def commit(self, repo: str) -> str:
        """What a repo's main branch is at."""
        return self.commits.get(repo, COMMIT)

    async def info(self, request: web.Request) -> web.StreamResponse:
        """What a repo is and holds."""
        repo = repo_of(request)
        if refused := self._refused(request, At.API, repo):
            return refused
        files = self._files(repo)
        rows = [blob.sibling(name) for name, blob in files.items()]
        rows += [{"rfilename": name} for name in self._missing(repo, files)]
        if request.query.get("blobs", "").lower() != "true":
            rows = [{"rfilename": row["rfilename"]} for row in rows]
        facts = {
            "sha": self.commit(repo),
            "private": repo in self.private,
            "gated": "auto" if repo in self.gated else False,
            "siblings": rows,
            **self.about.get(repo, {}),
        }
        if expand := request.query.getall("expand", []):
            facts = {key: value for key, value in facts.items() if key in expand}
        return web.json_response({"_id": "0" * 24, "id": repo, **facts})

    async def whoami(self, request: web.Request) -> web.StreamResponse:
        """Whose token it is."""
        if self.down:
            return web.Response(status=503)
        if token_of(request) in self.tokens:
            return web.json_response({"type": "user", "name": "painter"})
        return error(401, "", BAD_TOKEN)

    async def tree(self, request: web.Request) -> web.StreamResponse:
        """The files of a repo with their sizes and hashes, all of them."""
        repo = repo_of(request)
        if refused := self._refused(request, At.API, repo):
            return refused
        files = self._files(repo)
        rows = [blob.row(name) for name, blob in files.items()]
        rows += [
            {"type": "file", "path": name, "size": 1, "oid": "0" * 40}
            for name in self._missing(repo, files)
        ]
        return web.json_response(rows)

    async def may_read(self, request: web.Request) -> web.StreamResponse:
        """Whether who asks may have the files of a repo."""
        repo = repo_of(request)
        return self._refused(request, At.API, repo, files=True) or web.json_response({})

    async def resolve(self, request: web.Request) -> web.StreamResponse:
        """One file, or its headers; where the file is large, where it is kept."""
        repo, name = repo_of(request), request.match_info["file"]
        at = At.HEADERS if request.method == "HEAD" else At.BODY
        if refused := self._refused(request, at, f"{repo}/{name}", files=True):
            return refused
        blob = self._files(repo).get(name)
        headers = {"X-Repo-Commit": self.commit(repo)}
        if blob is None:
            headers["X-Error-Code"] = "EntryNotFound"
            return web.Response(status=404, headers=headers)
        headers["ETag"] = f'"{blob.etag}"'
        if blob.sha256 is None:
            return await self._body(request, blob, headers)
        headers |= {
            "X-Linked-Size": str(blob.size),
            "X-Linked-Etag": headers["ETag"],
            "Location": f"{self.large_files_url}/{blob.sha256}/{repo}/{quote(name)}?signed",
        }
        return web.Response(status=302, headers=headers)

    async def large_file(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a large file, to whoever has the address."""
        if "Authorization" in request.headers:
            # As storage behind signed addresses does: the token was not meant for it.
            return web.Response(status=400)
        blob = self._files(repo_of(request)).get(request.match_info["file"])
        if self.down:
            return web.Response(status=503)
        if blob is None or blob.sha256 != request.match_info["sha256"]:
            return web.Response(status=404)
        return await self._body(request, blob, {"ETag": f'"{blob.etag}"'})

    async def note(self, request: web.Request, response: web.StreamResponse) -> None:
        """Keep what was asked, as soon as it is known how it is answered."""
        if "owner" in request.match_info:
            self.asked.append(Asked.by(request, response.status))

    async def _body(
        self, request: web.Request, blob: Blob, headers: dict[str, str]
    ) -> web.StreamResponse:
        if request.method == "HEAD":
            return web.Response(headers={**headers, "Content-Length": str(blob.size)})
        name = request.match_info["file"]
        fault = faults.first(self.faults, At.BODY, f"{repo_of(request)}/{name}")
        if fault is not None and fault.status is not None:
            return failure(fault)
        self.fetched.add(name)
        return await send(request, blob, headers, fault)

    def _refused(
        self, request: web.Request, at: At, path: str, *, files: bool = False
    ) -> web.Response | None:
        """What stands between who asks and the repo."""
        if self.down:
            return web.Response(status=503)
        # Those of bodies strike where the bytes are sent.
        fault = faults.first(self.faults, at, path) if at is not At.BODY else None
        if fault is not None and fault.status is not None:
            return failure(fault)
        repo, token = repo_of(request), token_of(request)
        if token is not None and token not in self.tokens:
            return error(401, "", BAD_TOKEN)
        granted = repo in self.tokens.get(token or "", ())
        if (repo in self.private and not granted) or repo not in (*self.repos, *self.gated):
            # Who asks without a token is told no more than that they may have to bring one.
            return error(404 if token else 401, "RepoNotFound", "Repository not found")
        if files and repo in self.gated and not granted:
            return error(403 if token else 401, "GatedRepo", f"Access to {repo} is restricted.")
        if request.match_info.get("revision", "main") not in ("main", self.commit(repo)):
            return error(404, "RevisionNotFound", "Invalid rev id")
        return None

    def _files(self, repo: str) -> dict[str, Blob]:
        folder = self.repos.get(repo)
        return blobs(folder) if folder is not None else {}

    def _missing(self, repo: str, files: Mapping[str, Blob]) -> list[str]:
        return sorted(set(self.listed.get(repo, ())) - set(files))


@asynccontextmanager
async def serve_hub(
    repos: Mapping[str, Path], commits: Mapping[str, str] | None = None
) -> AsyncIterator[Hub]:
    """A hub, listening."""
    hub = Hub(repos, commits)
    app = web.Application()
    model = "/api/models/{owner}/{name}"
    app.router.add_get("/api/whoami-v2", hub.whoami)
    app.router.add_get(model, hub.info)
    app.router.add_get(f"{model}/revision/{{revision}}", hub.info)
    app.router.add_get(f"{model}/tree/{{revision}}", hub.tree)
    app.router.add_get(f"{model}/auth-check", hub.may_read)
    app.router.add_get("/{owner}/{name}/resolve/{revision}/{file:.*}", hub.resolve)
    app.on_response_prepare.append(hub.note)
    storage = web.Application()
    storage.on_response_prepare.append(hub.note)
    storage.router.add_get("/{sha256}/{owner}/{name}/{file:.*}", hub.large_file)
    async with _listening(app) as hub.url, _listening(storage) as hub.large_files_url:
        yield hub


@asynccontextmanager
async def _listening(app: web.Application) -> AsyncIterator[str]:
    """An address on loopback where `app` answers."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
