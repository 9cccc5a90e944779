"""`python -m generation.tools.download`: bring the files of models to this host.

Reads `{"models": [entries of the catalog], "tools": [its tools], "lock": models.lock's path}` from
stdin. The hash of a file that nobody knew is taken for true, and kept in models.lock. A sentence a
model goes to stdout, why one can't be had to stderr, where progress is drawn, too. Exit code 1
where one could not be had, 130 where it was interrupted; what came by then is kept.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from generation.catalog import ModelSpec, ToolSpec
from generation.revisions import Revisions
from generation.tools._begin import read_order


def main() -> int:
    """Download all models, one after the other; the exit code."""
    order = read_order()
    from generation.worker.hub import limit_patience

    limit_patience()
    revisions = Revisions(Path(order["lock"]))
    specs: list[ModelSpec | ToolSpec] = [ModelSpec.model_validate(each) for each in order["models"]]
    for entry in order.get("tools", ()):
        tool = ToolSpec.model_validate(entry)
        specs.append(tool if tool.pipeline is None else tool.as_model())
    try:
        failed = [spec for spec in specs if not _download(spec, revisions)]
    except KeyboardInterrupt:
        print("Interrupted. What came is kept: the same command goes on there.", file=sys.stderr)
        return 128 + signal.SIGINT
    return 1 if failed else 0


def _download(spec: ModelSpec | ToolSpec, revisions: Revisions) -> bool:
    """Download one model and say what came of it; False where it can't be had."""
    from generation.worker.causes import trail
    from generation.worker.fetch import amount
    from generation.worker.load_errors import LoadError, explain

    try:
        tool = isinstance(spec, ToolSpec)
        size = _fetch_tool(spec, revisions) if tool else _fetch(spec, revisions)
    except LoadError as error:
        _complain(spec, str(error))
    except Exception as error:
        _complain(spec, f"{explain(error, spec)}\n{trail(error)}")
    else:
        print(f"{spec.name}: complete, {amount(size)} of weights are here", flush=True)
        return True
    return False


def _complain(spec: ModelSpec | ToolSpec, sentence: str) -> None:
    print(f"{spec.name}: {sentence}", file=sys.stderr, flush=True)


def _fetch(spec: ModelSpec, revisions: Revisions) -> int:
    """Bring all of it here, and see that it can be opened; the size of its weights in bytes."""
    from generation.worker.soundness import examine, throw_away
    from generation.worker.sources import gather
    from generation.worker.weights import elements

    for name in throw_away(examine(revisions.pin(spec))):
        print(f"{spec.name}: {name} was damaged, and is downloaded again", flush=True)
    with _bar(spec.name) as watch:
        sources = gather(revisions.pin(spec), watch)
    revisions.record(sources.resolved)
    for path in sources.weights:
        elements(path)  # raises where it can't be opened
    return sum(path.stat().st_size for path in sources.weights)


def _fetch_tool(tool: ToolSpec, revisions: Revisions) -> int:
    """Bring its files here; their size in bytes."""
    from generation.worker.soundness import examine_tool, throw_away
    from generation.worker.toolbox import Toolbox, size_of

    pinned = revisions.pin(tool)
    for name in throw_away(examine_tool(pinned)):
        print(f"{tool.name}: {name} was damaged, and is downloaded again", flush=True)
    toolbox = Toolbox(lambda _: None)
    with _bar(tool.name) as watch:
        path = toolbox.fetch(pinned, watch, trusting=True)
    revisions.record(toolbox.commits)
    return size_of(path)


@contextmanager
def _bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; the answer is told how much is here, and of how much."""
    from tqdm import tqdm

    with tqdm(desc=name, unit="B", unit_scale=True, leave=False, delay=0.5) as bar:

        def watch(here: int, total: int) -> None:
            bar.total = total
            bar.update(here - bar.n)

        yield watch


if __name__ == "__main__":
    sys.exit(main())
