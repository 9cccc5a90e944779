"""`python -m bot models list`: the catalog, and what of it is on this host."""

import argparse
from typing import TYPE_CHECKING, Any

from bot.settings import Settings
from generation.catalog import ModelSpec, ToolSpec

from ._exits import Exit, catching
from ._table import rows, size

if TYPE_CHECKING:
    from bot.doctor import ModelFiles

_HEADS = ("model", "title", "executor", "licence", "files", "here", "to download", "GPU memory")
# What keeps files from being had, in a word or two; the doctor says more.
_OBSTACLES = {
    "gated": "gated",
    "unseen": "gone, or private",
    "unknown_commit": "no such commit",
    "unlisted": "not as expected",
    "broken": "can't be looked at",
}


def add(commands: Any) -> None:
    """Its options: it has none."""
    listing = commands.add_parser("list", help="list the catalog, and what of it is on this host")
    listing.set_defaults(action=_list, quiet=True)


def _list(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.doctor import Case, ToolFailed
    from generation.catalog import KINDS
    from generation.errors import CatalogError

    async def tell() -> int:
        case = Case(settings)
        try:
            licensed = case.catalog.accepting(settings.accepted_licenses)
            try:
                default, reason = await case.default()
                last = f"* the default model: {reason}"
            except CatalogError as error:
                default, last = None, str(error)
            try:
                files = dict((await case.files()).models)
            except ToolFailed as error:
                files = {}
                last = f"The files can't be looked at: {error}\n{last}"
        finally:
            await case.close()
        lines = [
            (
                spec.name + ("*" if spec == default else ""),
                spec.title,
                spec.executor,
                _licence(spec, accepted=spec.name in licensed),
                *_files(spec, files.get(spec.name)),
                _memory(spec),
            )
            for spec in case.catalog.values()
        ]
        lines += [
            (
                *(tool.name, tool.title, KINDS[tool.kind]),
                _licence(tool, accepted=tool.name in licensed.tools),
                *_files(tool, files.get(tool.name)),
                "",
            )
            for tool in case.catalog.tools.values()
        ]
        for row in rows(_HEADS, lines):
            print(row)
        print(f"\n{last}")
        return Exit.OK

    return catching(tell)


def _licence(spec: ModelSpec | ToolSpec, *, accepted: bool) -> str:
    if not spec.licence.must_be_acknowledged:
        return spec.licence.name
    return f"{spec.licence.name} ({'accepted' if accepted else 'to be accepted'})"


def _files(spec: ModelSpec | ToolSpec, files: "ModelFiles | None") -> tuple[str, str, str]:
    """Whether they are here, and how much is and is to come."""
    if (isinstance(spec, ModelSpec) and spec.executor != "local") or files is None:
        return "–", "", ""
    here = size(files.here_bytes) if files.here else ""
    if files.whole:
        return "all here", here, ""
    to_come = "?" if files.lacking_bytes is None else size(files.lacking_bytes)
    if files.damaged:
        return "damaged", here, to_come
    state = "some here" if files.here else "not here"
    obstacle = _OBSTACLES.get(files.obstacle or "")
    return (f"{state}: {obstacle}" if obstacle else state), here, to_come


def _memory(spec: ModelSpec) -> str:
    """From its cheapest setting to its quickest one."""
    if not spec.memory_gib:
        return ""
    least, most = min(spec.memory_gib.values()), max(spec.memory_gib.values())
    return f"{least:g} GiB" if least == most else f"{least:g}–{most:g} GiB"
