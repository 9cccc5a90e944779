"""Models as autocomplete offers them: at most 25 choices, best first, without any I/O."""

from collections.abc import Iterable

from discord import app_commands

from bot.presentation.look import CHOICES
from generation.catalog import Catalog, ModelSpec, ToolSpec
from generation.finishing import TARGETS

#: What a picture may be made larger to.
TARGET_CHOICES = [
    app_commands.Choice(name=name, value=target)
    for name, target in zip(
        ("2048 pixels on the longer side", "Twice as wide and high", "Four times as wide and high"),
        TARGETS,
        strict=True,
    )
]


def model_choices(
    catalog: Catalog, default: ModelSpec, current: str
) -> list[app_commands.Choice[str]]:
    """The models whose name, title or description has what was typed so far.

    The default one first.
    """
    typed = current.strip().casefold()
    matching = [
        spec
        for spec in catalog.values()
        if typed in " ".join((*spec.names, spec.description.casefold()))
    ]
    matching.sort(key=lambda spec: spec.name != default.name)
    return [
        app_commands.Choice(name=_label(spec, spec.name == default.name), value=spec.name)
        for spec in matching[:CHOICES]
    ]


def tool_choices(tools: Iterable[ToolSpec], current: str) -> list[app_commands.Choice[str]]:
    """The tools whose name, title or description has what was typed so far, in their order."""
    typed = current.strip().casefold()
    matching = [
        tool for tool in tools if typed in f"{tool.name} {tool.title} {tool.description}".casefold()
    ]
    return [
        app_commands.Choice(name=f"{tool.title} – {tool.description}"[:100], value=tool.name)
        for tool in matching[:CHOICES]
    ]


def _label(spec: ModelSpec, is_default: bool) -> str:
    mark = " (default)" if is_default else ""
    return f"{spec.title}{mark} – {spec.description}"[:100]
