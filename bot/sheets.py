"""Sheets as messages: shown again, with a button for each picture. Those outlive every restart."""

import re
from collections.abc import Mapping
from typing import Any, Self

import discord

from bot.again import bring_part, files_of
from bot.errors import on_component_error, tell_privately
from bot.hushed import hides_in
from bot.places import is_private
from bot.presentation import embeds, sheets
from bot.presentation.notes import notes_of
from bot.reposts import Showing
from bot.studio import Studio
from generation.job import Job
from generation.sheets.store import PartResult, PartStatus

_NOT_YOURS = "Only who asked for these pictures can take one out. Ask for your own with /imagine."
#: A view has rows of so many buttons.
_IN_A_ROW = 5


class TakeButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"easel:take:(?P<job>[0-9]+):(?P<part>[0-9]+):(?P<owner>[0-9]+)",
):
    """Posts one picture of several, in full and with its own recipe."""

    def __init__(self, job_id: int, part: int, owner_id: int) -> None:
        """For that part of the job, which `owner_id` asked for."""
        name = f"easel:take:{job_id}:{part}:{owner_id}"
        button = discord.ui.Button[Any](
            label=f"Take {part}", custom_id=name, row=(part - 1) // _IN_A_ROW
        )
        super().__init__(button)
        self.job_id = job_id
        self.part = part
        self.owner_id = owner_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["job"]), int(match["part"]), int(match["owner"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Post the picture, if whoever pressed asked for it."""
        try:
            if interaction.user.id != self.owner_id:
                await tell_privately(interaction, _NOT_YOURS)
                return
            studio: Studio = interaction.client.studio  # type: ignore[attr-defined]
            showing = Showing(interaction, studio, private=is_private(interaction))
            await showing.promise()  # before the disk is asked
            job = await studio.store.get(self.job_id)
            # The row says it, whatever stands on the button.
            if job is None or job.origin is None or job.origin.user_id != interaction.user.id:
                await interaction.edit_original_response(content=_NOT_YOURS)
            else:
                async with showing.of(job, self.part):
                    await bring_part(interaction, studio, job, self.part, private=showing.private)
        except Exception as error:
            await on_component_error(interaction, error)


def take_buttons(job: Job, results: Mapping[int, PartResult]) -> discord.ui.View:
    """What stands under a sheet: a button for each picture that is there."""
    view = discord.ui.View(timeout=None)
    if job.origin is not None:
        for number, result in sorted(results.items()):
            if result.status is PartStatus.PAINTED and result.picture is not None:
                view.add_item(TakeButton(job.id, number, job.origin.user_id))
    return view


async def bring_failed(interaction: discord.Interaction, studio: Studio, job: Job) -> None:
    """Say why a job came to nothing, as the answer to a deferred interaction.

    Of several pictures some may be there all the same.
    """
    embed = embeds.failed(job, job.notice or "It came to nothing.")
    results = await studio.parts.of(job.id) if job.request.parts else {}
    await interaction.edit_original_response(embed=embed, view=take_buttons(job, results))


async def bring_sheet(
    interaction: discord.Interaction, studio: Studio, job: Job, *, private: bool
) -> None:
    """Show a painted sheet as the answer to a deferred interaction.

    `private`: whether its member alone sees that. Raises as `files_of` does.
    """
    notes = notes_of(studio.whole_catalog, job)
    results = await studio.parts.of(job.id)
    async with files_of(interaction, studio, job, notes, private=private) as files:
        hides = hides_in(studio.safety.words, interaction.guild_id, private=private)
        await interaction.edit_original_response(
            embed=sheets.finished(job, results, studio.whole_catalog, notes, hides),
            attachments=files,
            view=take_buttons(job, results),
        )
