"""All that is stored of a member goes, whatever runs meanwhile and wherever it is cut off."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.database import Database
from generation.dispatcher import Dispatcher
from generation.errors import RequestRefused
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputImage
from generation.job import Job, JobStatus, Posted
from generation.limits.layers import Asker, Limits, Subject, SubjectKind
from generation.limits.quotas import LONGEST_SPAN_S, Quotas
from generation.safety import withdrawals
from generation.safety.bars import Bars
from generation.safety.erasure import Erased, Erasure
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.reports import Reports
from generation.safety.withdrawals import Copy
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line

ME, OTHER = 777_000_777, 2


class Stubborn(ScriptedExecutor):
    """Hears of no cancellation."""

    async def cancel(self, job_id: int) -> None:
        pass


@dataclass
class House:
    """A line, and what deletes."""

    line: Line
    database: Database
    data_dir: Path
    dispatcher: Dispatcher
    executor: ScriptedExecutor
    pseudonyms: Pseudonyms
    bars: Bars
    reports: Reports
    erasure: Erasure
    withdrawn: list[tuple[Sequence[Copy], int | None]] = field(default_factory=list)
    refused: set[int] = field(default_factory=set[int])  # messages that stay

    async def withdraw(self, copies: Sequence[Copy], bar_id: int | None) -> list[Copy]:
        self.withdrawn.append((copies, bar_id))
        return [copy for copy in copies if copy.posted.message_id in self.refused]

    async def erase(self, user_id: int = ME, by: int | None = None) -> Erased:
        return await self.erasure.erase(user_id, self.withdraw, by)

    async def ask(self, number: int = 0, user_id: int = ME, **options: Any) -> Job:
        origin = make_origin(user_id, 1000 * user_id + 10 * number)
        return await self.line.intake.submit(make_request(**options), origin)

    async def paint(self, number: int = 0, user_id: int = ME) -> Job:
        job = await self.line.until(await self.ask(number, user_id), JobStatus.GENERATED)
        return await self.line.store.deliver(job.id)

    async def traces(self, user_id: int = ME) -> list[str]:
        """Tables in which that id stands somewhere."""
        found = []
        for (table,) in await self.database.fetch_all(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        ):
            rows = await self.database.fetch_all(f"SELECT * FROM {table}")
            found += [table for row in rows for value in row if str(user_id) in str(value)]
        return found

    async def report(self, job: Job, reporter_id: int, message_id: int) -> Copy:
        """One that is in the host's channel; how it is taken away where `job` is this member's."""
        report = await self.reports.add(job, reporter_id, "", None)
        await self.reports.note_post(report, Posted(50, message_id), job)
        assert job.origin is not None
        whose = ME if ME in (reporter_id, job.origin.user_id) else OTHER
        reported = job.origin.user_id == whose
        return Copy(Posted(50, message_id), self.pseudonyms.of(whose), reported)

    def again(self) -> Erasure:
        """What deletes, after the next start."""
        return Erasure(
            *(self.database, self.line.intake, self.dispatcher),
            *(self.line.pictures, self.line.inputs),
            *(self.line.guild_limits, self.bars, self.pseudonyms),
            patience_s=0.3,
        )

    def files(self) -> list[str]:
        found = [*self.data_dir.glob("pictures/*/*"), *self.data_dir.glob("inputs/*")]
        return sorted(path.name for path in found)


@pytest.fixture(params=[ScriptedExecutor])
async def house(
    line: Line, database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[House]:
    pseudonyms = Pseudonyms(database)
    await pseudonyms.load()
    bars = Bars(database, pseudonyms)
    line.intake._bars = bars
    executor: ScriptedExecutor = request.param()
    async with line.dispatching(executor) as dispatcher:
        erasure = Erasure(
            *(database, line.intake, dispatcher, line.pictures, line.inputs),
            *(line.guild_limits, bars, pseudonyms),
            patience_s=0.3,
        )
        inputs = InputRetention(database, line.inputs)
        reports = Reports(database, line.pictures, inputs, pseudonyms)
        yield House(
            *(line, database, tmp_path, dispatcher, executor),
            *(pseudonyms, bars, reports, erasure),
        )
        executor.gate.set()
        await erasure.close()


async def test_rows_and_files_go_and_those_of_others_stay(house: House):
    mine = [await house.paint(number) for number in range(2)]
    others = await house.paint(user_id=OTHER)
    erased = await house.erase()
    assert erased == Erased(0, 2, 2, 0, 0, barred=False, limited=False)
    assert await house.traces() == []
    assert house.files() == [f"{others.id}.png"]
    assert [await house.line.store.get(job.id) for job in mine] == [None, None]
    assert await house.erase() == Erased(0, 0, 0, 0, 0, barred=False, limited=False)


async def test_what_waits_and_runs_is_cancelled_and_said_to_be(house: House):
    house.executor.gate.clear()
    running = await house.line.until(await house.ask(0, seed=1), JobStatus.RUNNING)
    waiting = await house.ask(1, seed=2)
    erased = await house.erase()
    assert erased.cancelled == 2
    for job in (running, waiting):
        assert house.line.kinds(job)[-1] == "JobCancelled"
    assert await house.traces() == []
    assert len(house.line.queue) == 0


@pytest.mark.parametrize("house", [Stubborn], indirect=True)
async def test_a_result_that_comes_later_finds_no_row_and_leaves_no_file(house: House):
    house.executor.gate.clear()
    running = await house.line.until(await house.ask(), JobStatus.RUNNING)
    erased = await house.erase()
    assert erased.requests == 1
    # The note stays as long as something may still be left.
    assert await house.traces() == ["erasures"]
    house.executor.gate.set()
    async with asyncio.timeout(5):
        while await house.traces():
            await asyncio.sleep(0.01)
    assert house.files() == []
    assert await house.line.store.get(running.id) is None
    assert house.line.kinds(running)[-1] == "JobCancelled"
    # The device goes on.
    await house.paint(user_id=OTHER)


async def test_files_that_no_row_names_go_as_well(house: House):
    job = await house.paint()
    assert job.picture is not None
    (house.data_dir / job.picture.path).with_name(f"{job.id}-3.png").write_bytes(b"a part")
    (house.data_dir / job.picture.path).with_name(f"{job.id}.part").write_bytes(b"a half")
    await house.erase()
    assert house.files() == []


async def test_pictures_brought_along_go_unless_others_brought_them_too(house: House):
    async def brought(data: bytes, *user_ids: int) -> None:
        image: InputImage = await house.line.inputs.save(data, 8, 8)
        for user_id in user_ids:
            job = await house.paint(len(house.line.seen), user_id)
            await house.database.write(
                "UPDATE jobs SET image = ? WHERE id = ?", (image.model_dump_json(), job.id)
            )

    await brought(b"mine alone", ME)
    await brought(b"brought by both", ME, OTHER)
    await asyncio.sleep(0.02)  # a file that somebody brings at this very moment is left
    erased = await house.erase()
    assert erased.inputs == 1
    kept = [path.read_bytes() for path in house.data_dir.glob("inputs/*")]
    assert kept == [b"brought by both"]


async def test_so_they_do_not_while_another_asks_for_something_with_the_same(house: House):
    image = await house.line.inputs.save(b"brought by both", 8, 8, held=True)
    job = await house.paint()
    await house.database.write(
        "UPDATE jobs SET image = ? WHERE id = ?", (image.model_dump_json(), job.id)
    )
    await asyncio.sleep(0.02)
    assert (await house.erase()).inputs == 0
    assert await house.line.inputs.load(image) == b"brought by both"


async def test_reports_go_both_those_made_and_those_of_their_pictures(house: House):
    mine, others = await house.paint(), await house.paint(user_id=OTHER)
    copies = [await house.report(others, ME, 1), await house.report(mine, OTHER, 2)]
    between = await house.reports.add(others, 3, "of others", None)
    erased = await house.erase()
    assert (erased.reports, erased.counted, erased.reported, erased.left) == (1, True, True, 0)
    assert [copy.reported for copy in copies] == [False, True]
    assert house.withdrawn == [(copies, None)]
    assert await house.reports.copies(mine) == await house.reports.copies(others) == []
    assert await house.reports.get(between.id) is not None
    assert not (await house.erase()).reported
    assert house.withdrawn[1:] == [([], None)]


async def test_a_copy_that_can_not_be_taken_away_is_tried_again(house: House):
    mine = await house.paint()
    first, second = await house.report(mine, OTHER, 1), await house.report(mine, 3, 2)
    house.refused = {2}
    assert (await house.erase()).left == 1
    # All else is done: after the next start, what they asked for since is not deleted.
    assert await house.traces() == []
    later = await house.paint(1)
    again = house.again()
    await again.resume(house.withdraw)
    await again.sweep()
    async with asyncio.timeout(5):
        while len(house.withdrawn) < 2:
            await asyncio.sleep(0.01)
    house.refused = set()
    await again.sweep()
    async with asyncio.timeout(5):
        while await withdrawals.waiting(house.database):
            await asyncio.sleep(0.01)
    assert house.withdrawn == [([first, second], None), ([second], None), ([second], None)]
    assert await house.line.store.get(later.id) is not None
    await again.sweep()
    assert len(house.withdrawn) == 3


async def test_what_is_left_of_a_report_can_lift_the_bar_by_itself(house: House):
    copy = await house.report(await house.paint(), OTHER, 1)
    await house.bars.add(house.pseudonyms.of(ME))
    await house.erase()
    assert house.withdrawn == [([copy], None)]


async def test_the_log_of_a_deletion_names_nobody(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    await house.paint()
    with caplog.at_level(logging.INFO):
        await house.erase()
        await house.database.write("INSERT INTO erasures (user_id, asked_at) VALUES (?, 0)", (ME,))
        monkeypatch.setattr(house.erasure, "_delete_rows", lambda _: 1 / 0)
        await house.erasure.resume(house.withdraw)
        async with asyncio.timeout(5):
            while "could not be deleted" not in caplog.text:
                await asyncio.sleep(0.01)
    assert f"Deleted all of member {house.pseudonyms.of(ME)}" in caplog.text
    assert str(ME) not in caplog.text


async def test_a_bar_outlives_it(house: House):
    bar_id = await house.bars.add(house.pseudonyms.of(ME))
    erased = await house.erase()
    assert erased.barred
    assert house.withdrawn == [([], bar_id)]
    assert await house.traces() == []
    with pytest.raises(RequestRefused, match="barred"):
        await house.ask()


async def test_limits_set_by_name_outlive_it_without_the_name(house: House):
    guilds, asker = house.line.guild_limits, Asker(ME, 10)
    await guilds.change(10, Subject(SubjectKind.MEMBER, ME), Limits(per_day=1))
    quotas = Quotas(house.database, guilds, Limits(), pseudonyms=house.pseudonyms)
    assert (await house.erase()).limited
    assert await house.traces() == []
    assert quotas.allowance(asker).guild.per_day == 1
    assert quotas.allowance(Asker(OTHER, 10)).guild.per_day is None
    await guilds.change(10, Subject(SubjectKind.MEMBER, ME), Limits(per_day=5))
    assert quotas.allowance(asker).guild.per_day == 5


async def test_what_counts_today_counts_on_and_is_forgotten_after_a_day(house: House):
    await house.line.guild_limits.change(10, Subject(SubjectKind.EVERYONE, 10), Limits(per_day=5))
    quotas = Quotas(house.database, house.line.guild_limits, Limits(), pseudonyms=house.pseudonyms)

    async def used() -> int:
        (quota,) = await quotas.read(Asker(ME, 10))
        return quota.used

    for number in range(2):
        await house.paint(number)
    assert await used() == 2
    await house.erase()
    await house.paint(5)
    assert await used() == 3
    await house.erase()
    assert await used() == 3
    rows = await house.database.fetch_all("SELECT * FROM charges")
    assert len(rows) == 3
    await house.database.write(
        "UPDATE charges SET queued_at = queued_at - ?", (LONGEST_SPAN_S + 1,)
    )
    await house.erasure.sweep()
    assert await house.database.fetch_all("SELECT * FROM charges") == []
    assert await used() == 0


async def test_nothing_is_taken_meanwhile_and_all_is_afterwards(house: House):
    house.executor.gate.clear()
    await house.line.until(await house.ask(), JobStatus.RUNNING)
    erasing = asyncio.create_task(house.erase())
    await asyncio.sleep(0)
    with pytest.raises(RequestRefused, match="being deleted"):
        await house.ask(1)
    await erasing
    await house.ask(2)


async def test_what_was_asked_for_before_and_comes_in_line_later_is_not_taken(house: House):
    before, by, after = 1, 1000 * ME + 50, 9
    await house.erase(by=by)
    with pytest.raises(RequestRefused, match="deleted after you asked for this"):
        await house.ask(before)
    assert await house.traces() == []
    await house.ask(after)
    await house.ask(before, OTHER)


async def test_twice_at_once_is_once_after_the_other(house: House):
    await house.paint()
    first, second = await asyncio.gather(house.erase(), house.erase())
    assert (first.requests, second.requests) == (1, 0)
    assert await house.traces() == []


@pytest.mark.parametrize("step", ["_cancel", "_delete_rows", "_delete_files", "take_away", "_end"])
async def test_cut_off_before_any_step_the_next_start_ends_it(
    house: House, step: str, monkeypatch: pytest.MonkeyPatch
):
    job = await house.paint()
    copy = await house.report(job, OTHER, 1)

    async def cut_off(*_: object) -> None:
        raise ConnectionError("the process was killed here")

    with monkeypatch.context() as patch:
        patch.setattr(house.erasure, step, cut_off)
        with pytest.raises(ConnectionError):
            await house.erase()
    assert "erasures" in await house.traces()
    await house.again().resume(house.withdraw)
    async with asyncio.timeout(5):
        while await house.traces():
            await asyncio.sleep(0.01)
    assert house.files() == []
    assert ([copy], None) in house.withdrawn
    # What counts is charged once, however often it is taken up.
    assert len(await house.database.fetch_all("SELECT * FROM charges")) == 1


async def test_deleted_rows_are_overwritten_on_disk(house: House):
    secret = "a lighthouse nobody else asked for"
    job = await house.ask(prompt=secret)
    await house.line.until(job, JobStatus.GENERATED)
    await house.line.store.deliver(job.id)
    await house.erase()
    files = [path.read_bytes() for path in house.data_dir.glob("easel.sqlite*")]
    assert not [data for data in files if secret.encode() in data]
    assert json.dumps(secret).encode() not in b"".join(files)
