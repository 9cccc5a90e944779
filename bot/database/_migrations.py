"""Bringing a database to this Easel's schema.

A migration and its record are one transaction, which `PRAGMA user_version` is a part of. An
existing database is copied to the folder of backups before the first step that changes it.
"""

import hashlib
import logging
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ._backup import VACUUM_INTO, accept, copy_errors, partial_copy
from ._errors import (
    DatabaseForeign,
    DatabaseTooNew,
    DatabaseTooOld,
    MigrationFailed,
    MigrationsInconsistent,
)

log = logging.getLogger(__name__)

_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_FIRST_WORD = re.compile(r"(?:\s|;|--[^\n]*|/\*.*?\*/)*+(\w*)", re.DOTALL)
# The runner owns the transaction: any of these would end it, or can't be a part of one.
_NOT_ALLOWED = frozenset(
    {
        *("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"),
        *("ATTACH", "DETACH", "PRAGMA", "VACUUM"),
    }
)
_RECORDS = """
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    applied_at TEXT NOT NULL
) STRICT
"""


@dataclass(frozen=True)
class Migration:
    """One step, as its file tells it."""

    number: int  # from 1, without gaps
    name: str  # the file's name without its ending
    sql: str
    sha256: str  # of the text, whatever the ends of its lines


def discover(folder: Path) -> list[Migration]:
    """Return the folder's migrations in order; raises MigrationsInconsistent."""
    migrations = []
    for file in sorted(folder.glob("*.sql")):
        match = _FILE_NAME.fullmatch(file.name)
        if match is None:
            raise MigrationsInconsistent(f"{file.name} is not named like 0001_name.sql.")
        # Read as text, so that a checkout with other line ends has the same hash.
        sql = file.read_text(encoding="utf-8")
        digest = hashlib.sha256(sql.encode()).hexdigest()
        migrations.append(Migration(int(match[1]), file.stem, sql, digest))
    numbers = [migration.number for migration in migrations]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        found = ", ".join(f"{number:04}" for number in numbers) or "none"
        raise MigrationsInconsistent(
            f"The migrations in {folder} must be numbered from 0001 without gaps; found: {found}."
        )
    for migration in migrations:
        _check_statements(migration)
    return migrations


def _check_statements(migration: Migration) -> None:
    for statement in _statements(migration.sql):
        match = _FIRST_WORD.match(statement)
        word = match[1].upper() if match else ""
        if word in _NOT_ALLOWED:
            raise MigrationsInconsistent(f"{migration.name} may not contain {word}.")


def _statements(sql: str) -> Iterator[str]:
    statement = ""
    for piece in sql.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    yield statement


def check_applied(
    connection: sqlite3.Connection, migrations: Sequence[Migration], file: Path
) -> int:
    """Return how many migrations the database has had; raises where they are not these ones."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if "migrations" not in tables:
        if tables or version:
            raise DatabaseForeign(file)
        return 0
    records = connection.execute("SELECT number, name, sha256 FROM migrations ORDER BY number")
    applied = [tuple(row) for row in records]
    newest = max([version, *(number for number, _, _ in applied)])
    if newest > len(migrations):
        raise DatabaseTooNew(file, newest, len(migrations))
    if version != len(applied):
        raise MigrationsInconsistent(f"{file} is at step {version} but records {len(applied)}.")
    for migration, (number, name, sha256) in zip(migrations, applied, strict=False):
        if (migration.number, migration.sha256) != (number, sha256):
            raise MigrationsInconsistent(f"{name} is not what {file} was made with.")
    return version


def check_current(
    connection: sqlite3.Connection, migrations: Sequence[Migration], file: Path
) -> None:
    """Raise unless the database has had all the migrations."""
    applied = check_applied(connection, migrations, file)
    if applied < len(migrations):
        raise DatabaseTooOld(file, applied, len(migrations))


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration], file: Path) -> None:
    """Apply what the database has not had, after a backup if it has had anything.

    The connection must be in autocommit mode (isolation_level None), outside a transaction.
    """
    applied = check_applied(connection, migrations, file)
    pending = migrations[applied:]
    if pending and applied:
        _copy(connection, pending[0], file)
    # A table that others refer to can only be rebuilt with this off; it is no part of a
    # transaction, so every step checks the references itself.
    connection.execute("PRAGMA foreign_keys = OFF")
    for migration in pending:
        _apply(connection, migration)
        log.info("Upgraded the database: %s", migration.name)
    connection.execute("PRAGMA foreign_keys = ON")


def _copy(connection: sqlite3.Connection, before: Migration, file: Path) -> None:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = file.parent / "backups" / f"easel-before-{before.number:04}-{now}.sqlite"
    # By a name without the time: so the next start takes away what was left by one that was killed.
    with partial_copy(target, "easel-before-upgrade") as copy, copy_errors(file, target):
        connection.execute(VACUUM_INTO, (os.fsencode(copy),))
        accept(copy, target)
    log.info("Before the upgrade the database was copied to %s", target)


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    try:
        # executescript would first commit a transaction begun outside of the script.
        connection.executescript(f"BEGIN IMMEDIATE;\n{migration.sql}\n;")
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise sqlite3.IntegrityError(f"{broken[0]} refers to rows of {broken[2]} that are gone")
        connection.execute(_RECORDS)
        connection.execute(
            "INSERT INTO migrations VALUES (?, ?, ?, ?)",
            (migration.number, migration.name, migration.sha256, datetime.now(UTC).isoformat()),
        )
        connection.execute(f"PRAGMA user_version = {migration.number}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise MigrationFailed(migration.name, str(error)) from error
    finally:
        connection.rollback()  # does nothing after the commit
