"""The form that asks why. It is taken in by its id alone, and so outlives a restart."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import discord

from generation.job import Posted
from generation.safety.reports import LONGEST_REASON

_ID = re.compile(
    r"easel:report:form:(?P<job>[0-9]{1,18}):(?P<channel>[0-9]{1,20}):(?P<message>[0-9]{1,20})"
)
#: How long discord.py keeps a form that was opened, which it does for those that nobody sends as
#: well (seconds). One that is sent later is taken in all the same.
_KEPT_S = 900.0


class Filled(NamedTuple):
    """What somebody sent."""

    job_id: int
    seen: Posted
    reason: str


def of(job_id: int, message: discord.Message) -> discord.ui.Modal:
    """A form about the picture in that message."""
    form = discord.ui.Modal(
        title=f"Report picture #{job_id}",
        timeout=_KEPT_S,
        custom_id=f"easel:report:form:{job_id}:{message.channel.id}:{message.id}",
    )
    return form.add_item(
        discord.ui.Label(
            text="What is wrong with it?",
            description="The host reads it, with the picture, its recipe and your name.",
            component=discord.ui.TextInput[Any](
                custom_id="reason",
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=LONGEST_REASON,
            ),
        )
    )


def filled(interaction: discord.Interaction) -> Filled | None:
    """What was sent; None where it is another form, or none."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Mapping[str, Any] = interaction.data or {}  # type: ignore[assignment]
    match = _ID.fullmatch(data.get("custom_id", ""))
    if match is None:
        return None
    reason = next(_values(data.get("components", ())), "")
    return Filled(int(match["job"]), Posted(int(match["channel"]), int(match["message"])), reason)


def _values(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What was typed, however deep it lies."""
    for component in components:
        if component.get("value"):
            yield component["value"]
        inner = [component["component"]] if "component" in component else []
        yield from _values([*inner, *component.get("components", ())])
