"""`python -m bot models download NAME…`: the files of models, before anybody asks for them."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from bot.settings import Settings

from ._exits import Exit, catching

if TYPE_CHECKING:
    from ._models_files import Entry


def add(commands: Any) -> None:
    """Its options: names, or all."""
    download = commands.add_parser("download", help="download models, or go on where that ended")
    which = download.add_mutually_exclusive_group(required=True)
    which.add_argument("names", nargs="*", default=[], metavar="NAME", help="which models")
    which.add_argument("--all", action="store_true", help="all that this host may paint with")
    download.set_defaults(action=_download, quiet=True)


def _download(settings: Settings, options: argparse.Namespace) -> int:
    from ._models_files import entries, find, is_of_this_host, load, order, require_local
    from ._tools import run_tool

    async def download() -> int:
        catalog = load(settings)
        chosen = list(entries(catalog).values()) if options.all else find(catalog, options.names)
        wanted = [spec for spec in chosen if is_of_this_host(spec) and not spec.is_folder]
        accepted = settings.accepted_licenses
        catalog.accepting(accepted)  # one that is misspelled is told of
        refused = [spec for spec in wanted if _is_to_be_accepted(spec, accepted)]
        for spec in chosen:
            if spec not in wanted:
                print(f"{spec.name}: {_nothing_to_do(spec)}")
        for spec in refused:
            print(_refusal(spec), file=sys.stdout if options.all else sys.stderr)
        code = Exit.OK if options.all or not refused else Exit.ERROR
        specs = [spec for spec in wanted if spec not in refused]
        if not specs:
            return code
        require_local(settings)
        return run_tool(settings, "download", order(settings, specs)) or code

    return catching(download)


def _is_to_be_accepted(spec: "Entry", accepted: frozenset[str]) -> bool:
    return spec.licence.must_be_acknowledged and spec.licence.name not in accepted


def _nothing_to_do(spec: "Entry") -> str:
    if spec.is_folder:
        return "a folder on this host, there is nothing to download"
    return "painted by a hosted API, there is nothing to download"


def _refusal(spec: "Entry") -> str:
    return (
        f"{spec.name}: not downloaded before EASEL_ACCEPT_LICENSES names {spec.licence.name};"
        f" read {spec.licence.link or 'its card'} first"
    )
