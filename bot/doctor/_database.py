"""The data folder and the database, looked at beside whoever uses them."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot import health

from ._finding import Area, Finding, error, in_two, note, ok, warning

if TYPE_CHECKING:
    from ._case import Case

_FILE = "easel.sqlite"


async def check_folder(case: "Case") -> list[Finding]:
    """Whether Easel can write in its data folder, and whether a bot serves from it."""
    folder = case.settings.data_dir.absolute()
    return [await asyncio.to_thread(look, folder) for look in (_writable, _sign_of_life)]


async def check_database(case: "Case") -> list[Finding]:
    """Whether the database opens, is whole, and of this Easel's schema. It is only read."""
    from bot.database import Database, DatabaseError, DatabaseMissing, DatabaseTooOld

    folder = case.settings.data_dir
    try:
        async with Database.open_read_only(folder) as reader:
            rows = await reader.fetch_all("PRAGMA quick_check(1)")
            jobs = await reader.fetch_one("SELECT count(*) FROM jobs")
    except DatabaseMissing:
        return [ok("database", "there is none yet: the first start makes it")]
    except DatabaseTooOld as problem:
        return [note("database", *in_two(str(problem), ""))]
    except DatabaseError as problem:
        remedy = "docs/hosting.md says more: When the database is the trouble."
        return [error("database", *in_two(str(problem), remedy), Area.DATA)]
    if rows[0][0] != "ok":
        from bot.database import DatabaseCorrupt

        damage = str(await asyncio.to_thread(DatabaseCorrupt, folder / _FILE, rows[0][0]))
        return [error("database", *in_two(damage, ""), Area.DATA)]
    if not os.access(folder / _FILE, os.W_OK):
        return [_not_writable(folder / _FILE)]
    assert jobs is not None
    return [ok("database", f"whole, of this Easel's schema, {jobs[0]:,} jobs")]


def _writable(folder: Path) -> Finding:
    if not folder.exists():
        there = next(path for path in folder.parents if path.exists())
        if not os.access(there, os.W_OK | os.X_OK):
            return _not_writable(there)
        return ok("data folder", f"{folder} is made at the first start")
    try:
        # It has no name there, and nothing is left of it.
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")
            file.flush()
    except OSError as problem:
        return _not_writable(folder, str(problem.strerror))
    return ok("data folder", f"{folder} can be written")


def _not_writable(path: Path, why: str = "this user may not write there") -> Finding:
    remedy = (
        "Give Easel's user the folder (in the container that is user 10001), or name another one in"
        " EASEL_DATA_DIR."
    )
    return error("data folder", f"{path} can't be written: {why}", remedy, Area.DATA)


def _sign_of_life(folder: Path) -> Finding:
    """What a bot that serves from there says of itself."""
    sign = health.read_sign(folder)
    if sign is None:
        return ok("bot", "none serves from the data folder now")
    serves, sentence = health.check(folder)
    if not serves:
        remedy = "If it still runs, it hangs, or its disk is full: look at its log, start it anew."
        return warning("bot", sentence, remedy)
    if sign.get("calls_paused"):
        return warning("bot", sentence, "Its log has which calls Discord refused, and why.")
    return ok("bot", sentence)
