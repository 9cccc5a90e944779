"""/easel screening: what becomes of unsafe pictures in a guild."""

import logging
from collections.abc import Iterator

import discord
from discord import app_commands
from discord.ext import commands

from generation.errors import RequestRefused
from generation.safety.guild_screening import GuildScreening
from generation.safety.screening import Policy, Rules, Screening, Verdict

from ._answers import answer
from ._group import EASEL

log = logging.getLogger(__name__)

_IN_WORDS = {
    Verdict.ALLOW: "shown",
    Verdict.BLUR: "covered until somebody presses them",
    Verdict.REFUSE: "thrown away, and their member is told why",
}
#: A guild can be stricter than its host, so there is no sense in allowing anything.
_CHOICES = [
    app_commands.Choice(name="cover them", value=Verdict.BLUR.value),
    app_commands.Choice(name="throw them away", value=Verdict.REFUSE.value),
]
_Kind = app_commands.Choice[str]


class ScreeningCommands(commands.Cog):
    """The commands, as a part of the cog that has the group."""

    _screening: Screening
    _guild_screening: GuildScreening

    screening = app_commands.Group(
        name="screening", description="What becomes of unsafe pictures", parent=EASEL
    )

    @screening.command(name="show")
    async def show_screening(self, interaction: discord.Interaction) -> None:
        """Show what holds in this guild."""
        assert interaction.guild_id is not None  # offered in guilds only
        said = "\n".join(self._said(interaction.guild_id))
        await interaction.response.send_message(said, ephemeral=True)

    @screening.command(name="set")
    @app_commands.describe(
        threshold="Scores above this count as unsafe: 0.01 nearly all pictures, 0.99 hardly any",
        open_channels="In channels that are not age-restricted",
        age_restricted="In age-restricted channels",
    )
    @app_commands.choices(open_channels=_CHOICES, age_restricted=_CHOICES)
    async def set_screening(
        self,
        interaction: discord.Interaction,
        threshold: app_commands.Range[float, 0.01, 0.99] | None = None,
        open_channels: _Kind | None = None,
        age_restricted: _Kind | None = None,
    ) -> None:
        """Be stricter than this host; what is left out stays as it is."""
        given = Rules(threshold, _verdict(open_channels), _verdict(age_restricted))
        await answer(interaction, lambda: self._set_screening(interaction, given))

    @screening.command(name="reset")
    async def reset_screening(self, interaction: discord.Interaction) -> None:
        """Leave it all to this host again."""
        await answer(interaction, lambda: self._reset_screening(interaction))

    async def _set_screening(self, interaction: discord.Interaction, given: Rules) -> str:
        """Change what is given; what to tell the admin. Raises RequestRefused."""
        assert interaction.guild_id is not None
        if given == Rules():
            raise RequestRefused(
                "screening", "None is given.", "Choose at least one of the options."
            )
        rules = await self._guild_screening.change(interaction.guild_id, given)
        log.info(
            "Guild %s: user %s set the screening: %s",
            *(interaction.guild_id, interaction.user.id, rules),
        )
        said = [*self._said(interaction.guild_id), *_idle(given, self._screening.host)]
        return "\n".join(said)

    async def _reset_screening(self, interaction: discord.Interaction) -> str:
        assert interaction.guild_id is not None
        if not await self._guild_screening.reset(interaction.guild_id):
            return "This guild has set nothing of its own."
        log.info("Guild %s: user %s reset the screening", interaction.guild_id, interaction.user.id)
        return "\n".join(self._said(interaction.guild_id))

    def _said(self, guild_id: int) -> Iterator[str]:
        """What holds in a guild, and by whom."""
        host, policy = self._screening.host, self._screening.policy(guild_id)
        yield (
            "A picture counts as **unsafe** where the classifier scores it above"
            f" {policy.threshold:g} (from 0, harmless, to 1)"
            f"{_by(policy.threshold < host.threshold)}."
        )
        yield (
            f"- In channels that are not age-restricted they are {_IN_WORDS[policy.open]}"
            f"{_by(policy.open is not host.open)}."
        )
        yield (
            f"- In age-restricted channels they are {_IN_WORDS[policy.age_restricted]}"
            f"{_by(policy.age_restricted is not host.age_restricted)}."
        )


def _verdict(choice: _Kind | None) -> Verdict | None:
    return None if choice is None else Verdict(choice.value)


def _by(guild: bool) -> str:
    return ", by this guild" if guild else ", by this host"


def _idle(given: Rules, host: Policy) -> Iterator[str]:
    """What of the given the host's rules make idle."""
    holds = host.narrowed(given)
    for name, value, ruled, by_host in (
        ("threshold", given.threshold, holds.threshold, host.threshold),
        ("open_channels", given.open, holds.open, host.open),
        ("age_restricted", given.age_restricted, holds.age_restricted, host.age_restricted),
    ):
        if value is not None and ruled != value:
            said = by_host.value if isinstance(by_host, Verdict) else f"{by_host:g}"
            yield f"-# `{name}`: this host has “{said}”, which is stricter."
