"""A hosted API on loopback that does what the prompt says: a status, a format, `hang`…

Beside it, providers with forms of their own, and of the hub what it says of a model's providers.
"""

import asyncio
import base64
import io
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from PIL import Image

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import Work
from generation.executors.hosted import HostedExecutor
from generation.request import GenerationRequest
from tests.unit.generation.executors.conformance import renumbered

#: Starts a hosted executor with these options; see the fixture.
StartHosted = Callable[..., Awaitable[HostedExecutor]]

SPEC = Catalog.load()["zb-tech"]
#: Not a real one; long enough to be found again wherever it should not be.
TOKEN = "hf_" + "secretsecretsecret"


class Endpoint:
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""  # of the endpoint itself
        self.host = ""  # of all that is here
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        #: What the hub says of every model: its offers, or what `answer` knows.
        self.offers: Sequence[dict[str, str]] | str = []
        #: Repos that nobody offers, whatever stands there.
        self.offered_not: set[str] = set()
        self.hub_headers: list[dict[str, str]] = []
        #: What a classifier of the hub's says of every picture, or what `answer` knows, in turn.
        self.labels: list[dict[str, float] | str] = [{"normal": 0.9, "nsfw": 0.1}]
        self.looked_at: list[dict[str, Any]] = []
        #: From then on nobody listens.
        self.stop: Callable[[], Awaitable[None]]
        self._scripts: dict[str, list[str]] = {}
        self._numbers = itertools.count(1)

    def plays(self, *answers: str) -> str:
        """A prompt that has these answers one after another, the last one for ever."""
        prompt = f"play {next(self._numbers)}"
        self._scripts[prompt] = list(answers)
        return prompt

    @property
    def hub_asked(self) -> int:
        """How often the hub was asked."""
        return len(self.hub_headers)

    def asked(self, prompt: str) -> int:
        """How often that was asked for."""
        return sum(prompt in (body.get("inputs"), body.get("prompt")) for body in self.bodies)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self._keep(request, body)
        parameters = body["parameters"]
        size = (parameters["width"], parameters["height"])
        return await self._answer(self._wish(body["inputs"]), size, request)

    async def answer_as_provider(self, request: web.Request) -> web.StreamResponse:
        """As Together and nscale do, whose parameters have other names."""
        body = await request.json()
        self._keep(request, body)
        if request.match_info["provider"] == "together":
            size = (body["width"], body["height"])
        else:
            width, height = body["size"].split("x")
            size = (int(width), int(height))
        wish = self._wish(body["prompt"])
        if wish != "png":
            return await self._answer(wish, size, request)
        encoded = base64.b64encode(picture("PNG", size))
        return web.json_response({"data": [{"b64_json": encoded.decode()}]})

    async def answer_as_hub(self, request: web.Request) -> web.StreamResponse:
        self.hub_headers.append(headers_of(request))
        if isinstance(self.offers, str):
            return await self._answer(self.offers, (8, 8), request)
        assert request.query.getall("expand") == ["inferenceProviderMapping"]
        repo = request.match_info["repo"]
        offers = [] if repo in self.offered_not else list(self.offers)
        return web.json_response({"id": repo, "inferenceProviderMapping": offers})

    async def answer_as_classifier(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        data = base64.b64decode(body["inputs"])
        self.looked_at.append({**headers_of(request), **request.match_info, "data": data})
        said = self.labels.pop(0) if len(self.labels) > 1 else self.labels[0]
        if isinstance(said, str):
            return await self._answer(said, (8, 8), request)
        shares = [{"label": label, "score": share} for label, share in said.items()]
        return web.json_response(shares)

    def _keep(self, request: web.Request, body: dict[str, Any]) -> None:
        self.bodies.append(body)
        self.headers.append(headers_of(request))

    def _wish(self, prompt: str) -> str:
        script = self._scripts.get(prompt)
        if script is None:
            return prompt
        return script.pop(0) if len(script) > 1 else script[0]

    async def _answer(
        self, wish: str, size: tuple[int, int], request: web.Request
    ) -> web.StreamResponse:
        status, _, after = wish.partition(" after ")
        if status.isdigit():
            headers = {"Retry-After": after} if after else {}
            echoed = f"no: {request.headers.get('Authorization')}"
            return web.json_response({"error": echoed}, status=int(status), headers=headers)
        match wish:
            case "hang":
                await asyncio.sleep(600)
            case "slow":
                await asyncio.sleep(0.5)
                wish = "png"
            case "html":
                return web.Response(text="<html>Sign in</html>", content_type="text/html")
            case "json":
                return web.json_response({"error": "still loading"})
            case "truncated":
                return web.Response(body=picture("PNG", size)[:-200], content_type="image/png")
            case "black":  # what is sent in place of a picture that a filter holds back
                return web.Response(body=picture("PNG", size, black=True))
            case "other size":
                return web.Response(body=picture("PNG", (96, 64)), content_type="image/png")
            case "cut off":
                assert request.transport is not None
                request.transport.close()
        return web.Response(body=picture(wish.upper(), size), content_type=f"image/{wish}")


def headers_of(request: web.Request) -> dict[str, str]:
    """By their names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}


def asks(prompt: str, spec: ModelSpec = SPEC, **options: object) -> Work:
    """A small picture; the endpoint does what the prompt says."""
    request = GenerationRequest.build(spec, prompt, seed=7)
    changes = {"width": 128, "height": 64, **options}
    return renumbered(Work(0, 1, spec, request.model_copy(update=changes)))


def offer(provider: str, *, task: str = "text-to-image", status: str = "live") -> dict[str, str]:
    """What the hub says of one provider."""
    return {"provider": provider, "providerId": "zb/tti", "task": task, "status": status}


def picture(kind: str, size: tuple[int, int], *, black: bool = False) -> bytes:
    """A gradient, with metadata of somebody else."""
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "somebody else's"
    gray = Image.new("L", (8, 8)) if black else Image.linear_gradient("L")
    gray.resize(size).convert("RGB").save(buffer, kind, exif=exif)
    return buffer.getvalue()


@asynccontextmanager
async def serve_endpoint() -> AsyncIterator[Endpoint]:
    """An endpoint, listening."""
    endpoint = Endpoint()
    app = web.Application(client_max_size=16 * 1024**2)
    app.router.add_post("/paint", endpoint.answer)
    app.router.add_post("/{provider}/v1/images/generations", endpoint.answer_as_provider)
    app.router.add_post("/hf-inference/models/{repo:.+}", endpoint.answer_as_classifier)
    app.router.add_get("/api/models/{repo:.+}", endpoint.answer_as_hub)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    endpoint.host = f"http://{host}:{port}"
    endpoint.url = f"{endpoint.host}/paint"
    endpoint.stop = runner.cleanup
    yield endpoint
    await runner.cleanup()
