"""Has the parts of a job painted one after another, and keeps each as soon as it is there.

What an attempt leaves behind the next one does not paint again: not after a restart, and not after
a worker's death. The part that a worker died of comes last in the next attempt.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from generation.catalog import Catalog
from generation.events import JobEvents, JobProgress, JobStarted
from generation.executors.base import (
    Cancelled,
    Executor,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Painted,
    Picture,
)
from generation.job import Job, PartPlace
from generation.pictures import PictureStore, StoredPicture
from generation.running import Running
from generation.safety.screening import Screening
from generation.sheets.drawer import Drawer
from generation.sheets.scores import Scores
from generation.sheets.sieve import Sieve
from generation.sheets.store import PartResult, PartStatus
from generation.slot import Hold
from generation.storage import STORAGE_ERRORS, remedied, until_written
from generation.telling import GOES_ON, tell
from generation.timings import Timings
from generation.tries import NOT_THE_END, is_worth_another
from generation.works import batch_of, looked_at

log = logging.getLogger(__name__)

_SILENT = "the executor told no end of it"
_OUR_FAULT = "Something went wrong on Easel's side. The host can see what in the log."
_WITHDRAWN = "The model {model} is not available here any more."
_TOGETHER = "Putting them side by side"
_GAVE_OUT = "Not painted: what paints gave out before."


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at all parts that are not painted yet."""

    executor: Executor  # that took the job
    job: Job
    image: bytes | None  # the picture to start from
    hold: Hold
    results: dict[int, PartResult]
    unsafe_above: float  # what is seen of it is refused above this score


class SheetPainter:
    """Knows all that painting the parts of a job may change."""

    def __init__(
        self,
        catalog: Catalog,
        executors: Sequence[Executor],
        pictures: PictureStore,
        events: JobEvents,
        timings: Timings,
        running: Running,
        drawer: Drawer,
        screening: Screening,
    ) -> None:
        """`executors`: parts may be of models that another one paints than the one with the job."""
        self._catalog = catalog
        self._executors = executors
        self._pictures = pictures
        self._events = events
        self._timings = timings
        self._running = running
        self._parts = drawer.parts
        self._drawer = drawer
        self._sieve = Sieve(catalog, screening, self._parts, pictures)

    async def paint(
        self, executor: Executor, job: Job, image: bytes | None, hold: Hold
    ) -> ExecutorEvent:
        """Paint what is not painted yet and put all together; how the attempt ended.

        A failure that is worth another attempt is told at once; what is painted by then is kept.
        """
        results = await self._results(job)
        limit = await self._sieve.limit(job)
        attempt = Attempt(executor, job, image, hold, results, limit)
        async with self._drawer.scoring(job, results) as scores:
            failure = await self._paint_all(attempt, scores)
            hold.free()
            if failure is not None:
                return failure
            if self._is_to_vanish(attempt):
                return Cancelled()
            await self._sift(job, results)
            if not self._painted(results):
                return self._nothing(job, results)
            count = len(job.request.parts)
            self._events.publish(JobProgress(job, count, count, _TOGETHER))
            await scores.end()
        is_cut = not all(self._has_ended(attempt, each) for each in self._numbers(job))
        return await self._drawer.draw(job, await self._results(job), cut_short=is_cut)

    async def salvage(self, job: Job) -> ExecutorEvent | None:
        """What an earlier attempt left of a job that waits, put together; None where it is none."""
        results = await self._results(job)
        await self._sift(job, results)
        if not self._painted(results):
            return None
        return await self._drawer.draw(job, results, cut_short=True)

    async def sift(self, job: Job) -> None:
        """Throw away what is painted of it and may not be shown where it was asked for."""
        await self._sieve.sift(job, await self._parts.of(job.id))

    async def clear(self, job: Job) -> None:
        """Take away all that is painted of it. Raises OSError and the database's errors."""
        await self._sieve.clear(job)

    async def _results(self, job: Job) -> dict[int, PartResult]:
        return await until_written(job.id, partial(self._parts.of, job.id))

    async def _sift(self, job: Job, results: dict[int, PartResult]) -> None:
        await until_written(job.id, partial(self._sieve.sift, job, results))

    async def _paint_all(self, attempt: Attempt, scores: Scores) -> Failed | None:
        """Until all have ended, or the job is cancelled; a failure for which all is tried again."""
        job, results = attempt.job, attempt.results
        waiting = self._order(attempt)
        while waiting and not self._running.is_cancelled(job.id):
            number = waiting[0]
            event = await self._paint_one(attempt, number, [*waiting])
            if isinstance(event, Cancelled):
                break
            waiting.pop(0)
            if isinstance(event, Finished):
                kept = await self._keep(job, number, event.picture)
                if kept is not None:
                    results[number] = kept
                    scores.begin(kept)
                continue
            assert isinstance(event, Failed)
            if event.kind is FailureKind.DEVICE_UNAVAILABLE:
                attempt.hold.slot.fails()
            if is_worth_another(event, job, attempt.hold.slot):
                if event.kind is not FailureKind.DEVICE_UNAVAILABLE:
                    await until_written(job.id, partial(self._parts.note_death, job.id, number))
                return event
            results[number] = await self._fail(job, number, event)
            if event.kind in NOT_THE_END:
                rest = Failed(event.kind, _GAVE_OUT, event.detail)
                for number in waiting:
                    results[number] = await self._fail(job, number, rest)
                break
        return None

    def _order(self, attempt: Attempt) -> list[int]:
        """What is to be painted: by this host first, and there what is loaded.

        What a worker died of comes last of all: nothing else is to come to nothing with it.
        """

        def rank(number: int) -> tuple[bool, bool, bool, str, int]:
            model = attempt.job.request.parts[number - 1].request.model
            spec = self._catalog.get(model)
            result = attempt.results.get(number)
            return (
                result is not None and result.status is PartStatus.DIED,
                spec is not None and spec.executor != "local",
                not attempt.executor.holds(model),
                model,
                number,
            )

        numbers = self._numbers(attempt.job)
        return sorted((each for each in numbers if not self._has_ended(attempt, each)), key=rank)

    @staticmethod
    def _numbers(job: Job) -> range:
        return range(1, len(job.request.parts) + 1)

    @staticmethod
    def _has_ended(attempt: Attempt, number: int) -> bool:
        result = attempt.results.get(number)
        return result is not None and result.status is not PartStatus.DIED

    async def _paint_one(
        self, attempt: Attempt, number: int, waiting: Sequence[int]
    ) -> ExecutorEvent:
        """One part's final event."""
        job = attempt.job
        part = job.request.parts[number - 1]
        if part.request.model not in self._catalog:
            notice = _WITHDRAWN.format(model=part.request.model)
            return Failed(FailureKind.MODEL_UNAVAILABLE, notice, "not in the catalog")
        count = len(job.request.parts)
        place = PartPlace(count - len(waiting) + 1, count)
        shown = replace(job, request=part.request, revision=part.revision, part=place)
        executor = self._executor_of(attempt, number)
        kinds = {self._kind(attempt, each) for each in waiting}
        if attempt.executor.name not in kinds:
            attempt.hold.free()  # what is left is painted elsewhere
        self._running.add(executor, [job])
        self._events.publish(JobStarted(shown))
        images = {} if attempt.image is None else {job.id: attempt.image}
        limits = {job.id: attempt.unsafe_above}
        batch = batch_of(
            *([shown], images, self._catalog, self._timings, limits), can_look=executor.can_look()
        )
        end: ExecutorEvent | None = None
        async with aclosing(executor.run(batch)) as told:
            async for _, event in told:
                if isinstance(event, GOES_ON):
                    tell(self._events, shown, event)
                elif isinstance(event, Painted):
                    attempt.hold.slot.works()
                    if len(waiting) == 1:
                        attempt.hold.free()
                else:
                    end = event
        if isinstance(end, Finished):
            attempt.hold.slot.works()
        silent = Failed(FailureKind.INTERNAL, _OUR_FAULT, _SILENT)
        return silent if end is None else looked_at(batch, job.id, end)

    def _kind(self, attempt: Attempt, number: int) -> str | None:
        spec = self._catalog.get(attempt.job.request.parts[number - 1].request.model)
        return spec.executor if spec else None

    def _executor_of(self, attempt: Attempt, number: int) -> Executor:
        kind = self._kind(attempt, number)
        others = (each for each in self._executors if each.name == kind)
        return attempt.executor if attempt.executor.name == kind else next(others)

    async def _keep(self, job: Job, number: int, picture: Picture) -> PartResult | None:
        """None where it was cancelled while the disk had no room for it."""
        refuse = partial(self._sieve.refuse, job, number, picture)
        refused = await until_written(job.id, refuse)
        if refused is not None:
            return refused
        stored = await self._save(job, number, picture.data)
        if stored is None:
            return None
        paint = partial(self._parts.paint, job.id, number, picture, stored)
        result = await until_written(job.id, paint)
        log.info(
            *("Job %s, part %s painted in %.2f s on %s", job.id, number),
            *(picture.seconds, picture.device),
        )
        request = job.request.parts[number - 1].request
        try:
            await self._timings.learn(request, picture.device, picture.device_seconds)
        except STORAGE_ERRORS as error:
            why = remedied(error)
            log.warning("How long job %s, part %s took is not kept: %s", job.id, number, why)
        return result

    async def _save(self, job: Job, number: int, data: bytes) -> StoredPicture | None:
        tried = False

        async def save() -> StoredPicture | None:
            nonlocal tried
            if tried and self._running.is_cancelled(job.id):
                return None
            tried = True
            return await self._pictures.save(job.id, data, number)

        return await until_written(job.id, save)

    async def _fail(self, job: Job, number: int, failure: Failed) -> PartResult:
        detail = failure.detail or failure.message
        log.error("Job %s, part %s failed (%s): %s", job.id, number, failure.kind, detail)
        fail = partial(self._parts.fail, job.id, number, failure.kind, failure.message, detail)
        return await until_written(job.id, fail)

    def _is_to_vanish(self, attempt: Attempt) -> bool:
        """Whether it was cancelled and there is nothing to show, or nobody it should be shown to.

        What its own member cancels ends with what is painted by then.
        """
        job_id = attempt.job.id
        if not self._running.is_cancelled(job_id):
            return False
        return bool(self._running.cancelled_by(job_id)) or not self._painted(attempt.results)

    @staticmethod
    def _painted(results: dict[int, PartResult]) -> bool:
        return any(each.status is PartStatus.PAINTED for each in results.values())

    @staticmethod
    def _nothing(job: Job, results: dict[int, PartResult]) -> Failed:
        """None of the parts could be painted: why not."""
        notices = dict.fromkeys(_notices(results))
        first = next(iter(results.values()))
        kind = FailureKind(first.failure or FailureKind.INTERNAL)
        message = f"None of these {len(job.request.parts)} pictures could be painted. "
        return Failed(kind, message + " ".join(notices), "all parts failed")


def _notices(results: dict[int, PartResult]) -> Iterator[str]:
    for each in results.values():
        if each.notice and each.notice != _GAVE_OUT:
            yield each.notice
