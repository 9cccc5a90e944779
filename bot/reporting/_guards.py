"""Who may press the buttons under a report, and what is noted there of their having done so."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

import discord

from bot.errors import on_component_error, tell_privately

if TYPE_CHECKING:
    from bot.client import EaselBot

_DONE = "What was done"
#: Of all that was done, the latest is kept: a field of an embed has 1024 characters.
_MOST = 1000
_NOT_YOURS = (
    "Only the host can do that: whoever has Manage Server here, or owns the application, in the"
    " channel that the host chose for reports."
)


async def guarded(interaction: discord.Interaction, act: Callable[[], Awaitable[None]]) -> None:
    """Do what a button is for, if whoever pressed it may; all errors are told."""
    try:
        # Before the disk or Discord is asked: it waits three seconds at most.
        await interaction.response.defer()
        if await _may(interaction):
            await act()
        else:
            await tell_privately(interaction, _NOT_YOURS)
    except Exception as error:
        await on_component_error(interaction, error)


def client_of(interaction: discord.Interaction) -> "EaselBot":
    """Whose button it is."""
    return cast("EaselBot", interaction.client)


def with_done(interaction: discord.Interaction, done: str) -> list[discord.Embed]:
    """The embeds of the report whose button was pressed, with what was done added, by whom."""
    embeds = interaction.message.embeds if interaction.message else []
    line = f"{done} (<@{interaction.user.id}>)"
    if embeds:
        about = embeds[-1]
        places = [n for n, field in enumerate(about.fields) if field.name == _DONE]
        before = [about.fields[n].value or "" for n in places]
        value = "\n".join([*before, line])[-_MOST:]
        if places:
            about.set_field_at(places[0], name=_DONE, value=value)
        else:
            about.add_field(name=_DONE, value=value, inline=False)
    return embeds


async def _may(interaction: discord.Interaction) -> bool:
    client = client_of(interaction)
    if interaction.channel_id != client.settings.report_channel_id:
        return False
    in_guild = interaction.guild_id is not None
    return (in_guild and interaction.permissions.manage_guild) or await client.is_owner(
        interaction.user
    )
