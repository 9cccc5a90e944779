"""`python -m bot backup FILE` and `restore FILE`: the database alone, while the bot runs or not."""

import asyncio
import logging
from pathlib import Path

from bot.database import (
    Database,
    DataFolderUnusable,
    readable,
    restore,
    restore_finished,
    unfinished_restore,
)
from generation.database import Database as AnyDatabase
from generation.keeping.kept import KeptPictures
from generation.keeping.strays import Aside, put_aside
from generation.store import JobStore

log = logging.getLogger(__name__)

#: What ended a job that was under way when a restored backup was made.
RESTORED = "ended by a restore"


class BackupRefused(Exception):
    """A backup can't be made there; str() says why and what to do."""


async def make_backup(data_dir: Path, target: Path) -> str:
    """Copy the database, checked, to `target`; a sentence about it.

    Raises BackupRefused and DatabaseErrors.
    """
    try:
        taken = target.exists()  # noqa: ASYNC240 - this command has the loop to itself
    except OSError as error:  # in a folder of somebody else's
        raise _unwritable(target, str(error.strerror)) from error
    if taken:
        raise BackupRefused(f"{target} exists already. Name another file, or move it away.")
    try:
        async with Database.open_read_only(data_dir) as reader:
            await reader.backup(target)
    except DataFolderUnusable as error:
        if error.path != target:
            raise
        raise _unwritable(target, error.reason) from error
    size = target.stat().st_size / 1024  # noqa: ASYNC240
    return f"Backed up to {readable(target)} ({size:,.0f} KiB, checked). Pictures are not in it."


async def restore_backup(data_dir: Path, source: Path) -> str:
    """Put a backup in the database's place; a sentence about it. Raises DatabaseErrors and OSError.

    Jobs that were under way when it was made are ended: they were painted since, or forgotten.
    Pictures that it does not know are kept beside the database that was there. Where it is cut off
    once the backup is in place, `finish_restore` does at the next start what was left of that.
    """
    # In a thread: of a damaged backup it is looked up which other one is whole.
    kept = await asyncio.to_thread(restore, data_dir, source)
    async with Database.open(data_dir) as database:
        ended, aside = await _finish(database, data_dir)
    sentences = [f"Restored from {readable(source)}."]
    if kept is not None:
        sentences.append(f"The database that was there is {readable(kept)} now.")
    if ended:
        sentences.append(f"{ended} jobs that were under way in the backup are ended.")
    if aside.pictures:
        sentences.append(
            f"{aside.pictures} pictures that the backup knows nothing of are in"
            f" {readable(aside.folder)} now."
        )
    return " ".join(sentences)


async def finish_restore(database: AnyDatabase, data_dir: Path) -> None:
    """At a start, before anything is painted: do what a restore that was cut off left to be done.

    Raises OSError and DatabaseErrors, after which the next start does it.
    """
    source = await unfinished_restore(database)
    if source is None:
        return
    ended, aside = await _finish(database, data_dir)
    log.warning("The restore from %s was cut off; it is finished now", source)
    if ended:
        log.warning("%d jobs that were under way in the backup are ended", ended)
    if aside.pictures:
        log.warning(
            "%d pictures that the backup knows nothing of are in %s now",
            aside.pictures,
            aside.folder,
        )


async def _finish(database: AnyDatabase, data_dir: Path) -> tuple[int, Aside]:
    """How many jobs were ended, and what was put aside. Cut off anywhere, it may be done again."""
    ended = await JobStore(database).end_unfinished(RESTORED)
    # What was painted of them is put aside as well, where it would be swept otherwise.
    pictures = KeptPictures(database)
    await pictures.forget(await pictures.of_cancelled())
    aside = await put_aside(database, data_dir, "restore")
    await restore_finished(database)
    return ended, aside


def _unwritable(target: Path, reason: str) -> BackupRefused:
    return BackupRefused(
        f"{target} can't be written: {reason}. Name a file in a folder that Easel's user may write "
        "to, in Docker one such as /data/backups/monday.sqlite."
    )
