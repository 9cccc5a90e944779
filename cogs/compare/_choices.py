"""What autocomplete offers for a list of models: the names typed so far, and one more."""

from discord import app_commands

from bot.presentation.choices import model_choices
from bot.presentation.look import CHOICES
from generation.catalog import Catalog, ModelSpec
from generation.errors import RequestRefused
from generation.sheets.plan import MOST_MODELS

#: Characters of a choice.
_LONGEST = 100


def models_choices(
    catalog: Catalog, default: ModelSpec, current: str
) -> list[app_commands.Choice[str]]:
    """Lists that begin with the models named so far, each with one more that fits."""
    *named, typed = (piece.strip() for piece in current.replace(";", ",").split(","))
    names = list(dict.fromkeys(_name(catalog, piece) for piece in named if piece))
    choices: list[app_commands.Choice[str]] = []
    whole = ", ".join([*names, _name(catalog, typed)] if typed else names)
    is_list = len(names) > (0 if typed and _name(catalog, typed) in catalog else 1)
    if is_list and 0 < len(whole) <= _LONGEST and len(names) <= MOST_MODELS:
        choices.append(app_commands.Choice(name=whole, value=whole))  # what is there, as it is
    if len(names) < MOST_MODELS:
        for choice in model_choices(catalog, default, typed):
            value = ", ".join([*names, str(choice.value)])
            if choice.value not in names and value != whole and len(value) <= _LONGEST:
                choices.append(app_commands.Choice(name=value, value=value))
    return choices[:CHOICES]


def _name(catalog: Catalog, typed: str) -> str:
    """The model's own name where one is meant, else what was typed."""
    try:
        return catalog.find(typed).name
    except RequestRefused:
        return typed
