"""The line of waiting jobs: guilds share a device's time alike, and in each its members do.

One lane a kind of executor. Cost is the device time that is predicted for a job, and corrected when
it is known. The model that is loaded is preferred, but nobody's turn is put off for long.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generation.batching import Batching
from generation.catalog import Catalog, ExecutorName
from generation.fairness import Entry, FairQueue
from generation.job import Job
from generation.timings import Prediction

#: How long jobs of the loaded model may go before one whose turn it is (seconds).
PASSED_OVER_S = 30.0

Predict = Callable[[Job], Prediction]
Holds = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a waiting job will be taken up."""

    place: int  # in line, from 1
    #: Until then, about; None where nothing was measured to tell it from, or nothing paints now.
    seconds: float | None


@dataclass(frozen=True, slots=True)
class _Taken:
    entry: Entry[Job]
    prediction: Prediction
    taken_at: float


class _Lane:
    def __init__(self, predict: Predict) -> None:
        self.line: FairQueue[Job] = FairQueue()
        self.taken: dict[int, _Taken] = {}
        self.filled = asyncio.Event()
        self.places: list[Callable[[], bool]] = []  # where they are painted: whether it is in order
        self.passed: dict[int, float] = {}  # whose turn was put off, and since when
        self._predict = predict
        self._order: list[Job] | None = None
        self._predictions: list[Prediction] = []

    def changed(self) -> None:
        self._order = None

    @property
    def order(self) -> list[Job]:
        """The jobs in the order of their turns, remembered until something changes."""
        if self._order is None:
            self._order = [entry.item for entry in self.line.order()]
            # Anew: what was a guess when they came may have been measured since.
            self._predictions = [self._predict(job) for job in self._order]
        return self._order

    def take(self, entry: Entry[Job], now: float) -> Job:
        job = entry.item
        prediction = self._predict(job)
        self.line.take(entry, prediction.seconds)
        self.passed.pop(job.id, None)
        self.taken[job.id] = _Taken(entry, prediction, now)
        self.changed()
        return job

    def settle(self, job_id: int, seconds: float | None, now: float) -> None:
        taken = self.taken.pop(job_id, None)
        if taken is None:
            return
        expected = taken.prediction.seconds
        if seconds is None:  # it came to nothing, and had no more than there was time for
            seconds = min(expected, now - taken.taken_at)
        self.line.charge(taken.entry, seconds - expected)
        self.changed()
        self.rest()

    def rest(self) -> None:
        """Forget who had what, where there is nothing to do any more."""
        if not self.taken and not len(self.line):
            self.line.end_busy_period()

    def forecast(self, index: int, now: float) -> Forecast:
        """For the job at an index of `order`."""
        ahead = self._predictions[:index]
        running = [(each.prediction, now - each.taken_at) for each in self.taken.values()]
        if not all(p.measured for p in ahead) or not all(p.measured for p, _ in running):
            return Forecast(index + 1, None)
        at_once = sum(in_order() for in_order in self.places) if self.places else 1
        if not at_once:
            return Forecast(index + 1, None)  # nobody knows when any of them is back
        seconds = sum(p.seconds for p in ahead)
        seconds += sum(max(0.0, p.seconds - elapsed) for p, elapsed in running)
        return Forecast(index + 1, seconds / at_once)


class JobQueue:
    """Waiting jobs in memory; the store has them all on disk."""

    def __init__(
        self,
        predict: Predict | None = None,
        now: Callable[[], float] = time.monotonic,
        batching: Batching | None = None,
    ) -> None:
        """Empty. Without `predict` all jobs are alike, without `batching` each is painted alone.

        `now` gives seconds, from any beginning.
        """
        self._batching = batching or Batching(Catalog({}))
        self._predict = predict or (lambda _: Prediction(1.0, measured=False))
        self._now = now
        self._lanes: dict[ExecutorName, _Lane] = {}
        #: Jobs in no lane: what paints them is not there until a later start.
        self.set_aside: list[Job] = []

    def __len__(self) -> int:
        """How many jobs wait, over all lanes."""
        return sum(len(lane.line) for lane in self._lanes.values())

    def put(self, executor: ExecutorName, job: Job, *, again: bool = False) -> None:
        """Join the line; `again`: come back, before one's own that were asked for later."""
        lane = self._lane(executor)
        taken = lane.taken.pop(job.id, None)
        if taken is not None:
            # It has had nothing of what it was charged for.
            lane.line.charge(taken.entry, -taken.prediction.seconds)
        guild, member = _classes(job)
        entry = Entry(guild, member, job, self._predict(job).seconds, job.weight)
        lane.line.put(entry, before=(lambda other: other.id > job.id) if again else None)
        lane.changed()
        lane.filled.set()

    async def until_filled(self, executor: ExecutorName) -> None:
        """Return when a job waits in that line, or did a moment ago."""
        await self._lane(executor).filled.wait()

    async def get(self, executor: ExecutorName, holds: Holds = lambda _: False) -> list[Job]:
        """Take the job whose turn it is, waiting for one, and those to be painted with it.

        `holds` says which models are loaded. Say `settle` of each when it has ended.
        """
        lane = self._lane(executor)
        while not len(lane.line):
            lane.rest()
            lane.filled.clear()
            await lane.filled.wait()
        first = lane.take(self._next(lane, holds), self._now())
        return [first, *self._companions(lane, first)]

    def _companions(self, lane: _Lane, first: Job) -> Iterator[Job]:
        """Take those of the next ones in turn that may be painted together with the first."""
        key = self._batching.key(first)
        if key is None:
            return
        for _ in range(1, self._batching.limit(first)):
            heads = lane.line.heads()
            entry = next((e for e in heads if self._batching.key(e.item) == key), None)
            if entry is None:
                return
            yield lane.take(entry, self._now())

    def settle(self, job_id: int, seconds: float | None = None) -> None:
        """A job that was taken has ended; `seconds` is the device time it has really had.

        Without them it came to nothing.
        """
        for lane in self._lanes.values():
            lane.settle(job_id, seconds, self._now())

    def serves(self, executor: ExecutorName, in_order: Callable[[], bool] = lambda: True) -> None:
        """Say that one more batch of a lane is painted at once, while that place is `in_order`."""
        self._lane(executor).places.append(in_order)

    def remove(self, job_id: int) -> Job | None:
        """Take a waiting job out of its lane; None where it does not wait."""
        for lane in self._lanes.values():
            entry = lane.line.remove(lambda job: job.id == job_id)
            if entry is not None:
                lane.passed.pop(job_id, None)
                lane.changed()
                return entry.item
        return None

    def forecast(self, job_id: int) -> Forecast | None:
        """The job's place in its lane and its wait; None where it does not wait."""
        for lane in self._lanes.values():
            for index, job in enumerate(lane.order):
                if job.id == job_id:
                    return lane.forecast(index, self._now())
        return None

    def first_free(self) -> float | None:
        """Seconds until the first waiting job is taken up, about; None where it can't be told."""
        waiting = [lane for lane in self._lanes.values() if len(lane.line)]
        known = [lane.forecast(0, self._now()).seconds for lane in waiting]
        return min((seconds for seconds in known if seconds is not None), default=None)

    def jobs(self) -> list[Job]:
        """All waiting jobs, in no order."""
        return [entry.item for lane in self._lanes.values() for entry in lane.line]

    def jobs_of(self, user_id: int) -> list[Job]:
        """That member's waiting jobs."""
        return [job for job in self.jobs() if job.origin and job.origin.user_id == user_id]

    def _next(self, lane: _Lane, holds: Holds) -> Entry[Job]:
        """Whose turn it is, or for a while whoever needs no other model to be loaded."""
        heads = list(lane.line.heads())
        first = heads[0]
        now = self._now()
        if now - lane.passed.get(first.item.id, now) >= PASSED_OVER_S:
            return first
        chosen = next((entry for entry in heads if holds(entry.item.request.model)), first)
        if chosen is not first:
            # Remembered until it is taken, whoever else's turn comes in between.
            lane.passed.setdefault(first.item.id, now)
        return chosen

    def _lane(self, executor: ExecutorName) -> _Lane:
        lane = self._lanes.get(executor)
        if lane is None:
            lane = self._lanes[executor] = _Lane(self._predict)
        return lane


def _classes(job: Job) -> tuple[object, object]:
    """The guild and the member of a job. All direct messages together are like one guild."""
    origin = job.origin
    if origin is None:
        return "command line", None
    if origin.guild_id is None:
        return "direct messages", origin.user_id
    return origin.guild_id, origin.user_id
