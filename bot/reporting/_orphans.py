"""Reports of pictures of which nothing is stored any more: their message can still be deleted."""

import logging
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.database import DatabaseError
from bot.errors import TROUBLE
from bot.numbers import shown_number
from bot.presentation import text
from bot.presentation.look import ACCENT, FIELD
from generation.job import Posted
from generation.safety.orphans import Orphans
from generation.storage import until_written

from . import _actions
from ._guards import client_of, guarded, with_done
from ._links import link
from ._post import withdraw

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

_Button = discord.ui.Button[Any]
_ABOUT = (
    "Nothing is stored of it any more, so there is no recipe, and nobody to bar. The message still"
    " stands."
)
_DONE = {
    True: "Message deleted.",
    False: "The message can't be deleted: the log says why.",
    None: "The message shows no picture any more, and was left as it is.",
}


class DeleteButton(
    discord.ui.DynamicItem[_Button],
    template=(
        r"easel:report:orphan:(?P<channel>[0-9]{1,20}):(?P<message>[0-9]{1,20})"
        r":(?P<picture>[0-9]{1,18})"
    ),
):
    """Deletes a message with a picture, of which nothing else is left."""

    def __init__(self, place: Posted, picture: int, *, disabled: bool = False) -> None:
        """The message there, if it shows that picture; disabled where that is done."""
        custom_id = f"easel:report:orphan:{place.channel_id}:{place.message_id}:{picture}"
        style = discord.ButtonStyle.danger
        super().__init__(
            _Button(label="Delete message", style=style, custom_id=custom_id, disabled=disabled)
        )
        self.place = place
        self.picture = picture

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(Posted(int(match["channel"]), int(match["message"])), int(match["picture"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Delete it, if whoever pressed may say so."""
        await guarded(interaction, lambda: self._delete(interaction))

    async def _delete(self, interaction: discord.Interaction) -> None:
        gone = await _actions.delete(client_of(interaction), self.place, self.picture)
        done = _DONE[gone]
        log.info("Picture #%s: user %s: %s", self.picture, interaction.user.id, done)
        view = discord.ui.View(timeout=None)
        button = DeleteButton(self.place, self.picture, disabled=gone is not False)
        embeds = with_done(interaction, done)
        await interaction.edit_original_response(embeds=embeds, view=view.add_item(button))


async def still_shows(client: "EaselBot", seen: Posted, picture: int) -> bool:
    """Whether the message there is one of Easel's own with that picture.

    Where Easel may not look any more, such as in a channel that was closed to it, it counts as one.
    """
    try:
        message = await _actions.fetch(client, seen)
    except discord.NotFound:
        return False
    except TROUBLE as error:
        log.info("Message %s, which is reported, can't be read: %s", seen.message_id, error)
        return True
    return _actions.is_own(client, message) and shown_number(message) == picture


async def hand_over_orphan(
    client: "EaselBot", picture: int, seen: Posted, interaction: discord.Interaction, reason: str
) -> bool:
    """Take a report in and post it where the host wants reports.

    False where there is no such place, or it failed: then it stands in the log. Raises
    RequestRefused, and the database's errors.
    """
    orphans = client.studio.safety.orphans
    reporter_id = interaction.user.id
    where = link(interaction.guild_id, seen)
    embed = discord.Embed(title=f"Report of picture #{picture}", description=_ABOUT, color=ACCENT)
    embed.add_field(name="Reason", value=text.quote(reason, FIELD) or "none given")
    embed.add_field(name="Reported by", value=f"<@{reporter_id}> `{reporter_id}`")
    embed.add_field(name="Message", value=where, inline=False)
    async with orphans.taken_in(reporter_id, seen) as report_id:
        posted = await _post(client, report_id, embed, DeleteButton(seen, picture))
        if posted is None:
            log.warning(
                "Picture #%s, of which nothing is stored, reported by user %s: %s %r",
                picture,
                reporter_id,
                where,
                reason,
            )
            await _note_log(orphans, report_id)
            return False
        log.info("A report of picture #%s, of which nothing is stored, is in the channel", picture)
        note = partial(orphans.note_post, report_id, reporter_id, posted)
        copy = await until_written(picture, note)
    if copy is not None:
        await client.studio.erasure.take_away([copy], partial(withdraw, client))
    return True


async def _note_log(orphans: Orphans, report_id: int) -> None:
    try:
        await orphans.note_log(report_id)
    except DatabaseError as error:
        # It stands in the log, and will once more where it is reported again.
        log.error("Report %s: that it is in the log is not noted: %s", report_id, error)


async def _post(
    client: "EaselBot", report_id: int, embed: discord.Embed, button: DeleteButton
) -> Posted | None:
    """Where it is now; None where it could not be posted."""
    channel_id = client.settings.report_channel_id
    if channel_id is None:
        return None
    view = discord.ui.View(timeout=None).add_item(button)
    try:
        message = await client.get_partial_messageable(channel_id).send(
            embed=embed, view=view, nonce=f"easel-orphan-{report_id}"
        )
    except TROUBLE as error:
        log.error("A report can't be posted in channel %s: %s", channel_id, error)
        return None
    return Posted(message.channel.id, message.id)
