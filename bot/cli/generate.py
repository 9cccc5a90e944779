"""`python -m bot generate`: paint one picture, without Discord."""

import argparse
from pathlib import Path
from typing import Any

from bot.settings import Settings

from ._exits import Exit, catching


def add(commands: Any) -> None:
    """Its options: those of /imagine, and where the picture goes."""
    paint = commands.add_parser("generate", help="paint one picture, without Discord")
    paint.set_defaults(action=_generate, quiet=True)
    paint.add_argument("prompt", help="what you want to see")
    paint.add_argument(
        "--out",
        type=Path,
        default=Path("easel.png"),
        metavar="FILE",
        help="where the PNG goes (default: easel.png)",
    )
    paint.add_argument("--model", metavar="NAME", help="which model paints (docs/models.md)")
    paint.add_argument("--negative-prompt", metavar="TEXT", help="what you don't want to see")
    paint.add_argument("--steps", type=int, metavar="N", help="how many steps")
    paint.add_argument("--guidance", type=float, metavar="X", help="how closely to follow")
    paint.add_argument("--seed", type=int, metavar="N", help="the same seed, the same picture")
    paint.add_argument("--size", metavar="WxH", help="width x height in pixels")
    paint.add_argument("--image", type=Path, metavar="FILE", help="a picture to start from")
    paint.add_argument("--strength", type=float, metavar="X", help="how far that is left behind")


def _generate(settings: Settings, options: argparse.Namespace) -> int:
    from bot.generate import Order, generate

    fields = (
        *("prompt", "out", "model", "negative_prompt", "steps", "guidance", "seed", "size"),
        *("image", "strength"),
    )
    order = Order(**{field: getattr(options, field) for field in fields})

    async def paint() -> int:
        print(await generate(settings, order))
        return Exit.OK

    return catching(paint)
