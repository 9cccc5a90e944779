"""huggingface_hub's client, on a thread of its own.

Some of what it does blocks: it looks up a model's providers, imports, polls a provider, opens the
answer as a picture. None of that may hold the bot's event loop, so the client lives on a second
one.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from generation.catalog import ModelSpec
from generation.prompts import accepted
from generation.request import GenerationRequest

if TYPE_CHECKING:
    from huggingface_hub import AsyncInferenceClient

T = TypeVar("T")

_ANSWER_LIMIT = 32 * 1024 * 1024  # bytes
_STOP_TIMEOUT_S = 2.0


class NoPicture(Exception):
    """The remote host answered with something that can't be a picture."""


class HostedClient:
    """Asks the hosted API for pictures, still encoded."""

    def __init__(
        self, token: str | None, endpoint: str | None, provider: str, timeout_s: float
    ) -> None:
        """Ask `endpoint` where one is given, else `provider` for the model by its repo."""
        self._token = token
        self._endpoint = endpoint
        self._provider = provider
        self._timeout_s = timeout_s
        self._clients: dict[str, AsyncInferenceClient] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="hosted client", daemon=True
        )

    async def start(self) -> None:
        """Start the thread, and import there what takes long. Raises ImportError."""
        self._thread.start()
        await self._run(_import())

    async def text_to_image(self, spec: ModelSpec, request: GenerationRequest) -> bytes:
        """A picture, still encoded. Raises what huggingface_hub raises, and NoPicture."""
        return await self._run(self._ask(spec, request))

    async def close(self) -> None:
        """Close the connections, end the thread. Idempotent."""
        if not self._thread.is_alive():
            return
        with suppress(
            TimeoutError
        ):  # it is in a blocking call, and as a daemon thread no hindrance
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await self._run(self._close_clients())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join, _STOP_TIMEOUT_S)
        if not self._thread.is_alive():
            self._loop.close()

    async def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        future: Future[T] = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        return await asyncio.wrap_future(future)  # passes a cancellation on

    async def _ask(self, spec: ModelSpec, request: GenerationRequest) -> bytes:
        negative = request.negative_prompt
        image = await self._client(spec.repo).text_to_image(
            accepted(request.prompt).plain,
            negative_prompt=negative and accepted(negative).plain,
            height=request.height,
            width=request.width,
            num_inference_steps=request.num_inference_steps,
            guidance_scale=request.guidance_scale,
            seed=request.seed,
        )
        # Opened only, not decoded: behind it are the bytes as they came.
        source = getattr(image, "fp", None)
        if source is None:
            raise NoPicture("huggingface_hub gave a picture without its bytes")
        source.seek(0)
        encoded: bytes = source.read(_ANSWER_LIMIT + 1)
        if len(encoded) > _ANSWER_LIMIT:
            raise NoPicture(f"more than {_ANSWER_LIMIT} bytes")
        return encoded

    def _client(self, repo: str) -> "AsyncInferenceClient":
        from huggingface_hub import AsyncInferenceClient

        if repo not in self._clients:
            where: dict[str, Any] = (
                {"base_url": self._endpoint}
                if self._endpoint
                else {"model": repo, "provider": self._provider}
            )
            # Without a token of ours, one that is saved on this host must not go to the endpoint
            # either.
            headers: Any = None if self._token else {"authorization": None}
            self._clients[repo] = AsyncInferenceClient(
                **where, token=self._token, timeout=self._timeout_s, headers=headers
            )
        return self._clients[repo]

    async def _close_clients(self) -> None:
        for client in self._clients.values():
            await client.close()
        self._clients.clear()
        await self._loop.shutdown_asyncgens()


async def _import() -> None:
    from huggingface_hub import AsyncInferenceClient

    assert AsyncInferenceClient
