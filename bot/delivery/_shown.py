"""What a job's message shows: one value, which each place turns into a request."""

import io
from dataclasses import dataclass

import discord

from bot.files import File


@dataclass(frozen=True, slots=True)
class Shown:
    """An embed, perhaps with a picture and with buttons."""

    embed: discord.Embed
    file: File | None = None
    view: discord.ui.View | None = None
    #: What a new message says before the embed is there; its owner's mention stands before it.
    line: str = "About what you asked for:"

    def files(self) -> list[discord.File]:
        """For one attempt: a sent file has been read to its end."""
        if self.file is None:
            return []
        return [discord.File(io.BytesIO(self.file.data), filename=self.file.name)]
