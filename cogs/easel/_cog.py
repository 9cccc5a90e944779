"""The cog of /easel: the limits, and with them the words and what becomes of unsafe pictures."""

import logging

import discord
from discord import app_commands

from bot.client import EaselBot
from generation.errors import RequestRefused
from generation.limits.layers import NAMES, Limits, Subject, SubjectKind

from ._answers import answer
from ._group import EASEL
from ._lines import changed, cleared_one, name, shown
from ._screening import ScreeningCommands
from ._words import WordCommands

log = logging.getLogger(__name__)

_LIMITS = [app_commands.Choice(name=each, value=each) for each in NAMES]


class Easel(WordCommands, ScreeningCommands):
    """Shows and changes what members of a guild may ask for and see, and how much.

    Discord offers the commands to whoever has Manage Server, and refuses everybody else. It is not
    asked a second time here: an admin who gives the commands to a role, in the guild's settings
    under Integrations, means it.
    """

    easel = EASEL
    limits = app_commands.Group(
        name="limits", description="How much members may ask for", parent=EASEL
    )

    def __init__(self, bot: EaselBot) -> None:
        """All of it comes from the bot's studio."""
        self._guild_words = bot.studio.safety.guild_words
        self._screening = bot.studio.safety.screening
        self._guild_screening = bot.studio.safety.guild_screening
        self._limits = bot.studio.guild_limits
        self._host = bot.studio.quotas.host
        self._pseudonyms = bot.studio.safety.pseudonyms

    @limits.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show all limits that are set for this guild."""
        assert interaction.guild_id is not None  # offered in guilds only
        first, *more = shown(self._limits.of(interaction.guild_id), self._host)
        await interaction.response.send_message(first, ephemeral=True)
        for page in more:
            await interaction.followup.send(page, ephemeral=True)

    @limits.command()
    @app_commands.describe(
        role="For whoever has this role; without role and member, for everyone",
        member="For this member alone",
        waiting="How many of their requests may wait at a time",
        per_minute="How many requests they may make in a minute",
        per_day="How many pictures they may ask for in 24 hours",
        megapixel_steps="How much work one request may be: width x height x steps, in millions",
        weight="Their share when several wait: 2 is twice a plain member's",
    )
    async def set(
        self,
        interaction: discord.Interaction,
        role: discord.Role | None = None,
        member: discord.User | None = None,
        waiting: app_commands.Range[int, 1, 10_000] | None = None,
        per_minute: app_commands.Range[int, 1, 1_000] | None = None,
        per_day: app_commands.Range[int, 1, 100_000] | None = None,
        megapixel_steps: app_commands.Range[float, 0.01, 100_000.0] | None = None,
        weight: app_commands.Range[float, 0.1, 10.0] | None = None,
    ) -> None:
        """Set limits for everyone, for a role or for a member; what is left out stays as it is."""
        given = Limits(waiting, per_minute, per_day, megapixel_steps, weight)
        await answer(interaction, lambda: self._set(interaction, role, member, given))

    @limits.command()
    @app_commands.describe(
        role="This role's; without role and member, everyone's",
        member="This member's",
        limit="Only this one; when left out, all of theirs",
        everything="All limits of this guild",
    )
    @app_commands.choices(limit=_LIMITS)
    async def clear(
        self,
        interaction: discord.Interaction,
        role: discord.Role | None = None,
        member: discord.User | None = None,
        limit: str | None = None,
        everything: bool = False,
    ) -> None:
        """Take limits away again, one or all."""

        async def change() -> str:
            subject = None if everything else _subject(interaction, role, member)
            if limit is None:
                return await self._clear(interaction, subject)
            if subject is None:
                raise RequestRefused(
                    "limit", "All limits of this guild are named, too.", "Leave one of the two out."
                )
            return await self._clear_one(interaction, subject, limit)

        await answer(interaction, change)

    async def _set(
        self,
        interaction: discord.Interaction,
        role: discord.Role | None,
        member: discord.User | None,
        given: Limits,
    ) -> str:
        """Change one entry; what to tell the admin. Raises RequestRefused."""
        assert interaction.guild_id is not None
        subject = _subject(interaction, role, member)
        if given == Limits():
            raise RequestRefused("limits", "None is given.", "Choose at least one of the options.")
        if given.weight is not None and subject.kind is SubjectKind.EVERYONE:
            raise RequestRefused(
                "weight", "It is a share among members.", "Name a role or a member it is for."
            )
        limits = await self._limits.change(interaction.guild_id, subject, given)
        log.info(
            "Guild %s: user %s set limits for %s: %s",
            interaction.guild_id,
            interaction.user.id,
            subject,
            limits,
        )
        return changed(subject, limits, given, self._host)

    async def _clear(self, interaction: discord.Interaction, subject: Subject | None) -> str:
        """Remove somebody's entry, or all; what to tell the admin."""
        assert interaction.guild_id is not None
        whose = "this guild" if subject is None else name(subject)
        entries = [None] if subject is None else self._entries_of(subject)
        cleared = [await self._limits.clear(interaction.guild_id, each) for each in entries]
        if not any(cleared):
            return f"Nothing was set for {whose}."
        log.info(
            "Guild %s: user %s cleared the limits of %s",
            interaction.guild_id,
            interaction.user.id,
            subject or "everybody",
        )
        return f"Cleared for {whose}."

    async def _clear_one(
        self, interaction: discord.Interaction, subject: Subject, limit: str
    ) -> str:
        """Take one limit of somebody's away; what to tell the admin."""
        guild_id = interaction.guild_id
        assert guild_id is not None
        entries = self._entries_of(subject)
        cleared = [await self._limits.clear_one(guild_id, each, limit) for each in entries]
        if not any(cleared):
            return f"`{limit}` was not set for {name(subject)}."
        log.info(
            "Guild %s: user %s cleared %s of %s", guild_id, interaction.user.id, limit, subject
        )
        known = self._limits.of(guild_id)
        left = next((known[each] for each in entries if each in known), None)
        return cleared_one(subject, limit, left)

    def _entries_of(self, subject: Subject) -> list[Subject]:
        """Under what they may have limits: a member also as before they had their data deleted."""
        if subject.kind is not SubjectKind.MEMBER:
            return [subject]
        return [subject, Subject(SubjectKind.MEMBER, self._pseudonyms.number(subject.id))]


def _subject(
    interaction: discord.Interaction, role: discord.Role | None, member: discord.User | None
) -> Subject:
    """Whom the options name. Raises RequestRefused where they name two."""
    assert interaction.guild_id is not None
    if role is not None and member is not None:
        raise RequestRefused("member", "A role is given as well.", "Name one of the two.")
    if member is not None:
        return Subject(SubjectKind.MEMBER, member.id)
    if role is not None and not role.is_default():
        return Subject(SubjectKind.ROLE, role.id)
    return Subject(SubjectKind.EVERYONE, interaction.guild_id)
