"""Pictures of parts on disk: kept and swept as others are, and known to a restored database."""

from pathlib import Path

import pytest

from bot.database import Database
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputStore
from generation.keeping.kept import KeptPictures
from generation.keeping.retention import Keep, Retention, Swept
from generation.keeping.strays import notice_strays, put_aside
from generation.pictures import PictureStore
from generation.sheets.plan import sweep
from generation.sheets.store import PartStore
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, DEMO, make_origin

NOW = 1_800_000_000.0
DAY_S = 24 * 3600.0


class Shelf:
    """Jobs of two parts each, a day apart, the oldest first."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.now = NOW
        self.folder = folder
        self.database = database
        self.store = JobStore(database, lambda: self.now)
        self.parts = PartStore(database, lambda: self.now)
        self.kept = KeptPictures(database)
        self.pictures = PictureStore(folder)

    async def put(self, count: int, *, ended: bool = True) -> list[int]:
        ids = []
        for number in range(count):
            request, _ = sweep(CATALOG, DEMO, "a fox", "steps", "1, 2")
            job = await self.store.create(request, make_origin(1, 100 + number))
            await self.store.start(job.id)
            for part in (1, 2):
                stored = await self.pictures.save(job.id, b"x" * 100, part)
                await self.parts.paint(job.id, part, PICTURE, stored)
            if ended:
                stored = await self.pictures.save(job.id, b"y" * 100)
                await self.store.finish(job.id, PICTURE, stored)
                await self.store.deliver(job.id)
            ids.append(job.id)
            self.now += DAY_S
        return ids

    async def sweep(self, keep: Keep) -> Swept:
        inputs = InputRetention(self.database, InputStore(self.folder), lambda: self.now)
        return await Retention(self.kept, self.pictures, inputs, keep, lambda: self.now).sweep()

    def files(self) -> list[str]:
        return sorted(path.stem for path in (self.folder / "pictures").rglob("*.png"))


@pytest.fixture
def shelf(database: Database, tmp_path: Path) -> Shelf:
    return Shelf(database, tmp_path)


async def test_parts_are_listed_with_their_jobs_some_at_a_time(shelf: Shelf):
    await shelf.put(3)
    seen: list[tuple[int, int]] = []
    last = (0, 0)
    while page := await shelf.kept.page(last, limit=2):
        seen += [(each.job_id, each.part) for each in page]
        last = seen[-1]
    assert seen == [(job, part) for job in (1, 2, 3) for part in (0, 1, 2)]


async def test_what_is_too_old_goes_with_its_parts(shelf: Shelf):
    await shelf.put(3)
    assert await shelf.sweep(Keep(days=1.5)) == Swept(too_old=6)
    assert shelf.files() == ["3", "3-1", "3-2"]
    assert {each.picture for each in (await shelf.parts.of(1)).values()} == {None}


async def test_of_too_many_the_oldest_go_with_their_parts(shelf: Shelf):
    await shelf.put(3)
    assert (await shelf.sweep(Keep(size=300))).too_many == 6
    assert shelf.files() == ["3", "3-1", "3-2"]


async def test_parts_of_a_job_that_goes_on_are_never_swept(shelf: Shelf):
    await shelf.put(1, ended=False)
    shelf.now += 100 * DAY_S
    await shelf.sweep(Keep(days=1, size=1))
    assert shelf.files() == ["1-1", "1-2"]


async def test_parts_that_no_row_names_are_swept_like_other_orphans(shelf: Shelf):
    await shelf.put(1)
    await shelf.pictures.save(1, b"nobody's", 7)
    for path in (shelf.folder / "pictures").rglob("*.png"):
        assert path.is_file()
    shelf.now = 4_000_000_000.0
    assert (await shelf.sweep(Keep())).orphans == 1
    assert shelf.files() == ["1", "1-1", "1-2"]


async def test_a_database_begun_anew_puts_parts_aside_too(database: Database, tmp_path: Path):
    pictures = PictureStore(tmp_path)
    await pictures.save(7, b"a part", 2)
    aside = await notice_strays(database, tmp_path)
    assert aside is not None
    assert aside.pictures == 1
    assert [path.name for path in aside.folder.rglob("*.png")] == ["7-2.png"]
    request, _ = sweep(CATALOG, DEMO, "a fox", "steps", "1, 2")
    assert (await JobStore(database).create(request, None)).id == 8


async def test_parts_that_a_row_names_are_not_put_aside(shelf: Shelf):
    await shelf.put(1)
    assert (await put_aside(shelf.database, shelf.folder, "test")).pictures == 0
    assert shelf.files() == ["1", "1-1", "1-2"]


async def test_with_a_job_its_parts_are_deleted(shelf: Shelf):
    (job_id,) = await shelf.put(1)
    await shelf.database.write("DELETE FROM jobs WHERE id = ?", (job_id,))
    assert await shelf.parts.of(job_id) == {}
