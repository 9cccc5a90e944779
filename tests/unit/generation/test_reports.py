"""Reports: once each, so many an hour, and what the removal of a picture leaves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.database import Database
from generation.errors import RequestRefused
from generation.job import Job, JobStatus, Posted
from generation.pseudonyms import Pseudonyms
from generation.reports import Reports
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def reports(line: Line, database: Database, clock: Callable[[], float]) -> Reports:
    pseudonyms = Pseudonyms(database)
    await pseudonyms.load()
    return Reports(database, line.pictures, pseudonyms, clock)


async def painted(line: Line, count: int = 1) -> list[Job]:
    async with line.dispatching(ScriptedExecutor()):
        jobs = []
        for number in range(count):
            origin = make_origin(1, 100 + 10 * number)
            job = await line.intake.submit(make_request(), origin)
            jobs.append(await line.until(job, JobStatus.GENERATED))
        return jobs


async def test_a_report_is_kept_with_where_it_was_seen(line: Line, reports: Reports):
    (job,) = await painted(line)
    made = await reports.add(job, 5, "x" * 600, Posted(20, 999))
    assert await reports.get(made.id) == made
    assert made.seen == Posted(20, 999)
    assert len(made.reason) == 500
    assert await reports.get(99) is None


async def test_a_member_reports_a_picture_once(line: Line, reports: Reports):
    (job,) = await painted(line)
    await reports.add(job, 5, "", None)
    with pytest.raises(RequestRefused, match="reported it already"):
        await reports.add(job, 5, "again", None)
    await reports.add(job, 6, "me too", None)


async def test_so_many_an_hour(line: Line, reports: Reports, clock: Clock):
    jobs = await painted(line, 7)
    for job in jobs[:5]:
        await reports.add(job, 5, "", None)
        clock.now += 60
    with pytest.raises(RequestRefused, match="The next can be made in 55 min"):
        await reports.add(jobs[5], 5, "", None)
    await reports.add(jobs[5], 6, "", None)
    clock.now += 55 * 60 + 1
    await reports.add(jobs[5], 5, "", None)


async def test_a_removed_picture_leaves_its_hash(line: Line, reports: Reports, tmp_path: Path):
    (job,) = await painted(line)
    assert job.picture is not None
    await reports.remove_picture(job)
    await reports.remove_picture(job)
    after = await line.store.get(job.id)
    assert after is not None
    assert after.picture is None
    assert after.removed_sha256 == job.picture.sha256
    assert not (tmp_path / job.picture.path).exists()


async def test_all_messages_that_show_it_are_known_once_each(line: Line, reports: Reports):
    (job,) = await painted(line)
    assert job.origin is not None
    own = Posted(job.origin.channel_id, job.origin.message_id)
    await reports.add(job, 5, "", own)
    await reports.add(job, 6, "", Posted(21, 5))
    await line.store.post(job.id, Posted(22, 6))
    after = await line.store.get(job.id)
    assert after is not None
    assert set(await reports.places(after)) == {own, Posted(21, 5), Posted(22, 6)}


async def test_it_is_known_where_the_hosts_copies_are(line: Line, reports: Reports):
    (job,) = await painted(line)
    made = await reports.add(job, 5, "", None)
    assert await reports.copies(job) == []
    await reports.note_post(made.id, Posted(50, 51))
    assert await reports.copies(job) == [Posted(50, 51)]
    await reports.dismiss(made.id)
    after = await reports.get(made.id)
    assert after is not None
    assert after.dismissed
    assert after.posted == Posted(50, 51)
