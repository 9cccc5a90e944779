"""The executor itself: one task a run, which asks the client and the imaging process."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator

from generation.catalog import ExecutorName
from generation.errors import ExecutorUnavailable
from generation.executors.base import (
    Batch,
    Cancelled,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Picture,
    Told,
    Work,
)
from generation.imaging.process import ImagingProcess
from generation.recipe import library_versions, recipe

from ._client import HostedClient

log = logging.getLogger(__name__)

_CLOSING = "Easel is shutting down."


class HostedExecutor:
    """Has pictures painted elsewhere; the imaging process checks, labels and encodes them."""

    name: ExecutorName = "hosted"
    capacity = 4

    def __init__(
        self,
        token: str | None,
        endpoint: str | None,
        imaging: ImagingProcess,
        *,
        provider: str = "auto",
        timeout_s: float = 120,
    ) -> None:
        """Ask `endpoint` (a URL) where there is one, else `provider`.

        A run takes at most `timeout_s`. `imaging` stays its owner's to close.
        """
        self._token = token
        self._endpoint = endpoint
        self._provider = provider
        self._timeout_s = timeout_s
        self._imaging = imaging
        self._client: HostedClient | None = None
        self._painting: dict[asyncio.Task[ExecutorEvent], int] = {}
        self._closed = False

    @property
    def device(self) -> str:
        """Who paints, for people. Never the endpoint's URL, which may be private."""
        return "Hosted endpoint" if self._endpoint else f"Hugging Face ({self._provider})"

    def holds(self, model: str) -> bool:  # noqa: ARG002 - the protocol's
        """Loading is the remote host's affair."""
        return True

    async def start(self) -> None:
        """Make ready. Raises ExecutorUnavailable where nobody could be asked."""
        if self._token is None and self._endpoint is None:
            raise ExecutorUnavailable(
                "The hosted API needs a Hugging Face token"
                " (https://huggingface.co/settings/tokens) or an endpoint's URL."
            )
        if self._client is not None or self._closed:
            return
        self._client = HostedClient(self._token, self._endpoint, self._provider, self._timeout_s)
        await self._client.start()

    async def close(self) -> None:
        """End all runs and connections. Idempotent."""
        self._closed = True
        painting = list(self._painting)
        for task in painting:
            task.cancel()
        await asyncio.gather(*painting, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        """Have it painted; see the protocol. There is no progress to tell."""
        tasks: dict[asyncio.Task[ExecutorEvent], int] = {}
        for work in batch.works:
            task = asyncio.create_task(self._paint(work), name=f"hosted job {work.job_id}")
            tasks[task] = work.job_id
        self._painting |= tasks
        pending = set(tasks)
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    event = self._cancelled() if task.cancelled() else task.result()
                    yield Told(tasks[task], event)
        finally:
            for task in tasks:
                task.cancel()
                self._painting.pop(task, None)

    async def cancel(self, job_id: int) -> None:
        """Stop waiting for that job. The remote host may paint on, and charge for it."""
        for painting, painted in list(self._painting.items()):
            if painted == job_id:
                painting.cancel()

    async def _paint(self, work: Work) -> ExecutorEvent:
        from ._errors import explain

        started = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout_s):
                if self._client is None or self._closed:
                    return self._cancelled()
                encoded = await self._client.text_to_image(work.spec, work.request)
                made = recipe(work.spec, work.request, self._circumstances())
                finished = await self._imaging.finish(encoded, made)
        except Exception as error:
            failure = explain(error, work.spec, self._token)
            if failure.kind is FailureKind.INTERNAL:
                log.error("job %s: %s", work.job_id, failure.detail)
            return failure
        seconds = time.monotonic() - started
        return Finished(
            Picture(
                data=finished.png,
                width=finished.width,
                height=finished.height,
                seconds=seconds,
                revision=None,
                device=self.device,
            )
        )

    def _cancelled(self) -> ExecutorEvent:
        """The final event of a run that was stopped from this side."""
        if self._closed:
            return Failed(FailureKind.WORKER_DIED, _CLOSING, "executor closed")
        return Cancelled()

    def _circumstances(self) -> dict[str, object]:
        """What the recipe can know of a picture painted elsewhere."""
        return {
            "device": "endpoint" if self._endpoint else f"huggingface:{self._provider}",
            "libraries": library_versions("huggingface_hub"),
        }
