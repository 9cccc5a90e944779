"""A picture of somebody's again: a job's, or of one of several that are one job."""

import logging
from dataclasses import replace

import discord

from bot.files import FILE_LIMIT, File, UnfitForPlace, fitting
from bot.presentation import embeds
from bot.presentation.notes import notes_of
from bot.screened import COVERED, ruling_of
from bot.studio import Studio
from generation.job import Job, PartPlace
from generation.pictures import StoredPicture
from generation.sheets.store import PartResult, PartStatus
from generation.storage import remedied

log = logging.getLogger(__name__)

_GONE = (
    "The picture itself is not kept any more. The same options and seed paint it again,"
    " or one that is nearly the same."
)
_UNREADABLE = "The host's disk does not give the picture out just now. Tell the host; it is kept."
_WHERE = "`/show` brings it where that is otherwise."
_REMOVED = "The host has removed the picture."


async def bring(interaction: discord.Interaction, studio: Studio, job: Job) -> None:
    """Show a painted job of one picture as the answer to a deferred interaction."""
    catalog = studio.whole_catalog
    notes = notes_of(catalog, job)
    files = await files_of(interaction, studio, job, notes)
    # A model that is not offered any more has painted it all the same.
    spec = catalog.get(job.request.model)
    title, licence = (spec.title, spec.licence) if spec else (job.request.model, None)
    embed = embeds.finished(job, title, notes, licence)
    await interaction.edit_original_response(embed=embed, attachments=files)


async def bring_part(
    interaction: discord.Interaction, studio: Studio, job: Job, number: int
) -> None:
    """Show one of several pictures, in full and with its own recipe."""
    count = len(job.request.parts)
    result = (await studio.parts.of(job.id)).get(number)
    if not count:
        await interaction.edit_original_response(content="This is one picture: it has no parts.")
    elif number > count:
        await interaction.edit_original_response(content=f"It has {count} parts.")
    elif result is None or result.status is not PartStatus.PAINTED:
        why = result.notice if result and result.notice else "It was not painted."
        await interaction.edit_original_response(content=f"There is no picture {number}: {why}")
    else:
        await bring(interaction, studio, as_job(job, result))


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


async def files_of(
    interaction: discord.Interaction, studio: Studio, job: Job, notes: list[str]
) -> list[discord.File]:
    """The picture, if it can be shown there; what there is to say of it goes to the notes."""
    if job.picture is None:
        notes.append(_GONE if job.removed_sha256 is None else _REMOVED)
        return []
    assert interaction.channel_id is not None  # commands and buttons have one
    ruling = await ruling_of(studio, job, interaction.guild_id, interaction.channel_id)
    if ruling.refused:
        notes.append(f"{ruling.reason} {_WHERE}")
        return []
    file = await _file(studio, job, job.picture, interaction.filesize_limit or FILE_LIMIT, notes)
    if file is None:
        return []
    if ruling.covered:
        notes.append(COVERED)
    return [replace(file, covered=ruling.covered).attachment()]


async def _file(
    studio: Studio, job: Job, picture: StoredPicture, limit: int, notes: list[str]
) -> File | None:
    name = f"{job.id}-{job.part.number}" if job.part else job.id
    try:
        data = await studio.pictures.load(picture)
        file = await fitting(studio.imaging, name, data, limit)
    except (FileNotFoundError, ValueError):
        notes.append(_GONE)
        return None
    except OSError as error:
        log.error("The picture of job %s can't be read: %s", job.id, remedied(error))
        notes.append(_UNREADABLE)
        return None
    except UnfitForPlace as error:
        notes.append(str(error))
        return None
    if file.remark:
        notes.append(file.remark)
    return file
