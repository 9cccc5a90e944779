"""`python -m bot backup FILE` and `restore FILE`: the database alone, while the bot runs or not."""

import asyncio
from pathlib import Path

from bot.database import Database, restore
from generation.store import JobStore
from generation.strays import put_aside

#: What ended a job that was under way when a restored backup was made.
RESTORED = "ended by a restore"


class BackupRefused(Exception):
    """A backup can't be made there; str() says why and what to do."""


async def make_backup(data_dir: Path, target: Path) -> str:
    """Copy the database, checked, to `target`; a sentence about it.

    Raises BackupRefused and DatabaseErrors.
    """
    if target.exists():  # noqa: ASYNC240 - this command has the loop to itself
        raise BackupRefused(f"{target} exists already. Name another file, or move it away.")
    async with Database.open_read_only(data_dir) as reader:
        await reader.backup(target)
    size = target.stat().st_size / 1024  # noqa: ASYNC240
    return f"Backed up to {target} ({size:,.0f} KiB, checked). Pictures are not in it."


async def restore_backup(data_dir: Path, source: Path) -> str:
    """Put a backup in the database's place; a sentence about it. Raises DatabaseErrors and OSError.

    Jobs that were under way when it was made are ended: they were painted since, or forgotten.
    Pictures that it does not know are kept beside the database that was there.
    """
    # In a thread: of a damaged backup it is looked up which other one is whole.
    kept = await asyncio.to_thread(restore, data_dir, source)
    async with Database.open(data_dir) as database:
        ended = await JobStore(database).end_unfinished(RESTORED)
        aside = await put_aside(database, data_dir, "restore")
    sentences = [f"Restored from {source}."]
    if kept is not None:
        sentences.append(f"The database that was there is {kept} now.")
    if ended:
        sentences.append(f"{ended} jobs that were under way in the backup are ended.")
    if aside.pictures:
        sentences.append(
            f"{aside.pictures} pictures that the backup knows nothing of are in {aside.folder} now."
        )
    return " ".join(sentences)
