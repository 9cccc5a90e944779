"""`python -m generation.tools.download`: bring the files of models to this host.

Reads `{"models": [entries of the catalog], "loras": [as generation.lora_files writes them],
"tools": [the catalog's tools], "lock": models.lock's path}` from stdin. The hash of a tool's file
that nobody knew is taken for true, and kept in models.lock. A sentence a model goes to stdout, why
one can't be had to stderr, where progress is drawn, too. Exit code 1 where one could not be had,
130 where it was interrupted; what came by then is kept.

First it is seen what all of them lack together: nothing large is fetched where there is no room for
that.
"""

import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from generation.revisions import Revisions
from generation.tools._begin import read_order

if TYPE_CHECKING:
    from generation.tools._items import AnyItem
    from generation.worker.fetch import Plan

T = TypeVar("T")


def main() -> int:
    """Download all, one after the other; the exit code."""
    try:
        return _download_all(read_order())
    except KeyboardInterrupt:
        print("Interrupted. What came is kept: the same command goes on there.", file=sys.stderr)
        return 128 + signal.SIGINT


def _download_all(order: Mapping[str, Any]) -> int:
    from generation.tools._items import read_items
    from generation.worker.hub import limit_patience

    limit_patience()
    revisions = Revisions(Path(order["lock"]))
    items = read_items(order)
    possible: list[tuple[AnyItem, Sequence[Plan]]] = []
    for item in items:
        plans = _attempt(item, lambda item=item: _plans(item, revisions))
        if plans is not None:
            possible.append((item, plans))
    if len(possible) > 1 and not _has_room(possible):
        return 1
    came = [_attempt(item, lambda item=item: _bring(item, revisions)) for item, _ in possible]
    return 0 if came.count(True) == len(items) else 1


def _attempt(item: "AnyItem", do: Callable[[], T]) -> T | None:
    """What comes of it; None where it can't be had, which is told."""
    from generation.worker.causes import trail
    from generation.worker.load_errors import LoadError, explain

    try:
        return do()
    except LoadError as error:
        sentence = str(error)
    except Exception as error:
        sentence = f"{explain(error, item.spec)}\n{trail(error)}"
    print(f"{item.spec.name}: {sentence}", file=sys.stderr, flush=True)
    return None


def _plans(item: "AnyItem", revisions: Revisions) -> "Sequence[Plan]":
    """What is to come, once what is damaged was thrown away."""
    from generation.worker.fetch import check_space
    from generation.worker.soundness import throw_away

    item = item.pinned(revisions)
    for name in throw_away(item.examine()):
        print(f"{item.spec.name}: {name} was damaged, and is downloaded again", flush=True)
    plans = item.plans()
    check_space(plans, item.spec)
    return plans


def _has_room(wanted: "Sequence[tuple[AnyItem, Sequence[Plan]]]") -> bool:
    """Whether there is room for all of them together; what several share is counted once."""
    from generation.worker.fetch import amount, free_space

    found = [plan for _, plans in wanted for plan in plans if not plan.is_complete]
    large = {file.blob: file.size - file.here for plan in found for file in plan.large}
    small = {(plan.folder, plan.names): plan.small for plan in found}
    size, free = sum(large.values()) + sum(small.values()), free_space()
    if size <= free:
        if size:
            print(f"{amount(size)} are to be downloaded, {amount(free)} are free", flush=True)
        return True
    print(
        f"The disk has no room for all of them: {amount(size)} are to be downloaded, {amount(free)}"
        " are free. Make room, name another folder in EASEL_MODELS_DIR, or name fewer models:",
        file=sys.stderr,
    )
    for item, plans in wanted:
        print(f"{item.spec.name}: {amount(sum(plan.to_come for plan in plans))}", file=sys.stderr)
    return False


def _bring(item: "AnyItem", revisions: Revisions) -> bool:
    """Bring all of it here, see that it can be opened, and say so."""
    from tqdm import tqdm

    from generation.tools._unfinished import remove_useless
    from generation.worker.fetch import amount

    name = item.spec.name
    with tqdm(desc=name, unit="B", unit_scale=True, leave=False, delay=0.5) as bar:

        def watch(here: int, total: int) -> None:
            bar.total = total
            bar.update(here - bar.n)

        brought = item.pinned(revisions).bring(watch)
    revisions.record(brought.resolved)
    print(f"{name}: complete, {amount(brought.size)} of weights are here", flush=True)
    if gone := sum(remove_useless(repo, commit) for repo, commit in brought.commits.items()):
        print(f"{name}: {amount(gone)} of unfinished downloads were of no use, and are deleted")
    return True


if __name__ == "__main__":
    sys.exit(main())
