"""A tool that a program is told to look at or to bring here, as models and LoRAs are."""

from dataclasses import dataclass, replace
from typing import Self

from generation.catalog import Source, ToolSpec
from generation.revisions import Revisions
from generation.tools._brought import Brought
from generation.worker import releases, selection
from generation.worker.fetch import Plan, plan
from generation.worker.soundness import Problem, Soundness, examine_tool
from generation.worker.sources import Want
from generation.worker.toolbox import Toolbox, size_of
from generation.worker.watching import Watch


@dataclass(frozen=True, slots=True)
class ToolItem:
    """One that is no pipeline: a file, or a folder of a repo."""

    spec: ToolSpec

    def pinned(self, revisions: Revisions) -> Self:
        """The same at the commit, or with the hash, that this host keeps to."""
        return replace(self, spec=revisions.pin(self.spec))

    @property
    def repos(self) -> list[str]:
        """The repo of the hub that it comes from, if it is one."""
        return [self.spec.repo] if self.spec.repo is not None and not self.spec.is_folder else []

    @property
    def want(self) -> Want | None:
        """What it needs of its repo; None where it has none."""
        if self.spec.repo is None:
            return None
        source = Source(repo=self.spec.repo, revision=self.spec.revision)
        return Want("tool", source, lambda names: selection.of_tool(names, self.spec))

    def examine(self) -> Soundness:
        """Whether its files are here, and whole; none is opened."""
        return examine_tool(self.spec)

    def mistakes(self, found: Soundness) -> tuple[Problem, ...]:
        """What its entry says of it that is not so: where it is whole, it is opened and tried."""
        if found.problems:
            return ()
        from generation.worker.trial import try_out

        return try_out(self.spec, Soundness()).problems

    def plans(self) -> list[Plan]:
        """What of it is missing. Raises LoadError, and what the hub's library raises."""
        if (want := self.want) is not None:
            return [plan(want.source, want.choose, self.spec)]
        file = releases.lacking(self.spec, trusting=True)
        if file is None:
            return []
        folder = file.blob.parent
        source = Source(repo=str(folder.absolute()))
        names = (file.name,)
        return [Plan(source, lambda _: names, folder, names, (file,), is_complete=False)]

    def bring(self, watch: Watch) -> Brought:
        """Have all of it here. Raises as `plans`."""
        toolbox = Toolbox(lambda _: None)
        path = toolbox.fetch(self.spec, watch, trusting=True)
        commits = {repo: toolbox.commits[repo] for repo in self.repos if repo in toolbox.commits}
        return Brought(size_of(path), commits, toolbox.commits)
