"""What the host does about a report, once it is known that they may."""

import logging
from typing import TYPE_CHECKING

import discord

from bot.errors import TROUBLE
from bot.numbers import shown_number
from generation.job import Job, Posted
from generation.safety.reports import Report

from ._links import numbered

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

#: The detail of jobs that were cancelled with a bar, or with a picture that was removed.
BY_HOST = "by the host"
#: The button that removes what a picture was made from.
REMOVE_SOURCE = "Remove what it was made from"


async def remove_picture(client: "EaselBot", report: Report, job: Job) -> str:
    """Delete the files and all messages known to show it, larger ones too; what came of it.

    The report's own message is left to whoever says in it what was done.
    """
    reports = client.studio.safety.reports
    made = {each.id for each in await reports.made_from(job)}
    # What would show it once more; and what it is a part of, where others are still painted.
    doomed = {job.id, *made}
    await client.studio.dispatcher.cancel_all(lambda each: each.id in doomed, BY_HOST)
    jobs = [job, *await reports.made_from(job)]
    await reports.remove_pictures(jobs)
    gone: list[bool] = []
    for each in jobs:
        for place in await reports.places(each):
            deleted = await delete(client, place, each.id)
            gone += [] if deleted is None else [deleted]
        for copy in await reports.copies(each):
            if copy != report.posted:
                await _uncover(client, copy)
    also = f", and {len(jobs) - 1} made from it" if made else ""
    said = f"Picture removed{also}; {sum(gone)} of {len(gone)} messages with it are gone."
    if any(each.origin and each.origin.private and not each.posted for each in jobs):
        said += " Its member alone sees one more, which nobody else can delete."
    if sources := await reports.made_of(job):
        verb = "stays" if len(sources) == 1 else "stay"
        said += f" {numbered(sources)}, from which it was made, {verb}: **{REMOVE_SOURCE}**."
    return said


async def remove_sources(client: "EaselBot", report: Report, job: Job) -> str:
    """Remove what it was made from, and all that was made from that; what came of it."""
    reports, done = client.studio.safety.reports, list[str]()
    # The earliest first: with it go those that were made from it.
    while sources := await reports.made_of(job):
        said = await remove_picture(client, report, sources[0])
        done.append(f"#{sources[0].id}: {said}")
    return "\n".join(done) or "It was removed before."


async def bar_owner(client: "EaselBot", report: Report, job: Job) -> str:  # noqa: ARG001
    """Bar the member a picture was painted for; what came of it."""
    assert job.origin is not None  # else the button is disabled
    return await bar(client, client.studio.safety.pseudonyms.of(job.origin.user_id))


async def dismiss(client: "EaselBot", report: Report, job: Job) -> str:  # noqa: ARG001
    """Note that nothing was found wrong; what came of it."""
    await client.studio.safety.reports.dismiss(report.id)
    return "Dismissed."


async def bar(client: "EaselBot", member: str) -> str:
    """Bar whoever has that pseudonym, and cancel what they have waiting; what came of it."""
    safety = client.studio.safety
    await safety.bars.add(member)
    cancelled = await client.studio.dispatcher.cancel_all(
        lambda each: (
            each.origin is not None and safety.pseudonyms.of(each.origin.user_id) == member
        ),
        BY_HOST,
    )
    return f"Member barred; {cancelled} of their jobs cancelled."


async def delete(client: "EaselBot", place: Posted, picture: int) -> bool | None:
    """Delete a message, if it is one of Easel's that shows that picture; None where it shows none.

    Such as one in which it was to be shown again, and its file was not kept any more.
    """
    try:
        message = await fetch(client, place)
        own = is_own(client, message)
        if own and not message.attachments:
            return None
        # Where a picture was reported is known from who reported it.
        if not own or shown_number(message) != picture:
            log.warning("Message %s does not show picture #%s", place.message_id, picture)
            return False
        await message.delete()
    except discord.NotFound:
        return True  # somebody was quicker
    except TROUBLE as error:
        log.warning("Message %s can't be deleted: %s", place.message_id, error)
        return False
    return True


def is_own(client: "EaselBot", message: discord.Message) -> bool:
    """Whether it is one of Easel's."""
    return client.user is not None and message.author.id == client.user.id


async def fetch(client: "EaselBot", place: Posted) -> discord.Message:
    """A message as it is now. Raises TROUBLE."""
    channel = client.get_partial_messageable(place.channel_id)
    return await channel.get_partial_message(place.message_id).fetch()


async def _uncover(client: "EaselBot", copy: Posted) -> None:
    """Take the picture out of the host's own copy of a report."""
    channel = client.get_partial_messageable(copy.channel_id)
    try:
        await channel.get_partial_message(copy.message_id).edit(attachments=[])
    except TROUBLE as error:
        log.warning("Report message %s keeps the picture: %s", copy.message_id, error)
