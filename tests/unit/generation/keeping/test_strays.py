"""Pictures that the database knows nothing of are put aside, and their ids not given again."""

import shutil
from pathlib import Path

import pytest

from bot.database import Database
from generation.inputs.store import InputStore
from generation.keeping.strays import notice_strays, put_aside
from generation.pictures import PictureStore
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import make_request


async def left_by_another_database(data: Path, *ids: int) -> None:
    for job_id in ids:
        await PictureStore(data).save(job_id, str(job_id).encode())


async def paint(database: Database, data: Path) -> int:
    store = JobStore(database)
    job = await store.create(make_request(), None)
    await store.start(job.id)
    stored = await PictureStore(data).save(job.id, b"mine")
    await store.finish(job.id, PICTURE, stored)
    return job.id


def kept_aside(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "backups").rglob("*.png"))


def shown(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "pictures").rglob("*.png"))


async def test_a_fresh_database_puts_all_pictures_aside(database: Database, tmp_path: Path):
    await left_by_another_database(tmp_path, 7, 1999, 2001)
    aside = await notice_strays(database, tmp_path)
    assert aside is not None
    assert aside.pictures == 3
    assert aside.folder.name.startswith("pictures-before-this-database-")
    assert (kept_aside(tmp_path), shown(tmp_path)) == (["1999.png", "2001.png", "7.png"], [])
    assert await paint(database, tmp_path) == 2002


async def test_a_database_older_than_the_pictures_keeps_those_it_names(
    database: Database, tmp_path: Path
):
    for _ in range(2):
        await paint(database, tmp_path)
    await left_by_another_database(tmp_path, 3)
    await notice_strays(database, tmp_path)
    assert (kept_aside(tmp_path), shown(tmp_path)) == (["3.png"], ["1.png", "2.png"])


async def test_an_orphan_of_a_known_job_is_left_to_retention(database: Database, tmp_path: Path):
    job = await JobStore(database).create(make_request(), None)
    await left_by_another_database(tmp_path, job.id)
    assert await notice_strays(database, tmp_path) is None
    assert shown(tmp_path) == ["1.png"]


async def test_after_a_restore_an_orphan_of_a_known_job_is_put_aside_too(
    database: Database, tmp_path: Path
):
    job = await JobStore(database).create(make_request(), None)
    await left_by_another_database(tmp_path, job.id)
    assert (await put_aside(database, tmp_path, "restore")).pictures == 1
    assert (kept_aside(tmp_path), shown(tmp_path)) == (["1.png"], [])


async def test_without_pictures_nothing_is_begun(database: Database, tmp_path: Path):
    assert await notice_strays(database, tmp_path) is None
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("moves", range(4))
async def test_what_was_cut_off_is_taken_up_at_the_next_start(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
):
    await left_by_another_database(tmp_path, 5, 1001, 6)
    move = shutil.move
    done: list[Path] = []

    def cut_off(source: Path, target: Path) -> None:
        if len(done) == moves:
            raise KeyboardInterrupt
        done.append(target)
        move(source, target)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shutil.move", cut_off)
        if moves == 3:  # between the last move and the count
            patch.setattr("generation.keeping.strays.Aside", fail)
        with pytest.raises(KeyboardInterrupt):
            await put_aside(database, tmp_path, "this-database")
    await notice_strays(database, tmp_path)
    assert (kept_aside(tmp_path), shown(tmp_path)) == (["1001.png", "5.png", "6.png"], [])
    assert await paint(database, tmp_path) == 1002


async def test_what_was_brought_for_them_is_put_aside_with_them(database: Database, tmp_path: Path):
    """And what a job that the database knows started from is not."""
    inputs = InputStore(tmp_path)
    known, stray = [await inputs.save(data, 64, 64) for data in (b"known", b"stray")]
    await JobStore(database).create(make_request(image=known), None)
    await left_by_another_database(tmp_path, 7)
    aside = await notice_strays(database, tmp_path)
    assert aside is not None
    assert list(inputs.files()) == [known.path]
    assert (aside.folder / stray.path).read_bytes() == b"stray"
