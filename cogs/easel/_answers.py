"""Answers to an admin, which nobody else sees."""

from collections.abc import Awaitable, Callable, Iterable, Iterator

import discord

from bot.errors import in_words
from bot.presentation.look import MESSAGE
from generation.errors import RequestRefused


async def answer(interaction: discord.Interaction, change: Callable[[], Awaitable[str]]) -> None:
    """Tell the admin alone what came of a change, or why there is none."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        said = await change()
    except RequestRefused as refusal:
        said = in_words(refusal)
    await interaction.edit_original_response(content=said)


def pages(lines: Iterable[str]) -> Iterator[str]:
    """Lines in messages that are short enough."""
    page = ""
    for line in lines:
        if page and len(page) + 1 + len(line) > MESSAGE:
            yield page
            page = ""
        page = f"{page}\n{line}" if page else line
    yield page
