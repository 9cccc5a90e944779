"""A report's message in the host's channel: the picture, its recipe, and where it came from."""

import io
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from bot.errors import TROUBLE
from bot.files import FILE_LIMIT, UnfitForPlace, fitting
from bot.presentation import embeds, sheets, text
from bot.presentation.look import ACCENT, FIELD
from generation.job import Job, Posted
from generation.reports import Report

from ._buttons import UnbarButton, under_report

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

#: What of a prompt the host reads here: two embeds share the room of one.
_SHOWN_PROMPT = 1500


async def hand_over(client: "EaselBot", job: Job, report: Report, reporter_id: int) -> bool:
    """Post it where the host wants reports; False where there is no such place, or it failed.

    Then it stands in the log. Whatever happens, the report is in the database.
    """
    channel_id = client.settings.report_channel_id
    if channel_id is None:
        _log(job, report, reporter_id)
        return False
    file = await _file(client, job)
    try:
        message = await client.get_partial_messageable(channel_id).send(
            embeds=[await _recipe(client, job), _about(job, report, reporter_id)],
            files=[file] if file else [],
            view=under_report(client.studio, report, job),
            nonce=f"easel-report-{report.id}",
        )
    except TROUBLE as error:
        log.error("Report %s can't be posted in channel %s: %s", report.id, channel_id, error)
        _log(job, report, reporter_id)
        return False
    log.info("Report %s, of job %s, is in the host's channel", report.id, job.id)
    await client.studio.safety.reports.note_post(report.id, Posted(message.channel.id, message.id))
    return True


async def withdraw(client: "EaselBot", posts: Sequence[Posted], bar_id: int | None) -> None:
    """Take reports' messages away, since what they show was deleted on its member's wish.

    Where that member stays barred, a message that can lift that stays.
    """
    for post in posts:
        message = client.get_partial_messageable(post.channel_id).get_partial_message(
            post.message_id
        )
        try:
            await message.delete()
        except TROUBLE as error:
            log.warning("The report in message %s can't be taken away: %s", post.message_id, error)
    channel_id = client.settings.report_channel_id
    if bar_id is None or channel_id is None:
        return
    view = discord.ui.View(timeout=None).add_item(UnbarButton(bar_id))
    try:
        await client.get_partial_messageable(channel_id).send(
            "A barred member has had all that is stored of them deleted. They stay barred.",
            view=view,
        )
    except TROUBLE as error:
        log.warning("Bar %s: that it stays can't be said: %s", bar_id, error)


def _log(job: Job, report: Report, reporter_id: int) -> None:
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


def _about(job: Job, report: Report, reporter_id: int) -> discord.Embed:
    embed = discord.Embed(title=f"Report {report.id}: picture #{job.id}", color=ACCENT)
    embed.add_field(name="Reason", value=text.quote(report.reason, FIELD) or "none given")
    embed.add_field(name="Reported by", value=f"<@{reporter_id}> `{reporter_id}`")
    origin = job.origin
    if origin is not None:
        embed.add_field(name="Asked for by", value=f"<@{origin.user_id}> `{origin.user_id}`")
        embed.add_field(name="Guild", value=f"`{origin.guild_id or 'direct messages'}`")
        embed.add_field(name="Channel", value=f"<#{origin.channel_id}> `{origin.channel_id}`")
        own = job.posted or Posted(origin.channel_id, origin.message_id)
        embed.add_field(name="Message", value=_link(origin.guild_id, own))
        if report.seen is not None and report.seen != own:
            embed.add_field(name="Seen in", value=_link(origin.guild_id, report.seen))
    return embed


def _link(guild_id: int | None, place: Posted) -> str:
    where = f"{guild_id or '@me'}/{place.channel_id}/{place.message_id}"
    return f"https://discord.com/channels/{where}"


async def _file(client: "EaselBot", job: Job) -> discord.File | None:
    """The picture, covered until the host wants to see it."""
    if job.picture is None:
        return None
    try:
        data = await client.studio.pictures.load(job.picture)
        file = await fitting(client.studio.imaging, job.id, data, FILE_LIMIT)
    except (OSError, ValueError, UnfitForPlace) as error:
        log.warning("The picture of job %s can't be shown to the host: %s", job.id, error)
        return None
    return discord.File(io.BytesIO(file.data), file.name, spoiler=True)
