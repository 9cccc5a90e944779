"""`python -m generation.tools.files`: which files of models are on this host, without changing any.

Reads `{"models": [entries of the catalog], "loras": [as generation.lora_files writes them],
"tools": [the catalog's tools], "online": bool}` from stdin. Writes a line of JSON with `cache`, the
folder of downloads, then one for each model, LoRA and tool as soon as it is known: its `name`; how
many files are `here`, of `here_bytes`, and how many `lacking` (None: not known), of `lacking_bytes`
(None: not known); `example`, a file that lacks; `damaged`, one that is no safetensors file, though
its name says so; and why those can't be had: `obstacle` (gated, unseen, unknown_commit, unlisted,
no_folder, refused or unreachable) with the `repo` and the file or the hub's `words`.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from huggingface_hub import HfApi, constants, get_cached_repo_tree, try_to_load_from_cache
from huggingface_hub.errors import (
    CachedRepoTreeNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile
from safetensors import SafetensorError

from generation.catalog import Source, ToolSpec
from generation.tools._items import AnyItem, Item, read_items
from generation.tools._tool_item import ToolItem
from generation.worker import releases, selection
from generation.worker.causes import causes, trail
from generation.worker.hub import limit_patience
from generation.worker.sources import Want, wanted
from generation.worker.weights import PickleFile, elements

_AT_ONCE = 8  # entries looked at


class Obstacle(Exception):
    """Why files can't be had; its arguments are the kind, the repo and the library's words."""


@dataclass(slots=True)
class State:
    """What is known of an entry's files."""

    name: str
    here: int = 0
    here_bytes: int = 0
    lacking: int | None = 0
    lacking_bytes: int | None = 0
    example: str | None = None
    damaged: str | None = None
    obstacle: str | None = None
    repo: str | None = None
    words: str | None = None


def main() -> None:
    """Tell of all entries."""
    order = json.load(sys.stdin)
    limit_patience()
    items = read_items(order)
    _say({"cache": str(Path(constants.HF_HUB_CACHE).absolute())})
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        states = [threads.submit(look, item, online=order["online"]) for item in items]
        for state in as_completed(states):
            _say(asdict(state.result()))


def look(item: AnyItem, *, online: bool) -> State:
    """What is known of the files of a model, a LoRA or a tool."""
    state = State(item.spec.name)
    try:
        if isinstance(item, ToolItem) and item.want is None:
            _look_at_release(item.spec, state)
            return state
        for want in _wants(item, online=online):
            _look_at(want, state, online=online)
    except Obstacle as obstacle:
        state.obstacle, state.repo, state.words = obstacle.args
        if not state.lacking:
            state.lacking = state.lacking_bytes = None
    except Exception as error:  # whatever is wrong with one says nothing of the others
        state.obstacle, state.repo, state.words = "broken", item.spec.repo, trail(error)[:300]
        state.lacking = state.lacking_bytes = None
    return state


def _say(line: Mapping[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def _index(source: Source, *, online: bool) -> Mapping[str, Any]:
    """The pipeline's list of its components. What is fetched for it is not kept."""
    if source.is_folder:
        path = Path(_folder(source), selection.INDEX)
        if not path.is_file():
            raise Obstacle("unlisted", source.repo, selection.INDEX)
        return _read(path)
    cached = try_to_load_from_cache(source.repo, selection.INDEX, revision=source.revision)
    if isinstance(cached, str):
        return _read(Path(cached))
    if not online:
        raise Obstacle("unreachable", source.repo, "")
    with TemporaryDirectory(prefix="easel-doctor-") as folder, _obstacles(source.repo):
        download = HfApi().hf_hub_download
        return _read(
            Path(download(source.repo, selection.INDEX, revision=source.revision, local_dir=folder))
        )


def _folder(source: Source) -> Path:
    """The host's own folder. Raises Obstacle where it is not there."""
    folder = Path(source.repo)
    if not folder.is_dir():
        raise Obstacle("no_folder", source.repo, "")
    return folder


def _read(path: Path) -> Mapping[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _wants(item: AnyItem, *, online: bool) -> list[Want]:
    """What it needs of each repo. Raises Obstacle."""
    if isinstance(item, Item):
        if item.of_lora:
            return item.of_lora
        return wanted(item.spec, _index(item.source, online=online), item.spec.revision)
    return [item.want] if item.want is not None else []


def _look_at_release(tool: ToolSpec, state: State) -> None:
    """Add what the file of a tool is that no repo has; where it lies is not asked."""
    if (path := releases.here(tool)) is not None:
        state.here, state.here_bytes = 1, path.stat().st_size
    else:
        state.lacking, state.lacking_bytes, state.example = 1, tool.bytes, tool.file_name


def _look_at(want: Want, state: State, *, online: bool) -> None:
    """Add what a source's files are to the state. Raises Obstacle."""
    source = want.source
    sizes = _sizes(source, online=online)
    chosen = sorted(want.choose(sizes))
    if unlisted := next((name for name in chosen if name not in sizes), None):
        raise Obstacle("unlisted", source.repo, unlisted)
    lacking = []
    for name in chosen:
        path = _path(source, name, sizes[name])
        if path is None:
            lacking.append(name)
            continue
        state.here_bytes += path.stat().st_size
        if name.endswith(".safetensors") and not _is_safetensors(path):
            state.damaged = name
    state.here += len(chosen) - len(lacking)
    if not lacking:
        return
    state.lacking = (state.lacking or 0) + len(lacking)
    state.lacking_bytes = (state.lacking_bytes or 0) + sum(sizes[name] or 0 for name in lacking)
    state.example = state.example or lacking[0]
    if not online:
        raise Obstacle("unreachable", source.repo, "")
    with _obstacles(source.repo):
        HfApi().auth_check(source.repo)


def _sizes(source: Source, *, online: bool) -> dict[str, int | None]:
    """All files of a source with their sizes in bytes, where those are known. Raises Obstacle."""
    if source.is_folder:
        folder = _folder(source)
        found = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): None for path in found}
    try:
        tree = get_cached_repo_tree(source.repo, revision=source.revision)
    except (CachedRepoTreeNotFoundError, OSError, ValueError):
        if not online:
            raise Obstacle("unreachable", source.repo, "") from None
        with _obstacles(source.repo):
            listed = HfApi().list_repo_tree(source.repo, revision=source.revision, recursive=True)
            tree = [entry for entry in listed if isinstance(entry, RepoFile)]
    return {file.path: file.size for file in tree}


def _path(source: Source, name: str, size: int | None) -> Path | None:
    """Where the file is on this host; None where it is not, or shorter than it should be."""
    if source.is_folder:
        return Path(source.repo, name)  # it was found there
    cached = try_to_load_from_cache(source.repo, name, revision=source.revision)
    path = Path(cached) if isinstance(cached, str) else None
    if path is None or not path.is_file():
        return None
    return path if size is None or path.stat().st_size == size else None


def _is_safetensors(path: Path) -> bool:
    """Whether its head fits its length; what is in it is not read."""
    try:
        elements(path)
    except (SafetensorError, PickleFile):
        return False
    return True


@contextmanager
def _obstacles(repo: str) -> Iterator[None]:
    """Raise an Obstacle for what the hub or its library raises."""
    try:
        yield
    except (HfHubHTTPError, httpx2.HTTPError, OSError, ValueError) as error:
        words = str(error).strip().partition("\n")[0][:300]
        raise Obstacle(_kind_of(error), repo, words) from error


def _kind_of(error: Exception) -> str:
    for cause in causes(error):
        if isinstance(cause, GatedRepoError):
            return "gated"
        if isinstance(cause, RepositoryNotFoundError):
            return "unseen"
        if isinstance(cause, RevisionNotFoundError):
            return "unknown_commit"
        if isinstance(cause, HfHubHTTPError):
            return "refused"
        if isinstance(cause, httpx2.HTTPError):
            return "unreachable"
    return "refused"


if __name__ == "__main__":
    main()
