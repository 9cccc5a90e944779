"""Reports that were not handed over when they were made: later they are, once."""

import asyncio
import dataclasses
import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database import Database, DatabaseBusy
from bot.reporting import hand_over
from bot.reporting._late import _hand_over_left
from generation import storage
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputStore
from generation.job import Job
from generation.pictures import PictureStore
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.reports import Report, Reports
from generation.store import JobStore
from migrations import FOLDER
from tests.support.jobs import make_origin, make_request

from .test_reporting import Desk, trouble

REPORTER = 777_000_777
DAY_S = 24 * 3600


class Office(Desk):
    """A desk with a database."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        super().__init__()
        self.database = database
        self.data_dir = data_dir
        self.now = 1_000_000.0
        self.store = self.client.studio.store = JobStore(database)
        self.sent: list[int] = []  # reports
        self.channel.send.side_effect = self.take

    async def take(self, **message: object) -> object:
        self.sent.append(int(str(message["nonce"]).removeprefix("easel-report-")))
        return dataclasses.make_dataclass("Message", ["id", "channel"])(
            100 + len(self.sent), dataclasses.make_dataclass("Channel", ["id"])(50)
        )

    async def start(self) -> None:
        """As after a restart: what was under way is not known any more."""
        pseudonyms = Pseudonyms(self.database)
        await pseudonyms.load()
        inputs = InputRetention(self.database, InputStore(self.data_dir))
        pictures = PictureStore(self.data_dir)
        self.reports = Reports(self.database, pictures, inputs, pseudonyms, lambda: self.now)
        self.client.studio.safety.reports = self.reports

    async def report(self, number: int = 0) -> tuple[Job, Report]:
        job = await self.store.create(make_request(), make_origin(1, 100 + 10 * number))
        return job, await self.reports.add(job, REPORTER, "It is too red.", None)

    async def lose(self, number: int = 0) -> Report:
        """One that was taken in, and then the process was killed."""
        _, report = await self.report(number)
        await self.start()
        return report

    async def come_again(self) -> None:
        await _hand_over_left(self.client)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with Database.open(tmp_path) as database:
        office = Office(database, tmp_path)
        await office.start()
        yield office


async def test_one_that_was_lost_is_posted_after_the_next_start_once(office: Office):
    report = await office.lose()
    await office.come_again()
    await office.come_again()
    await office.start()
    await office.come_again()
    assert office.sent == [report.id]
    after = await office.reports.get(report.id)
    assert after is not None
    assert after.posted is not None
    # Who made it is not stored.
    _, about = office.channel.send.call_args.kwargs["embeds"]
    (reporter,) = [field.value for field in about.fields if field.name == "Reported by"]
    assert reporter == "not kept: it could not be posted when it was made"
    assert about.fields[0].value == "It is too red."


async def test_one_that_is_being_handed_over_is_not_handed_over_twice(office: Office):
    sending, gate = asyncio.Event(), asyncio.Event()

    async def slow(**message: object) -> object:
        sending.set()
        await gate.wait()
        return await office.take(**message)

    office.channel.send.side_effect = slow
    job, report = await office.report()
    await office.come_again()  # between the row and its message
    handing = asyncio.create_task(hand_over(office.client, job, report, REPORTER))
    await sending.wait()
    await office.come_again()
    gate.set()
    assert await handing
    await office.come_again()
    assert office.sent == [report.id]


async def test_what_was_dismissed_or_is_old_is_left(office: Office):
    dismissed, old = await office.lose(0), await office.lose(1)
    await office.reports.dismiss(dismissed.id)
    await office.database.write(
        "UPDATE reports SET reported_at = ? WHERE id = ?", (office.now - 8 * DAY_S, old.id)
    )
    await office.come_again()
    assert office.sent == []


async def test_without_a_channel_it_is_in_the_log_once(
    office: Office, caplog: pytest.LogCaptureFixture
):
    office.client.settings.report_channel_id = None
    lost = await office.lose(0)
    job, report = await office.report(1)
    assert not await hand_over(office.client, job, report, REPORTER)
    assert f"reported by user {REPORTER}: 'It is too red.'" in caplog.text
    await office.come_again()
    await office.start()
    await office.come_again()
    lines = [each.getMessage() for each in caplog.records if "too red" in each.getMessage()]
    assert [line.partition(":")[0] for line in lines] == [f"Report {n.id}" for n in (report, lost)]
    # What is in the log comes to a channel as soon as there is one.
    office.client.settings.report_channel_id = 50
    await office.come_again()
    assert office.sent == [lost.id, report.id]


async def test_one_that_the_channel_refused_is_posted_later_and_logged_once(
    office: Office, caplog: pytest.LogCaptureFixture
):
    office.channel.send.side_effect = trouble(403, 50001)
    job, report = await office.report()
    assert not await hand_over(office.client, job, report, REPORTER)
    await office.come_again()
    assert len([each for each in caplog.records if "too red" in each.getMessage()]) == 1
    office.channel.send.side_effect = office.take
    await office.come_again()
    await office.come_again()
    assert office.sent == [report.id]


async def test_one_whose_recipe_can_not_be_read_is_in_the_log_and_posted_later(
    office: Office, caplog: pytest.LogCaptureFixture
):
    busy = DatabaseBusy(office.data_dir / "easel.sqlite")
    office.client.studio.parts.of.side_effect = busy
    job, report = await office.report()
    assert not await hand_over(office.client, job, report, REPORTER)
    assert "It is too red." in caplog.text
    office.client.studio.parts.of.side_effect = None
    await office.come_again()
    assert office.sent == [report.id]


async def test_where_it_was_posted_is_noted_as_soon_as_the_database_takes_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(storage, "FIRST_PAUSE_S", 0.01)
    note, tries = office.reports.note_post, 0

    async def busy(*args: object) -> object:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise DatabaseBusy(office.data_dir / "easel.sqlite")
        return await note(*args)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(office.reports, "note_post", busy)
    job, report = await office.report()
    assert await hand_over(office.client, job, report, REPORTER)
    after = await office.reports.get(report.id)
    assert after is not None
    assert after.posted is not None
    assert office.sent == [report.id]


async def test_a_database_that_can_not_be_read_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.ERROR)
    report = await office.lose()
    with monkeypatch.context() as patch:
        busy = DatabaseBusy(office.data_dir / "easel.sqlite")

        async def fails(_: int) -> Job | None:
            raise busy

        patch.setattr(office.store, "get", fails)
        with pytest.raises(DatabaseBusy):
            await office.come_again()
    await office.come_again()
    assert office.sent == [report.id]


async def test_after_an_upgrade_no_old_report_is_logged_again(tmp_path: Path):
    steps = tmp_path / "steps"
    steps.mkdir()
    for file in sorted(FOLDER.glob("*.sql"))[:15]:
        shutil.copy(file, steps)
    async with Database.open(tmp_path, steps) as database:
        await database.write(
            "INSERT INTO jobs (id, status, model, prompt, num_inference_steps, guidance_scale,"
            " width, height, seed, seed_given, queued_at)"
            " VALUES (1, 'queued', 'demo', 'x', 1, 0, 8, 8, 0, 0, 0)"
        )
        await database.write(
            "INSERT INTO reports (job_id, reporter, reason, reported_at) VALUES (1, 'a', '', 9)"
        )
    async with Database.open(tmp_path) as database:
        office = Office(database, tmp_path)
        office.now = 10.0
        await office.start()
        assert await office.reports.left(in_log=False) == []
        assert await office.reports.left(in_log=True) == [1]


async def test_one_that_can_not_be_shown_holds_up_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    _, broken = await office.report()
    other = await office.lose(1)

    async def hand_over_others(client, job: Job, report: Report, *more) -> None:
        if report.id == broken.id:
            raise ValueError("no embed can hold it")
        await hand_over(client, job, report, *more)

    monkeypatch.setattr("bot.reporting._late.hand_over", hand_over_others)
    await office.come_again()
    assert office.sent == [other.id]
    assert f"Report {broken.id} could not be handed over yet" in caplog.text
