"""A database that others lock, or that is damaged."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.database import Database, restore
from generation.pictures import PictureStore
from generation.store import JobStore
from playground.client import Member, pictures
from playground.server import Playground
from tests.end_to_end._stage import Stage
from tests.support.bot_process import BotProcess
from tests.support.jobs import make_origin, make_request
from tests.support.rows import rows

pytestmark = pytest.mark.asyncio(loop_scope="session")


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Keep the database's one place for a writer, as a database browser may."""
    with closing(sqlite3.connect(data_dir / "easel.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize("seconds", [3, pytest.param(30, marks=pytest.mark.long)])
async def test_a_lock_of_another_process_delays_a_request_and_loses_nothing(
    stage: Stage, seconds: float
):
    with locked(stage.data_dir):
        began = time.monotonic()
        asked = await stage.ask()
        await asked.acknowledged()
        assert time.monotonic() - began < 1
        await asyncio.sleep(seconds)
        # Nothing is promised that is not written down.
        assert not any(message["embeds"] for message in asked.messages())
    assert pictures(await asked.picture(timeout=30))
    row = await stage.ended()
    assert (row["status"], row["attempts"]) == ("delivered", 1)


@pytest.mark.long
async def test_a_lock_in_mid_job_delays_the_picture(stage: Stage):
    asked = await stage.held()
    with locked(stage.data_dir):
        stage.release()
        await asyncio.sleep(3)
    assert pictures(await asked.picture(timeout=30))
    row = await stage.ended()
    assert (row["status"], row["attempts"]) == ("delivered", 1)


async def test_flipped_bytes_are_refused_with_the_way_back(playground: Playground, tmp_path: Path):
    async with Database.open(tmp_path):
        pass
    file = tmp_path / "easel.sqlite"
    damaged = bytearray(file.read_bytes())
    for position in range(4096, len(damaged), 97):
        damaged[position] ^= 0xFF
    file.write_bytes(damaged)
    bot = BotProcess(playground, tmp_path)
    await bot.start(online=False)
    async with asyncio.timeout(30):
        assert await bot.process.wait() == 3
    await bot.stop()
    log = "\n".join(bot.log)
    assert "is damaged" in log
    assert "To go on: 1. keep Easel stopped; 2. python -m bot restore FILE" in log
    assert "Traceback" not in log
    assert file.read_bytes() == damaged


@pytest.mark.long
async def test_pictures_of_a_folder_begun_anew_are_kept_and_their_ids_not_given_again(
    playground: Playground, tmp_path: Path
):
    await PictureStore(tmp_path).save(5, b"of a database that is gone")
    async with (
        BotProcess(playground, tmp_path),
        await Member.connect(playground.url, 1) as member,
    ):
        asked = await member.command("imagine", member.channel("general"), prompt="a red circle")
        assert pictures(await asked.picture(timeout=60))
    assert rows(tmp_path, "SELECT id FROM jobs") == [{"id": 6}]
    (kept,) = (tmp_path / "backups").rglob("5.png")
    assert kept.read_bytes() == b"of a database that is gone"


@pytest.mark.long
async def test_a_restore_that_was_cut_off_is_finished_by_the_next_start(
    playground: Playground, tmp_path: Path
):
    """No picture is swept that was painted since the backup, and nothing is painted again."""
    copy, hours_ago = tmp_path / "copy.sqlite", time.time() - 7200
    async with Database.open(tmp_path) as database:
        store = JobStore(database)
        waiting = await store.create(make_request(), make_origin())
        await database.backup(copy)
        await store.cancel(waiting.id)
        painted = await store.create(make_request(), make_origin(interaction_id=200))
    stored = await PictureStore(tmp_path).save(painted.id, b"painted since")
    os.utime(tmp_path / stored.path, (hours_ago, hours_ago))
    restore(tmp_path, copy)  # and here the command is killed
    bot = BotProcess(playground, tmp_path)
    await bot.start()
    assert await bot.stop() == 0
    log = "\n".join(bot.log)
    assert f"The restore from {copy} was cut off; it is finished now" in log
    assert "1 jobs that were under way in the backup are ended" in log
    (kept,) = (tmp_path / "backups").rglob(f"{painted.id}.png")
    assert kept.read_bytes() == b"painted since"
    found = rows(tmp_path, "SELECT id, status, attempts FROM jobs")
    assert found == [{"id": waiting.id, "status": "cancelled", "attempts": 0}]
