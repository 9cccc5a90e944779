"""`python -m generation.tools.download`: bring the files of models to this host.

Reads `{"models": [entries of the catalog], "lock": models.lock's path}` from stdin. A sentence a
model goes to stdout, why one can't be had to stderr, where progress is drawn, too. Exit code 1
where one could not be had, 130 where it was interrupted; what came by then is kept.
"""

import signal
import sys
from pathlib import Path

from generation.catalog import ModelSpec
from generation.revisions import Revisions
from generation.tools._begin import read_order


def main() -> int:
    """Download all models, one after the other; the exit code."""
    order = read_order()
    from generation.worker.hub import limit_patience

    limit_patience()
    revisions = Revisions(Path(order["lock"]))
    specs = [ModelSpec.model_validate(entry) for entry in order["models"]]
    try:
        failed = [spec for spec in specs if not _download(spec, revisions)]
    except KeyboardInterrupt:
        print("Interrupted. What came is kept: the same command goes on there.", file=sys.stderr)
        return 128 + signal.SIGINT
    return 1 if failed else 0


def _download(spec: ModelSpec, revisions: Revisions) -> bool:
    """Download one model and say what came of it; False where it can't be had."""
    from generation.worker.causes import trail
    from generation.worker.fetch import amount
    from generation.worker.load_errors import LoadError, explain

    try:
        size = _fetch(spec, revisions)
    except LoadError as error:
        _complain(spec, str(error))
    except Exception as error:
        _complain(spec, f"{explain(error, spec)}\n{trail(error)}")
    else:
        print(f"{spec.name}: complete, {amount(size)} of weights are here", flush=True)
        return True
    return False


def _complain(spec: ModelSpec, sentence: str) -> None:
    print(f"{spec.name}: {sentence}", file=sys.stderr, flush=True)


def _fetch(spec: ModelSpec, revisions: Revisions) -> int:
    """Bring all of it here, and see that it can be opened; the size of its weights in bytes."""
    from tqdm import tqdm

    from generation.worker.soundness import examine, throw_away
    from generation.worker.sources import gather
    from generation.worker.weights import elements

    for name in throw_away(examine(revisions.pin(spec))):
        print(f"{spec.name}: {name} was damaged, and is downloaded again", flush=True)
    with tqdm(desc=spec.name, unit="B", unit_scale=True, leave=False, delay=0.5) as bar:

        def watch(here: int, total: int) -> None:
            bar.total = total
            bar.update(here - bar.n)

        sources = gather(revisions.pin(spec), watch)
    revisions.record(sources.resolved)
    for path in sources.weights:
        elements(path)  # raises where it can't be opened
    return sum(path.stat().st_size for path in sources.weights)


if __name__ == "__main__":
    sys.exit(main())
