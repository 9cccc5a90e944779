"""/easel words: what a guild refuses in prompts."""

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.presentation import text
from bot.presentation.look import CHOICES
from generation.words.guilds import LONGEST, GuildWords, WordKind

from ._answers import answer, pages
from ._group import EASEL

log = logging.getLogger(__name__)

_TITLES = {
    WordKind.BLOCKED: "Refused in prompts here",
    WordKind.ALLOWED: "Spared, whatever lies within them",
}
_NONE = (
    "This guild has no words of its own. `/easel words add` adds one. The host's list, if there is"
    " one, holds all the same."
)
_Word = app_commands.Range[str, 1, LONGEST]


class WordCommands(commands.Cog):
    """The commands, as a part of the cog that has the group."""

    _guild_words: GuildWords

    words = app_commands.Group(
        name="words", description="What may not be asked for in this guild", parent=EASEL
    )

    @words.command(name="add")
    @app_commands.describe(word="A word or several; a * at an end takes whatever follows there")
    async def add_word(self, interaction: discord.Interaction, word: _Word) -> None:
        """Refuse prompts with this word in this guild, however it is spelled."""
        await answer(interaction, lambda: self._keep(interaction, word, WordKind.BLOCKED))

    @words.command(name="allow")
    @app_commands.describe(word="A word or several in which a refused one lies, such as Essex")
    async def allow_word(self, interaction: discord.Interaction, word: _Word) -> None:
        """Spare this word from this guild's list."""
        await answer(interaction, lambda: self._keep(interaction, word, WordKind.ALLOWED))

    @words.command(name="remove")
    @app_commands.describe(word="One that was added or allowed; Discord lists them")
    async def remove_word(self, interaction: discord.Interaction, word: _Word) -> None:
        """Take a word off this guild's list."""
        await answer(interaction, lambda: self._drop(interaction, word))

    @words.command(name="list")
    async def list_words(self, interaction: discord.Interaction) -> None:
        """Show this guild's list."""
        entries = self._guild_words.of(interaction.guild_id)
        lines = []
        for kind, title in _TITLES.items():
            listed = [_shown(word) for word, known in sorted(entries.items()) if known is kind]
            if listed:
                lines += [f"**{title}** ({len(listed)}):", *(f"- {each}" for each in listed)]
        first, *more = pages(lines or [_NONE])
        await interaction.response.send_message(first, ephemeral=True)
        for page in more:
            await interaction.followup.send(page, ephemeral=True)

    @remove_word.autocomplete("word")
    async def _complete_word(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        typed = current.strip().casefold()
        found = [
            word for word in sorted(self._guild_words.of(interaction.guild_id)) if typed in word
        ]
        return [app_commands.Choice(name=word, value=word) for word in found[:CHOICES]]

    async def _keep(self, interaction: discord.Interaction, word: str, kind: WordKind) -> str:
        assert interaction.guild_id is not None  # offered in guilds only
        kept = await self._guild_words.add(interaction.guild_id, word, kind)
        log.info("Guild %s: user %s changed its words", interaction.guild_id, interaction.user.id)
        if kind is WordKind.ALLOWED:
            return f"Spared in this guild: {_shown(kept)}. The host's list is not changed by that."
        return f"Refused in this guild from now on: {_shown(kept)}."

    async def _drop(self, interaction: discord.Interaction, word: str) -> str:
        assert interaction.guild_id is not None
        if not await self._guild_words.remove(interaction.guild_id, word):
            return f"{_shown(word)} is not on this guild's list. `/easel words list` shows it."
        log.info("Guild %s: user %s changed its words", interaction.guild_id, interaction.user.id)
        return f"Taken off this guild's list: {_shown(word)}."


def _shown(word: str) -> str:
    """Covered: an admin at a shared screen need not read it."""
    return f"||{text.quote(word)}||"
