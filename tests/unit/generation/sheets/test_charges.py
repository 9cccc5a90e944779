"""What a sheet is charged on its way and at its end: never more for being cancelled sooner."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.database import Database
from generation.executors.base import FailureKind
from generation.job import Job, JobStatus
from generation.limits.layers import Asker, Limits
from generation.pictures import StoredPicture
from generation.safety.screening import Blocked
from generation.sheets.plan import sweep
from generation.sheets.store import PartStore
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, DEMO, make_origin
from tests.support.line import Line

from .desk import Desk, stopping_at, until_stuck

STORED = StoredPicture("pictures/000000/1.png", "0" * 64)
BLOCKED = Blocked("c" * 64, 0.9, "nsfw")
OUTCOMES = ("painted", "thrown away", "refused", "failed", "died")
#: Those that the device had work with.
WORKED = ("painted", "thrown away", "refused")
_members = itertools.count(1_000)


class Sheets:
    """Sheets whose parts end as a test says, each of a member of its own."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self.line = Line.build(database, data_dir, Limits(per_day=99), most_waiting=10_000)
        self.parts = PartStore(database)

    async def ask(self, count: int) -> Job:
        values = ", ".join(str(each) for each in range(1, count + 1))
        request, _ = sweep(CATALOG, DEMO, "a red circle", "seed", values)
        member = next(_members)
        return await self.line.intake.submit(request, make_origin(member, 10 * member))

    async def started(self, count: int, outcomes: Sequence[str] = ()) -> Job:
        """One of which the first parts ended like that."""
        job = await self.ask(count)
        await self.line.store.start(job.id)
        for number, outcome in enumerate(outcomes, start=1):
            await self.end(job, number, outcome)
        return job

    async def end(self, job: Job, number: int, outcome: str) -> None:
        match outcome:
            case "painted":
                await self.parts.paint(job.id, number, PICTURE, STORED)
            case "thrown away":
                await self.parts.paint(job.id, number, PICTURE, STORED)
                await self.parts.refuse(job.id, number, BLOCKED, "For the member.")
            case "refused":
                kind = FailureKind.UNSAFE_INPUT
                await self.parts.fail(job.id, number, kind, "For the member.", "why")
            case "failed":
                kind = FailureKind.OUT_OF_MEMORY
                await self.parts.fail(job.id, number, kind, "For the member.", "why")
            case _:
                await self.parts.note_death(job.id, number)

    async def charged(self, job: Job) -> int:
        """How many pictures of its member's day."""
        assert job.origin is not None
        (quota,) = await self.line.quotas.read(Asker(job.origin.user_id, 10))
        return quota.used


@pytest.fixture
def sheets(database: Database, tmp_path: Path) -> Sheets:
    return Sheets(database, tmp_path)


@pytest.mark.parametrize("detail", [None, "by a moderator", "with its guild", "with its channel"])
@pytest.mark.parametrize(("painted", "charged"), [(0, 1), (1, 1), (2, 2), (7, 7), (8, 8)])
async def test_one_that_is_cancelled_costs_what_is_painted_of_it(
    sheets: Sheets, detail: str | None, painted: int, charged: int
):
    job = await sheets.started(8, ["painted"] * painted)
    assert await sheets.charged(job) == 8
    await sheets.line.store.cancel(job.id, detail)
    assert await sheets.charged(job) == charged


async def test_so_it_does_where_its_files_are_gone(sheets: Sheets, database: Database):
    job = await sheets.started(8, ["painted", "painted"])
    await sheets.line.store.cancel(job.id, "by a moderator")
    await database.write("UPDATE parts SET picture_path = NULL, picture_sha256 = NULL")
    assert await sheets.charged(job) == 2


async def test_before_its_start_it_costs_nothing(sheets: Sheets):
    job = await sheets.ask(8)
    assert await sheets.charged(job) == 8
    await sheets.line.store.cancel(job.id)
    assert await sheets.charged(job) == 0


@pytest.mark.parametrize(("painted", "charged"), [(0, 0), (1, 1), (3, 3)])
async def test_what_was_painted_before_it_had_to_wait_again_counts(
    sheets: Sheets, painted: int, charged: int
):
    job = await sheets.started(8, ["painted"] * painted)
    await sheets.line.store.requeue(job.id, charged=False)
    assert await sheets.charged(job) == 8
    await sheets.line.store.cancel(job.id, "by a moderator")
    assert await sheets.charged(job) == charged


async def test_a_wish_to_cancel_it_changes_nothing_before_its_end(sheets: Sheets):
    job = await sheets.started(8, ["painted"])
    await sheets.line.store.ask_cancel(job.id, "by a moderator")
    assert await sheets.charged(job) == 8


async def test_one_that_was_thrown_away_as_a_whole_costs_what_was_painted(sheets: Sheets):
    job = await sheets.started(8, ["painted", "thrown away", "failed"])
    await sheets.line.store.refuse(job.id, BLOCKED, "For the member.")
    assert await sheets.charged(job) == 2


@pytest.mark.parametrize(("step", "charged"), [(1, 1), (2, 1), (3, 2)])
@pytest.mark.parametrize("detail", [None, "by a moderator"])
async def test_so_it_is_when_a_dispatcher_does_it(
    desk: Desk, detail: str | None, step: int, charged: int
):
    desk.line.quotas.host = Limits(per_day=9)
    executor = stopping_at(step)
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        await dispatcher.cancel(job.id, detail)
        await desk.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    (quota,) = await desk.line.quotas.read(Asker(1, 10))
    assert quota.used == charged


async def check(sheets: Sheets, count: int, outcomes: Sequence[str]) -> None:
    """What it is charged after each part, and would be if it ended there."""
    sooner = 1
    for ended in range(count + 1):
        so_far = outcomes[:ended]
        job = await sheets.started(count, so_far)
        running = await sheets.charged(job)
        assert running == max(1, count - so_far.count("failed"))
        await sheets.line.store.cancel(job.id)
        cancelled = await sheets.charged(job)
        assert cancelled == max(1, sum(each in WORKED for each in so_far))
        assert sooner <= cancelled <= running
        sooner = cancelled
    if "painted" not in outcomes:
        return
    job = await sheets.started(count, outcomes)
    await sheets.line.store.finish(job.id, PICTURE, STORED)
    assert await sheets.charged(job) == sooner
    await sheets.line.store.deliver(job.id)
    assert await sheets.charged(job) == sooner


@pytest.mark.parametrize("outcomes", [*itertools.product(OUTCOMES, repeat=2)], ids=" and ".join)
async def test_to_cancel_sooner_never_costs_more(sheets: Sheets, outcomes: tuple[str, ...]):
    await check(sheets, 2, outcomes)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(OUTCOMES), min_size=3, max_size=8))
async def test_of_however_many_pictures(sheets: Sheets, outcomes: list[str]):
    await check(sheets, len(outcomes), outcomes)


async def test_whoever_cancels_at_once_asks_for_others_the_same_day(
    database: Database, tmp_path: Path
):
    line = Line.build(database, tmp_path, Limits(per_day=10))
    request, _ = sweep(CATALOG, DEMO, "a red circle", "seed", "1, 2, 3, 4, 5, 6, 7, 8")
    job = await line.intake.submit(request, make_origin(1, 100))
    await line.store.start(job.id)
    await line.store.cancel(job.id)
    again = await line.intake.submit(request, make_origin(1, 200))
    assert again.id != job.id
