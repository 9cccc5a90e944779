"""What holds of jobs in any order of submits, cancels, crashes, late results and restarts.

The invariants of design: a real database, store, queue, intake and dispatcher, with two devices
that do what the machine says, a disk that refuses, and a delivery that is slow.
"""

import asyncio
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine, Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.database import Database, DatabaseBusy, StorageFull
from generation.catalog import ExecutorName
from generation.dispatcher import Dispatcher
from generation.errors import IllegalTransition, IntakeFull
from generation.events import JobCancelled, JobEvent, JobFailed, JobGenerated
from generation.executors.base import (
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Painted,
    Progress,
    Told,
)
from generation.inputs.retention import InputRetention
from generation.job import TRANSITIONS, Job, JobStatus
from generation.keeping.kept import KeptPictures
from generation.keeping.retention import Keep, Retention
from generation.limits.layers import Asker, Limits
from generation.pictures import StoredPicture
from generation.queue import Holds
from generation.recovery import clear, recover
from generation.request import GenerationRequest
from generation.store import JobStore
from generation.tries import MAX_ATTEMPTS
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, make_origin
from tests.support.line import Line
from tests.support.puppets import Puppet, ShakyDatabase, ShakyPictures, Strings

T = TypeVar("T")

FINAL = {status for status, following in TRANSITIONS.items() if not following}
DIED = Failed(FailureKind.WORKER_DIED, "The worker ended.", "SIGKILL")
HUNG = Failed(FailureKind.TIMED_OUT, "It took too long.")
#: Looked at, as most models want it.
SEEN = replace(PICTURE, unsafe=0.0, screened_by="somebody")
BROKEN = Failed(FailureKind.BAD_PICTURE, "Nothing to see.")
GONE = Failed(FailureKind.DEVICE_UNAVAILABLE, "Painting doesn't work just now.")
FULL = StorageFull(Path("easel.sqlite3"), "database or disk is full")
BUSY = DatabaseBusy(Path("easel.sqlite3"))
#: Which statuses a job has from when its member was told of that end.
ENDS = {
    JobGenerated: {JobStatus.GENERATED, JobStatus.DELIVERED, JobStatus.UNDELIVERABLE},
    JobFailed: {JobStatus.FAILED},
    JobCancelled: {JobStatus.CANCELLED},
}
BEGAN = 1_800_000_000.0  # seconds since the epoch
#: Which of the jobs there are, counted round and round.
WHICH = st.integers(0, 11)
#: All pauses between tries are none, so that nothing takes as long as it would.
PAUSES = (
    "generation.slot._FIRST_PAUSE_S",
    "generation.slot._LONGEST_PAUSE_S",
    "generation.storage.FIRST_PAUSE_S",
)


class Jobs(RuleBasedStateMachine):
    """One host, started anew whenever the machine says so."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        # In memory, where the host has that: what a cut of the power leaves is not looked at here.
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.pauses = [mock.patch(name, 0.0) for name in PAUSES]
        for pause in self.pauses:
            pause.start()
        self.clock = BEGAN
        self.interaction = 100
        self.accepted: dict[int, GenerationRequest] = {}
        self.owners: dict[int, int] = {}
        self.ends: dict[int, set[type[JobEvent]]] = defaultdict(set)  # what was told of each
        self.last: dict[int, JobStatus] = {}
        self.given_back: set[int] = set()  # cancelled before they were started
        self.deadly: Counter[int] = Counter()  # attempts that the job's worker did not survive
        self.hopeless = False  # a device stayed away for longer than anybody waits
        self.refused = False  # the disk has refused something
        self.shown: Counter[int] = Counter()
        self.strings = Strings()
        self.taken: list[int] = []  # from the line
        self.rows: dict[int, Job] = {}
        self.wait(self.start())

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        async def in_time() -> T:
            async with asyncio.timeout(60):
                return await coroutine

        return self.loop.run_until_complete(in_time())

    # --- the host ---

    async def start(self) -> None:
        self.stack = AsyncExitStack()
        folder = Path(self.folder.name)
        self.sound = await self.stack.enter_async_context(Database.open(folder))
        self.database = ShakyDatabase(self.sound)
        # Room for all the machine asks for.
        host = Limits(waiting=8, per_day=1000)
        self.line = line = Line.build(
            self.database, folder, host, most_waiting=20, now=lambda: self.clock
        )
        self.from_line, line.queue.get = line.queue.get, self.take
        line.pictures = self.pictures = ShakyPictures(folder)
        line.quotas._now = lambda: BEGAN  # whatever was asked for counts: all of it is of that day
        self.to_deliver: list[Job] = []
        line.events.subscribe(self.hear)
        await clear(KeptPictures(self.sound), line.pictures)
        await recover(CATALOG, CATALOG, line.store, line.queue, line.events)
        self.strings.runs, self.strings.listening = {}, []
        self.dispatcher = Dispatcher(
            CATALOG,
            line.store,
            line.queue,
            line.pictures,
            line.inputs,
            [Puppet(self.strings, capacity) for capacity in (1, 1)],
            line.events,
            line.timings,
        )
        self.dispatching = asyncio.create_task(self.dispatcher.run())
        await self.settle()

    async def take(self, executor: ExecutorName, holds: Holds = lambda _: False) -> list[Job]:
        jobs = await self.from_line(executor, holds)
        self.taken += [job.id for job in jobs]
        return jobs

    def hear(self, event: JobEvent) -> None:
        """What its member is told."""
        if isinstance(event, tuple(ENDS)):
            self.ends[event.job.id].add(type(event))
        if isinstance(event, JobGenerated):
            self.to_deliver.append(event.job)
        elif isinstance(event, JobCancelled) and event.job.started_at is None:
            self.given_back.add(event.job.id)

    async def stop(self, *, killed: bool) -> None:
        if killed:
            # Nothing more is written, as after a SIGKILL.
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()
            for name in ("requeue", "cancel", "ask_cancel"):
                setattr(self.line.store, name, _never)
        self.dispatching.cancel()
        await asyncio.gather(self.dispatching, return_exceptions=True)
        await self.stack.aclose()

    async def settle(self) -> None:
        """Until each lane waits: for a job, or for what the executor says next."""
        async with asyncio.timeout(10):
            while not self._is_quiet():
                await asyncio.sleep(0.001)

    def _is_quiet(self) -> bool:
        """Whether no attempt is at anything but waiting for its executor, and no lane could be."""
        listening = self.strings.listening
        if not all(told.empty() for told in listening) or self.attempts != len(listening):
            return False
        return not (self.dispatcher._idle and len(self.line.queue))

    @property
    def attempts(self) -> int:
        return sum(task.get_name().startswith("local:") for task in asyncio.all_tasks(self.loop))

    def chosen(self, which: int) -> int | None:
        """One of the jobs that an executor has, if there is any.

        A number is drawn, whatever is there: which of two lanes was quicker may differ from run to
        run, and what hypothesis draws must not.
        """
        return self.one_of(self.strings.runs, which)

    def one_of(self, jobs: Iterable[int], which: int) -> int | None:
        there = sorted(jobs)
        return there[which % len(there)] if there else None

    async def say(self, job_id: int, event: ExecutorEvent) -> None:
        self.deadly[job_id] += event in (DIED, HUNG)
        self.strings.runs[job_id].put_nowait(Told(job_id, event))

    # --- what happens ---

    @rule(
        user=st.integers(1, 3),
        model=st.sampled_from(["demo", "demo", "sdxl-turbo"]),
        seed=st.sampled_from([None, None, 7]),
        count=st.integers(1, 4),
    )
    def submit(self, user: int, model: str, seed: int | None, count: int) -> None:
        request = GenerationRequest.build(CATALOG[model], f"for {user}", seed=seed)

        async def ask() -> None:
            self.interaction += 1
            try:
                job = await self.line.intake.submit(request, make_origin(user, self.interaction))
            except (IntakeFull, StorageFull, DatabaseBusy):
                return
            self.accepted[job.id], self.owners[job.id] = job.request, user
            assert await self.line.store.get(job.id) is not None, "accepted before it is committed"
            await self.settle()

        for _ in range(count):
            self.wait(ask())

    @rule(which=WHICH, refusal=st.sampled_from([None, None, FULL, BUSY]))
    def cancel(self, which: int, refusal: Exception | None) -> None:
        job_id = self.one_of(self.accepted, which)
        if job_id is None:
            return
        if refusal is not None:
            self.next_writes_fail([refusal])

        async def end() -> None:
            before = await self.line.store.get(job_id)
            assert before is not None
            try:
                done = await self.dispatcher.cancel(job_id)
            except (StorageFull, DatabaseBusy):
                done = False
            assert not (done and before.status in FINAL), "what has ended was cancelled"
            await self.settle()

        self.wait(end())

    @rule(
        which=WHICH,
        event=st.sampled_from(
            [Loading(), Progress(1, 2), Painted(), Finished(SEEN), DIED, HUNG, BROKEN]
        ),
        again=st.booleans(),
    )
    def executor_says(self, which: int, event: ExecutorEvent, again: bool) -> None:
        job_id = self.chosen(which)
        if job_id is None:
            return

        # A lane with four pictures on their way to the disk takes no more: then all would stand.
        if event == Painted() and self.attempts > 2:
            event = Progress(2, 2)

        async def say() -> None:
            told = self.strings.runs[job_id]
            await self.say(job_id, event)
            if again:
                told.put_nowait(Told(job_id, Finished(SEEN)))  # late, after whatever came first
            await self.settle()

        self.wait(say())
        if again and event in (DIED, HUNG, BROKEN):
            assert self.read()[job_id].picture is None, "a result of a lost worker was taken"

    @rule(
        which=WHICH,
        where=st.sampled_from(["before", "after"]),
        what=st.sampled_from(["cancel", "kill", "stop", "sweep"]),
    )
    def something_happens_while_a_picture_is_saved(
        self, which: int, where: Literal["before", "after"], what: str
    ) -> None:
        job_id = self.chosen(which)
        if job_id is None:
            return
        disk = self.pictures
        disk.slow, disk.full = where, 0

        async def happen() -> None:
            await self.say(job_id, Finished(SEEN))
            await disk.waits.wait()
            if what in ("cancel", "sweep"):
                if what == "sweep":
                    await self.retention().sweep()
                else:
                    assert await self.dispatcher.cancel(job_id)
                disk.waits.clear()
                disk.go_on.set()
                await self.settle()
                disk.go_on.clear()
            else:
                await self.stop(killed=what == "kill")
                await self.start()

        self.wait(happen())
        if what == "cancel":
            assert self.read()[job_id].status is JobStatus.CANCELLED

    @rule(which=WHICH, away=st.integers(0, 2), for_long=st.booleans())
    def device_goes(self, which: int, away: int, for_long: bool) -> None:
        job_id = self.chosen(which)
        if job_id is None:
            return
        self.hopeless |= for_long
        self.strings.away = away

        async def say() -> None:
            await self.say(job_id, GONE)
            await self.settle()

        with mock.patch("generation.slot.PATIENCE_S", 0.0 if for_long else 1000.0):
            self.wait(say())

    @rule(
        which=WHICH,
        other=WHICH,
        event=st.sampled_from([Finished(SEEN), DIED, Progress(1, 2)]),
    )
    def result_of_a_run_that_was_given_up(
        self, which: int, other: int, event: ExecutorEvent
    ) -> None:
        """It comes in a run of others, and then somebody writes it down all the same."""
        chosen = self.chosen(which)
        if chosen is None:
            return
        run = self.strings.runs[chosen]
        others = [job_id for job_id in self.accepted if self.strings.runs.get(job_id) is not run]
        job_id = self.one_of(others, other) or 0
        before = self.read().get(job_id)

        async def say() -> None:
            run.put_nowait(Told(job_id, event))
            await self.settle()
            if before is None or before.status is JobStatus.RUNNING:
                return
            stored = StoredPicture("pictures/late.png", "0" * 64)
            with pytest.raises(IllegalTransition):
                await JobStore(self.sound).finish(job_id, SEEN, stored)

        self.wait(say())
        assert self.read().get(job_id) == before, "a late result changed something"

    @rule(refusals=st.lists(st.sampled_from([None, FULL, BUSY]), min_size=1, max_size=3))
    def writes_fail(self, refusals: list[Exception | None]) -> None:
        self.next_writes_fail(refusals)

    def next_writes_fail(self, refusals: list[Exception | None]) -> None:
        self.refused = True
        self.database.refusals = [*refusals]

    @rule(writes=st.integers(1, 2))
    def disk_has_no_room_for_pictures(self, writes: int) -> None:
        self.pictures.full = writes

    @rule(works=st.booleans())
    def deliver(self, works: bool) -> None:
        if not self.to_deliver:
            return
        job_id = self.to_deliver[0].id
        store = self.line.store
        noting = store.deliver(job_id) if works else store.undeliverable(job_id, "no place is left")
        try:
            self.wait(noting)
        except (StorageFull, DatabaseBusy):
            return  # it is noted later
        self.to_deliver.pop(0)
        self.shown[job_id] += works

    @rule(killed=st.booleans())
    def restart(self, killed: bool) -> None:
        self.wait(self.stop(killed=killed))
        self.wait(self.start())

    @rule(which=WHICH, killed=st.booleans())
    def cancel_what_hangs_and_restart(self, which: int, *, killed: bool) -> None:
        job_id = self.chosen(which)
        if job_id is None:
            return
        self.database.refusals = []

        async def happen() -> None:
            self.strings.deaf = True
            assert await self.dispatcher.cancel(job_id)
            self.strings.deaf = False
            await self.stop(killed=killed)
            await self.start()

        self.wait(happen())
        assert self.read()[job_id].status is JobStatus.CANCELLED, "it was cancelled in vain"

    @rule(hours=st.sampled_from([-0.75, 0.75]))  # in all steps together less than a day
    def clock_jumps(self, hours: float) -> None:
        self.clock += hours * 3600

    @rule()
    def sweep(self) -> None:
        """Nothing that a row names goes."""
        self.wait(self.retention().sweep())

    def retention(self) -> Retention:
        """As it sweeps later; the files' times are the real clock's."""
        inputs = InputRetention(self.sound, self.line.inputs)
        kept = KeptPictures(self.sound)
        return Retention(kept, self.pictures, inputs, Keep(), lambda: time.time() + 2 * 3600)

    # --- what holds ---

    def read(self) -> dict[int, Job]:
        rows = self.wait(self.sound.fetch_all("SELECT * FROM jobs"))
        return {row["id"]: Job.from_row(row) for row in rows}

    @invariant()
    def all_of_it(self) -> None:
        if not hasattr(self, "line"):
            return
        self.rows = self.read()
        self.all_that_was_accepted_is_there_and_moves_forward_only()
        self.what_a_member_is_told_is_so_and_stays_so()
        self.attempts_are_charged_to_what_a_worker_did_not_survive()
        self.a_picture_is_charged_once_and_given_back_where_it_failed()
        self.every_picture_that_a_row_names_is_there_and_whole_and_no_other()
        self.every_attempt_runs_the_same_request_and_members_keep_their_order()

    def all_that_was_accepted_is_there_and_moves_forward_only(self) -> None:
        assert self.rows.keys() == self.accepted.keys(), "jobs were lost, or come from nowhere"
        for job_id, job in self.rows.items():
            assert job.request == self.accepted[job_id]
            before = self.last.get(job_id)
            assert before not in FINAL or before is job.status, f"{before} became {job.status}"
            self.last[job_id] = job.status
            assert self.shown[job_id] == (job.status is JobStatus.DELIVERED)

    def what_a_member_is_told_is_so_and_stays_so(self) -> None:
        for job_id, told in self.ends.items():
            (end,) = told
            assert self.rows[job_id].status in ENDS[end], f"{end} of {self.rows[job_id].status}"

    def attempts_are_charged_to_what_a_worker_did_not_survive(self) -> None:
        for job_id, job in self.rows.items():
            under_way = job.status is not JobStatus.QUEUED
            assert job.attempts <= min(MAX_ATTEMPTS, self.deadly[job_id] + under_way)
            match job.failure:
                case FailureKind.WORKER_DIED | FailureKind.TIMED_OUT:
                    assert job.attempts == MAX_ATTEMPTS, "it was not tried once more"
                case FailureKind.DEVICE_UNAVAILABLE:
                    assert self.hopeless, "a device that is away for a moment cost a job"
                case _:
                    assert job.failure in (None, FailureKind.BAD_PICTURE), job.detail

    def a_picture_is_charged_once_and_given_back_where_it_failed(self) -> None:
        charged: Counter[int] = Counter()
        for job_id, job in self.rows.items():
            counts = job.status is not JobStatus.FAILED and job_id not in self.given_back
            charged[self.owners[job_id]] += counts
        for user in (1, 2, 3):
            (quota,) = self.wait(self.line.quotas.read(Asker(user, 10)))
            assert quota.used == charged[user]

    def every_picture_that_a_row_names_is_there_and_whole_and_no_other(self) -> None:
        named = {job.picture_path for job in self.rows.values() if job.picture_path}
        assert set(self.pictures.files()) == named
        for job in self.rows.values():
            assert (job.picture is not None) == (job.generated_at is not None)
            if job.picture is not None:
                assert self.pictures._load(job.picture) == PICTURE.data

    def every_attempt_runs_the_same_request_and_members_keep_their_order(self) -> None:
        for work in self.strings.works:
            assert work.request == self.accepted.get(work.job_id, work.request)
        firsts: dict[int, list[int]] = defaultdict(list)
        # Of two devices whose turn it is at the same time, either may be the first to begin.
        for job_id in dict.fromkeys(self.taken):
            if job_id in self.accepted:
                firsts[self.owners[job_id]].append(job_id)
        for line in firsts.values():
            # One whose start can't be written down may be passed by the rest of its batch.
            assert self.refused or line == sorted(line), "a member's later request went first"

    def teardown(self) -> None:
        if not hasattr(self, "line"):
            return
        try:
            self.wait(self._to_the_end())
            for job_id, job in self.read().items():
                assert job.status in FINAL, f"job {job_id} stays {job.status}"
                assert self.ends[job_id], f"nobody was told of job {job_id}"
            self.sweep()
            self.rows = self.read()
            self.every_picture_that_a_row_names_is_there_and_whole_and_no_other()
        finally:
            self.wait(self.stop(killed=False))
            for pause in self.pauses:
                pause.stop()
            self.folder.cleanup()
            self.loop.close()

    async def _to_the_end(self) -> None:
        """Let everything finish, as it would if nothing else went wrong."""
        self.database.refusals, self.pictures.full, self.strings.away = [], 0, 0
        for _ in range(3 * len(self.accepted) + 3):
            for job_id, told in self.strings.runs.items():
                told.put_nowait(Told(job_id, Finished(SEEN)))
            await self.settle()
            while self.to_deliver:
                await self.line.store.deliver(self.to_deliver.pop(0).id)


async def _never(*_: object, **__: object) -> None:
    raise asyncio.CancelledError


class ManyJobs(Jobs):
    """The same, for longer."""


_SETTINGS = settings(
    max_examples=45,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
Jobs.TestCase.settings = _SETTINGS
ManyJobs.TestCase.settings = settings(_SETTINGS, max_examples=600)
TestJobs = Jobs.TestCase
TestManyJobs = pytest.mark.timeout(900)(pytest.mark.long(ManyJobs.TestCase))
