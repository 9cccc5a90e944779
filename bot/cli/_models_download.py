"""`python -m bot models download NAME…`: the files of models, before anybody asks for them."""

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.settings import Settings
from generation import lora_files
from generation.catalog import Catalog, Licence, ModelSpec, ToolSpec
from generation.errors import GenerationError

from ._exits import Exit, catching

if TYPE_CHECKING:
    from bot.doctor import Devices

    from ._models_files import Chosen


class _LeftOut(NamedTuple):
    """What is not downloaded, and why."""

    name: str
    why: str
    is_refused: bool = False  # though it was asked for, and is not here


def add(commands: Any) -> None:
    """Its options: names, or all."""
    download = commands.add_parser("download", help="download models, or go on where that ended")
    which = download.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "names", nargs="*", default=[], metavar="NAME", help="which models, LoRAs and tools"
    )
    which.add_argument("--all", action="store_true", help="all that this host can and may use")
    download.set_defaults(action=_download, quiet=True)


def _download(settings: Settings, options: argparse.Namespace) -> int:
    from ._models_files import everything, find, load, order, require_local
    from ._tools import run_tool

    async def download() -> int:
        catalog = load(settings)
        accepted = settings.accepted_licenses
        catalog.accepting(accepted)  # one that is misspelled is told of
        chosen = everything(catalog) if options.all else find(catalog, options.names)
        left_out = list(_left_out(chosen, accepted))
        if options.all and len(left_out) < sum(map(len, chosen)):
            require_local(settings)
            away = {each.name for each in left_out}
            devices = await _devices(settings)
            left_out += _beyond_this_host(settings, catalog, devices, away)
        for each in left_out:
            is_wrong = each.is_refused and not options.all
            print(f"{each.name}: {each.why}", file=sys.stderr if is_wrong else sys.stdout)
        code = Exit.OK
        if not options.all and any(each.is_refused for each in left_out):
            code = Exit.ERROR
        chosen = chosen.without({each.name for each in left_out})
        if not any(chosen):
            return code
        require_local(settings)
        sys.stdout.flush()
        return run_tool(settings, "download", order(settings, catalog, chosen)) or code

    return catching(download)


def _left_out(chosen: "Chosen", accepted: frozenset[str]) -> Iterator[_LeftOut]:
    """What nobody downloads, or not before the host has accepted a licence."""
    for spec in chosen.entries:
        if isinstance(spec, ModelSpec) and spec.executor != "local":
            yield _LeftOut(spec.name, "painted by a hosted API, there is nothing to download")
        elif _is_here(spec):
            yield _LeftOut(spec.name, "a folder on this host, there is nothing to download")
        elif why := _refusal(spec.licence, accepted):
            yield _LeftOut(spec.name, why, is_refused=True)
    for lora in chosen.loras:
        if lora.is_folder:
            why = "a file on this host, there is nothing to download"
            yield _LeftOut(lora_files.called(lora), why)
        elif why := _refusal(lora.licence, accepted):
            yield _LeftOut(lora_files.called(lora), why, is_refused=True)


def _is_here(spec: ModelSpec | ToolSpec) -> bool:
    """Whether all that it is loaded from are folders."""
    if isinstance(spec, ToolSpec):
        return spec.is_folder
    parts = [spec, spec.checkpoint, spec.unet, spec.vae, *spec.loras]
    return all(part.is_folder for part in parts if part is not None)


def _refusal(licence: Licence, accepted: frozenset[str]) -> str | None:
    if licence.is_accepted(accepted):
        return None
    return (
        f"not downloaded before EASEL_ACCEPT_LICENSES names {licence.name};"
        f" read {licence.link or 'its card'} first"
    )


async def _devices(settings: Settings) -> "Devices":
    from bot.doctor import Case

    case = Case(settings)
    try:
        devices = await case.devices()
    finally:
        await case.close()
    if not devices.paints:
        raise GenerationError(
            "Nothing on this host can paint at present:"
            f" {devices.broken or devices.unavailable}. Have python -m bot doctor say what to mend,"
            " or name the models that you want to have all the same."
        )
    return devices


def _beyond_this_host(
    settings: Settings, catalog: Catalog, devices: "Devices", away: set[str]
) -> Iterator[_LeftOut]:
    """What this host can't paint with, whoever asks; `away` is left out already."""
    from bot.doctor import beyond
    from bot.lacks import lack_of

    paints: set[str] = set()
    for spec in catalog.values():
        if spec.executor != "local":
            continue
        lack = lack_of(spec, settings, has_gpu=devices.has_gpu)
        why = lack.found if lack else beyond(spec, devices)
        if why is None:
            paints.add(spec.name)
        elif spec.name not in away:
            yield _LeftOut(spec.name, f"not downloaded: it {why}")
    for lora in catalog.loras:
        name = lora_files.called(lora)
        fitting = {spec.name for spec in lora_files.fitting(lora, catalog)}
        if name not in away and not fitting & paints:
            yield _LeftOut(name, "not downloaded: this host paints with no model that it fits")
