"""Reports: once each, so many an hour, and what the removal of a picture leaves."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.database import Database
from generation.errors import RequestRefused
from generation.executors.base import ExecutorEvent, Finished, Work
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputImage
from generation.job import Job, JobStatus, Posted
from generation.keeping.kept import KeptPicture, KeptPictures
from generation.safety import withdrawals
from generation.safety.made import MADE_FROM, MADE_OF
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.report_counts import delete_reports
from generation.safety.reports import Reports
from generation.safety.reposts import Reposts
from generation.safety.screening import Blocked
from generation.safety.withdrawals import Copy
from generation.sheets.store import PartStore
from tests.support.executors import PICTURE, ScriptedExecutor
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
    inputs = InputRetention(database, line.inputs)
    return Reports(database, line.pictures, inputs, pseudonyms, clock)


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


async def test_reports_that_were_deleted_count_for_their_hour(
    line: Line, reports: Reports, database: Database, clock: Clock
):
    jobs = await painted(line, 6)
    for job in jobs[:5]:
        await reports.add(job, 5, "", None)
    reporter = reports._pseudonyms.of(5)
    async with database.transaction() as connection:
        assert await delete_reports(connection, reporter, clock.now - 3600) == (5, True)
    with pytest.raises(RequestRefused, match="made 5 reports within an hour"):
        await reports.add(jobs[5], 5, "", None)
    clock.now += 3601
    async with database.transaction() as connection:
        assert await delete_reports(connection, reporter, clock.now - 3600) == (0, False)
    await reports.add(jobs[5], 5, "", None)


def pixels(job_id: int) -> str:
    return f"{job_id:064x}"


async def one(line: Line, image: InputImage | None = None) -> Job:
    """A job that is done, from a picture or none; its own picture is like no other job's."""

    def paints(work: Work) -> Sequence[ExecutorEvent | Exception]:
        data, hashed = b"of job %d" % work.job_id, pixels(work.job_id)
        return [Finished(dataclasses.replace(PICTURE, data=data, pixels=hashed))]

    async with line.dispatching(ScriptedExecutor(paints)):
        origin = make_origin(1, 1000 + len(line.seen))
        job = await line.intake.submit(make_request(image=image), origin)
        await line.until(job, JobStatus.GENERATED)
        return await line.store.deliver(job.id)


async def kept(line: Line, job: Job) -> InputImage:
    """The picture of a job as one that was brought, as its button has it."""
    assert job.picture is not None
    return await line.inputs.save(await line.pictures.load(job.picture), 256, 256)


async def test_what_was_made_from_a_picture_goes_with_it(
    line: Line, reports: Reports, tmp_path: Path
):
    job = await one(line)
    larger = await one(line, await kept(line, job))
    largest = await one(line, await kept(line, larger))
    other = await line.inputs.save(b"another", 8, 8)
    elsewhere = await one(line, other)
    made = await reports.made_from(job)
    assert [each.id for each in made] == [larger.id, largest.id]
    await reports.remove_pictures([job, *made])
    assert [path.name for path in (tmp_path / "inputs").iterdir()] == [other.sha256]
    names = [path.name for path in (tmp_path / "pictures").rglob("*.png")]
    assert names == [f"{elsewhere.id}.png"]
    # Also where the host presses once more, since the first time was cut off.
    assert [each.id for each in await reports.made_from(job)] == [larger.id, largest.id]


async def test_what_was_made_of_a_picture_is_found_when_that_is_kept_no_longer(
    line: Line, reports: Reports, database: Database
):
    job = await one(line)
    larger = await one(line, await kept(line, job))
    largest = await one(line, await kept(line, larger))
    gone = [
        KeptPicture(each.id, str(each.picture_path), 0.0, ended=True, part=0)
        for each in (job, larger)
    ]
    await KeptPictures(database).forget(gone)
    assert [each.id for each in await reports.made_from(job)] == [larger.id, largest.id]
    await reports.remove_pictures([job, larger])
    assert [each.id for each in await reports.made_from(job)] == [larger.id, largest.id]


async def again(line: Line, job: Job) -> InputImage:
    """The picture of a job as a member saves and brings it: the pixels in another file."""
    return await line.inputs.save(b"%d, encoded anew" % job.id, 256, 256, pixels(job.id))


async def test_what_was_made_of_a_picture_that_was_brought_again_goes_with_it(
    line: Line, reports: Reports, database: Database, tmp_path: Path
):
    job = await one(line)
    painted = await one(line, await again(line, job))
    larger = await one(line, await kept(line, painted))
    unknown = await line.inputs.save(b"of nobody knows what", 8, 8)
    elsewhere = [await one(line, unknown), await one(line, await again(line, await one(line)))]
    assert [each.id for each in await reports.made_from(job)] == [painted.id, larger.id]
    # Whether it is still kept or not, and again where the first time was cut off.
    await KeptPictures(database).forget(
        [KeptPicture(job.id, str(job.picture_path), 0.0, ended=True)]
    )
    made = await reports.made_from(job)
    await reports.remove_pictures([job, *made])
    assert [each.id for each in await reports.made_from(job)] == [painted.id, larger.id]
    stay = [each.picture for each in elsewhere]
    assert all(each is not None and (tmp_path / each.path).exists() for each in stay)


async def test_what_was_made_of_a_part_that_was_brought_goes_with_the_sheet(
    line: Line, reports: Reports, database: Database
):
    sheet = await one(line)
    painted = dataclasses.replace(PICTURE, pixels="f" * 64)
    stored = await line.pictures.save(sheet.id, painted.data, 1)
    await PartStore(database).paint(sheet.id, 1, painted, stored)
    larger = await one(line, await line.inputs.save(b"encoded anew", 256, 256, "f" * 64))
    assert [each.id for each in await reports.made_from(sheet)] == [larger.id]
    await reports.remove_pictures([sheet])
    assert [each.id for each in await reports.made_from(sheet)] == [larger.id]


async def test_what_was_made_of_a_part_is_found_when_that_was_thrown_away(
    line: Line, reports: Reports, database: Database
):
    sheet, parts = await one(line), PartStore(database)
    painted = dataclasses.replace(PICTURE, pixels="f" * 64)
    await parts.paint(sheet.id, 1, painted, await line.pictures.save(sheet.id, painted.data, 1))
    as_it_was = await line.inputs.save(b"as a part", 256, 256)
    larger = [
        await one(line, as_it_was),
        await one(line, await line.inputs.save(b"encoded anew", 256, 256, "f" * 64)),
    ]
    await parts.refuse(sheet.id, 1, Blocked(as_it_was.sha256, 0.9, "nsfw-detection"), "Not here.")
    assert [each.id for each in await reports.made_from(sheet)] == [each.id for each in larger]


async def test_what_was_made_of_a_part_of_a_sheet_goes_with_the_sheet(
    line: Line, reports: Reports, database: Database
):
    sheet = await one(line)
    brought = await line.inputs.save(b"as a part", 256, 256)
    await database.write(
        "INSERT INTO parts (job_id, number, status, ended_at, picture_path, picture_sha256)"
        " VALUES (?, 1, 'painted', 1.0, 'pictures/part.png', ?)",
        (sheet.id, brought.sha256),
    )
    larger = await one(line, brought)
    assert [each.id for each in await reports.made_from(sheet)] == [larger.id]
    await KeptPictures(database).forget(
        [KeptPicture(sheet.id, "pictures/part.png", 0.0, ended=True, part=1)]
    )
    assert [each.id for each in await reports.made_from(sheet)] == [larger.id]
    await reports.remove_pictures([sheet])
    assert [each.id for each in await reports.made_from(sheet)] == [larger.id]


async def test_what_a_removed_picture_began_with_stays_for_others(
    line: Line, reports: Reports, tmp_path: Path
):
    brought = await line.inputs.save(b"brought", 8, 8)
    first, second = await one(line, brought), await one(line, brought)
    await reports.remove_pictures([first])
    assert (tmp_path / brought.path).exists()
    await reports.remove_pictures([second])
    assert not (tmp_path / brought.path).exists()


async def test_a_removed_picture_leaves_its_hash(line: Line, reports: Reports, tmp_path: Path):
    (job,) = await painted(line)
    assert job.picture is not None
    await reports.remove_pictures([job])
    await reports.remove_pictures([job])
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


async def test_so_are_those_in_which_it_was_posted_again_until_its_row_goes(
    line: Line, reports: Reports, database: Database
):
    job, other = await painted(line, 2)
    reposts = Reposts(database)
    for place in (Posted(21, 5), Posted(21, 6), Posted(21, 5)):
        await reposts.note(job, 2, place)
    await reposts.note(other, None, Posted(21, 7))
    assert {Posted(21, 5), Posted(21, 6)} < set(await reports.places(job))
    assert Posted(21, 7) not in await reports.places(job)
    await database.write("DELETE FROM jobs WHERE id = ?", (job.id,))
    await reposts.note(job, None, Posted(21, 8))
    left = await database.fetch_all("SELECT message_id FROM reposts")
    assert [row["message_id"] for row in left] == [7]


@pytest.mark.parametrize("leaves", ["member", "reporter"])
async def test_a_copy_that_outlives_its_report_is_to_be_taken_away(
    line: Line, reports: Reports, database: Database, leaves: str
):
    (job,) = await painted(line)
    assert job.origin is not None
    report = await reports.add(job, 5, "", None)
    await database.write(f"DELETE FROM {'jobs' if leaves == 'member' else 'reports'}")
    copy = await reports.note_post(report, Posted(50, 51), job)
    gone = job.origin.user_id if leaves == "member" else 5
    assert copy == Copy(Posted(50, 51), reports._pseudonyms.of(gone), leaves == "member")
    assert await withdrawals.waiting(database) == [copy]


async def test_it_is_known_where_the_hosts_copies_are(line: Line, reports: Reports):
    (job,) = await painted(line)
    made = await reports.add(job, 5, "", None)
    assert await reports.copies(job) == []
    assert await reports.note_post(made, Posted(50, 51), job) is None
    assert await reports.copies(job) == [Posted(50, 51)]
    await reports.dismiss(made.id)
    after = await reports.get(made.id)
    assert after is not None
    assert after.dismissed
    assert after.posted == Posted(50, 51)


async def test_what_was_made_of_a_picture_is_found_without_reading_every_job(
    database: Database,
):
    plan = await database.fetch_all(f"EXPLAIN QUERY PLAN {MADE_FROM}", {"id": 1})
    steps = [row["detail"] for row in plan]
    assert not [step for step in steps if re.match(r"SCAN (jobs|source|parts)\b", step)]
    assert len([step for step in steps if "jobs_by_image (" in step]) == 2
    assert len([step for step in steps if "jobs_by_image_pixels (" in step]) == 2


async def test_what_a_picture_was_made_of_is_found_by_an_index_each(database: Database):
    plan = await database.fetch_all(f"EXPLAIN QUERY PLAN {MADE_OF}", {"id": 1})
    steps = [row["detail"] for row in plan]
    assert not [step for step in steps if re.match(r"SCAN (jobs|made|parts)\b", step)]
    used = [index for step in steps for index in re.findall(r"INDEX (\w+) \(\w+=\?\)", step)]
    of_jobs = ["jobs_by_gone", "jobs_by_picture", "jobs_by_pixels", "jobs_by_removed"]
    assert sorted(used) == [*of_jobs, "parts_by_gone", "parts_by_picture", "parts_by_pixels"]


async def test_what_a_picture_was_made_of_is_known_until_it_is_removed(
    line: Line, reports: Reports, database: Database
):
    job = await one(line)
    larger = await one(line, await kept(line, job))
    copied = await one(line, await again(line, larger))
    assert await reports.made_of(job) == []
    assert [each.id for each in await reports.made_of(larger)] == [job.id]
    assert [each.id for each in await reports.made_of(copied)] == [job.id, larger.id]
    # Also when its file is kept no longer: its message still shows it.
    await KeptPictures(database).forget(
        [KeptPicture(job.id, str(job.picture_path), 0.0, ended=True)]
    )
    assert [each.id for each in await reports.made_of(copied)] == [job.id, larger.id]
    await reports.remove_pictures([larger])
    assert [each.id for each in await reports.made_of(copied)] == [job.id]
    await reports.remove_pictures([job])
    assert await reports.made_of(copied) == []


@pytest.mark.parametrize("by", ["file", "pixels", "a file that is gone"])
async def test_so_is_the_sheet_of_which_it_was_a_part(
    line: Line, reports: Reports, database: Database, by: str
):
    sheet = await one(line)
    painted = dataclasses.replace(PICTURE, pixels="f" * 64)
    stored = await line.pictures.save(sheet.id, painted.data, 1)
    await PartStore(database).paint(sheet.id, 1, painted, stored)
    same = await line.inputs.save(painted.data, 256, 256)
    anew = await line.inputs.save(b"encoded anew", 256, 256, "f" * 64)
    larger = await one(line, anew if by == "pixels" else same)
    if by == "a file that is gone":
        await KeptPictures(database).forget(
            [KeptPicture(sheet.id, stored.path, 0.0, ended=True, part=1)]
        )
    assert [each.id for each in await reports.made_of(larger)] == [sheet.id]
