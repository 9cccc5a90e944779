"""What /help shows: an overview, or what one model takes."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands

from bot.presentation import models, text
from bot.presentation.look import ACCENT, FIELD
from generation.catalog import ModelSpec
from generation.ranges import in_words

_ABOUT = (
    "Type `/imagine`, say what you want to see, and Easel paints it. The answer comes at once: your"
    " place in line, then the progress, then the picture with all that it was made with. Pictures"
    " are painted in turns, and nothing that waits is lost when Easel restarts."
)
_NOTATION = (
    "None of it is needed: `a red fox in the snow` is a prompt.\n"
    "- `fox++` or `(fox:1.3)` counts more, `fox--` or `[fox]` less\n"
    '- `("a fox", "a wolf").blend(0.7, 0.3)` is one thing between the two\n'
    '- `("a fox", "deep snow").and()` is both, each read for itself\n'
    "- `<lora:ink:0.8>` mixes a LoRA in; its card in `/models` tells which a model has\n"
    r"- a backslash before a mark makes it plain text: `\(`"
)
_MORE = (
    "`/help` with a `model` tells what that one takes, with the topic `parameters` what steps,"
    " guidance and the others do; `/models` shows them all. To see a picture"
    " of yours again, `/show`; to end one that waits, `/cancel` or the button under it."
)


def overview(tree: app_commands.CommandTree[Any], default: ModelSpec) -> discord.Embed:
    """What Easel does, its commands, how a prompt is written."""
    # Not a field, which has room for a quarter of it.
    about = "\n".join((_ABOUT, "", "**Commands**", *_command_lines(tree)))
    embed = discord.Embed(title="Easel paints what you describe", description=about, color=ACCENT)
    embed.add_field(name="Prompts", value=_NOTATION, inline=False)
    embed.add_field(name="Options in the prompt", value=_flags(default), inline=False)
    embed.add_field(
        name=f"Unless you choose a model, {text.quote(default.title, 150)} paints",
        value=_brief(default)[:FIELD],
        inline=False,
    )
    embed.add_field(name="More", value=_MORE, inline=False)
    return embed


def about_model(spec: ModelSpec) -> discord.Embed:
    """What one model takes, exactly."""
    embed = discord.Embed(
        title=text.quote(spec.title, 200),
        description=f"{text.quote(spec.description, 400)}\n`/imagine model:{spec.name}`",
        color=ACCENT,
    )
    models.add_parameters(embed, spec)
    embed.add_field(name="Licence", value=models.licence(spec.licence), inline=False)
    embed.add_field(name="Options in the prompt", value=_flags(spec), inline=False)
    return embed


def _command_lines(tree: app_commands.CommandTree[Any]) -> Iterator[str]:
    """The commands as the tree has them.

    A guild may have given those for admins to whom it likes, and Discord does not tell us.
    """
    offered: list[tuple[bool, bool, str, str]] = []
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Group):
            continue
        name, needed = command.qualified_name, (command.root_parent or command).default_permissions
        offered.append((needed is not None, name != "imagine", name, command.description))
    # What everybody comes for stands first, what is for admins last.
    for for_admins, _, name, description in sorted(offered):
        yield f"`/{name}` – {description}{' (for admins)' if for_admins else ''}"


def _brief(spec: ModelSpec) -> str:
    sentences = [
        f"Steps: {models.steps(spec)}.",
        f"Guidance: {models.guidance(spec)}.",
        f"Size: {models.sizes(spec)}.",
        "No negative prompt."
        if not spec.takes_negative_prompts
        else f"Negative prompt: {models.negative_prompt(spec)}.",
    ]
    return " ".join(sentences)


def _flags(spec: ModelSpec) -> str:
    """The flags, with values that this model takes."""
    lines = [
        f"Typed as in `a fox --seed 7 --model {spec.name}`. An option beside the prompt wins.",
        f"- `--steps {spec.steps.default}`: {in_words(spec.steps)}",
        f"- `--guidance {spec.guidance.default:g}`: {in_words(spec.guidance)}",
    ]
    if len(spec.sizes) > 1:
        lines.append(f"- `--ar 3:2` for a shape, `--size {spec.sizes[1]}` for a size")
    if spec.takes_negative_prompts:
        lines.append("- `--no hands, text` for what you don't want to see")
    lines.append("- `--seed 7` for the same picture again")
    return "\n".join(lines)
