"""Pictures for whoever sits at the host: one after another through a studio, without Discord."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.presentation import text
from bot.studio import Studio
from generation.errors import GenerationError
from generation.events import (
    JobCancelled,
    JobEvent,
    JobFailed,
    JobGenerated,
    JobLoading,
    JobWaiting,
)
from generation.job import Job
from generation.request import GenerationRequest

#: Is told of all that happens to the jobs.
Show = Callable[[JobEvent], None]


class PaintingFailed(GenerationError):
    """A picture came to nothing; `kind` is a FailureKind's value, where there is one."""

    def __init__(self, message: str, kind: str | None = None) -> None:
        """`message` is a plain sentence with the remedy."""
        super().__init__(message)
        self.kind = kind


class Painter:
    """Submits requests and waits for their pictures. Made by `painting`."""

    def __init__(self, studio: Studio, dispatching: asyncio.Task[None]) -> None:
        """Use `painting`."""
        self._studio = studio
        self._dispatching = dispatching

    async def paint(self, request: GenerationRequest, show: Show) -> Job:
        """The painted job. Raises RequestRefused, PaintingFailed."""
        ended: asyncio.Future[Job] = asyncio.get_running_loop().create_future()

        def follow(event: JobEvent) -> None:
            show(event)
            match event:
                case JobGenerated(job):
                    ended.set_result(job)
                case JobFailed(job, message):
                    ended.set_exception(PaintingFailed(message, job.failure))
                case JobCancelled():
                    ended.set_exception(PaintingFailed("It was cancelled."))
                case _:
                    pass

        unsubscribe = self._studio.events.subscribe(follow)
        try:
            await self._studio.intake.submit(request, None)
            await asyncio.wait((ended, self._dispatching), return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                self._dispatching.result()  # a bug in it is raised here
                raise PaintingFailed("Nothing is painted any more.")
            return ended.result()
        finally:
            unsubscribe()


@asynccontextmanager
async def painting(studio: Studio) -> AsyncIterator[Painter]:
    """Have the studio paint for the length of the block."""
    dispatching = asyncio.create_task(studio.dispatcher.run(), name="dispatcher")
    try:
        yield Painter(studio, dispatching)
    finally:
        dispatching.cancel()
        await asyncio.gather(dispatching, return_exceptions=True)


def stage(event: JobEvent) -> str | None:
    """What is done before anything is painted, for a progress bar; None where that says nothing."""
    match event:
        case JobLoading(_, done, total) if done is not None and total is not None:
            return f"downloading {text.downloaded(done, total)}"
        case JobLoading(loras=loras, tool=tool):
            return f"loading {tool or text.loras(loras) or 'the model'}"
        case JobWaiting():
            return "the hosted API can't paint just now: asking again in a moment"
        case _:
            return None
