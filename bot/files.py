"""Pictures as files of messages: named by their job, and no larger than the place takes."""

import io
import logging
from dataclasses import dataclass

import discord

from bot.presentation import text
from generation.imaging.process import ImagingProcess, PictureRefused, SmallerPicture

log = logging.getLogger(__name__)

#: What Discord takes where it has not said what it takes, in bytes.
FILE_LIMIT = 10 * 1024 * 1024
#: Below this there is no point in making a picture smaller.
LEAST_LIMIT = 4 * 1024


class UnfitForPlace(Exception):
    """The picture can't be made small enough."""


@dataclass(frozen=True, slots=True)
class File:
    """A picture as it is posted."""

    data: bytes
    name: str  # by the job's id alone: a prompt is no file name
    remark: str | None = None  # what to say of it, where it is not the original
    covered: bool = False  # until somebody presses it

    def attachment(self) -> discord.File:
        """For one attempt to post it: a sent file has been read to its end.

        Covered, its name on Discord begins with SPOILER_.
        """
        return _Sent(io.BytesIO(self.data), self.name, spoiler=self.covered)


class _Sent(discord.File):
    """A file that gives its memory back as soon as it was sent.

    discord.py ties its bytes to themselves, for the garbage collector to find some day.
    """

    def close(self) -> None:
        super().close()
        self.fp.close()


async def fitting(imaging: ImagingProcess, job_id: int | str, png: bytes, limit: int) -> File:
    """The picture, made smaller where it has more than `limit` bytes. Raises UnfitForPlace.

    Of several pictures that are one job, `job_id` has the part's number behind it: 12-2.
    """
    if len(png) <= limit:
        return File(png, f"easel-{job_id}.png")
    if limit < LEAST_LIMIT:
        raise UnfitForPlace("Discord takes no file here.")
    smaller = await _shrunk(imaging, job_id, png, limit)
    log.info("Job %s is posted in %d bytes of %d", job_id, len(smaller.data), len(png))
    remark = text.smaller(len(png), smaller.quality, smaller.scaled_to)
    return File(smaller.data, f"easel-{job_id}.webp", remark)


async def _shrunk(
    imaging: ImagingProcess, job_id: int | str, png: bytes, limit: int
) -> SmallerPicture:
    try:
        return await imaging.shrink(png, limit)
    except PictureRefused as error:
        # Mostly the process has died, or was too slow, and there is a new one now.
        log.info("Job %s: its picture is made smaller once more: %s", job_id, error)
    try:
        return await imaging.shrink(png, limit)
    except PictureRefused as error:
        raise UnfitForPlace(f"It can't be made smaller: {error}") from error
