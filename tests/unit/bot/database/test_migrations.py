"""The upgrade of the database: each step whole or not at all, and a copy before it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.database import (
    Database,
    DatabaseTooNew,
    MigrationFailed,
    MigrationsInconsistent,
)
from bot.database._migrations import discover
from migrations import FOLDER

REAL = sorted(FOLDER.glob("*.sql"))


class Steps:
    """A folder of migrations that grows, and the data folder they are applied to."""

    def __init__(self, path: Path) -> None:
        self.folder = path / "steps"
        self.folder.mkdir()
        self.data = path / "data"
        self.file = self.data / "easel.sqlite"

    def write(self, name: str, sql: str) -> Path:
        file = self.folder / f"{name}.sql"
        file.write_text(sql)
        return file

    async def run(self) -> None:
        async with Database.open(self.data, self.folder):
            pass

    def ask(self, sql: str, file: Path | None = None) -> list[tuple]:
        with closing(sqlite3.connect(file or self.file)) as connection:
            return connection.execute(sql).fetchall()

    @property
    def schema(self) -> list[tuple]:
        return self.ask("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")

    @property
    def version(self) -> int:
        return self.ask("PRAGMA user_version")[0][0]

    @property
    def backups(self) -> list[Path]:
        return sorted((self.data / "backups").glob("*"))


@pytest.fixture
def steps(tmp_path):
    return Steps(tmp_path)


@pytest.fixture
def two_steps(steps):
    steps.write("0001_words", "-- a; b\nCREATE TABLE words (word TEXT) STRICT;")
    steps.write("0002_letters", "CREATE TABLE letters (letter TEXT) STRICT -- no semicolon")
    return steps


@pytest.mark.parametrize("had", range(len(REAL) + 1))
async def test_every_earlier_database_becomes_the_same_schema(had, tmp_path):
    (tmp_path / "fresh").mkdir()
    (tmp_path / "grown").mkdir()
    fresh, grown = Steps(tmp_path / "fresh"), Steps(tmp_path / "grown")
    for file in REAL:
        shutil.copy(file, fresh.folder)
    await fresh.run()
    for file in REAL[:had]:
        shutil.copy(file, grown.folder)
    if had:
        await grown.run()
    for file in REAL[had:]:
        shutil.copy(file, grown.folder)
    await grown.run()
    assert grown.schema == fresh.schema
    assert grown.version == len(REAL)


def test_the_real_ones_tell_their_date_and_reason_in_a_comment():
    assert REAL
    for file in REAL:
        assert file.read_text(encoding="utf-8").startswith("-- 20"), file.name


async def test_each_leaves_a_record(two_steps):
    await two_steps.run()
    records = two_steps.ask("SELECT number, name, length(sha256), applied_at FROM migrations")
    assert [(number, name, length) for number, name, length, _ in records] == [
        (1, "0001_words", 64),
        (2, "0002_letters", 64),
    ]
    assert all(applied_at.endswith("+00:00") for *_, applied_at in records)
    assert two_steps.version == 2


async def test_a_new_database_needs_no_backup(two_steps):
    await two_steps.run()
    await two_steps.run()
    assert two_steps.backups == []


async def test_an_existing_one_is_copied_once_before_it_is_changed(two_steps):
    await two_steps.run()
    with closing(sqlite3.connect(two_steps.file)) as connection, connection:
        connection.execute("INSERT INTO words VALUES ('red')")
    two_steps.write("0003_more", "DELETE FROM words;")
    two_steps.write("0004_most", "CREATE TABLE most (x TEXT);")
    await two_steps.run()
    await two_steps.run()
    (backup,) = two_steps.backups
    assert backup.name.startswith("easel-before-0003-")
    assert two_steps.ask("SELECT word FROM words", backup) == [("red",)]
    assert two_steps.ask("PRAGMA user_version", backup) == [(2,)]
    assert two_steps.ask("SELECT word FROM words") == []


async def test_a_failing_step_is_undone_wholly(two_steps):
    await two_steps.run()
    before = two_steps.schema
    two_steps.write("0003_broken", "CREATE TABLE half (x TEXT);\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(MigrationFailed, match="0003_broken failed and was undone"):
        await two_steps.run()
    assert two_steps.schema == before
    assert two_steps.version == 2
    assert two_steps.ask("SELECT max(number) FROM migrations") == [(2,)]


async def test_a_mended_step_runs_after_a_failed_one(two_steps):
    two_steps.write("0003_broken", "CREATE TABLE more (x TEXT); nonsense;")
    with pytest.raises(MigrationFailed):
        await two_steps.run()
    two_steps.write("0003_broken", "CREATE TABLE more (x TEXT);")
    await two_steps.run()
    assert two_steps.version == 3


async def test_a_table_that_others_refer_to_can_be_rebuilt(steps):
    steps.write(
        "0001_both",
        "CREATE TABLE words (id INTEGER PRIMARY KEY);"
        "CREATE TABLE letters (word_id INTEGER REFERENCES words (id));"
        "INSERT INTO words VALUES (1); INSERT INTO letters VALUES (1);",
    )
    steps.write(
        "0002_rebuilt",
        "CREATE TABLE new (id INTEGER PRIMARY KEY, word TEXT);"
        "INSERT INTO new (id) SELECT id FROM words; DROP TABLE words;"
        "ALTER TABLE new RENAME TO words;",
    )
    await steps.run()
    assert steps.ask("SELECT count(*) FROM letters JOIN words ON words.id = word_id") == [(1,)]


async def test_a_step_that_leaves_a_reference_to_nothing_is_undone(steps):
    steps.write(
        "0001_both",
        "CREATE TABLE words (id INTEGER PRIMARY KEY);"
        "CREATE TABLE letters (word_id INTEGER REFERENCES words (id));"
        "INSERT INTO letters VALUES (7);",
    )
    with pytest.raises(MigrationFailed, match="letters refers to rows of words that are gone"):
        await steps.run()
    assert steps.version == 0


async def test_a_newer_database_is_refused_and_left_alone(two_steps):
    await two_steps.run()
    before = two_steps.file.read_bytes()
    (two_steps.folder / "0002_letters.sql").unlink()
    with pytest.raises(DatabaseTooNew, match=r"step 2; this one knows 1"):
        await two_steps.run()
    assert two_steps.file.read_bytes() == before


async def test_an_edited_step_is_refused(two_steps):
    await two_steps.run()
    two_steps.write("0001_words", "CREATE TABLE words (word TEXT, more TEXT) STRICT;")
    with pytest.raises(MigrationsInconsistent, match="0001_words is not what"):
        await two_steps.run()


async def test_other_ends_of_lines_are_the_same_step(two_steps):
    await two_steps.run()
    file = two_steps.folder / "0001_words.sql"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    await two_steps.run()


async def test_records_that_do_not_fit_the_version_are_refused(two_steps):
    await two_steps.run()
    with closing(sqlite3.connect(two_steps.file)) as connection, connection:
        connection.execute("DELETE FROM migrations WHERE number = 2")
    with pytest.raises(MigrationsInconsistent, match="at step 2 but records 1"):
        await two_steps.run()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], "found: none"),
        (["0001_a", "0003_c"], "found: 0001, 0003"),
        (["0001_a", "0001_b"], "found: 0001, 0001"),
        (["0002_b"], "found: 0002"),
        (["0001_a", "2_b"], "2_b.sql is not named like"),
        (["0001_a", "0002_Big"], "0002_Big.sql is not named like"),
    ],
)
def test_numbers_begin_at_one_without_gaps_or_doubles(names, expected, steps):
    for name in names:
        steps.write(name, "SELECT 1;")
    with pytest.raises(MigrationsInconsistent, match=expected):
        discover(steps.folder)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("CREATE TABLE a (x TEXT); commit; CREATE TABLE b (x TEXT);", "COMMIT"),
        ("-- why\n/* how; */ PRAGMA user_version = 9", "PRAGMA"),
        ("; begin\nimmediate;", "BEGIN"),
        ("VACUUM;", "VACUUM"),
        ("ATTACH 'x' AS y;", "ATTACH"),
        ("CREATE TABLE a (x TEXT);END;", "END"),
    ],
)
def test_a_step_may_not_end_the_transaction_it_runs_in(sql, word, steps):
    steps.write("0001_sly", sql)
    with pytest.raises(MigrationsInconsistent, match=f"may not contain {word}"):
        discover(steps.folder)


def test_the_same_words_in_comments_texts_and_triggers_are_harmless(steps):
    steps.write(
        "0001_fine",
        "-- commit; begin\nCREATE TABLE a (x TEXT DEFAULT '; COMMIT;'); /* ; END; */\n"
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END;",
    )
    assert [step.name for step in discover(steps.folder)] == ["0001_fine"]
