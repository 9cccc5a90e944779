"""Tools on the device: brought here, looked at before they are opened, kept as long as they fit."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generation.catalog import Source, ToolSpec
from generation.worker import releases, selection
from generation.worker.causes import trail
from generation.worker.fetch import Plan, bring, cached, check_space, plan
from generation.worker.load_errors import LoadError, ToolError, explain
from generation.worker.transfer import sha256_of
from generation.worker.watching import Progress, Watch

log = logging.getLogger(__name__)

#: Makes a network on the device from a file, or from a folder where there are several.
Open = Callable[[Path], Any]


class Toolbox:
    """Small networks: they leave together when there is not room enough, before any model does."""

    def __init__(self, make_room: Callable[[int], None]) -> None:
        """`make_room` has models leave until so many bytes of the device are free."""
        self._make_room = make_room
        self._loaded: dict[ToolSpec, Any] = {}
        #: What the repos without a pinned revision are at here, and the hash of what was trusted.
        self.commits: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The tools that are loaded."""
        return sorted(tool.name for tool in self._loaded)

    def fetch(self, tool: ToolSpec, watch: Watch | None = None, *, trusting: bool = False) -> Path:
        """Its file, or the folder of its repo, on this host. Raises ToolError.

        `trusting`: also a file of which nobody has said what it is; its hash is known from then on.
        """
        try:
            if tool.url is None:
                return self._from_repo(tool, watch)
            release = releases.bring(tool, watch, trusting=trusting)
            if tool.sha256 is None:
                self.commits[tool.url] = release.sha256
            return release.path
        except LoadError as error:
            raise ToolError(str(error)) from error

    def look_for(self, tool: ToolSpec) -> None:
        """Ask the hub whether it has all of its repo, without a download. Raises ToolError."""
        try:
            self._plan(tool)
        except LoadError as error:
            raise ToolError(str(error)) from error

    def is_ready(self, tool: ToolSpec) -> bool:
        """Whether it can be opened without a look at any other host."""
        pinned = tool.pinned(self.commits)
        if tool.is_folder or pinned in self._loaded:
            return True
        if tool.url is not None:
            return releases.here(tool) is not None
        source = Source(repo=tool.repo or "", revision=pinned.revision)
        return pinned.revision is not None and bool(
            cached(source, lambda names: selection.of_tool(names, tool))
        )

    def held(self, tool: ToolSpec) -> Any:
        """What is loaded of it; None where nothing is."""
        return self._loaded.get(tool.pinned(self.commits))

    def get(self, tool: ToolSpec, open_it: Open, watch: Watch | None = None) -> Any:
        """The tool, opened by `open_it` where it is not loaded yet.

        Raises ToolError, and what is out of memory as it comes.
        """
        if (held := self.held(tool)) is not None:
            return held
        path = self.fetch(tool, watch)
        try:
            _check(tool, path)
            self._make_room(size_of(path))
            opened = open_it(path)
        except LoadError as error:
            raise ToolError(str(error)) from error
        except Exception as error:
            # Here, for it imports torch, without which a download comes to a good end.
            from generation.worker.memory import is_out_of_memory

            if is_out_of_memory(error):
                raise
            log.error("%s can't be opened: %s", tool.name, trail(error))
            raise ToolError(explain(error, tool)) from error
        # As it is here: another commit is another network.
        self._loaded[tool.pinned(self.commits)] = opened
        log.info("loaded %s", tool.name)
        return opened

    def drop(self) -> None:
        """Have all of them leave."""
        self._loaded.clear()

    def _from_repo(self, tool: ToolSpec, watch: Watch | None) -> Path:
        source, found = self._plan(tool)
        check_space([found], tool)
        folder = bring(found, tool, Progress(found.size, watch))
        if not source.is_folder and source.revision is None:
            self.commits[source.repo] = folder.name  # snapshots/<commit> in the hub's cache
        return folder / tool.file if tool.file is not None else folder

    def _plan(self, tool: ToolSpec) -> tuple[Source, Plan]:
        """The repo of one that has a repo, and what is needed of it."""
        assert tool.repo is not None
        source = Source(repo=tool.repo, revision=tool.pinned(self.commits).revision)
        return source, plan(source, lambda names: selection.of_tool(names, tool), tool)


def _check(tool: ToolSpec, path: Path) -> None:
    """Raise LoadError where a file is not the one that the entry names."""
    if tool.file_name and tool.sha256 is not None and sha256_of(path) != tool.sha256:
        raise LoadError(
            f"The file of {tool.title} is not what it should be. Whoever runs Easel has to have it"
            f" downloaded again: python -m bot models download {tool.name}"
        )


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files)
