"""huggingface_hub's client, on a thread of its own.

Some of what it does blocks: it imports, polls a provider, opens the answer as a picture. None of
that may hold the bot's event loop, so the client lives on a second one.
"""

import asyncio
import base64
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from generation.catalog import ModelSpec
from generation.errors import ExecutorUnavailable
from generation.prompts import accepted
from generation.request import GenerationRequest

from ._threads import DaemonThreads

if TYPE_CHECKING:
    from huggingface_hub import AsyncInferenceClient
    from huggingface_hub.hf_api import InferenceProviderMapping

T = TypeVar("T")

_ANSWER_LIMIT = 32 * 1024 * 1024  # bytes
_STOP_TIMEOUT_S = 2.0
#: More than any classifier has that says whether a picture is fit to be seen.
_MOST_LABELS = 50
#: How long the hub may take to say who offers a model (seconds).
_HUB_LIMIT_S = 8.0


class NoPicture(Exception):
    """The remote host answered with something that can't be a picture."""


class Answer(NamedTuple):
    """What came of a request."""

    encoded: bytes  # the picture
    body: bytes  # what the remote host was sent, which has the provider's own form


class HostedClient:
    """Asks the hosted API for pictures, still encoded."""

    def __init__(self, token: str | None, endpoint: str | None, timeout_s: float) -> None:
        """`endpoint` is asked for each model that names neither another one nor a provider."""
        self._token = token
        self._endpoint = endpoint
        self._timeout_s = timeout_s
        self._clients: dict[tuple[str, str | None], AsyncInferenceClient] = {}
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(DaemonThreads())
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="hosted client", daemon=True
        )

    async def start(self) -> None:
        """Start the thread, and import there what takes long.

        Raises ExecutorUnavailable where the library was told to ask nobody.
        """
        self._thread.start()
        await self._run(_prepare())

    async def offers(self, repo: str) -> "Sequence[InferenceProviderMapping]":
        """Who paints with a model, by the hub. Raises what huggingface_hub raises."""
        return await self._run(asyncio.to_thread(_offers, repo, self._token))

    def endpoint_of(self, spec: ModelSpec) -> str | None:
        """The endpoint that paints with a model; None where a provider does."""
        return spec.endpoint or (None if spec.provider else self._endpoint)

    async def text_to_image(
        self,
        spec: ModelSpec,
        request: GenerationRequest,
        offer: "InferenceProviderMapping | None" = None,
    ) -> Answer:
        """A picture, by the provider of that offer, or at the endpoint.

        Raises NoPicture, and what huggingface_hub does.
        """
        return await self._run(self._ask(spec, request, offer))

    async def classify(self, picture: bytes, repo: str) -> Mapping[str, float]:
        """The share of each label, by a classifier of the hub's. Raises what huggingface_hub does.

        Any may be missing, and none is checked.
        """
        return await self._run(self._classify(picture, repo))

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

    async def _ask(
        self,
        spec: ModelSpec,
        request: GenerationRequest,
        offer: "InferenceProviderMapping | None",
    ) -> Answer:
        from ._http import sent

        bodies: list[bytes] = []
        sent.set(bodies)
        negative = request.negative_prompt
        image = await self._client(spec, offer).text_to_image(
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
        return Answer(encoded, bodies[0] if bodies else b"")

    async def _classify(self, picture: bytes, repo: str) -> Mapping[str, float]:
        # Not by its client: that asks the hub each time, in this loop, whether the model is one for
        # that, and hands the picture on in a way that httpx calls deprecated.
        from huggingface_hub import constants
        from huggingface_hub.utils import get_async_session, hf_raise_for_status

        api = constants.INFERENCE_PROXY_TEMPLATE.format(provider="hf-inference")
        asked = {
            "inputs": base64.b64encode(picture).decode(),
            "parameters": {"top_k": _MOST_LABELS},
        }
        async with get_async_session() as session:
            answer = await session.post(
                f"{api}/models/{repo}",
                json=asked,
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=self._timeout_s,
            )
            hf_raise_for_status(answer)
            return {str(each["label"]): float(each["score"]) for each in answer.json()}

    def _client(
        self, spec: ModelSpec, offer: "InferenceProviderMapping | None"
    ) -> "AsyncInferenceClient":
        from huggingface_hub import AsyncInferenceClient

        endpoint = self.endpoint_of(spec)
        where: dict[str, Any] = {"base_url": endpoint}
        if offer is not None:
            _tell_of(spec.repo, offer)
            where = {"model": spec.repo, "provider": offer.provider}
        known_by = (spec.repo, offer.provider if offer else endpoint)
        if known_by not in self._clients:
            # Without a token of ours, one that is saved on this host must not go to the endpoint
            # either.
            headers: Any = None if self._token else {"authorization": None}
            self._clients[known_by] = AsyncInferenceClient(
                **where, token=self._token, timeout=self._timeout_s, headers=headers
            )
        return self._clients[known_by]

    async def _close_clients(self) -> None:
        for client in self._clients.values():
            await client.close()
        self._clients.clear()
        await self._loop.shutdown_asyncgens()


async def _prepare() -> None:
    from huggingface_hub import AsyncInferenceClient, is_offline_mode

    from ._http import bound_calls

    assert AsyncInferenceClient
    if is_offline_mode():
        raise ExecutorUnavailable(
            "HF_HUB_OFFLINE is set, so Hugging Face's library asks nobody. Take it away to use the"
            " hosted API."
        )
    bound_calls()


def _offers(repo: str, token: str | None) -> "Sequence[InferenceProviderMapping]":
    from huggingface_hub import HfApi

    info = HfApi(token=token or False).model_info(
        repo, expand=["inferenceProviderMapping"], timeout=_HUB_LIMIT_S
    )
    return info.inference_provider_mapping or ()


def _tell_of(repo: str, offer: "InferenceProviderMapping") -> None:
    """Spare the library its own look-up, which would hold this loop, at each model's first job."""
    from huggingface_hub.inference._providers._common import HARDCODED_MODEL_INFERENCE_MAPPING

    HARDCODED_MODEL_INFERENCE_MAPPING.setdefault(offer.provider, {})[repo] = offer
