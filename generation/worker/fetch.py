"""Files of repos, from the hub or from its cache on this host."""

import hashlib
import logging
import re
import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from huggingface_hub import HfApi, constants, get_cached_repo_tree, snapshot_download
from huggingface_hub.errors import CachedRepoTreeNotFoundError

from generation.catalog import ModelSpec, Source
from generation.worker.causes import trail
from generation.worker.load_errors import LoadError, explain
from generation.worker.memory import is_out_of_memory

log = logging.getLogger(__name__)

#: Chooses of all files of a repo those that are wanted.
Choice = Callable[[Collection[str]], Collection[str]]

# How the cache names a large file: by its content.
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIB = 1024**3


def fetch(source: Source, choose: Choice, spec: ModelSpec) -> Path:
    """The folder that holds the chosen files of a repo; what is missing is downloaded.

    It is named by the commit. A pinned commit that is here is taken without asking the hub, and the
    hub being down, or having taken the model away, is no reason not to paint with what is here.
    """
    if source.is_folder:
        return _local(source, choose, spec)
    if source.revision is not None and (folder := _cached(source, choose)):
        return folder
    try:
        return _download(source, choose, spec)
    except LoadError:
        raise
    except Exception as error:
        folder = _cached(source, choose)
        if folder is None:
            if is_out_of_memory(error):
                raise
            raise LoadError(explain(error, spec, source.repo)) from error
        log.warning(
            "%s: the hub can't be asked, cached files are used: %s", spec.name, trail(error)
        )
        return folder


def _local(source: Source, choose: Choice, spec: ModelSpec) -> Path:
    folder = Path(source.repo)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    _check_there(choose(names), names, source, spec)
    return folder


def _cached(source: Source, choose: Choice) -> Path | None:
    """The folder in the cache, if it holds all that is wanted."""
    try:
        # Whatever is here of it; whether that is enough is seen below.
        folder = Path(
            snapshot_download(
                source.repo, revision=source.revision, allow_patterns=[], local_files_only=True
            )
        )
        names = {file.path for file in get_cached_repo_tree(source.repo, revision=source.revision)}
    except (CachedRepoTreeNotFoundError, OSError, ValueError):
        return None
    wanted = choose(names)
    return folder if all((folder / name).is_file() for name in wanted) else None


def _download(source: Source, choose: Choice, spec: ModelSpec) -> Path:
    hub = HfApi()
    info = hub.model_info(source.repo, revision=source.revision)
    if info.gated:  # then all may see what it holds
        hub.auth_check(source.repo)
    names = {sibling.rfilename for sibling in info.siblings or ()}
    wanted = sorted(choose(names))
    _check_there(wanted, names, source, spec)
    options = {"revision": source.revision, "allow_patterns": wanted}
    planned = snapshot_download(source.repo, **options, dry_run=True)
    missing = [file for file in planned if file.will_download]
    _check_space(sum(file.file_size or 0 for file in missing), spec)
    folder = Path(snapshot_download(source.repo, **options))
    _check_hashes((folder / file.filename for file in missing), spec)
    return folder


def _check_there(
    wanted: Iterable[str], names: Collection[str], source: Source, spec: ModelSpec
) -> None:
    missing = next((name for name in wanted if name not in names), None)
    if missing is None:
        return
    # A folder's place on this host is nobody's business.
    where = "its folder" if source.is_folder else f"its repo {source.repo}"
    raise LoadError(
        f"{spec.title}: {where} holds no {missing} on this host. Whoever runs Easel has to put it"
        " there, or correct models.toml."
        if source.is_folder
        else f"{spec.title}: {where} holds no {missing}. Whoever runs Easel has to correct its"
        " entry in models.toml."
    )


def _check_space(size: int, spec: ModelSpec) -> None:
    cache = Path(constants.HF_HUB_CACHE)
    there = next(path for path in (cache, *cache.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if size > free:
        raise LoadError(
            f"The host's disk has no room for {spec.title}: {size / _GIB:.1f} GiB are to be"
            f" downloaded, {free / _GIB:.1f} GiB are free. Whoever runs Easel has to make some."
        )


def _check_hashes(paths: Iterable[Path], spec: ModelSpec) -> None:
    """Throw away what came otherwise than the hub said, and raise LoadError."""
    damaged = [path for path in paths if not _is_as_named(path.resolve())]
    for path in damaged:
        path.resolve().unlink()
        path.unlink(missing_ok=True)
    if damaged:
        names = ", ".join(path.name for path in damaged)
        log.error("%s: damaged on the way, and thrown away: %s", spec.name, names)
        raise LoadError(
            f"The files of {spec.title} were damaged on their way from Hugging Face. Ask again:"
            " those are downloaded anew."
        )


def _is_as_named(blob: Path) -> bool:
    if not _SHA256.fullmatch(blob.name):
        return True  # small ones are named otherwise
    with blob.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == blob.name
