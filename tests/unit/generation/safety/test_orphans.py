"""Reports of pictures of which nothing is stored: they count as others do, and go as others do."""

import shutil
from pathlib import Path

import pytest

from bot.database import Database
from generation.errors import RequestRefused
from generation.job import Posted
from generation.safety import withdrawals
from generation.safety.orphans import Orphans
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.report_counts import delete_reports
from generation.safety.withdrawals import Copy
from migrations import FOLDER

SEEN = Posted(20, 1)


@pytest.fixture
async def pseudonyms(database: Database) -> Pseudonyms:
    pseudonyms = Pseudonyms(database)
    await pseudonyms.load()
    return pseudonyms


@pytest.fixture
async def orphans(database: Database, pseudonyms: Pseudonyms) -> Orphans:
    return Orphans(database, pseudonyms, lambda: 1_000_000.0)


async def lose(orphans: Orphans, reporter_id: int, seen: Posted) -> int:
    """Take one in that is neither posted nor logged."""
    async with orphans.taken_in(reporter_id, seen) as report_id:
        return report_id


async def test_a_member_reports_a_message_once(orphans: Orphans):
    async with orphans.taken_in(5, SEEN) as report_id:
        await orphans.note_post(report_id, 5, Posted(50, 51))
    with pytest.raises(RequestRefused, match="reported it already"):
        await lose(orphans, 5, SEEN)
    await lose(orphans, 6, SEEN)
    await lose(orphans, 5, Posted(20, 2))


async def test_one_that_stands_in_the_log_is_known(orphans: Orphans):
    async with orphans.taken_in(5, SEEN) as report_id:
        await orphans.note_log(report_id)
    with pytest.raises(RequestRefused, match="reported it already"):
        await lose(orphans, 5, SEEN)


async def test_one_that_reached_nobody_is_taken_in_anew_and_counts_once(orphans: Orphans):
    first = await lose(orphans, 5, SEEN)
    for _ in range(5):
        assert await lose(orphans, 5, SEEN) == first
    for message_id in range(2, 6):
        await lose(orphans, 5, Posted(20, message_id))
    with pytest.raises(RequestRefused, match="You have made 5 reports within an hour"):
        await lose(orphans, 5, Posted(20, 6))


async def test_one_that_is_on_its_way_is_not_taken_in_twice(orphans: Orphans):
    async with orphans.taken_in(5, SEEN):
        with pytest.raises(RequestRefused, match="reported it already"):
            await lose(orphans, 5, SEEN)
    await lose(orphans, 5, SEEN)


async def test_after_an_upgrade_those_of_before_are_known(tmp_path: Path):
    steps = tmp_path / "steps"
    steps.mkdir()
    for file in sorted(FOLDER.glob("*.sql"))[:19]:
        shutil.copy(file, steps)
    async with Database.open(tmp_path, steps) as database:
        before = Pseudonyms(database)
        await before.load()
        await database.write(
            "INSERT INTO orphan_reports (reporter, reported_at, message_id) VALUES (?, 9, ?)",
            (before.of(5), SEEN.message_id),
        )
    async with Database.open(tmp_path) as database:
        after = Pseudonyms(database)
        await after.load()
        with pytest.raises(RequestRefused, match="reported it already"):
            await lose(Orphans(database, after), 5, SEEN)


async def test_so_many_an_hour_also_when_they_were_deleted(
    orphans: Orphans, database: Database, pseudonyms: Pseudonyms
):
    for message_id in range(5):
        await lose(orphans, 5, Posted(20, message_id))
    with pytest.raises(RequestRefused, match="You have made 5 reports within an hour"):
        await lose(orphans, 5, Posted(20, 5))
    async with database.transaction() as connection:
        since = 1_000_000.0 - 3600
        assert await delete_reports(connection, pseudonyms.of(5), since) == (5, True)
    with pytest.raises(RequestRefused, match="You have made 5 reports within an hour"):
        await lose(orphans, 5, Posted(20, 6))


async def test_the_hosts_copy_is_taken_away_with_the_reporters_data(
    orphans: Orphans, database: Database, pseudonyms: Pseudonyms
):
    report_id = await lose(orphans, 5, SEEN)
    await lose(orphans, 5, Posted(20, 2))  # of this one there is no copy
    assert await orphans.note_post(report_id, 5, Posted(50, 51)) is None
    async with database.transaction() as connection:
        await withdrawals.note(connection, 5, pseudonyms.of(5))
    copy = Copy(Posted(50, 51), pseudonyms.of(5), reported=False)
    assert await withdrawals.waiting(database) == [copy]


async def test_so_is_one_that_was_on_its_way_then(
    orphans: Orphans, database: Database, pseudonyms: Pseudonyms
):
    report_id = await lose(orphans, 5, SEEN)
    await database.write("DELETE FROM orphan_reports")
    copy = Copy(Posted(50, 51), pseudonyms.of(5), reported=False)
    assert await orphans.note_post(report_id, 5, Posted(50, 51)) == copy
    assert await withdrawals.waiting(database) == [copy]
