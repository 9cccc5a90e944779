"""Buttons under a job's message. They find their job by its id and so outlive every restart."""

import re
from typing import Any, Self

import discord

from bot.cancellation import cancel
from bot.errors import on_component_error, tell_privately


class CancelButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"easel:cancel:(?P<job>[0-9]+)"
):
    """Ends a job that waits or runs."""

    def __init__(self, job_id: int) -> None:
        """For the job of that id."""
        button = discord.ui.Button[Any](label="Cancel", custom_id=f"easel:cancel:{job_id}")
        super().__init__(button)
        self.job_id = job_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["job"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Cancel the job, if whoever pressed may; its message then says so by itself."""
        try:
            # Before the disk is asked: Discord waits three seconds at most.
            await interaction.response.defer()
            hindrance = await cancel(interaction, self.job_id)
            if hindrance is not None:
                await tell_privately(interaction, hindrance)
        except Exception as error:
            await on_component_error(interaction, error)


def under_way(job_id: int) -> discord.ui.View:
    """What stands under the message of a job that waits or runs."""
    return discord.ui.View(timeout=None).add_item(CancelButton(job_id))
