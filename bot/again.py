"""A picture of somebody's again: a job's, or of one of several that are one job."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import discord

from bot.files import FILE_LIMIT, File, UnfitForPlace, fitting
from bot.hushed import hides_in
from bot.loads import TooManyLoads
from bot.presentation import embeds
from bot.presentation.notes import notes_of
from bot.reposts import Barred
from bot.screened import COVERED, ruling_of
from bot.studio import Studio
from generation.job import Job, PartPlace
from generation.pictures import StoredPicture
from generation.sheets.store import PartResult, PartStatus
from generation.storage import remedied

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

_GONE = (
    "The picture itself is not kept any more. The same options and seed paint it again,"
    " or one that is nearly the same."
)
_UNREADABLE = "The host's disk does not give the picture out just now. Tell the host; it is kept."
_WHERE = "`/show` brings it where that is otherwise."
_TOO_MANY = (
    "Too many pictures are being shown again just now. Ask for it in a few minutes; it is kept."
)
_REMOVED = "The host has removed the picture."


async def bring(
    interaction: discord.Interaction, studio: Studio, job: Job, *, private: bool
) -> None:
    """Show a painted job of one picture as the answer to a deferred interaction.

    `private`: whether its member alone sees that. Raises as `files_of` does.
    """
    catalog = studio.whole_catalog
    notes = notes_of(catalog, job)
    # A model that is not offered any more has painted it all the same.
    spec = catalog.get(job.request.model)
    title, licence = (spec.title, spec.licence) if spec else (job.request.model, None)
    async with files_of(interaction, studio, job, notes, private=private) as files:
        hides = hides_in(studio.safety.words, interaction.guild_id, private=private)
        embed = embeds.finished(job, title, notes, licence, hides)
        await interaction.edit_original_response(embed=embed, attachments=files)


async def bring_part(
    interaction: discord.Interaction, studio: Studio, job: Job, number: int, *, private: bool
) -> None:
    """Show one of several pictures, in full and with its own recipe; `private` as for `bring`."""
    count = len(job.request.parts)
    result = (await studio.parts.of(job.id)).get(number)
    if not count:
        await interaction.edit_original_response(content="This is one picture: it has no parts.")
    elif number > count:
        await interaction.edit_original_response(content=f"It has {count} parts.")
    elif job.leaves_nothing:
        content = "It was cancelled, and nothing of it is kept."
        await interaction.edit_original_response(content=content)
    elif result is None or result.status is not PartStatus.PAINTED:
        why = result.notice if result and result.notice else "It was not painted."
        await interaction.edit_original_response(content=f"There is no picture {number}: {why}")
    else:
        await bring(interaction, studio, as_job(job, result), private=private)


def as_job(job: Job, result: PartResult) -> Job:
    """A painted part as if it were a job of its own."""
    part = job.request.parts[result.number - 1]
    request = part.request
    if result.loras:
        request = request.model_copy(update={"loras": result.loras})
    return replace(
        job,
        request=request,
        revision=result.revision,
        device=result.device,
        seconds=result.seconds,
        picture_path=result.picture.path if result.picture else None,
        picture_sha256=result.picture.sha256 if result.picture else None,
        remarks=result.remarks,
        unsafe=result.unsafe,
        screened_by=result.screened_by,
        part=PartPlace(result.number, len(job.request.parts)),
    )


@asynccontextmanager
async def files_of(
    interaction: discord.Interaction, studio: Studio, job: Job, notes: list[str], *, private: bool
) -> AsyncIterator[list[discord.File]]:
    """The picture, if it can be shown there; what there is to say of it goes to the notes.

    To be left when it is shown: until then others wait for their turn. Unless it is `private`,
    raises Barred where its member was barred meanwhile.
    """
    async with AsyncExitStack() as held:
        file = await _shown(interaction, studio, job, notes, held)
        # All that may have taken minutes, in which the host reads what is reported.
        if not private and studio.safety.bars.find(interaction.user.id) is not None:
            raise Barred
        yield [] if file is None else [file.attachment()]


async def _shown(
    interaction: discord.Interaction,
    studio: Studio,
    job: Job,
    notes: list[str],
    held: AsyncExitStack,
) -> File | None:
    if job.picture is None:
        notes.append(_GONE if job.removed_sha256 is None else _REMOVED)
        return None
    assert interaction.channel_id is not None  # commands and buttons have one
    place = (interaction.guild_id, interaction.channel_id)
    ruling, file = await ruling_of(studio, job, *place), None
    if not ruling.refused:
        file = await _file(interaction, studio, job, job.picture, notes, held)
        if file is None:
            return None
        # Its turn, and making it smaller, may have taken a while.
        ruling = await ruling_of(studio, job, *place)
    if ruling.refused or file is None:
        notes.append(f"{ruling.reason} {_WHERE}")
        return None
    if file.remark:
        notes.append(file.remark)
    if ruling.covered:
        notes.append(COVERED)
    return replace(file, covered=ruling.covered)


async def _file(
    interaction: discord.Interaction,
    studio: Studio,
    job: Job,
    picture: StoredPicture,
    notes: list[str],
    held: AsyncExitStack,
) -> File | None:
    client: EaselBot = interaction.client  # type: ignore[assignment]
    limit = interaction.filesize_limit or FILE_LIMIT
    name = f"{job.id}-{job.part.number}" if job.part else job.id
    try:
        size = await studio.pictures.size(picture)
        turn = client.loads.place(interaction.user.id, shrinking=size > limit)
        await held.enter_async_context(turn)
        data = await studio.pictures.load(picture)
        return await fitting(studio.shrinking, name, data, limit)
    except (FileNotFoundError, ValueError):
        notes.append(_GONE)
    except OSError as error:
        log.error("The picture of job %s can't be read: %s", job.id, remedied(error))
        notes.append(_UNREADABLE)
    except TooManyLoads:
        log.warning("The picture of job %s is not shown again: too many wait", job.id)
        notes.append(_TOO_MANY)
    except UnfitForPlace as error:
        notes.append(str(error))
    return None
