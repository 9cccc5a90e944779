"""A report's message in the host's channel: the picture, its recipe, and where it came from."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import discord

from bot.database import DatabaseError
from bot.errors import TROUBLE
from bot.files import FILE_LIMIT, UnfitForPlace, fitting
from bot.presentation import embeds, sheets, text
from bot.presentation.look import ACCENT, FIELD
from generation.job import Job, Posted
from generation.pictures import StoredPicture
from generation.safety.reports import Report
from generation.safety.withdrawals import Copy
from generation.storage import until_written

from ._buttons import LEFT, UnbarButton, under_left, under_report
from ._links import link, numbered

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

#: What of a prompt the host reads here: two embeds share the room of one.
_SHOWN_PROMPT = 1500
#: Who made a report that was handed over late: of them a salted number is kept alone.
_UNKNOWN = "not kept: it could not be posted when it was made"


async def hand_over(client: "EaselBot", job: Job, report: Report, reporter_id: int | None) -> bool:
    """Post it where the host wants reports; False where there is no such place, or it failed.

    Then it stands in the log, once. Whatever happens, the report is in the database, and one that
    was taken in before, whose member's id is not known any more (None), may be handed over anew.
    """
    reports = client.studio.safety.reports
    try:
        posted = await _post(client, job, report, reporter_id)
        if posted is None:
            if not report.logged:
                _log(job, report, reporter_id)
                await reports.note_log(report)
            return False
        log.info("Report %s, of job %s, is in the host's channel", report.id, job.id)
        copy = await until_written(job.id, lambda: reports.note_post(report, posted, job))
    except DatabaseError as error:
        # It stands in the log, and will once more where that can't be noted.
        log.error("Report %s: that it is in the log is not noted: %s", report.id, error)
        return False
    finally:
        reports.settle(report.id)
    if copy is not None:
        log.info("Report %s was deleted while it was on its way", report.id)
        await client.studio.erasure.take_away([copy], partial(withdraw, client))
    return True


async def _post(
    client: "EaselBot", job: Job, report: Report, reporter_id: int | None
) -> Posted | None:
    """Where it is now; None where it could not be posted."""
    channel_id = client.settings.report_channel_id
    if channel_id is None:
        return None
    try:
        sources = await client.studio.safety.reports.made_of(job)
        about = _about(job, report, reporter_id, sources)
        # Any member may report as much as they like.
        async with client.loads.reporting:
            message = await client.get_partial_messageable(channel_id).send(
                embeds=[await _recipe(client, job), about],
                files=await _files(client, job),
                view=under_report(client.studio, report, job, sources),
                nonce=f"easel-report-{report.id}",
            )
    except (*TROUBLE, DatabaseError) as error:
        log.error("Report %s can't be posted in channel %s: %s", report.id, channel_id, error)
        return None
    return Posted(message.channel.id, message.id)


async def withdraw(
    client: "EaselBot", copies: Sequence[Copy], bar_id: int | None
) -> Sequence[Copy]:
    """Take reports' messages away, since a member had them deleted; those that are still there.

    Where the pictures were that member's, a button stays by which they are barred, without their
    id; where they stay barred and none does, a message that can lift that.
    """
    left: list[Copy] = []
    for copy in copies:
        try:
            await _empty(client, copy)
        except discord.NotFound:
            continue  # somebody was quicker
        except TROUBLE as error:
            log.warning(
                "The report in message %s can't be taken away yet: %s",
                copy.posted.message_id,
                error,
            )
            left.append(copy)
    if bar_id is not None:
        await _tell_of_bar(client, bar_id)
    return left


async def _empty(client: "EaselBot", copy: Copy) -> None:
    """Raises what Discord's library does."""
    channel = client.get_partial_messageable(copy.posted.channel_id)
    message = channel.get_partial_message(copy.posted.message_id)
    if copy.reported:
        view = under_left(client.studio, copy.member)
        await message.edit(content=LEFT, embeds=[], attachments=[], view=view)
    else:
        await message.delete()


async def _tell_of_bar(client: "EaselBot", bar_id: int) -> None:
    channel_id = client.settings.report_channel_id
    if channel_id is None:
        return
    view = discord.ui.View(timeout=None).add_item(UnbarButton(bar_id))
    try:
        await client.get_partial_messageable(channel_id).send(
            "A barred member has had all that is stored of them deleted. They stay barred.",
            view=view,
        )
    except TROUBLE as error:
        log.warning("Bar %s: that it stays can't be said: %s", bar_id, error)


def _log(job: Job, report: Report, reporter_id: int | None) -> None:
    """Only where the host would not hear of it otherwise: it has a member's own words."""
    origin = job.origin
    log.warning(
        "Report %s: picture #%s of user %s (guild %s, channel %s, message %s),"
        " reported by user %s: %r",
        report.id,
        job.id,
        origin and origin.user_id,
        origin and origin.guild_id,
        origin and origin.channel_id,
        origin and origin.message_id,
        reporter_id,
        report.reason,
    )


async def _recipe(client: "EaselBot", job: Job) -> discord.Embed:
    catalog = client.studio.whole_catalog
    spec = catalog.get(job.request.model)
    if job.request.parts:
        embed = sheets.finished(job, await client.studio.parts.of(job.id), catalog, ())
    else:
        title = spec.title if spec else job.request.model
        embed = embeds.finished(job, title, (), spec.licence if spec else None)
    embed.description = text.quote(job.request.prompt, _SHOWN_PROMPT)
    embed.color = ACCENT
    if job.picture is not None:
        embed.add_field(name="SHA-256", value=f"`{job.picture.sha256}`", inline=False)
    return embed


def _about(
    job: Job, report: Report, reporter_id: int | None, sources: Sequence[Job]
) -> discord.Embed:
    embed = discord.Embed(title=f"Report {report.id}: picture #{job.id}", color=ACCENT)
    embed.add_field(name="Reason", value=text.quote(report.reason, FIELD) or "none given")
    reporter = _UNKNOWN if reporter_id is None else f"<@{reporter_id}> `{reporter_id}`"
    embed.add_field(name="Reported by", value=reporter)
    origin = job.origin
    if origin is not None:
        embed.add_field(name="Asked for by", value=f"<@{origin.user_id}> `{origin.user_id}`")
        embed.add_field(name="Guild", value=f"`{origin.guild_id or 'direct messages'}`")
        embed.add_field(name="Channel", value=f"<#{origin.channel_id}> `{origin.channel_id}`")
        own = job.posted or Posted(origin.channel_id, origin.message_id)
        embed.add_field(name="Message", value=link(origin.guild_id, own))
        if report.seen is not None and report.seen != own:
            embed.add_field(name="Seen in", value=link(origin.guild_id, report.seen))
    if sources:
        embed.add_field(name="Made from", value=numbered(sources), inline=False)
    return embed


async def _files(client: "EaselBot", job: Job) -> list[discord.File]:
    """The picture, covered until the host wants to see it.

    Of several that never came to be one, any may be what was reported: all that are there.
    """
    pictures: dict[int | str, StoredPicture] = {}
    if job.picture is not None:
        pictures[job.id] = job.picture
    else:
        results = await client.studio.parts.of(job.id)
        kept = {each.number: each.picture for each in results.values()}
        pictures = {f"{job.id}-{n}": picture for n, picture in kept.items() if picture is not None}
    files = [
        await _file(client, name, picture, FILE_LIMIT // len(pictures))
        for name, picture in pictures.items()
    ]
    return [file for file in files if file is not None]


async def _file(
    client: "EaselBot", name: int | str, picture: StoredPicture, limit: int
) -> discord.File | None:
    try:
        data = await client.studio.pictures.load(picture)
        file = await fitting(client.studio.shrinking, name, data, limit)
    except (OSError, ValueError, UnfitForPlace) as error:
        log.warning("The picture of job %s can't be shown to the host: %s", name, error)
        return None
    return replace(file, covered=True).attachment()
