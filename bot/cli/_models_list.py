"""`python -m bot models list`: the catalog, and what of it is on this host."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.settings import Settings
from generation import lora_files
from generation.catalog import KINDS, Licence, ModelSpec

from ._exits import Exit, catching
from ._table import rows, size

if TYPE_CHECKING:
    from bot.doctor import Case, Devices, ModelFiles

_LORA_HEADS = ("LoRA", "title", "for", "licence", "files", "here", "to download")
_HEADS = ("model", "title", "executor", "licence", "files", "here", "to download", "GPU memory")
# What keeps files from being had, in a word or two; the doctor says more.
_OBSTACLES = {
    "gated": "gated",
    "unseen": "gone, or private",
    "unknown_commit": "no such commit",
    "unlisted": "not as expected",
    "no_folder": "its folder is not there",
    "broken": "can't be looked at",
}


def add(commands: Any) -> None:
    """Its options: it has none."""
    listing = commands.add_parser("list", help="list the catalog, and what of it is on this host")
    listing.set_defaults(action=_list, quiet=True)


def _list(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.doctor import Case
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
            files, why = await _looked_at(case)
            devices = await case.devices()
            last = "\n".join(filter(None, (why, *_of_processor(case, devices), last)))
        finally:
            await case.close()
        lines = [
            (
                spec.name + ("*" if spec == default else ""),
                spec.title,
                spec.executor,
                _licence(spec.licence, accepted=spec.name in licensed),
                *_files(files.get(spec.name)),
                _memory(spec),
            )
            for spec in case.catalog.values()
        ]
        lines += [
            (
                *(tool.name, tool.title, KINDS[tool.kind]),
                _licence(tool.licence, accepted=tool.name in licensed.tools),
                *_files(files.get(tool.name)),
                "",
            )
            for tool in case.catalog.tools.values()
        ]
        for row in rows(_HEADS, lines):
            print(row)
        if case.catalog.loras:
            print()
            for row in rows(_LORA_HEADS, _loras(case, files)):
                print(row)
        print(f"\n{last}")
        return Exit.OK

    return catching(tell)


def _of_processor(case: "Case", devices: "Devices") -> list[str]:
    """What is off without a GPU, and what is slow; nothing where there is one, or none paints."""
    from bot.lacks import common_lacks, lacks_of
    from bot.offering import slowly

    if not devices.paints or devices.has_gpu:
        return []
    licensed = case.catalog.accepting(case.settings.accepted_licenses)
    lacks = lacks_of(licensed.values(), case.settings, has_gpu=False)
    off = [f"Off: {names}: each {lack.found}. {lack.remedy}" for names, lack in common_lacks(lacks)]
    return [*off, slowly(spec for spec in licensed.values() if spec.name not in lacks)]


async def _looked_at(case: "Case") -> tuple[dict[str, "ModelFiles"], str]:
    """The files by model, and why they can't be looked at, if so."""
    from bot.doctor import ToolFailed

    from ._models_files import what_lacks

    if lacks := what_lacks(case.lacking, "The files of models can't be looked at"):
        return {}, lacks
    try:
        return dict((await case.files()).models), ""
    except ToolFailed as error:
        return {}, f"The files can't be looked at: {error}"


def _loras(case: "Case", files: "Mapping[str, ModelFiles]") -> list[tuple[str, ...]]:
    """A line for each that prompts may name."""
    return [
        (
            lora.name,
            lora.title,
            ", ".join(lora.base),
            _licence(lora.licence, accepted=lora in case.licensed.loras),
            *_files(files.get(lora_files.called(lora))),
        )
        for lora in case.catalog.loras
    ]


def _licence(licence: Licence, *, accepted: bool) -> str:
    if not licence.must_be_acknowledged:
        return licence.name
    return f"{licence.name} ({'accepted' if accepted else 'to be accepted'})"


def _files(files: "ModelFiles | None") -> tuple[str, str, str]:
    """Whether they are here, and how much is and is to come."""
    if files is None:
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
