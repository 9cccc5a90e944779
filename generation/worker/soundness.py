"""Whether the files of an entry are on this host, and whole: nothing is asked of the hub.

A file of weights must have the hash that the hub gave it, and must be safetensors all through. One
that is a pickle under that name is never opened as what it is: it could run code.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from generation.catalog import ModelSpec, Source, ToolSpec
from generation.worker import releases, selection
from generation.worker.fetch import Choice, cached, plan
from generation.worker.load_errors import Entry, LoadError
from generation.worker.sources import Want, wanted
from generation.worker.transfer import sha256_of
from generation.worker.weights import PickleFile, elements

# How the cache names a file: large ones by their sha256, others as git does.
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_SHA1 = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one file, or with all of a repo's."""

    what: str
    remedy: str
    is_missing: bool = False  # it was never here, or not all of it
    path: Path | None = None  # what can be thrown away, to be downloaded again


@dataclass(slots=True)
class Soundness:
    """What was found of an entry."""

    files: int = 0  # that were looked at
    size: int = 0  # bytes of those
    problems: tuple[Problem, ...] = ()


def examine(spec: ModelSpec) -> Soundness:
    """Look at every file that the entry is loaded from."""
    found = Soundness()
    pipeline = Source(repo=spec.repo, revision=spec.revision)
    here = _find(pipeline, lambda _: {selection.INDEX}, spec)
    if isinstance(here, Problem):
        # What the hub has no part in may be wrong all the same.
        own = [want for want in wanted(spec, {}, None)[1:] if want.source.is_folder]
        found = examine_wants(own, spec)
        found.problems = (here, *found.problems)
        return found
    folder, _ = here
    try:
        index = json.loads((folder / selection.INDEX).read_text(encoding="utf-8"))
    except ValueError:
        found.problems = (_damaged(folder / selection.INDEX, selection.INDEX, spec),)
        return found
    commit = spec.revision if spec.is_folder else folder.name
    return examine_wants(wanted(spec, index, commit), spec)


def examine_wants(wants: Iterable[Want], spec: Entry) -> Soundness:
    """Look at the files of these; `spec` is what messages speak of."""
    found = Soundness()
    for want in wants:
        here = _find(want.source, want.choose, spec)
        if isinstance(here, Problem):
            found.problems += (here,)
            continue
        folder, names = here
        for name in names:
            found.files += 1
            found.size += (folder / name).stat().st_size
            if problem := _problem(folder / name, name, spec):
                found.problems += (problem,)
    return found


def examine_tool(tool: ToolSpec) -> Soundness:
    """Look at every file that a tool is opened from; none is opened."""
    found = Soundness()
    if tool.repo is not None:
        source = Source(repo=tool.repo, revision=tool.revision)
        here = _find(source, lambda names: selection.of_tool(names, tool), tool)
    else:
        path = releases.here(tool)
        here = (path.parent, (path.name,)) if path else _absent(tool.title, tool)
    if isinstance(here, Problem):
        found.problems = (here,)
        return found
    folder, names = here
    for name in names:
        path = folder / name
        found.files += 1
        found.size += path.stat().st_size
        named = tool.sha256 if tool.file_name else None
        if named is not None and sha256_of(path) != named:
            found.problems += (_damaged(path, name, tool),)
        elif tool.repo is not None and (problem := _problem(path, name, tool)):
            found.problems += (problem,)
    return found


def mistaken(spec: ModelSpec) -> tuple[Problem, ...]:
    """What a local entry says of diffusers' classes, and of its repo, that can't be so.

    Asks those themselves, which takes seconds to import.
    """
    from generation.worker.claims import mistakes, remedy

    index = _said_in(selection.INDEX, Source(repo=spec.repo, revision=spec.revision), spec)
    vae = None
    if spec.vae is not None:
        vae = _said_in(selection.config_of(spec.vae), spec.vae, spec)
    return tuple(Problem(each.said, remedy(spec)) for each in mistakes(spec, index, vae))


def _said_in(name: str, source: Source, spec: ModelSpec) -> Mapping[str, Any] | None:
    """What a file says; None where it is not here, or damaged, which `examine` tells."""
    here = _find(source, lambda _: {name}, spec)
    if isinstance(here, Problem):
        return None
    with suppress(ValueError):
        return json.loads((here[0] / name).read_text(encoding="utf-8"))
    return None


def _find(source: Source, choose: Choice, spec: Entry) -> tuple[Path, tuple[str, ...]] | Problem:
    """Where the chosen files are, and which these are."""
    if source.is_folder:
        try:
            found = plan(source, choose, spec)
        except LoadError as error:
            return Problem(str(error), "put the files there, or correct models.toml")
    else:
        found = cached(source, choose)
    if found is None:
        return _absent(source.repo, spec)
    return found.folder, found.names


def _absent(what: str, spec: Entry) -> Problem:
    return Problem(f"{what} is not here, or not all of it", _download(spec), is_missing=True)


def _problem(path: Path, name: str, spec: Entry) -> Problem | None:
    blob = path.resolve()
    if not _is_as_named(blob):
        return _damaged(path, name, spec)
    if not name.endswith(".safetensors"):
        return None
    # As the hub has it, or the host put it there: downloading would bring the same.
    remedy = "name another repo in models.toml, one with safetensors"
    try:
        elements(blob)
    except PickleFile:
        what = f"{name} is a pickle, which could run code: Easel never opens it"
        return Problem(what, remedy)
    except SafetensorError:
        return Problem(f"{name} is damaged, or no safetensors file", remedy)
    return None


def _damaged(path: Path, name: str, spec: Entry) -> Problem:
    should_be = "what its entry names" if spec.repo is None else "what Hugging Face has"
    what = f"{name} is damaged: it is not {should_be}"
    return Problem(what, _download(spec), path=path)


def _download(spec: Entry) -> str:
    return f"python -m bot models download {spec.name}"


def _is_as_named(blob: Path) -> bool:
    """Whether a file of the cache is what its name says; others have none that says anything."""
    if _SHA256.fullmatch(blob.name):
        with blob.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == blob.name
    if _GIT_SHA1.fullmatch(blob.name):
        data = blob.read_bytes()
        # git's own name for a file; no guard against anybody.
        return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest() == blob.name  # noqa: S324
    return True


def throw_away(found: Soundness) -> list[str]:
    """Delete the damaged files of the cache, so that they are downloaded again; their names."""
    paths = [problem.path for problem in found.problems if problem.path is not None]
    for path in paths:
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    return [path.name for path in paths]
