"""What a restore that was cut off left to be done is done by the next start; nothing is lost."""

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.backup import RESTORED, finish_restore, make_backup, restore_backup
from bot.database import Database, StorageFull
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputStore
from generation.job import Job, JobStatus
from generation.keeping.kept import KeptPictures
from generation.keeping.retention import Keep, Retention, Swept
from generation.keeping.strays import notice_strays
from generation.pictures import PictureStore
from generation.store import JobStore
from tests.support.executors import PICTURE
from tests.support.jobs import make_origin, make_request
from tests.unit.bot.database.child import run

#: What is in the folder when the restore begins; the first of each is what the backup knows.
PICTURES, INPUTS = ["before", "waiting", "after"], ["known", "stray"]

#: Restores to copies of a folder, each killed one step later than the last, until one ends.
KILLED = """
    import asyncio, os, shutil, sys
    from pathlib import Path
    from bot.backup import restore_backup

    data, copy, cuts = map(Path, sys.argv[1:])

    def step(event, _):
        global left
        left -= event.startswith(("open", "os.", "shutil.", "sqlite3.connect"))
        if left < 0:
            os._exit(9)

    for left in range(1000):
        folder = cuts / f"{left:04}"
        shutil.copytree(data, folder)
        child = os.fork()
        if child == 0:
            sys.addaudithook(step)
            asyncio.run(restore_backup(folder, copy))
            left = 1000
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            break
"""


@dataclass
class Host:
    """A data folder that has been painted in since its backup, and that backup."""

    data: Path
    backup: Path


async def paint(store: JobStore, data: Path, job: Job) -> None:
    await store.start(job.id)
    stored = await PictureStore(data).save(job.id, job.request.prompt.encode())
    await store.finish(job.id, PICTURE, stored)
    await store.deliver(job.id)


@pytest.fixture
async def host(tmp_path: Path) -> Host:
    data, backup = tmp_path / "data", tmp_path / "copy.sqlite"
    async with Database.open(data) as database:
        store, inputs = JobStore(database), InputStore(data)
        known, stray = [await inputs.save(name.encode(), 64, 64) for name in INPUTS]
        await paint(store, data, await store.create(make_request("before", image=known), None))
        waiting = await store.create(make_request("waiting"), make_origin(1, 77))
        await make_backup(data, backup)
        await paint(store, data, waiting)
        await paint(store, data, await store.create(make_request("after", image=stray), None))
    hours_ago = time.time() - 7200  # a sweep spares what is new
    for path in [*data.rglob("*.png"), *(data / "inputs").iterdir()]:
        os.utime(path, (hours_ago, hours_ago))
    return Host(data, backup)


async def start(data: Path) -> tuple[list[str], Swept, list[Job]]:
    """As the bot does: all prompts, what the first sweep took away, what is taken up again."""
    async with Database.open(data) as database:
        await finish_restore(database, data)
        await notice_strays(database, data)
        unfinished = list(await JobStore(database).recover())
        inputs = InputRetention(database, InputStore(data))
        swept = await Retention(KeptPictures(database), PictureStore(data), inputs, Keep()).sweep()
        rows = await database.fetch_all("SELECT prompt FROM jobs ORDER BY id")
        return [row["prompt"] for row in rows], swept, unfinished


def contents(folder: Path, *patterns: str) -> list[str]:
    paths = [path for pattern in patterns for path in folder.rglob(pattern)]
    return [path.read_text() for path in sorted(paths) if path.is_file()]


async def check_nothing_is_lost(data: Path) -> bool:
    """Start twice: the same is there then. Whether the backup is in place."""
    restored = False
    for _ in range(2):
        prompts, swept, unfinished = await start(data)
        assert (swept, unfinished) == (Swept(), [])
        restored = prompts == PICTURES[:2]
        assert restored or prompts == PICTURES
        split = 1 if restored else 3
        assert sorted(contents(data / "pictures", "*.png")) == sorted(PICTURES[:split])
        assert sorted(contents(data / "backups", "*.png")) == sorted(PICTURES[split:])
        split = 1 if restored else 2
        assert sorted(contents(data / "inputs", "*")) == INPUTS[:split]
        assert contents(data / "backups", "inputs/*") == INPUTS[split:]
    return restored


@pytest.mark.long
async def test_killed_at_any_step_the_next_start_finishes_it(host: Host, tmp_path: Path):
    cuts = tmp_path / "cuts"
    cuts.mkdir()
    process = await run(KILLED, host.data, host.backup, cuts)
    assert await process.wait() == 0
    folders = sorted(cuts.iterdir())
    found = [await check_nothing_is_lost(folder) for folder in folders]
    # First the old one, from some step on the backup; and well beyond the step that puts it there.
    assert found == sorted(found)
    assert found.count(False) > 10
    assert found.count(True) > 10


@pytest.mark.parametrize(
    "step",
    [
        "bot.backup.Database.open",
        "bot.backup.JobStore.end_unfinished",
        "bot.backup.KeptPictures.forget",
        "bot.backup.put_aside",
        "generation.keeping.strays.Aside",
        "bot.backup.restore_finished",
    ],
)
async def test_where_a_step_fails_the_next_start_finishes_it(
    host: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: str
):
    def fail(*_: object) -> None:
        raise StorageFull(host.data, "as the test has it")

    with monkeypatch.context() as patch:
        patch.setattr(step, fail)
        with pytest.raises(StorageFull):
            await restore_backup(host.data, host.backup)
    with caplog.at_level(logging.WARNING):
        assert await check_nothing_is_lost(host.data)
    assert f"The restore from {host.backup} was cut off; it is finished now" in caplog.messages
    assert len(caplog.messages) <= 3  # by the first start alone


async def test_the_start_says_what_was_ended_and_where_the_pictures_are(
    host: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with monkeypatch.context() as patch:
        patch.setattr("bot.backup.Database.open", None)
        with pytest.raises(TypeError):
            await restore_backup(host.data, host.backup)
    with caplog.at_level(logging.WARNING):
        await start(host.data)
    assert "1 jobs that were under way in the backup are ended" in caplog.messages
    (aside,) = (host.data / "backups").glob("pictures-before-restore-*")
    assert f"2 pictures that the backup knows nothing of are in {aside} now" in caplog.messages
    async with Database.open(host.data) as database:
        ended = await JobStore(database).get(2)
        assert ended is not None
        assert (ended.status, ended.detail) == (JobStatus.CANCELLED, RESTORED)
        assert (await JobStore(database).create(make_request(), None)).id == 4


async def test_the_same_restore_again_finishes_it_as_well(
    host: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with monkeypatch.context() as patch:
        patch.setattr("bot.backup.Database.open", None)
        with pytest.raises(TypeError):
            await restore_backup(host.data, host.backup)
    assert "2 pictures" in await restore_backup(host.data, host.backup)
    assert await check_nothing_is_lost(host.data)
    assert caplog.messages == []


async def test_a_restore_that_ends_leaves_nothing_to_be_finished(
    host: Host, caplog: pytest.LogCaptureFixture
):
    await restore_backup(host.data, host.backup)
    async with Database.open(host.data) as database:
        waiting = await JobStore(database).create(make_request("new"), make_origin())
    _, _, unfinished = await start(host.data)
    assert [job.id for job in unfinished] == [waiting.id]
    assert caplog.messages == []
