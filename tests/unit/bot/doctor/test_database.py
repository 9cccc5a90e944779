"""What is said of the data folder and the database, without a change to either."""

import json
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.database import Database
from bot.doctor import Area, Case, State
from bot.doctor._database import check_database, check_folder
from generation.store import JobStore
from tests.support.jobs import make_origin, make_request
from tests.unit.bot.doctor.conftest import MakeCase


@pytest.fixture
def case(make_case: MakeCase) -> Case:
    return make_case()


@pytest.fixture
async def file(case: Case) -> Path:
    """A database with a job."""
    async with Database.open(case.settings.data_dir) as database:
        await JobStore(database).create(make_request(), make_origin(1, 100))
    return case.settings.data_dir / "easel.sqlite"


async def test_before_the_first_start_there_is_nothing_to_mend(case: Case):
    findings = [*await check_folder(case), *await check_database(case)]
    assert {each.state for each in findings} == {State.OK}
    assert not case.settings.data_dir.exists()


async def test_a_good_one_is_told_with_its_jobs(case: Case, file: Path):
    (finding,) = await check_database(case)
    assert (finding.state, finding.found) == (
        State.OK,
        "whole, of this Easel's schema, 1 jobs",
    )


async def test_a_bot_can_write_while_it_is_looked_at(case: Case, file: Path):
    async with Database.open(case.settings.data_dir) as database:
        async with database.transaction() as transaction:
            await transaction.execute("UPDATE jobs SET prompt = 'other'")
            (finding,) = await check_database(case)
        assert finding.state is State.OK
        row = await database.fetch_one("SELECT prompt FROM jobs")
        assert row is not None
        assert row["prompt"] == "other"


async def test_damage_is_an_error_that_names_the_file(case: Case, file: Path):
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\x55" * (len(whole) - 4096))
    (finding,) = await check_database(case)
    assert (finding.state, finding.area) == (State.ERROR, Area.DATA)
    assert f"{file} is damaged" in finding.found
    assert "restore FILE" in finding.remedy


async def test_damage_that_only_a_look_at_all_pages_finds_is_found(case: Case, file: Path):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'jobs'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(file.read_bytes())
    data[(page - 1) * size + 1 : (page - 1) * size + 3] = b"\xff\xff"  # its list of free blocks
    file.write_bytes(data)
    (finding,) = await check_database(case)
    assert finding.state is State.ERROR
    assert "is damaged" in finding.found


@pytest.mark.parametrize(
    ("change", "state", "says"),
    [
        ("PRAGMA user_version = 999", State.ERROR, "written by a newer Easel"),
        ("DROP TABLE migrations", State.ERROR, "some other program"),
    ],
)
async def test_one_of_another_program_or_version_is_told(
    case: Case, file: Path, change: str, state: State, says: str
):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(change)
    (finding,) = await check_database(case)
    assert finding.state is state
    assert says in finding.found
    assert finding.remedy


async def test_one_that_waits_for_its_upgrade_is_a_note(case: Case, file: Path):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        (newest,) = connection.execute("SELECT max(number) FROM migrations").fetchone()
        connection.execute("DELETE FROM migrations WHERE number = ?", (newest,))
        connection.execute(f"PRAGMA user_version = {newest - 1}")
    (finding,) = await check_database(case)
    assert finding.state is State.NOTE
    assert finding.remedy == "Start the bot, which does it."


@pytest.mark.parametrize(
    ("age", "paused", "state", "says"),
    [
        (1, False, State.OK, "The bot serves: 3 waiting, on CPU."),
        (1, True, State.WARNING, "makes no calls"),
        (600, False, State.WARNING, "last sign of life 600 s ago"),
    ],
)
async def test_the_sign_of_life_of_a_bot_is_read(
    case: Case, age: float, paused: bool, state: State, says: str
):
    case.settings.data_dir.mkdir()
    sign = {"at": time.time() - age, "waiting": 3, "device": "CPU", "calls_paused": paused}
    (case.settings.data_dir / "health.json").write_text(json.dumps(sign))
    _, finding = await check_folder(case)
    assert finding.state is state
    assert says in finding.found


async def test_a_folder_that_can_not_be_made_or_written_is_an_error(
    case: Case, monkeypatch: pytest.MonkeyPatch
):
    case.settings.data_dir.write_text("no folder")
    finding, *_ = await check_folder(case)
    assert (finding.state, finding.area) == (State.ERROR, Area.DATA)
    assert "EASEL_DATA_DIR" in finding.remedy
    case.settings.data_dir.unlink()
    # Root may write everywhere.
    monkeypatch.setattr(os, "access", lambda *_: False)
    finding, *_ = await check_folder(case)
    assert finding.state is State.ERROR


async def test_a_look_leaves_nothing_in_the_folder(case: Case, file: Path):
    before = {path.name for path in case.settings.data_dir.iterdir()}
    await check_folder(case)
    await check_database(case)
    after = {path.name for path in case.settings.data_dir.iterdir()}
    assert after - {"easel.sqlite-wal", "easel.sqlite-shm"} == before
