"""The executor itself: one task a job, behind the breaker of its model."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection
from typing import TYPE_CHECKING

from generation.catalog import ExecutorName, ModelSpec, ToolSpec
from generation.errors import ExecutorUnavailable
from generation.executors.base import (
    Batch,
    Cancelled,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Told,
    Work,
)
from generation.imaging.process import ImagingProcess
from generation.safety.screeners import NOBODY, UNSEEN

from ._breaker import FIRST_REST_S, TRIPS_AFTER, Breaker
from ._client import HostedClient
from ._providers import Providers
from ._retries import Retries
from ._screener import HostedScreener

if TYPE_CHECKING:
    from ._errors import Trouble
    from ._painter import Outcome, Painter

log = logging.getLogger(__name__)

_CLOSING = "Easel is shutting down."
_RETRIES = Retries()
#: Troubles that somebody has to mend: the model's card tells of them until it paints.
_STAYS = (FailureKind.REFUSED, FailureKind.MODEL_UNAVAILABLE)


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
        has_endpoints: bool = False,
        retries: Retries = _RETRIES,
        trips_after: int = TRIPS_AFTER,
        first_rest_s: float = FIRST_REST_S,
    ) -> None:
        """Ask `endpoint` (a URL) where there is one, else `provider`; entries may name their own.

        A run takes at most `timeout_s`, with all its tries. A model is left alone for a while, at
        first for `first_rest_s`, once `trips_after` of its runs in a row came to nothing. `imaging`
        stays its owner's to close.
        """
        self._token = token
        self._endpoint = endpoint
        self._provider = provider
        self._has_endpoints = has_endpoints  # entries of their own
        self._timeout_s = timeout_s
        self._retries = retries
        self._new_breaker: Callable[[], Breaker] = lambda: Breaker(trips_after, first_rest_s)
        self._imaging = imaging
        self._client: HostedClient | None = None
        self._screener: HostedScreener | None = None
        self._providers: Providers | None = None
        self._painter: Painter | None = None
        self._breakers: dict[str, Breaker] = {}
        self._refusals: dict[str, str] = {}  # by model, until it paints
        self._refused_all = ""  # why the token is, or the credit, until anything is painted
        self._told: dict[str, Trouble | None] = {}  # by model, what the log has of it last
        self._painting: dict[asyncio.Task[ExecutorEvent], int] = {}
        self._closed = False

    @property
    def device(self) -> str:
        """Who paints, for people. Never the endpoint's URL, which may be private."""
        return "Hosted endpoint" if self._endpoint else f"Hugging Face ({self._provider})"

    def holds(self, model: str) -> bool:  # noqa: ARG002 - the protocol's
        """Loading is the remote host's affair."""
        return True

    def hindrance(self, spec: ModelSpec) -> str | None:
        """Why it is left alone just now, or was refused or gone the last time."""
        breaker = self._breakers.get(spec.name)
        if breaker is not None and breaker.rest_s > 0:
            from ._errors import resting

            return resting(spec, breaker.failures, breaker.rest_s, breaker.reason).message
        return self._refused_all or self._refusals.get(spec.name)

    def screen_with(self, tool: ToolSpec | None, *, at_once: bool = True) -> None:  # noqa: ARG002
        """Have the hosted API's own look at pictures, whatever this host has."""
        if self._screener is not None:
            self._screener.tool = tool

    def blindness(self) -> str | None:
        """Why pictures can't be looked at just now, for members."""
        return NOBODY if self._screener is None else self._screener.blindness

    def can_look(self) -> bool:
        """Whether nothing is known against it: there is nothing to download."""
        return self.blindness() is None

    async def start(self) -> None:
        """Make ready. Raises ExecutorUnavailable where nobody could be asked."""
        if not (self._token or self._endpoint or self._has_endpoints):
            raise ExecutorUnavailable(
                "The hosted API needs a Hugging Face token"
                " (https://huggingface.co/settings/tokens) or an endpoint's URL."
            )
        if self._client is not None or self._closed:
            return
        self._client = client = HostedClient(self._token, self._endpoint, self._timeout_s)
        await client.start()
        from ._painter import Painter  # what it needs, the client has imported on its own thread

        self._screener = HostedScreener(client, self._token)
        self._providers = Providers(self._provider, client.offers)
        self._painter = Painter(
            client,
            self._providers,
            self._imaging,
            self._retries,
            self._screener,
            token=self._token,
            timeout_s=self._timeout_s,
        )

    async def unserved(self, specs: Collection[ModelSpec]) -> dict[str, str]:
        """The hosted ones among them that nobody paints: by name, why and what to do about it.

        The hub is asked, but not for those with an endpoint. What it can't say now is left in: it
        is asked for once a job comes.
        """
        if self._client is None or self._providers is None:
            return {}
        from ._availability import why_unserved

        elsewhere = [spec for spec in specs if spec.executor == self.name]
        hosted = [spec for spec in elsewhere if self._client.endpoint_of(spec) is None]
        found = await asyncio.gather(
            *(why_unserved(spec, self._providers, self._token) for spec in hosted)
        )
        return {spec.name: why for spec, why in zip(hosted, found, strict=True) if why}

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
        news: asyncio.Queue[Told | asyncio.Task[ExecutorEvent]] = asyncio.Queue()
        tasks: dict[asyncio.Task[ExecutorEvent], int] = {}
        for work in batch.works:
            paint = self._paint(work, news.put_nowait)
            task = asyncio.create_task(paint, name=f"hosted job {work.job_id}")
            task.add_done_callback(news.put_nowait)
            tasks[task] = work.job_id
        self._painting |= tasks
        pending = set(tasks)
        try:
            while pending:
                said = await news.get()
                if isinstance(said, asyncio.Task):
                    pending.discard(said)
                    event = self._cancelled() if said.cancelled() else said.result()
                    said = Told(tasks[said], event)
                yield said
        finally:
            for task in tasks:
                task.cancel()
                self._painting.pop(task, None)

    async def cancel(self, job_id: int) -> None:
        """Stop waiting for that job. The remote host may paint on, and charge for it."""
        for painting, painted in list(self._painting.items()):
            if painted == job_id:
                painting.cancel()

    async def _paint(self, work: Work, tell: Callable[[Told], None]) -> ExecutorEvent:
        if self._painter is None or self._closed:
            return self._cancelled()
        if work.is_unseen:
            return Failed(FailureKind.TOOL_UNAVAILABLE, UNSEEN)
        if work.screener is not None and (why := self.blindness()) is not None:
            # It became so while this waited in line: it would be paid for, and never shown.
            return Failed(FailureKind.TOOL_UNAVAILABLE, why)
        breaker = self._breakers.setdefault(work.spec.name, self._new_breaker())
        if not breaker.admit():
            from ._errors import resting

            return resting(work.spec, breaker.failures, breaker.rest_s, breaker.reason)
        try:
            outcome = await self._painter.paint(
                work, lambda waiting: tell(Told(work.job_id, waiting))
            )
        except BaseException:
            breaker.says_nothing()
            raise
        self._learn(breaker, work, outcome)
        return outcome.event

    def _learn(self, breaker: Breaker, work: Work, outcome: "Outcome") -> None:
        """What a run's end says of its model."""
        if isinstance(outcome.event, Finished):
            breaker.works()
            self._refused_all = ""
            self._refusals.pop(work.spec.name, None)
            self._told.pop(work.spec.name, None)
            return
        if outcome.event.kind is FailureKind.INTERNAL:
            log.error("job %s: %s", work.job_id, outcome.event.detail)
        self._tell_host(work.spec, outcome.trouble, outcome.event)
        if outcome.trouble is None or not outcome.trouble.of_model:
            breaker.says_nothing()
            return
        if outcome.trouble.of_all:
            self._refused_all = outcome.event.message
        elif outcome.event.kind in _STAYS:
            self._refusals[work.spec.name] = outcome.event.message
        if breaker.fails(outcome.event.message):
            log.warning(
                "%s came to nothing %d times in a row: nobody is asked for it for %.0f s. The last"
                " time: %s",
                *(work.spec.name, breaker.failures, breaker.rest_s, outcome.event.detail),
            )

    def _tell_host(self, spec: ModelSpec, trouble: "Trouble | None", failure: Failed) -> None:
        """Log the model and the remedy, once until it is another one or the model has painted.

        What is wrong with a request alone is its member's to mend.
        """
        is_of_request = trouble is None or not (trouble.of_model or trouble.passes)
        if not is_of_request and self._told.get(spec.name) != trouble:
            self._told[spec.name] = trouble
            log.warning("%s was not painted: %s (%s)", spec.name, failure.message, failure.detail)

    def _cancelled(self) -> ExecutorEvent:
        """The final event of a run that was stopped from this side."""
        if self._closed:
            return Failed(FailureKind.WORKER_DIED, _CLOSING, "executor closed")
        return Cancelled()
