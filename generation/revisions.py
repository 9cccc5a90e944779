"""Which commit each repo is at on this host: decided at its first download, kept in `models.lock`.

Entries that pin no revision are painted with the same weights from then on, whatever becomes of the
repo. Whoever wants the newest deletes the line, or the file.
"""

import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from generation.catalog import Catalog, ModelSpec, ToolSpec
from generation.request import GenerationRequest

log = logging.getLogger(__name__)

_Pinnable = TypeVar("_Pinnable", ModelSpec, ToolSpec, GenerationRequest)

_HEADER = (
    "# The commits at which Easel downloaded models whose entries pin none. Delete a line to have\n"
    "# the newest at the next start.\n"
)


class Revisions:
    """Commits by repo, in a file or, without one, in memory."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the file, if it is there; what is no commit in it is left out."""
        self._path = path
        self._commits: dict[str, str] = _read(path) if path is not None else {}

    def __getitem__(self, repo: str) -> str:
        """The commit of a repo. Raises KeyError where none is known."""
        return self._commits[repo]

    def pin(self, given: _Pinnable) -> _Pinnable:
        """An entry, or a request, with the commits that are known filled in."""
        if isinstance(given, ToolSpec) and given.url is not None and self._path is not None:
            # Its hash may have been written since by `models download`, another process.
            return given.pinned({**_read(self._path), **self._commits})
        return given.pinned(self._commits)

    def pin_all(self, catalog: Catalog) -> Catalog:
        """The same for each entry, and each tool."""
        return catalog.each(self.pin, self.pin)

    def record(self, commits: Mapping[str, str]) -> None:
        """Keep what a download decided; what is known already stays as it is."""
        new = {repo: commit for repo, commit in commits.items() if repo not in self._commits}
        if not new:
            return
        # What another process wrote meanwhile is kept, and what is known here wins.
        written = _read(self._path) if self._path is not None else {}
        self._commits = {**written, **self._commits, **new}
        if self._path is None:
            return
        lines = [f'"{repo}" = "{commit}"\n' for repo, commit in sorted(self._commits.items())]
        unfinished = self._path.with_suffix(".lock.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(_HEADER + "".join(lines), encoding="utf-8")
            os.replace(unfinished, self._path)
        except OSError as error:
            log.warning("%s can't be written: %s", self._path, error)


def _read(path: Path) -> dict[str, str]:
    try:
        commits = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        log.warning("%s can't be read, and counts as empty: %s", path, error)
        return {}
    return {
        place: known
        for place, known in commits.items()
        if isinstance(known, str) and len(known) == (64 if "://" in place else 40)
    }
