"""Of several pictures that did not come together those that are there can be taken out."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import discord
import pytest

from bot.delivery._shown import Shown
from generation.events import JobFailed, JobGenerated
from generation.executors.base import FailureKind
from generation.job import Job
from generation.safety.screening import Blocked
from generation.sheets.plan import sweep
from generation.sheets.store import PartStatus, PartStore
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, DEMO, make_origin

from .answers import answered
from .place import Place

WHY = "It came to nothing."


class Sheets:
    """The place's message, and jobs of three parts: one is safe, one unsafe, one failed."""

    def __init__(self, there: Place) -> None:
        self.place = there
        self.store = there.line.store
        self.parts = PartStore(self.store._database)
        object.__setattr__(there.studio, "parts", self.parts)
        self.shown: list[Shown] = []
        show = there.message.show

        async def kept(shown: Shown, *, moving: bool = False) -> None:
            await show(shown, moving=moving)
            self.shown.append(shown)

        there.message.show = kept

    async def painted(self, *scores: float | None) -> Job:
        request, _ = sweep(CATALOG, DEMO, "a fox", "steps", "1, 2, 3")
        job = await self.store.create(request, make_origin())
        job = await self.store.start(job.id)
        for number, score in enumerate(scores or (0.1, 0.9), start=1):
            picture = dataclasses.replace(PICTURE, unsafe=score, screened_by=score and "nsfw")
            stored = await self.place.line.pictures.save(job.id, picture.data, number)
            await self.parts.paint(job.id, number, picture, stored)
        await self.parts.fail(job.id, 3, FailureKind.OUT_OF_MEMORY, "Too little memory.", "OOM")
        return job

    async def tell(self, job: Job) -> None:
        self.place.line.events.publish(JobFailed(job, WHY))
        await self.place.told(job)

    def buttons(self) -> list[str | None]:
        """What stands under the last of what was shown."""
        view = self.shown[-1].view
        items = [] if view is None else [getattr(each, "item", each) for each in view.children]
        return [each.label for each in items if isinstance(each, discord.ui.Button)]

    async def statuses(self, job: Job) -> list[PartStatus]:
        return [each.status for each in (await self.parts.of(job.id)).values()]


@pytest.fixture
def sheets(place: Place) -> Sheets:
    return Sheets(place)


async def test_a_sheet_that_can_t_be_drawn_has_a_button_for_each_part_that_is_there(
    sheets: Sheets,
):
    job = await sheets.painted()
    await sheets.tell(await sheets.store.fail(job.id, FailureKind.INTERNAL, "drawing", WHY))
    assert sheets.shown[-1].embed.title == "No picture this time"
    assert sheets.buttons() == ["Take 1", "Take 2"]
    assert await sheets.statuses(job) == [PartStatus.PAINTED, PartStatus.PAINTED, PartStatus.FAILED]


async def test_of_one_that_is_refused_the_unsafe_parts_are_thrown_away_before_it_is_told(
    sheets: Sheets, tmp_path: Path
):
    # As a crash leaves it between the row of the sheet and those of its parts.
    job = await sheets.painted()
    unsafe = (await sheets.parts.of(job.id))[2].picture
    assert unsafe is not None
    await sheets.tell(await sheets.store.refuse(job.id, Blocked("a" * 64, 0.9, "nsfw"), WHY))
    assert sheets.buttons() == ["Take 1"]
    assert await sheets.statuses(job) == [PartStatus.PAINTED, PartStatus.FAILED, PartStatus.FAILED]
    assert not (tmp_path / unsafe.path).exists()


async def test_where_nobody_but_its_member_reads_why_the_buttons_are_there_too(sheets: Sheets):
    sheets.place.message.whispers = True
    job = await sheets.painted()
    await sheets.tell(await sheets.store.refuse(job.id, Blocked("a" * 64, 0.9, "nsfw"), WHY))
    assert sheets.place.message.whispered == [f"#{job.id}: {WHY}"]
    assert WHY not in sheets.place.message.whys
    assert sheets.buttons() == ["Take 1"]


async def test_however_often_discord_says_no_the_rows_are_read_once(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch
):
    read: list[int] = []
    of = sheets.parts.of

    async def counted(job_id: int):
        read.append(job_id)
        return await of(job_id)

    monkeypatch.setattr(sheets.parts, "of", counted)
    job = await sheets.painted()
    sheets.place.message.errors = [answered(503), answered(503)]
    await sheets.tell(await sheets.store.fail(job.id, FailureKind.INTERNAL, "drawing", WHY))
    assert sheets.buttons() == ["Take 1", "Take 2"]
    assert read == [job.id]


async def test_a_failed_job_of_one_picture_has_none(sheets: Sheets):
    await sheets.place.told(await sheets.place.fails())
    assert sheets.shown[-1].embed.title == "No picture this time"
    assert sheets.shown[-1].view is None


async def test_once_a_sheet_is_thrown_away_it_stays_so_though_the_disk_delays_its_parts(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch
):
    required = CATALOG.each(lambda spec: spec.model_copy(update={"screening": "required"}))
    object.__setattr__(sheets.place.studio, "whole_catalog", required)
    pictures = sheets.place.line.pictures
    job = await sheets.painted(0.1, None)
    stored = await pictures.save(job.id, PICTURE.data)
    job = await sheets.store.finish(job.id, dataclasses.replace(PICTURE, unsafe=0.1), stored)
    troubles = [OSError(5, "Input/output error")]
    delete = pictures.delete

    def failing(paths: Iterable[str]) -> None:
        paths = [*paths]
        if troubles and stored.path not in paths:
            raise troubles.pop()
        delete(paths)

    monkeypatch.setattr(pictures, "delete", failing)
    sheets.place.line.events.publish(JobGenerated(job))
    told = await sheets.place.told(job)
    assert troubles == []
    assert (told.failure, told.unsafe) == ("unsafe", 0.1)
    assert "Nobody has looked at one of them" in sheets.place.message.whys[-1]
    assert sheets.buttons() == ["Take 1"]
