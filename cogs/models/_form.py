"""The form that asks for a picture by one model.

It is taken in by its id alone, so that one which was opened before a restart is not lost.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from bot.asking import ask
from bot.errors import on_component_error, tell_privately
from bot.presentation import models
from bot.presentation.look import CHOICES
from bot.studio import Studio
from generation.catalog import ModelSpec

from ._shelf import GONE

_ID = re.compile(r"easel:models:paint:(?P<model>[a-z0-9.-]{1,40})")


def of(spec: ModelSpec) -> discord.ui.Modal:
    """A form with what there is to choose for that model."""
    form = discord.ui.Modal(
        title=f"{spec.title[:32]}: a picture", custom_id=f"easel:models:paint:{spec.name}"
    )
    form.add_item(_prompt(spec))
    if spec.takes_negative_prompts:
        form.add_item(_negative_prompt(spec))
    if len(spec.sizes) > 1:
        form.add_item(_size(spec))
    return form


async def submitted(interaction: discord.Interaction) -> None:
    """Put what a form asks for in line; other interactions are none of its business."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    data: Mapping[str, Any] = interaction.data or {}  # type: ignore[assignment]
    match = _ID.fullmatch(data.get("custom_id", ""))
    if match is None:
        return
    studio: Studio = interaction.client.studio  # type: ignore[attr-defined]
    try:
        # By its exact name: where it is gone, a piece of that may be another one's.
        if match["model"] not in studio.catalog:
            await tell_privately(interaction, f"{GONE} `/models` shows those that are.")
            return
        given = dict(_values(data.get("components", ())))
        await ask(
            interaction,
            given.get("prompt") or "",
            negative_prompt=given.get("negative_prompt"),
            model=match["model"],
            size=given.get("size"),
        )
    except Exception as error:
        await on_component_error(interaction, error)


def _prompt(spec: ModelSpec) -> discord.ui.Label[Any]:
    return discord.ui.Label(
        text="What you want to see",
        description=f"Steps: {models.steps(spec)}; flags such as --steps and --seed work here"[
            :100
        ],
        component=discord.ui.TextInput(
            custom_id="prompt",
            style=discord.TextStyle.paragraph,
            placeholder="a lighthouse in a storm",
            max_length=spec.prompt_limit,
        ),
    )


def _negative_prompt(spec: ModelSpec) -> discord.ui.Label[Any]:
    return discord.ui.Label(
        text="What you don't want to see",
        description=f"It {models.negative_prompt(spec)}"[:100],
        component=discord.ui.TextInput(
            custom_id="negative_prompt", required=False, max_length=spec.prompt_limit
        ),
    )


def _size(spec: ModelSpec) -> discord.ui.Label[Any]:
    # None is chosen beforehand: an option wins over its flag in the prompt.
    options = [
        discord.SelectOption(label=str(size), value=str(size)) for size in spec.sizes[:CHOICES]
    ]
    select = discord.ui.Select[Any](
        custom_id="size",
        placeholder=f"{spec.default_size} unless the prompt says --ar or --size",
        options=options,
        min_values=0,
        required=False,
    )
    return discord.ui.Label(text="Size", component=select)


def _values(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What was filled in, by the fields' ids, however deep they lie."""
    for component in components:
        if "custom_id" in component:
            value = next(iter(component.get("values", ())), component.get("value"))
            if value:
                yield component["custom_id"], value
        inner = [component["component"]] if "component" in component else []
        yield from _values([*inner, *component.get("components", ())])
