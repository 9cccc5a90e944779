"""The button that confirms a deletion."""

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Self, cast

import discord

from bot.errors import on_component_error, tell_privately
from bot.reporting import withdraw

from ._notice import AT_WORK, done

if TYPE_CHECKING:
    from bot.client import EaselBot


class EraseButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"easel:erase:(?P<user>[0-9]{1,20})"
):
    """Has all that is stored of one member deleted, by that member."""

    def __init__(self, user_id: int) -> None:
        """For the member of that id."""
        super().__init__(
            discord.ui.Button[Any](
                label="Delete all of it",
                style=discord.ButtonStyle.danger,
                custom_id=f"easel:erase:{user_id}",
            )
        )
        self.user_id = user_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["user"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Delete, and say what was deleted."""
        client = cast("EaselBot", interaction.client)
        try:
            if interaction.user.id != self.user_id:
                await tell_privately(interaction, "That is for whoever asked.")
                return
            # Without the button: once is enough.
            await interaction.response.edit_message(content=AT_WORK, view=None)
            erased = await client.studio.erasure.erase(
                self.user_id, partial(withdraw, client), interaction.id
            )
            await interaction.edit_original_response(content=done(erased))
        except Exception as error:
            await on_component_error(interaction, error)
