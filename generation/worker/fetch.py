"""Files of repos, from the hub or from its cache on this host.

First it is seen what is missing (`plan`), then that is brought here (`bring`): so what several
repos lack together is known before the first byte comes.
"""

import logging
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import (
    HfApi,
    constants,
    get_cached_repo_tree,
    hf_hub_url,
    snapshot_download,
)
from huggingface_hub.errors import CachedRepoTreeNotFoundError
from huggingface_hub.file_download import repo_folder_name
from huggingface_hub.hf_api import RepoSibling

from generation.catalog import Source
from generation.worker.causes import trail
from generation.worker.load_errors import Entry, LoadError, explain, no_safetensors, no_variant
from generation.worker.selection import ANY_VARIANT, ANY_WEIGHTS, variants
from generation.worker.transfer import DamagedFile, LargeFile, transfer
from generation.worker.watching import Progress

log = logging.getLogger(__name__)

#: Chooses of all files of a repo those that are wanted.
Choice = Callable[[Collection[str]], Collection[str]]

_MIB = 1024**2
_GIB = 1024**3
_AT_ONCE = 4  # files


@dataclass(frozen=True, slots=True)
class Plan:
    """What an entry wants of a repo, and what of it is missing here."""

    source: Source
    choose: Choice
    folder: Path  # where all of it is in the end
    names: tuple[str, ...]
    large: tuple[LargeFile, ...] = ()  # those of the missing ones that are kept by their hashes
    small: int = 0  # bytes of the others
    is_complete: bool = True

    @property
    def size(self) -> int:
        """Bytes of what was missing when a download was begun."""
        return self.small + sum(file.size for file in self.large)

    @property
    def to_come(self) -> int:
        """Bytes of it that are not here yet."""
        return self.size - sum(file.here for file in self.large)


def fetch(source: Source, choose: Choice, spec: Entry) -> Path:
    """The folder that holds the chosen files of a repo; what is missing is downloaded.

    It is named by the commit. Raises LoadError.
    """
    found = plan(source, choose, spec)
    check_space([found], spec)
    return bring(found, spec, Progress(found.size))


def plan(source: Source, choose: Choice, spec: Entry) -> Plan:
    """What is wanted of a repo, and what is missing.

    A pinned commit that is here is taken without asking the hub, and the hub being down, or having
    taken the model away, is no reason not to paint with what is here. Raises LoadError.
    """
    if source.is_folder:
        return _local(source, choose, spec)
    if source.revision is not None and (found := cached(source, choose)):
        return found
    with _explaining(source, spec):
        try:
            return _listed(source, choose, spec)
        except LoadError:
            raise
        except Exception as error:
            return _instead(error, source, choose, spec)


def bring(found: Plan, spec: Entry, progress: Progress) -> Path:
    """Download what is missing; the folder that then holds all of it. Raises LoadError."""
    if found.is_complete:
        return found.folder
    with _explaining(found.source, spec):
        try:
            return _download(found, progress)
        except DamagedFile as error:
            log.error("%s: damaged on the way, and thrown away: %s", spec.name, error)
            raise LoadError(
                f"The files of {spec.title} were damaged on their way from Hugging Face. Ask again:"
                " those are downloaded anew."
            ) from error
        except Exception as error:
            return _instead(error, found.source, found.choose, spec).folder


def check_space(plans: Iterable[Plan], spec: Entry) -> None:
    """Raise LoadError where the disk has no room for what is to come."""
    size = sum(found.to_come for found in plans)
    free = free_space()
    if size > free:
        raise LoadError(
            f"The host's disk has no room for {spec.title}: {amount(size)} are to be"
            f" downloaded, {amount(free)} are free. Whoever runs Easel has to make some."
        )


def free_space() -> int:
    """Bytes that are free where downloads go."""
    cache = Path(constants.HF_HUB_CACHE)
    there = next(path for path in (cache, *cache.parents) if path.exists())
    return shutil.disk_usage(there).free


def cached(source: Source, choose: Choice) -> Plan | None:
    """What the cache holds, if that is all that is wanted; the hub is not asked."""
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
    wanted = tuple(sorted(choose(names)))
    if not all((folder / name).is_file() for name in wanted):
        return None
    return Plan(source, choose, folder, wanted)


def amount(size: int) -> str:
    """How much so many bytes are, for people."""
    return f"{size / _GIB:.1f} GiB" if size >= _GIB else f"{size / _MIB:.1f} MiB"


@contextmanager
def _explaining(source: Source, spec: Entry) -> Iterator[None]:
    """Turn what the libraries raise into LoadError, but for what is out of memory."""
    try:
        yield
    except LoadError:
        raise
    except Exception as error:
        # Here, for it imports torch, without which a download comes to a good end.
        from generation.worker.memory import is_out_of_memory

        if is_out_of_memory(error):
            raise
        raise LoadError(explain(error, spec, source.repo)) from error


def _instead(error: Exception, source: Source, choose: Choice, spec: Entry) -> Plan:
    """What is here already, where the hub does not answer; else raise what it was."""
    found = cached(source, choose)
    if found is None:
        raise error
    log.warning("%s: the hub can't be asked, cached files are used: %s", spec.name, trail(error))
    return found


def _local(source: Source, choose: Choice, spec: Entry) -> Plan:
    folder = Path(source.repo)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    wanted = tuple(sorted(choose(names)))
    _check_there(wanted, names, source, spec)
    return Plan(source, choose, folder, wanted)


def _listed(source: Source, choose: Choice, spec: Entry) -> Plan:
    """As the hub lists the repo."""
    hub = HfApi()
    info = hub.model_info(source.repo, revision=source.revision, files_metadata=True)
    if info.gated:  # then all may see what it holds
        hub.auth_check(source.repo)
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    wanted = tuple(sorted(choose(siblings)))
    _check_there(wanted, siblings, source, spec)
    storage = Path(constants.HF_HUB_CACHE, repo_folder_name(repo_id=source.repo, repo_type="model"))
    folder = storage / "snapshots" / str(info.sha)
    missing = [siblings[name] for name in wanted if not (folder / name).is_file()]
    large = [_large(file, source, str(info.sha), storage / "blobs") for file in missing]
    return Plan(
        source,
        choose,
        folder,
        wanted,
        tuple(file for file in large if file is not None),
        sum(file.size or 0 for file in missing if file.lfs is None),
        is_complete=not missing,
    )


def _large(file: RepoSibling, source: Source, commit: str, blobs: Path) -> LargeFile | None:
    if file.lfs is None:
        return None
    url = hf_hub_url(source.repo, file.rfilename, revision=commit)
    blob = blobs / file.lfs.sha256
    return LargeFile(file.rfilename, file.lfs.size, file.lfs.sha256, url, blob)


def _download(found: Plan, progress: Progress) -> Path:
    stop = threading.Event()
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="download") as pool:

        def one(file: LargeFile) -> None:
            key = f"{found.source.repo}/{file.name}"
            transfer(file, lambda here: progress.tell(key, here), stop)

        try:
            running = [pool.submit(one, file) for file in found.large]
            ended, _ = wait(running, return_when=FIRST_EXCEPTION)
            for each in ended:
                each.result()
        finally:
            stop.set()  # the others, whose bytes are kept
            pool.shutdown(cancel_futures=True)
    # The large ones are found in the cache; what is left is small.
    folder = snapshot_download(
        found.source.repo, revision=found.source.revision, allow_patterns=list(found.names)
    )
    progress.tell(found.source.repo, found.small)
    return Path(folder)


def _check_there(
    wanted: Iterable[str], names: Collection[str], source: Source, spec: Entry
) -> None:
    missing = next((name for name in wanted if name not in names), None)
    if missing is None:
        return
    if missing.endswith(ANY_WEIGHTS):
        raise LoadError(no_safetensors(spec))
    if missing.startswith(ANY_VARIANT):
        raise LoadError(no_variant(spec, missing.split(".")[1], variants(names)))
    # A folder's place on this host is nobody's business.
    where = "its folder" if source.is_folder else f"its repo {source.repo}"
    raise LoadError(
        f"{spec.title}: {where} holds no {missing} on this host. Whoever runs Easel has to put it"
        " there, or correct models.toml."
        if source.is_folder
        else f"{spec.title}: {where} holds no {missing}. Whoever runs Easel has to correct its"
        " entry in models.toml."
    )
