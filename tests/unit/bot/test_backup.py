"""Backups of the database: made beside a running bot, checked, and put back."""

import os
from pathlib import Path

import pytest

from bot.backup import RESTORED, BackupRefused, make_backup, restore_backup
from bot.database import (
    BackupMissing,
    Database,
    DatabaseCorrupt,
    DatabaseForeign,
    DatabaseMissing,
    DataFolderInUse,
    DataFolderUnusable,
)
from generation.job import Job, JobStatus
from generation.pictures import PictureStore
from generation.sheets.plan import sweep
from generation.sheets.store import PartStore
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request


async def test_a_backup_of_a_running_bot_comes_back(tmp_path: Path):
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    async with Database.open(data) as database:
        store = JobStore(database)
        before = await store.create(make_request("before"), make_origin(1, 100))
        await store.cancel(before.id)
        assert "checked" in await make_backup(data, copy)
        await store.create(make_request("after"), make_origin(1, 200))
    said = await restore_backup(data, copy)
    assert "easel-before-restore-" in said
    async with Database.open(data) as database:
        rows = await database.fetch_all("SELECT prompt FROM jobs")
    assert [row["prompt"] for row in rows] == ["before"]
    (kept,) = (data / "backups").glob("easel-before-restore-*.sqlite")
    await restore_backup(data, kept)
    async with Database.open(data) as database:
        assert len(await database.fetch_all("SELECT 1 FROM jobs")) == 2


async def test_a_name_that_is_no_utf_8_is_taken_as_it_is_and_told_as_far_as_it_can_be(
    tmp_path: Path,
):
    data, copy = tmp_path / "data", tmp_path / os.fsdecode(b"m\xf6/m\xf6.sqlite")
    async with Database.open(data):
        said = await make_backup(data, copy)
    assert f"Backed up to {tmp_path}/m\N{REPLACEMENT CHARACTER}/" in said
    assert copy.is_file()
    said += await restore_backup(data, copy)
    assert f"Restored from {tmp_path}/m\N{REPLACEMENT CHARACTER}/" in said
    said.encode()  # or else no terminal takes it


async def test_so_is_such_a_data_folder(tmp_path: Path):
    data, copy = tmp_path / os.fsdecode(b"m\xf6"), tmp_path / "copy.sqlite"
    async with Database.open(data) as database:
        await make_backup(data, copy)
        job = await JobStore(database).create(make_request(), make_origin(1, 100))
        await PictureStore(data).save(job.id, PICTURE.data)
    said = await restore_backup(data, copy)
    assert "1 pictures" in said
    said.encode()


async def test_what_was_under_way_in_a_backup_is_not_painted_again(tmp_path: Path):
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    async with Database.open(data) as database:
        store = JobStore(database)
        waiting = await store.create(make_request(), make_origin(1, 100))
        running = await store.create(make_request(), make_origin(1, 200))
        await store.start(running.id)
        await make_backup(data, copy)
    assert "2 jobs" in await restore_backup(data, copy)
    async with Database.open(data) as database:
        store = JobStore(database)
        for job in (waiting, running):
            ended = await store.get(job.id)
            assert ended is not None
            assert (ended.status, ended.detail) == (JobStatus.CANCELLED, RESTORED)
        assert await store.recover() == []


async def paint(store: JobStore, data: Path, prompt: str) -> Job:
    """A delivered picture."""
    job = await store.create(make_request(prompt), None)
    await store.start(job.id)
    stored = await PictureStore(data).save(job.id, prompt.encode())
    await store.finish(job.id, PICTURE, stored)
    return await store.deliver(job.id)


async def test_pictures_painted_since_the_backup_are_kept_aside(tmp_path: Path):
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    async with Database.open(data) as database:
        store = JobStore(database)
        known = await paint(store, data, "before")
        await make_backup(data, copy)
        await paint(store, data, "after")
        await paint(store, data, "later")
    said = await restore_backup(data, copy)
    assert "2 pictures that the backup knows nothing of are in" in said
    (aside,) = (data / "backups").glob("pictures-before-restore-*")
    assert sorted(path.read_text() for path in aside.rglob("*.png")) == ["after", "later"]
    assert str(aside) in said
    assert known.picture_path is not None
    assert list((data / "pictures").rglob("*.png")) == [data / known.picture_path]


async def test_parts_of_what_was_under_way_are_kept_aside_as_well(tmp_path: Path):
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    async with Database.open(data) as database:
        store, parts = JobStore(database), PartStore(database)
        job = await store.create(sweep(CATALOG, DEMO, "a fox", "steps", "1, 2")[0], make_origin())
        await store.start(job.id)
        await parts.paint(job.id, 1, PICTURE, await PictureStore(data).save(job.id, b"one", 1))
        await make_backup(data, copy)
    assert "1 pictures" in await restore_backup(data, copy)
    (aside,) = (data / "backups").glob("pictures-before-restore-*")
    assert [path.name for path in aside.rglob("*.png")] == [f"{job.id}-1.png"]
    async with Database.open(data) as database:
        assert (await PartStore(database).of(job.id))[1].picture is None


async def test_ids_given_since_the_backup_are_not_given_again(tmp_path: Path):
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    async with Database.open(data) as database:
        store = JobStore(database)
        await make_backup(data, copy)
        for number in range(3):  # without any picture
            await store.create(make_request(), make_origin(1, number))
    await restore_backup(data, copy)
    async with Database.open(data) as database:
        assert (await JobStore(database).create(make_request(), None)).id == 4


async def test_nothing_is_written_over(tmp_path: Path):
    async with Database.open(tmp_path / "data"):
        pass
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(BackupRefused, match="exists already"):
        await make_backup(tmp_path / "data", taken)
    assert taken.read_text() == "mine"


@pytest.mark.parametrize("name", ["file/monday.sqlite", "x" * 300])
async def test_a_target_that_can_not_be_written_is_not_called_the_data_folders(
    tmp_path: Path, name: str
):
    (tmp_path / "file").touch()
    target = tmp_path / name
    async with Database.open(tmp_path / "data"):
        with pytest.raises(BackupRefused, match=f"^{target} can't be written: .* Name a file in a"):
            await make_backup(tmp_path / "data", target)


async def test_a_data_folder_that_can_not_be_used_is_not_called_the_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(data: Path) -> None:
        raise DataFolderUnusable(data, "as the test has it")

    monkeypatch.setattr(Database, "open_read_only", refuse)
    with pytest.raises(DataFolderUnusable, match=f"^{tmp_path}/data can't be used"):
        await make_backup(tmp_path / "data", tmp_path / "copy.sqlite")


async def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path):
    with pytest.raises(DatabaseMissing):
        await make_backup(tmp_path, tmp_path / "copy.sqlite")


@pytest.mark.parametrize("content", [b"not a database at all, by no means", None])
async def test_a_wrong_file_changes_nothing(tmp_path: Path, content: bytes | None):
    data, source = tmp_path / "data", tmp_path / "source.sqlite"
    async with Database.open(data) as database:
        await JobStore(database).create(make_request(), None)
    if content is not None:
        source.write_bytes(content)
    with pytest.raises((DatabaseCorrupt, DatabaseForeign, BackupMissing)):
        await restore_backup(data, source)
    async with Database.open(data) as database:
        assert len(await database.fetch_all("SELECT 1 FROM jobs")) == 1


async def test_without_the_file_not_even_the_folder_is_made(tmp_path: Path):
    with pytest.raises(BackupMissing, match=r"^There is no file \S+nofile\. In Docker it must"):
        await restore_backup(tmp_path / "data", tmp_path / "nofile")
    assert not list(tmp_path.iterdir())


async def test_instead_of_a_damaged_file_a_whole_one_is_named(tmp_path: Path):
    data = tmp_path / "data"
    async with Database.open(data):
        await make_backup(data, data / "backups" / "monday.sqlite")
    (data / "backups" / "sunday.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(DatabaseCorrupt, match=r"-m bot restore \S+monday\.sqlite "):
        await restore_backup(data, data / "backups" / "sunday.sqlite")


async def test_a_running_bot_is_in_the_way_of_a_restore(tmp_path: Path):
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite"
    async with Database.open(data):
        await make_backup(data, copy)
        with pytest.raises(DataFolderInUse):
            await restore_backup(data, copy)
