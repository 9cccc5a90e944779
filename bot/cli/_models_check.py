"""`python -m bot models check [NAME…]`: whether the files of models are there and whole."""

import argparse
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.settings import Settings

from ._exits import Exit, catching
from ._table import rows, size

_HEADS = ("model", "files", "size", "result", "remedy")


def add(commands: Any) -> None:
    """Its options: names."""
    check = commands.add_parser("check", help="check the files of models that are on this host")
    check.add_argument(
        "names", nargs="*", metavar="NAME", help="which models (default: all that are here)"
    )
    check.set_defaults(action=_check, quiet=True)


def _check(settings: Settings, options: argparse.Namespace) -> int:
    from ._models_files import everything, find, load, order, require_local
    from ._tools import ask_tool

    async def check() -> int:
        catalog = load(settings)
        chosen = find(catalog, options.names) if options.names else everything(catalog)
        hosted = [spec.name for spec in chosen.models if spec.executor != "local"]
        for name in hosted if options.names else []:
            print(f"{name}: painted by a hosted API, there is nothing to check")
        chosen = chosen.without(hosted)
        if not any(chosen):
            return Exit.OK
        require_local(settings)
        said = ask_tool(settings, "check", order(settings, catalog, chosen))
        if said is None:
            return Exit.ERROR
        # Whoever names a model wants it to be here.
        named = {each["name"] for each in said} if options.names else set()
        looked_at = [each for each in said if each["problems"] == [] or _is_wrong(each, named)]
        findings = [line for each in looked_at for line in _lines(each)]
        for row in rows(_HEADS, findings):
            print(row)
        if away := [each["name"] for each in said if each not in looked_at]:
            print(f"\nNot here, or not all of it: {', '.join(away)}.")
        for line in _unfinished(said):
            print(line)
        return Exit.ERROR if any(_is_wrong(each, named) for each in said) else Exit.OK

    return catching(check)


def _lines(found: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """A row for an entry, and one more for each further problem."""
    name, files, whole_size = found["name"], str(found["files"]), size(found["size"])
    problems = found["problems"]
    if not problems:
        yield name, files, whole_size, "whole", ""
    for number, problem in enumerate(problems):
        first = (name, files, whole_size) if number == 0 else ("", "", "")
        yield *first, problem["what"], problem["remedy"]


def _unfinished(said: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A sentence a repo: what cut-off downloads left takes room, and nobody else tells of it."""
    told: set[str] = set()
    for each in said:
        for repo, left in each["unfinished"].items():
            if repo not in told:
                told.add(repo)
                yield (
                    f"Unfinished downloads of {repo} take {size(left)}. python -m bot models"
                    f" download {each['name']} goes on with what is of use, and deletes the rest."
                )


def _is_wrong(found: Mapping[str, Any], named: Collection[str]) -> bool:
    """Whether something is to be mended: what nobody wanted here yet may be missing."""
    return any(not problem["is_missing"] or found["name"] in named for problem in found["problems"])
