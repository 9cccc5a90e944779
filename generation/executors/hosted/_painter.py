"""Has one picture painted elsewhere, in as many tries as it takes and as there is time for."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from generation.catalog import ToolSpec
from generation.executors.base import Failed, FailureKind, Finished, Picture, Waiting, Work
from generation.imaging.process import ImagingProcess
from generation.recipe import library_versions, recipe

from ._client import HostedClient
from ._errors import Trouble, asked_pause, diagnose
from ._providers import Providers
from ._remarks import left_out, remarks, unknown
from ._retries import Retries
from ._screener import HostedScreener, Unseen

log = logging.getLogger(__name__)


#: How long looking at a picture may take at least (seconds), its tries and pauses included.
_LOOKING_S = 30.0
_UNSEEN = Trouble(
    FailureKind.TOOL_UNAVAILABLE,
    "The picture was painted, but the hosted API could not look at it, and without that it is not"
    " shown. Try again in a few minutes; whoever runs Easel finds the reason in its log.",
    of_model=False,
)


class Outcome(NamedTuple):
    """How it ended."""

    event: Finished | Failed
    trouble: Trouble | None  # where it failed


class Painter:
    """Knows the client, and the providers for what is painted at no endpoint."""

    def __init__(
        self,
        client: HostedClient,
        providers: Providers,
        imaging: ImagingProcess,
        retries: Retries,
        screener: HostedScreener,
        *,
        token: str | None,
        timeout_s: float,
    ) -> None:
        """A picture may take `timeout_s`, with all tries and pauses; no failure has `token`."""
        self._client = client
        self._providers = providers
        self._imaging = imaging
        self._retries = retries
        self._screener = screener
        self._token = token
        self._timeout_s = timeout_s

    async def paint(self, work: Work, tell: Callable[[Waiting], None]) -> Outcome:
        """Try it; `tell` hears of each pause and of its end. Then have it looked at."""
        now = asyncio.get_running_loop().time
        deadline = now() + self._timeout_s
        outcome = await self._paint(work, tell, deadline)
        if work.screener is None or not isinstance(outcome.event, Finished):
            return outcome
        # At least as long as that takes where all goes well: the painting is paid for.
        limit = max(deadline, now() + _LOOKING_S)
        return await self._look(work, work.screener, outcome.event.picture, tell, limit)

    async def _paint(self, work: Work, tell: Callable[[Waiting], None], deadline: float) -> Outcome:
        now = asyncio.get_running_loop().time
        tried = 0
        while True:
            tried += 1
            try:
                async with asyncio.timeout_at(deadline):
                    return Outcome(Finished(await self._try(work)), None)
            except Exception as error:
                trouble, wanted_s = diagnose(error), asked_pause(error)
                failure = trouble.failure(
                    error, work.spec, self._token, tried=tried, free_in_s=wanted_s
                )
            if trouble.kind is FailureKind.MODEL_UNAVAILABLE:
                self._providers.forget(work.spec)
            pause_s = self._retries.pause(tried, wanted_s) if trouble.passes else None
            if pause_s is None or now() + pause_s >= deadline:
                return Outcome(failure, trouble)
            log.info(
                "Job %s: asked again in %.1f s (%s): %s",
                *(work.job_id, pause_s, failure.kind, failure.detail),
            )
            tell(Waiting())
            await asyncio.sleep(pause_s)
            tell(Waiting(over=True))

    async def _look(
        self,
        work: Work,
        tool: ToolSpec,
        picture: Picture,
        tell: Callable[[Waiting], None],
        deadline: float,
    ) -> Outcome:
        """The picture with its score; it never comes out without one."""
        now = asyncio.get_running_loop().time
        tried = 0
        while True:
            tried += 1
            try:
                async with asyncio.timeout_at(deadline):
                    score = await self._screener.score(picture.data, tool)
                    looked_at = replace(picture, unsafe=score, screened_by=tool.name)
                    return Outcome(Finished(looked_at), None)
            except Unseen as error:
                cause = error.__cause__ or error
            except TimeoutError as error:
                cause = error
            trouble = diagnose(cause)
            self._screener.fails(of_request=trouble.of_request)
            pause_s = self._retries.pause(tried, asked_pause(cause)) if trouble.passes else None
            if pause_s is None or now() + pause_s >= deadline:
                # Nothing of this says that the model itself is in trouble.
                failed = _UNSEEN.failure(cause, work.spec, self._token, tried=tried)
                log.error("Job %s: %s (%s)", work.job_id, failed.message, failed.detail)
                return Outcome(failed, _UNSEEN)
            tell(Waiting())
            await asyncio.sleep(pause_s)
            tell(Waiting(over=True))

    async def _try(self, work: Work) -> Picture:
        """Raises whatever `diagnose` knows."""
        started = time.monotonic()
        at_endpoint = self._client.endpoint_of(work.spec) is not None
        offer = None if at_endpoint else await self._providers.of(work.spec)
        answer = await self._client.text_to_image(work.spec, work.request, offer)
        missing = left_out(answer.body)
        who = f"the provider {offer.provider}" if offer else "the hosted endpoint"
        made = recipe(
            work.spec,
            work.request,
            {
                **unknown(work.request, missing),
                "device": f"huggingface:{offer.provider}" if offer else "endpoint",
                "libraries": library_versions("huggingface_hub"),
            },
        )
        finished = await self._imaging.finish(answer.encoded, made)
        size = (finished.width, finished.height)
        return Picture(
            data=finished.png,
            width=finished.width,
            height=finished.height,
            seconds=time.monotonic() - started,
            revision=None,
            device=f"Hugging Face ({offer.provider})" if offer else "Hosted endpoint",
            remarks=tuple(remarks(work.request, missing, size, who)),
            pixels=finished.pixels,
        )
