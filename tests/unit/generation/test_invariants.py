"""What holds of jobs in any order of submits, cancels, crashes, late results and restarts.

The invariants of design: a real database, store, queue, intake and dispatcher, with an executor
that does what the machine says and a delivery that is slow.
"""

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.database import Database
from generation.catalog import ExecutorName, ModelSpec, ToolSpec
from generation.dispatcher import Dispatcher
from generation.errors import IntakeFull
from generation.events import JobEvent, JobGenerated
from generation.executors.base import (
    Batch,
    Cancelled,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Painted,
    Progress,
    Told,
    Work,
)
from generation.job import TRANSITIONS, JobStatus
from generation.limits import Asker, Limits
from generation.pictures import StoredPicture
from generation.recovery import recover
from generation.request import GenerationRequest
from generation.tries import MAX_ATTEMPTS
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, make_origin
from tests.support.line import Line

T = TypeVar("T")

FINAL = {status for status, following in TRANSITIONS.items() if not following}
DIED = Failed(FailureKind.WORKER_DIED, "The worker ended.", "SIGKILL")
HUNG = Failed(FailureKind.TIMED_OUT, "It took too long.")
BROKEN = Failed(FailureKind.BAD_PICTURE, "Nothing to see.")


class Puppet:
    """An executor of two places whose runs do what they are told, one event at a time."""

    most = max(spec.batch_limit for spec in CATALOG.values())

    name: ExecutorName = "local"
    device = "Test"
    capacity = 2

    def __init__(self) -> None:
        self.runs: dict[int, asyncio.Queue[Told]] = {}
        self.listening: list[asyncio.Queue[Told]] = []  # of runs that wait for what comes next
        self.works: list[Work] = []

    def holds(self, model: str) -> bool:
        return bool(self.works) and self.works[-1].request.model == model

    def hindrance(self, spec: ModelSpec) -> str | None:
        return None

    def screen_with(self, tool: ToolSpec | None, *, at_once: bool = True) -> None:
        pass

    def blindness(self) -> str | None:
        return None

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        assert len(batch.works) <= self.most
        assert len({work.request.model for work in batch.works}) == 1
        assert len(batch.works) == 1 or not any(work.request.seed_given for work in batch.works)
        told: asyncio.Queue[Told] = asyncio.Queue()
        for work in batch.works:
            assert work.job_id not in self.runs, "a job has two owners"
            self.works.append(work)
            self.runs[work.job_id] = told
        pending = {work.job_id for work in batch.works}
        try:
            while pending:
                self.listening.append(told)
                job_id, event = await told.get()
                self.listening.remove(told)
                yield Told(job_id, event)
                if not isinstance(event, Loading | Progress | Painted):
                    pending.discard(job_id)
                    self.runs.pop(job_id, None)
        finally:
            for job_id in pending:
                del self.runs[job_id]

    async def cancel(self, job_id: int) -> None:
        if job_id in self.runs:
            self.runs[job_id].put_nowait(Told(job_id, Cancelled()))


class Jobs(RuleBasedStateMachine):
    """One host, started anew whenever the machine says so."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = 1_800_000_000.0
        self.interaction = 100
        self.accepted: dict[int, GenerationRequest] = {}
        self.said_cancelled: set[int] = set()
        self.owners: dict[int, int] = {}
        self.last: dict[int, JobStatus] = {}
        self.given_back: set[int] = set()  # cancelled before they were started
        self.shown: dict[int, int] = defaultdict(int)
        self.started: dict[int, list[int]] = defaultdict(list)
        self.works: list[Work] = []
        self.wait(self.start())

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(coroutine)

    # --- the host ---

    async def start(self) -> None:
        self.stack = AsyncExitStack()
        folder = Path(self.folder.name)
        database = await self.stack.enter_async_context(Database.open(folder))
        # Room for all the machine asks for.
        host = Limits(waiting=8, per_day=1000)
        self.line = line = Line.build(
            database, folder, host, most_waiting=20, now=lambda: self.clock
        )
        line.quotas._now = lambda: 0.0  # a day without an end: whatever was asked for counts
        self.to_deliver: list[JobEvent] = []
        line.events.subscribe(
            lambda event: self.to_deliver.append(event) if isinstance(event, JobGenerated) else None
        )
        await recover(CATALOG, CATALOG, line.store, line.queue, line.events)
        self.puppet = Puppet()
        self.dispatcher = Dispatcher(
            CATALOG,
            line.store,
            line.queue,
            line.pictures,
            line.inputs,
            [self.puppet],
            line.events,
            line.timings,
        )
        self.dispatching = asyncio.create_task(self.dispatcher.run())
        await self.settle()

    async def stop(self, *, killed: bool) -> None:
        if killed:
            # Nothing more is written, as after a SIGKILL.
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()
            self.line.store.requeue = _never  # type: ignore[method-assign]
        self.dispatching.cancel()
        await asyncio.gather(self.dispatching, return_exceptions=True)
        self.works += self.puppet.works
        await self.stack.aclose()

    async def settle(self) -> None:
        """Until each lane waits: for a job, or for what the executor says next."""
        async with asyncio.timeout(10):
            while not self._is_quiet():
                await asyncio.sleep(0.001)

    def _is_quiet(self) -> bool:
        """Whether no attempt is at anything but waiting for its executor, and no lane could be."""
        listening = self.puppet.listening
        if not all(told.empty() for told in listening) or self.attempts != len(listening):
            return False
        return not (self.dispatcher._idle and len(self.line.queue))

    @property
    def attempts(self) -> int:
        return sum(task.get_name().startswith("local:") for task in asyncio.all_tasks(self.loop))

    # --- what happens ---

    @rule(
        user=st.integers(1, 3),
        model=st.sampled_from(["demo", "demo", "sdxl-turbo"]),
        seed=st.sampled_from([None, None, 7]),
    )
    def submit(self, user: int, model: str, seed: int | None) -> None:
        request = GenerationRequest.build(CATALOG[model], f"for {user}", seed=seed)

        async def ask() -> None:
            self.interaction += 1
            try:
                job = await self.line.intake.submit(request, make_origin(user, self.interaction))
            except IntakeFull:
                return
            self.accepted[job.id], self.owners[job.id] = job.request, user
            assert await self.line.store.get(job.id) is not None, "accepted before it is committed"
            await self.settle()

        self.wait(ask())

    @precondition(lambda self: self.accepted)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        job_id = data.draw(st.sampled_from(sorted(self.accepted)))

        async def end() -> None:
            before = await self.line.store.get(job_id)
            assert before is not None
            done = await self.dispatcher.cancel(job_id)
            assert not (done and before.status in FINAL), "what has ended was cancelled"
            if done and before.status is JobStatus.QUEUED:
                self.given_back.add(job_id)
            await self.settle()

        self.wait(end())

    @precondition(lambda self: self.puppet.runs)
    @rule(
        data=st.data(),
        event=st.sampled_from(
            [Loading(), Progress(1, 2), Painted(), Finished(PICTURE), DIED, HUNG, BROKEN]
        ),
        again=st.booleans(),
    )
    def executor_says(self, data: st.DataObject, event: ExecutorEvent, again: bool) -> None:
        job_id = data.draw(st.sampled_from(sorted(self.puppet.runs)))

        # A lane with four pictures on their way to the disk takes no more: then all would stand.
        if event == Painted() and self.attempts > 2:
            event = Progress(2, 2)

        async def say() -> None:
            told = self.puppet.runs[job_id]
            told.put_nowait(Told(job_id, event))
            if again:
                told.put_nowait(Told(job_id, Finished(PICTURE)))  # late, after whatever came first
            await self.settle()

        self.wait(say())

    @precondition(lambda self: self.to_deliver)
    @rule(works=st.booleans())
    def deliver(self, works: bool) -> None:
        job_id = self.to_deliver.pop(0).job.id
        self.shown[job_id] += works
        if works:
            self.wait(self.line.store.deliver(job_id))
        else:
            self.wait(self.line.store.undeliverable(job_id, "no place is left"))

    @rule(killed=st.booleans())
    def restart(self, killed: bool) -> None:
        self.wait(self.stop(killed=killed))
        self.wait(self.start())

    @rule(hours=st.sampled_from([-1.0, 1.0]))
    def clock_jumps(self, hours: float) -> None:
        self.clock += hours * 3600

    # --- what holds ---

    @invariant()
    def all_that_was_accepted_is_there_and_moves_forward_only(self) -> None:
        if not hasattr(self, "line"):
            return
        for job_id, request in self.accepted.items():
            job = self.wait(self.line.store.get(job_id))
            assert job is not None, f"job {job_id} is lost"
            assert job.request == request
            assert job.attempts <= MAX_ATTEMPTS
            before = self.last.get(job_id)
            assert before not in FINAL or before is job.status, f"{before} became {job.status}"
            self.last[job_id] = job.status
            assert self.shown[job_id] == (job.status is JobStatus.DELIVERED)
            assert not (job_id in self.said_cancelled and self.shown[job_id])

    @invariant()
    def a_picture_is_charged_once_and_given_back_where_it_failed(self) -> None:
        if not hasattr(self, "line"):
            return
        charged: Counter[int] = Counter()
        for job_id, owner in self.owners.items():
            job = self.wait(self.line.store.get(job_id))
            assert job is not None
            charged[owner] += job.status is not JobStatus.FAILED and job_id not in self.given_back
        for user in (1, 2, 3):
            (quota,) = self.wait(self.line.quotas.read(Asker(user, 10)))
            assert quota.used == charged[user]

    @invariant()
    def every_picture_that_a_row_names_is_there_and_whole(self) -> None:
        if not hasattr(self, "line"):
            return
        for kept in self.wait(self.line.store.stored_pictures()):
            job = self.wait(self.line.store.get(kept.job_id))
            assert job is not None
            assert job.picture_path is not None
            assert job.picture_sha256 is not None
            stored = StoredPicture(job.picture_path, job.picture_sha256)
            assert self.wait(self.line.pictures.load(stored)) == PICTURE.data

    @invariant()
    def every_attempt_runs_the_same_request_and_members_keep_their_order(self) -> None:
        if not hasattr(self, "line"):
            return
        firsts: dict[int, list[int]] = defaultdict(list)
        for work in (*self.works, *self.puppet.works):
            if work.job_id not in self.accepted:
                continue
            assert work.request == self.accepted[work.job_id]
            line = firsts[self.owners[work.job_id]]
            if work.job_id not in line:
                line.append(work.job_id)
        for line in firsts.values():
            assert line == sorted(line), "a member's later request went first"

    def teardown(self) -> None:
        if not hasattr(self, "line"):
            return
        try:
            self.wait(self._to_the_end())
            for job_id in self.accepted:
                job = self.wait(self.line.store.get(job_id))
                assert job is not None
                assert job.status in FINAL, f"job {job_id} stays {job.status}"
        finally:
            self.wait(self.stop(killed=False))
            self.folder.cleanup()
            self.loop.close()

    async def _to_the_end(self) -> None:
        """Let everything finish, as it would if nothing else went wrong."""
        for _ in range(3 * len(self.accepted) + 3):
            for job_id, told in self.puppet.runs.items():
                told.put_nowait(Told(job_id, Finished(PICTURE)))
            await self.settle()
            while self.to_deliver:
                await self.line.store.deliver(self.to_deliver.pop(0).job.id)


async def _never(*_: object, **__: object) -> None:
    raise asyncio.CancelledError


Jobs.TestCase.settings = settings(
    max_examples=50,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestJobs = Jobs.TestCase
