"""Buttons under a report: for the host, in the host's channel only, after restarts too."""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

import discord

from bot.errors import tell_privately
from bot.studio import Studio
from generation.job import Job
from generation.safety.reports import Report

from . import _actions
from ._guards import client_of, guarded, with_done

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

_GONE = "The report is gone: somebody had their data deleted."
#: What is left of a report then, if it was its picture's member.
LEFT = "The reported member had all that is stored of them deleted."

_Button = discord.ui.Button[Any]
#: Does it; what came of it.
_Action = Callable[["EaselBot", Report, Job], Awaitable[str]]
_ID = r"easel:report:{}:(?P<id>[0-9]{{1,18}})"


class _ReportButton(discord.ui.DynamicItem[_Button], template=r"easel:report:none"):
    """Does something about one report."""

    verb = "none"
    label = ""
    style = discord.ButtonStyle.secondary
    action: ClassVar[_Action]

    def __init__(self, report_id: int, *, disabled: bool = False) -> None:
        """Under that report; disabled where there is nothing left to do."""
        custom_id = f"easel:report:{self.verb}:{report_id}"
        super().__init__(
            _Button(label=self.label, style=self.style, custom_id=custom_id, disabled=disabled)
        )
        self.report_id = report_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["id"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, if whoever pressed may, and say under the report what was done."""
        await guarded(interaction, lambda: self._act(interaction))

    async def _act(self, interaction: discord.Interaction) -> None:
        client = client_of(interaction)
        report = await client.studio.safety.reports.get(self.report_id)
        job = None if report is None else await client.studio.store.get(report.job_id)
        if report is None or job is None:
            await tell_privately(interaction, _GONE)
            return
        done = await type(self).action(client, report, job)
        log.info("Report %s: user %s: %s", report.id, interaction.user.id, done)
        report = await client.studio.safety.reports.get(self.report_id) or report
        job = await client.studio.store.get(report.job_id) or job
        await _tell(interaction, done, report, job)


class RemoveButton(_ReportButton, template=_ID.format("remove")):
    """Deletes the picture: its file, and the messages that show it."""

    verb, label, style = "remove", "Remove picture", discord.ButtonStyle.danger
    action = staticmethod(_actions.remove_picture)


class RemoveSourceButton(_ReportButton, template=_ID.format("remove-source")):
    """Deletes what the picture was made from in the same way, and with it the picture."""

    verb, label, style = "remove-source", _actions.REMOVE_SOURCE, discord.ButtonStyle.danger
    action = staticmethod(_actions.remove_sources)


class BarButton(_ReportButton, template=_ID.format("bar")):
    """Refuses all further requests of the member it was painted for."""

    verb, label, style = "bar", "Bar member", discord.ButtonStyle.danger
    action = staticmethod(_actions.bar_owner)


class DismissButton(_ReportButton, template=_ID.format("dismiss")):
    """Finds nothing wrong."""

    verb, label = "dismiss", "Dismiss"
    action = staticmethod(_actions.dismiss)


class UnbarButton(
    discord.ui.DynamicItem[_Button],
    template=r"easel:report:unbar:(?P<id>[0-9]{1,18}):(?P<report>[0-9]{1,18})",
):
    """Lifts a bar. It needs no report: that may have gone with its member's data."""

    def __init__(self, bar_id: int, report_id: int = 0) -> None:
        """Of that bar; under that report, if under one."""
        super().__init__(
            _Button(label="Undo bar", custom_id=f"easel:report:unbar:{bar_id}:{report_id}")
        )
        self.bar_id = bar_id
        self.report_id = report_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["id"]), int(match["report"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Let the member ask again, if whoever pressed may say so."""
        await guarded(interaction, lambda: self._lift(interaction))

    async def _lift(self, interaction: discord.Interaction) -> None:
        client = client_of(interaction)
        lifted = await client.studio.safety.bars.lift(self.bar_id)
        done = "Bar lifted." if lifted else "The bar was lifted before."
        log.info("Bar %s: user %s: %s", self.bar_id, interaction.user.id, done)
        report = await client.studio.safety.reports.get(self.report_id)
        job = None if report is None else await client.studio.store.get(report.job_id)
        if report is None or job is None:
            await interaction.edit_original_response(content=done, view=None)
            return
        await _tell(interaction, done, report, job)


class BarLeftButton(
    discord.ui.DynamicItem[_Button], template=r"easel:report:bar-left:(?P<member>[0-9a-f]{32})"
):
    """Bars a reported member of whom nothing is known any more but a pseudonym."""

    def __init__(self, member: str) -> None:
        """Whoever has that pseudonym."""
        style = discord.ButtonStyle.danger
        custom_id = f"easel:report:bar-left:{member}"
        super().__init__(_Button(label=BarButton.label, style=style, custom_id=custom_id))
        self.member = member

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(match["member"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Refuse all further requests of the member, if whoever pressed may say so."""
        await guarded(interaction, lambda: self._bar(interaction))

    async def _bar(self, interaction: discord.Interaction) -> None:
        client = client_of(interaction)
        done = await _actions.bar(client, self.member)
        log.info("Member %s: user %s: %s", self.member, interaction.user.id, done)
        await interaction.edit_original_response(
            content=f"{LEFT}\n{done} (<@{interaction.user.id}>)",
            view=under_left(client.studio, self.member),
        )


#: All that may stand under a report.
UNDER_REPORTS = (
    RemoveButton,
    RemoveSourceButton,
    BarButton,
    UnbarButton,
    BarLeftButton,
    DismissButton,
)


def under_left(studio: Studio, member: str) -> discord.ui.View:
    """What stands under what is left of a report whose member had all of it deleted."""
    bar_id = studio.safety.bars.of(member)
    button = BarLeftButton(member) if bar_id is None else UnbarButton(bar_id)
    return discord.ui.View(timeout=None).add_item(button)


def under_report(
    studio: Studio, report: Report, job: Job, sources: Sequence[Job]
) -> discord.ui.View:
    """What stands under a report, as things are; `sources` are what the picture was made from."""
    view = discord.ui.View(timeout=None)
    view.add_item(RemoveButton(report.id, disabled=job.removed_sha256 is not None))
    if sources:
        view.add_item(RemoveSourceButton(report.id))
    origin = job.origin
    bar_id = None if origin is None else studio.safety.bars.find(origin.user_id)
    if bar_id is None:
        view.add_item(BarButton(report.id, disabled=origin is None))
    else:
        view.add_item(UnbarButton(bar_id, report.id))
    return view.add_item(DismissButton(report.id, disabled=report.dismissed))


async def _tell(interaction: discord.Interaction, done: str, report: Report, job: Job) -> None:
    """Add it to what was done about the report, by whom."""
    studio, embeds = client_of(interaction).studio, with_done(interaction, done)
    view = under_report(studio, report, job, await studio.safety.reports.made_of(job))
    if job.removed_sha256 is not None:
        await interaction.edit_original_response(embeds=embeds, view=view, attachments=[])
    else:
        await interaction.edit_original_response(embeds=embeds, view=view)
