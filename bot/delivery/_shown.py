"""What a job's message shows: one value, which each place turns into a request."""

from dataclasses import dataclass, field
from typing import Any

import discord

from bot.files import File


@dataclass(frozen=True, slots=True)
class Shown:
    """An embed, perhaps with a picture and with buttons."""

    embed: discord.Embed
    file: File | None = None
    #: How it stands, small, in place of a picture.
    preview: bytes | None = field(default=None, repr=False)
    keeps_preview: bool = False  # the one that is there already
    view: discord.ui.View | None = None
    #: What a new message says before the embed is there; its owner's mention stands before it.
    line: str = "About what you asked for:"
    #: Whether the picture is for its channel only: direct messages have stricter rules.
    not_direct: bool = False

    def attachments(self) -> Any:
        """For one attempt: a sent file has been read to its end. What is not told of stays."""
        if self.file is not None:
            return [self.file.attachment()]
        if self.preview is None:
            return []
        return discord.utils.MISSING if self.keeps_preview else [_preview(self.preview)]


def _preview(data: bytes) -> discord.File:
    # Not named as pictures are: by those names it is told whether one has arrived.
    return File(data, "preview.webp").attachment()
