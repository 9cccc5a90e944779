"""`python -m bot models mix A B --name NAME`: a model of one's own out of two or three."""

import argparse
import re
from typing import Any

from bot.settings import Settings

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")  # as the catalog takes it
_TITLE_LIMIT = 60


def add(commands: Any) -> None:
    """Its options: the models, how much of which, and the result's name."""
    mix = commands.add_parser("mix", help="make a model of your own out of two or three")
    mix.set_defaults(action=_mix, quiet=True)
    parent = "a model's name, a folder of diffusers, or a single .safetensors file"
    mix.add_argument("a", metavar="A", help=f"what it begins with: {parent}")
    mix.add_argument("b", metavar="B", help="what is mixed in: the same")
    mix.add_argument(
        "--weight",
        type=_weight,
        default=0.5,
        metavar="W",
        help="how much of B, from 0 to 1 (default: 0.5)",
    )
    mix.add_argument(
        "--add-difference",
        metavar="C",
        help="add to A what B has more than C, in place of a share of B",
    )
    mix.add_argument("--name", required=True, type=_name, help="what the mix is called")
    mix.add_argument(
        "--title", type=_title, metavar="TEXT", help="what members see (default: the name)"
    )
    mix.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="NETWORK",
        help="what is mixed: unet, text_encoders, vae, … (default: all but the VAE)",
    )
    mix.add_argument(
        "--network-weight",
        action="append",
        type=_network_weight,
        default=[],
        metavar="NETWORK=W",
        help="a weight for one network alone; may be given more than once",
    )
    mix.add_argument("--replace", action="store_true", help="replace a mix of that name")


def _mix(settings: Settings, options: argparse.Namespace) -> int:
    from bot.mixing import MixerFailed, Wish, mix

    from ._exits import Exit, catching
    from ._models_files import require_local
    from ._tools import run_tool

    wish = Wish(
        models=tuple(filter(None, (options.a, options.b, options.add_difference))),
        weight=options.weight,
        name=options.name,
        title=options.title,
        only=tuple(options.only),
        weights=dict(options.network_weight),
        replace=options.replace,
    )

    async def make() -> int:
        require_local(settings, "Models can't be mixed")
        try:
            print(mix(settings, wish, lambda order: run_tool(settings, "mix", order)))
        except MixerFailed as failure:
            return failure.code
        return Exit.OK

    return catching(make)


def _weight(text: str) -> float:
    weight = float(text)
    if not 0 <= weight <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 1")
    return weight


def _network_weight(text: str) -> tuple[str, float]:
    network, equals, weight = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is no NETWORK=WEIGHT, as unet=0.3")
    return network, _weight(weight)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text} is no model's name: small letters, digits, dots and hyphens, 40 at most"
        )
    return text


def _title(text: str) -> str:
    if not 0 < len(text) <= _TITLE_LIMIT:
        raise argparse.ArgumentTypeError(f"a title has 1 to {_TITLE_LIMIT} characters")
    return text
