"""Room: where the data is, and where models are downloaded to."""

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from generation.errors import CatalogError

from ._finding import Area, Finding, amount, error, ok
from ._tool import ToolFailed

if TYPE_CHECKING:
    from ._case import Case

_MIB = 1024**2


async def check_data_disk(case: "Case") -> list[Finding]:
    """The room that pictures and the database have."""
    folder = case.settings.data_dir.absolute()
    free = await asyncio.to_thread(_free, folder)
    least = case.settings.min_free_mib
    if free >= least * _MIB:
        return [ok("disk, data", f"{amount(free)} are free at {folder}")]
    found = (
        f"{free // _MIB:,} MiB are free at {folder}; with less than {least:,} no request is taken"
    )
    remedy = (
        "Make room, or have old pictures deleted (EASEL_KEEP_PICTURES_DAYS, _GIB);"
        " EASEL_MIN_FREE_MIB is the limit."
    )
    return [error("disk, data", found, remedy, Area.DATA)]


async def check_cache_disk(case: "Case") -> list[Finding]:
    """The room for what the default model still has to download."""
    try:
        spec, _ = await case.default()
        files = await case.files() if not case.lacking else None
    except (CatalogError, ToolFailed):
        return []  # told of with the models
    if files is None:
        return []
    cache = files.cache
    free = await asyncio.to_thread(_free, cache)
    found = f"{amount(free)} are free at {cache}"
    known = files.models.get(spec.name)
    missing = (known.lacking_bytes if known else None) or 0
    if missing > free:
        found = f"{found}; {spec.name} still has to download {amount(missing)}"
        remedy = "Make room there, or name another folder in EASEL_MODELS_DIR."
        return [error("disk, models", found, remedy)]
    return [ok("disk, models", found)]


def _free(folder: Path) -> int:
    """Bytes that are free there, or where that folder would be made."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free
