"""What is kept of pictures, and what is swept."""

import asyncio
import gc
import os
import time
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import pytest

from bot.database import Database, DatabaseBusy
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputStore
from generation.keeping.kept import KeptPicture, KeptPictures
from generation.keeping.retention import Keep, Retention, Swept
from generation.pictures import PictureStore
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import make_origin, make_request

DAY_S = 24 * 3600.0


class Gallery:
    """Pictures of known ages, a day apart, the oldest first."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.now = 1_800_000_000.0
        self.folder = folder
        self.database = database
        self.store = JobStore(database, lambda: self.now)
        self.kept = KeptPictures(database)
        self.pictures = PictureStore(folder)
        self.inputs = InputStore(folder)

    async def hang(self, count: int, size: int = 100) -> list[int]:
        ids = []
        for number in range(count):
            job = await self.store.create(make_request(), make_origin(1, 100 + number))
            await self.store.start(job.id)
            stored = await self.pictures.save(job.id, b"x" * size)
            await self.store.finish(job.id, PICTURE, stored)
            await self.store.deliver(job.id)
            ids.append(job.id)
            self.now += DAY_S
        return ids

    @property
    def input_retention(self) -> InputRetention:
        return InputRetention(self.database, self.inputs, lambda: self.now)

    async def sweep(self, keep: Keep) -> Swept:
        inputs = self.input_retention
        return await Retention(self.kept, self.pictures, inputs, keep, lambda: self.now).sweep()

    async def left(self) -> list[int]:
        """The jobs whose pictures are there, each checked to be on disk too."""
        left = []
        for picture in await self.kept.page():
            assert (self.folder / picture.path).is_file()
            left.append(picture.job_id)
        assert len(left) == len(list((self.folder / "pictures").rglob("*.png")))
        return left


@pytest.fixture
def gallery(database: Database, tmp_path: Path) -> Gallery:
    return Gallery(database, tmp_path)


async def test_without_limits_all_is_kept(gallery: Gallery):
    ids = await gallery.hang(3)
    assert await gallery.sweep(Keep()) == Swept()
    assert await gallery.left() == ids


async def test_what_is_too_old_goes_and_its_recipe_stays(gallery: Gallery):
    ids = await gallery.hang(5)
    assert await gallery.sweep(Keep(days=2.5)) == Swept(too_old=3)
    assert await gallery.left() == ids[3:]
    kept = await gallery.store.get(ids[0])
    assert kept is not None
    assert kept.picture_path is None
    assert kept.request == make_request(seed=kept.request.seed).model_copy(
        update={"seed_given": False}
    )


async def test_of_too_many_the_oldest_go(gallery: Gallery):
    ids = await gallery.hang(5, size=100)
    assert await gallery.sweep(Keep(size=250)) == Swept(too_many=3)
    assert await gallery.left() == ids[3:]


async def test_age_comes_before_size(gallery: Gallery):
    ids = await gallery.hang(4, size=100)
    assert await gallery.sweep(Keep(days=2.5, size=150)) == Swept(too_old=2, too_many=1)
    assert await gallery.left() == ids[3:]


async def test_a_picture_that_is_not_posted_yet_is_never_swept(gallery: Gallery):
    job = await gallery.store.create(make_request(), make_origin())
    await gallery.store.start(job.id)
    stored = await gallery.pictures.save(job.id, b"x")
    os.utime(gallery.folder / stored.path, (0, 0))
    await gallery.store.finish(job.id, PICTURE, stored)
    gallery.now += 100 * DAY_S
    await gallery.sweep(Keep(days=1, size=1))
    assert (gallery.folder / stored.path).is_file()


async def test_orphans_go_but_not_young_ones(gallery: Gallery):
    (gallery.folder / "pictures" / "000000").mkdir(parents=True)
    old = gallery.folder / "pictures" / "000000" / "7.png"
    part = gallery.folder / "pictures" / "000000" / "8.part"
    young = gallery.folder / "pictures" / "000000" / "9.png"
    for file in (old, part, young):
        file.write_bytes(b"x")
    gallery.now = time.time()
    for file in (old, part):
        os.utime(file, (gallery.now - 4000, gallery.now - 4000))
    assert await gallery.sweep(Keep()) == Swept(orphans=2)
    assert [path.name for path in young.parent.iterdir()] == ["9.png"]


async def test_what_is_painted_anew_while_it_is_swept_stays(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
):
    """A file that a killed run left is an orphan, until the next run writes there again."""
    job = await gallery.store.create(make_request(), make_origin())
    await gallery.store.start(job.id)
    left = await gallery.pictures.save(job.id, b"of the run that was killed")
    gallery.now = time.time()
    os.utime(gallery.folder / left.path, (gallery.now - 7200, gallery.now - 7200))
    read = gallery.kept.page

    async def painted_anew(after: tuple[int, int] = (0, 0)) -> Sequence[KeptPicture]:
        page = await read(after)
        stored = await gallery.pictures.save(job.id, b"of the next run")
        await gallery.store.finish(job.id, PICTURE, stored)
        return page

    with monkeypatch.context() as patch:
        patch.setattr(gallery.kept, "page", painted_anew)
        assert await gallery.sweep(Keep()) == Swept()
    assert await gallery.left() == [job.id]


async def test_what_waits_for_its_row_stays_and_goes_with_its_job(gallery: Gallery):
    job = await gallery.store.create(make_request(), make_origin())
    await gallery.store.start(job.id)
    stored = await gallery.pictures.save(job.id, b"x")
    gallery.now = time.time()
    os.utime(gallery.folder / stored.path, (gallery.now - 7200, gallery.now - 7200))
    assert await gallery.sweep(Keep()) == Swept()
    await gallery.store.cancel(job.id)
    assert await gallery.sweep(Keep()) == Swept(orphans=1)
    assert not (gallery.folder / stored.path).exists()


async def test_tokens_go_within_a_minute_of_their_death(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("generation.keeping.retention._TOKENS_INTERVAL_S", 0.01)  # for a minute
    job = await gallery.store.create(make_request(), make_origin())
    retention = Retention(
        gallery.kept, gallery.pictures, gallery.input_retention, Keep(), lambda: gallery.now
    )
    running = asyncio.create_task(retention.run())
    await asyncio.sleep(0.05)
    assert await token_of(gallery, job.id) is not None
    gallery.now += 15 * 60 + 1
    async with asyncio.timeout(5):
        while await token_of(gallery, job.id) is not None:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_while_no_token_has_died_nothing_is_written(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
):
    await gallery.store.create(make_request(), make_origin())
    monkeypatch.setattr(gallery.kept._database, "write", None)  # would fail
    assert await gallery.kept.forget_tokens(gallery.now - 15 * 60) == 0


async def test_tokens_go_when_discord_has_forgotten_them(gallery: Gallery):
    old = await gallery.store.create(make_request(), make_origin(1, 100))
    gallery.now += 600
    young = await gallery.store.create(make_request(), make_origin(1, 200))
    gallery.now += 301
    await gallery.sweep(Keep())
    tokens = [await token_of(gallery, job_id) for job_id in (old.id, young.id)]
    assert tokens == [None, "interaction-token"]


async def token_of(gallery: Gallery, job_id: int) -> str | None:
    job = await gallery.store.get(job_id)
    assert job is not None
    assert job.origin is not None
    return job.origin.token


MANY = 100_000


async def test_a_hundred_thousand_pictures_are_swept_without_holding_the_loop(
    database: Database, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
):
    await database.write(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ?)"
        " INSERT INTO jobs (status, model, prompt, num_inference_steps, guidance_scale, width,"
        " height, seed, seed_given, queued_at, generated_at, finished_at, picture_path,"
        " picture_sha256)"
        " SELECT 'delivered', 'demo', 'a red circle', 1, 1, 64, 64, n, 0, n, n, n,"
        " 'pictures/' || n || '.png', '0' FROM numbers",
        (MANY,),
    )
    # Only said to be there: to write them all would take minutes.
    there = {f"pictures/{n}.png": (100, float(n)) for n in range(1, MANY + 1)}
    monkeypatch.setattr(gallery.pictures, "files", lambda: there)
    gallery.now = float(MANY)
    keep = Keep(days=(MANY - 10_000) / DAY_S, size=100 * (MANY - 25_000))
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            # The loop's own work, however busy the machine is.
            before = time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    gc.collect()
    gc.freeze()  # what other tests left is no part of this
    watching = asyncio.create_task(watch())
    try:
        swept = await gallery.sweep(keep)
    finally:
        watching.cancel()
        gc.unfreeze()
    assert swept == Swept(too_old=9_999, too_many=15_001)
    assert longest < 0.05


async def test_a_sweep_that_the_database_does_not_let_through_leaves_a_line(
    gallery: Gallery, monkeypatch, caplog
):
    busy = mock.AsyncMock(side_effect=DatabaseBusy(Path("easel.sqlite")))
    monkeypatch.setattr(gallery.kept, "forget_tokens", busy)
    retention = Retention(gallery.kept, gallery.pictures, gallery.input_retention, Keep())
    sweeping = asyncio.create_task(retention.run())
    async with asyncio.timeout(5):
        while not caplog.records:
            await asyncio.sleep(0.01)
    sweeping.cancel()
    (line,) = caplog.records
    assert "Close whatever has it open" in line.getMessage()
    assert line.exc_info is None
