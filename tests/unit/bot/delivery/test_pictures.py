"""A picture goes into its message: too large, gone from the disk, one of many."""

import asyncio
import gc
import logging
from pathlib import Path
from unittest import mock

import pytest

from bot.delivery import _patience
from bot.delivery._shown import Shown
from bot.files import File
from generation.events import JobGenerated
from generation.executors.base import Finished
from generation.imaging.process import PictureRefused, SmallerPicture
from generation.job import JobStatus
from generation.limits.layers import Asker, Limits
from generation.limits.quotas import Quotas
from generation.pictures import StoredPicture
from tests.support.executors import PICTURE
from tests.support.jobs import make_origin, make_request

from .answers import answered
from .place import Place

DENIED = PermissionError(13, "Permission denied", "/data/pictures/000000/1.png")
BROKEN = OSError(5, "Input/output error", "/data/pictures/000000/1.png")


async def charged(place: Place) -> int:
    """How many pictures count against their member's quota."""
    quotas = Quotas(place.line.store._database, place.line.guild_limits, Limits(per_day=5))
    (quota,) = await quotas.read(Asker(1, None))
    return quota.used


async def test_a_picture_that_is_refused_for_good_is_kept_and_said_so(place: Place):
    place.message.picture_error = answered(400, 50035)
    job = await place.ask()
    ended = await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert ended.picture_path is not None
    await place.shows("Painted, but it can't be posted here")


async def test_a_picture_over_the_limit_is_made_smaller_and_says_so(place: Place):
    place.imaging.shrink.return_value = SmallerPicture(b"webp", None)
    job = await place.ask(file_limit=100_000, size=200_000)
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [b"webp"]
    place.imaging.shrink.assert_awaited_once_with(b"x" * 200_000, 100_000)


async def test_a_refused_size_is_tried_smaller(place: Place):
    place.imaging.shrink.return_value = SmallerPicture(b"webp", 90)
    place.message.picture_error = answered(413, 40005)
    job = await place.ask(size=200_000)
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    place.imaging.shrink.assert_awaited_once_with(b"x" * 200_000, 160_000)
    await place.shows("Painted, but it can't be posted here")


async def test_a_picture_that_can_t_be_made_smaller_is_kept_and_said_so(place: Place):
    place.imaging.shrink.side_effect = PictureRefused("too much")
    job = await place.ask(file_limit=100_000, size=200_000)
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    await place.shows("Painted, but it can't be posted here")


@pytest.mark.parametrize("damage", ["removed", "changed"])
async def test_a_picture_that_the_disk_has_lost_is_said_to_be_lost(
    place: Place, tmp_path: Path, damage: str
):
    place.message.picture_error = answered(503)
    job = await place.ask()
    painted = await place.line.until(job, JobStatus.GENERATED)
    assert painted.picture_path is not None
    path = tmp_path / painted.picture_path
    path.unlink() if damage == "removed" else path.write_bytes(b"other")
    ended = await place.told(job)
    assert (ended.status, ended.failure) == (JobStatus.FAILED, "lost")
    assert ended.detail
    assert ended.notice == place.message.whys[-1]
    assert "lost the picture. Ask for it again" in place.message.whys[-1]
    assert ended.picture is None  # no row names a file that is gone


async def test_one_that_is_lost_is_not_said_to_be_kept_where_discord_takes_no_text(
    place: Place, tmp_path: Path
):
    place.message.picture_error = answered(503)
    painted = await place.line.until(await place.ask(), JobStatus.GENERATED)
    place.message.errors = [answered(503), answered(503), answered(400, 50035)]
    assert painted.picture_path is not None
    (tmp_path / painted.picture_path).unlink()
    ended = await place.told(painted)
    assert (ended.status, ended.failure) == (JobStatus.FAILED, "lost")
    assert place.message.titles[-1] == "No picture this time"


async def test_one_that_is_lost_is_not_charged(place: Place, tmp_path: Path):
    place.message.picture_error = answered(503)
    painted = await place.line.until(await place.ask(), JobStatus.GENERATED)
    assert await charged(place) == 1
    assert painted.picture_path is not None
    (tmp_path / painted.picture_path).unlink()
    await place.told(painted)
    assert await charged(place) == 0


async def test_one_that_comes_back_before_anybody_was_told_is_posted(place: Place, tmp_path: Path):
    place.message.picture_error = answered(503)
    painted = await place.line.until(await place.ask(), JobStatus.GENERATED)
    assert painted.picture_path is not None
    path = tmp_path / painted.picture_path
    aside = path.rename(tmp_path / "aside")
    show, heard = place.message.show, asyncio.Event()

    async def away(shown: Shown, *, moving: bool = False) -> None:
        if shown.file is None:
            heard.set()
            raise answered(503)
        await show(shown, moving=moving)

    place.message.show = away
    async with asyncio.timeout(5):
        await heard.wait()
    place.message.picture_error = None
    aside.rename(path)
    ended = await place.told(painted)
    assert (ended.status, ended.picture) == (JobStatus.DELIVERED, painted.picture)
    assert await charged(place) == 1


@pytest.mark.parametrize(("error", "remedy"), [(DENIED, "to user "), (BROKEN, "system's log")])
async def test_a_picture_that_the_disk_does_not_give_out_is_said_to_be_there(
    place: Place, monkeypatch, caplog, error: OSError, remedy: str
):
    monkeypatch.setattr(_patience, "FIRST_RETRY_S", 0.001)
    load = mock.AsyncMock(side_effect=error)
    with monkeypatch.context() as patch:
        patch.setattr(place.line.pictures, "load", load)
        job = await place.ask()
        ended = await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert load.await_count > 3
    assert place.message.titles[-1] == "Painted, but it can't be read from the disk"
    assert f"`/show #{job.id}` brings it" in place.message.whys[-1]
    (line,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "/data/pictures/000000/1.png" in line.getMessage()
    assert remedy in line.getMessage()
    assert ended.picture is not None
    assert await charged(place) == 1
    assert await place.line.pictures.load(ended.picture) == PICTURE.data


async def test_a_picture_that_the_disk_gives_out_after_all_is_posted(place: Place, monkeypatch):
    monkeypatch.setattr(_patience, "FIRST_RETRY_S", 0.001)
    load = mock.AsyncMock(side_effect=[*[BROKEN] * 6, PICTURE.data])
    monkeypatch.setattr(place.line.pictures, "load", load)
    show = place.message.show

    async def show_pictures_only(shown: Shown, *, moving: bool = False) -> None:
        if "can't be read" in (shown.embed.title or ""):
            raise answered(503)
        await show(shown, moving=moving)

    monkeypatch.setattr(place.message, "show", show_pictures_only)
    job = await place.ask()
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [PICTURE.data]


async def test_only_a_few_pictures_are_in_memory_at_once(place: Place, monkeypatch):
    monkeypatch.setattr(place.delivery._loading, "_pictures", asyncio.Semaphore(2))
    at_once = most = 0
    load = place.line.pictures.load

    async def counted(stored: StoredPicture) -> bytes:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        return await load(stored)

    async def slow(shown: Shown, *, moving: bool = False) -> None:
        nonlocal at_once
        await asyncio.sleep(0.05)
        at_once -= shown.file is not None

    monkeypatch.setattr(place.line.pictures, "load", counted)
    monkeypatch.setattr(place.message, "show", slow)
    jobs = []
    for number in range(6):
        job = await place.line.store.create(make_request(), make_origin(1, 100 + 10 * number))
        await place.line.store.start(job.id)
        stored = await place.line.pictures.save(job.id, PICTURE.data)
        jobs.append(await place.line.store.finish(job.id, PICTURE, stored))
    for job in jobs:
        place.line.events.publish(JobGenerated(job))
    for job in jobs:
        await place.line.until(job, JobStatus.DELIVERED)
    assert most == 2


async def test_while_discord_is_away_no_picture_stays_in_memory(place: Place, monkeypatch, caplog):
    gc.collect()  # what earlier tests left
    caplog.set_level(logging.CRITICAL)  # pytest keeps the errors that are logged
    refused = asyncio.Event()

    async def away(shown: Shown, *, moving: bool = False) -> None:
        if shown.file is not None:
            refused.set()
            raise answered(503)  # a new one each time: an error holds what its frames hold

    monkeypatch.setattr(place.message, "show", away)
    monkeypatch.setattr(_patience, "FIRST_RETRY_S", 60)
    await place.ask()
    async with asyncio.timeout(5):
        await refused.wait()
    await asyncio.sleep(0.05)
    files = [each for each in gc.get_objects() if type(each) is File]
    assert PICTURE.data not in [file.data for file in files]


async def test_a_place_that_takes_no_size_is_offered_a_few(place: Place, monkeypatch):
    monkeypatch.setattr(_patience, "FIRST_RETRY_S", 0.001)
    place.imaging.shrink.side_effect = lambda png, limit: SmallerPicture(b"x" * limit, 90)
    place.message.picture_error = answered(413, 40005)
    job = await place.ask(size=200_000)
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert place.imaging.shrink.await_count == 5


async def test_that_a_picture_can_t_be_posted_is_said_once_discord_hears_it(place: Place):
    place.executor.script = lambda _: [Finished(PICTURE)]
    place.executor.gate.clear()
    job = await place.ask()
    await place.line.until(job, JobStatus.RUNNING)
    await place.shows("Painting…")
    place.message.errors = [answered(400, 50035), answered(503), answered(503)]
    place.executor.gate.set()
    await place.line.until(job, JobStatus.UNDELIVERABLE)
    assert place.message.titles[-1] == "Painted, but it can't be posted here"


async def test_a_process_that_died_over_a_picture_is_asked_once_more(place: Place):
    smaller = SmallerPicture(b"webp", None)
    place.imaging.shrink.side_effect = [PictureRefused("the decoder died of it"), smaller]
    job = await place.ask(file_limit=100_000, size=200_000)
    await place.line.until(job, JobStatus.DELIVERED)
    assert place.message.pictures == [b"webp"]
