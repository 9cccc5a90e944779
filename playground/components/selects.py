"""Selects: of strings, users, roles, both, and channels."""

from playground import fields
from playground.components.buttons import check_emoji
from playground.components.inspection import Inspection
from playground.components.kinds import (
    CHANNEL_SELECT,
    MENTIONABLE_SELECT,
    ROLE_SELECT,
    STRING_SELECT,
    USER_SELECT,
    Component,
)
from playground.errors import Path

MAX_OPTIONS = 25
CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
# What a preset value of each kind may be.
_PRESETS = {
    USER_SELECT: ("user",),
    ROLE_SELECT: ("role",),
    MENTIONABLE_SELECT: ("user", "role"),
    CHANNEL_SELECT: ("channel",),
}


def check_select(on: Inspection, path: Path, select: Component) -> None:
    """Check a select of any kind."""
    form = on.form
    form.text((*path, "custom_id"), select.get("custom_id"), 1, 100)
    form.text((*path, "placeholder"), select.get("placeholder"), 0, 150)
    fields.flag(form, (*path, "disabled"), select.get("disabled"))
    fields.flag(form, (*path, "required"), select.get("required"))
    if on.in_modal and select.get("disabled"):
        message = "Components of modals cannot be disabled"
        form.add((*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", message)
    allowed = on.amounts(path, select, MAX_OPTIONS)
    if select["type"] == STRING_SELECT:
        _check_options(on, path, select, allowed)
    else:
        _check_presets(on, path, select, allowed)
    if select["type"] == CHANNEL_SELECT:
        fields.members(form, (*path, "channel_types"), select.get("channel_types"), CHANNEL_TYPES)


def _check_options(on: Inspection, path: Path, select: Component, allowed: int) -> None:
    # There have to be as many options as may be chosen.
    options = on.options(path, select, allowed, MAX_OPTIONS, extra=("emoji",))
    for index, option in enumerate(options):
        check_emoji(on, (*path, "options", index, "emoji"), option.get("emoji"))
    defaults = sum(option.get("default") is True for option in options)
    on.too_many_defaults((*path, "options"), defaults, allowed)


def _check_presets(on: Inspection, path: Path, select: Component, allowed: int) -> None:
    form, where = on.form, (*path, "default_values")
    presets = form.objects(where, select.get("default_values"), 0, MAX_OPTIONS)
    for index, preset in enumerate(presets):
        on.keys((*where, index), preset, ("id", "type"))
        form.snowflake((*where, index, "id"), preset.get("id"))
        form.choice((*where, index, "type"), preset.get("type"), _PRESETS[select["type"]])
    fields.unique(form, where, [preset.get("id") for preset in presets])
    on.too_many_defaults(where, len(presets), allowed)
    low = select.get("min_values")
    if presets and fields.is_number(low) and len(presets) < low:
        message = "The specified number of default values is below the specified minimum values"
        form.add(where, "SELECT_COMPONENT_TOO_FEW_DEFAULT_VALUES", message)
