"""What /help tells of the options: in words, and in pictures that the demo model painted.

docs/parameters.md has the same. `make strips` paints the pictures anew.
"""

import io
from functools import cache
from pathlib import Path
from typing import NamedTuple

import discord

from bot.presentation.look import ACCENT

STRIPS = Path(__file__).with_name("strips")


class Parameter(NamedTuple):
    """An option of /imagine, explained."""

    title: str
    text: str
    strip: str | None = None  # the file of its picture


PARAMETERS = (
    Parameter(
        "Steps",
        "How many times the model goes over the picture; each takes the same time. A quick draft"
        " is the fewest that the model takes, the standard is its default, the best is the most:"
        " `/help` with a `model` shows them. In general these are about 15, 30 and 50, where the"
        " model's range reaches so far. Of those that ship, Stable Diffusion 3.5 takes 1 to 50,"
        " 2.1 takes 25 to 50, RealVisXL and Juggernaut 30 to 50, SDXL and ZB-Tech 20 to 40,"
        " Z-Image-Turbo 4 to 12, SDXL-Turbo and FLUX.1 schnell 1 to 4, the demo model 1 to 30, the"
        " others exactly as many as they were made for.",
        "steps.webp",
    ),
    Parameter(
        "Guidance",
        "How closely the picture follows your words, where a model lets you choose, and as far as"
        " its range reaches. Loose is 1 to 3.5: softer, and with more of the model's own ideas."
        " Balanced is 4 to 8: what most models are made for. Strict is 8 to 10: every word counts,"
        " and colors turn hard. Of those that ship, Stable Diffusion 2.1 and 3.5 take all of"
        " these; SDXL and ZB-Tech take 5 to 8, RealVisXL and Juggernaut 3 to 7. The demo model"
        " takes 0 to 8 and is balanced at 1.5 already. Turbo, Lightning and FLUX models know one"
        " value only.",
        "guidance.webp",
    ),
    Parameter(
        "Seed",
        "Which noise the picture begins with. The same seed with the same words, model and options"
        " gives the same picture again; another one gives another picture of the same. It stands"
        " under every picture.",
        "seed.webp",
    ),
    Parameter(
        "Negative prompt",
        "What you don't want to see, as plain words: “blurry, text”. It works against what guidance"
        " works for, and so has no effect where a model paints without guidance.",
    ),
    Parameter(
        "Size",
        "Width x height in pixels. A model paints well only in the sizes it has learned, and Easel"
        " offers no others. Four times as many pixels take about four times as long.",
    ),
    Parameter(
        "Strength",
        "With a picture of yours to start from: how far that is left behind. 0.3 changes little but"
        " its surface, 0.6 keeps what is where, and 0.9 hardly more than the colors. Only that"
        " share of the steps is made: with 0.5 and 20 steps, 10.",
    ),
)
_MORE = (
    "`/sweep` paints such a row from your own words, and `/compare` the same words by several"
    " models."
)


def parameters() -> tuple[list[discord.Embed], list[discord.File]]:
    """An embed each, with the pictures that they show."""
    embeds: list[discord.Embed] = []
    files: list[discord.File] = []
    for each in PARAMETERS:
        embed = discord.Embed(title=each.title, description=each.text, color=ACCENT)
        if each.strip is not None:
            files.append(discord.File(io.BytesIO(_strip(each.strip)), each.strip))
            embed.set_image(url=f"attachment://{each.strip}")
        embeds.append(embed)
    embeds[-1].add_field(name="Try it", value=_MORE, inline=False)
    return embeds, files


@cache
def _strip(name: str) -> bytes:
    """A picture of the package, read once."""
    return (STRIPS / name).read_bytes()
