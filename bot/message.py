"""The one message of a job.

An answer to a command, which its member watches turn into a picture.
"""

import io
import logging
import time
from collections.abc import Callable

import discord

from generation.job import Origin

log = logging.getLogger(__name__)

#: Discord forgets an interaction's token after 15 minutes; asking with a forgotten one counts
#: towards a ban.
TOKEN_LIFE_S = 14 * 60


class JobMessage:
    """Edits a job's message.

    By the interaction's token while it lives, then by the bot's own right.
    """

    def __init__(
        self, client: discord.Client, origin: Origin, now: Callable[[], float] = time.time
    ) -> None:
        """`now` gives seconds since the epoch."""
        self._client = client
        self._origin = origin
        self._now = now
        self._token_refused = False

    async def edit(
        self,
        embed: discord.Embed,
        *,
        picture: bytes | None = None,
        name: str = "",
        view: discord.ui.View | None = None,
    ) -> None:
        """Show the embed, the picture (PNG) as a file called `name`, and the buttons of `view`.

        Raises discord.HTTPException.
        """
        if self._token_lives():
            try:
                await self._edit_by_token(embed, _files(picture, name), view)
            except discord.HTTPException as error:
                if not _is_about_the_token(error):
                    raise
                log.info("The token of message %s is refused: %s", self._origin.message_id, error)
                self._token_refused = True
            else:
                return
        await self._edit_by_right(embed, _files(picture, name), view)

    def _token_lives(self) -> bool:
        asked_at = discord.utils.snowflake_time(self._origin.interaction_id).timestamp()
        return (
            self._origin.token is not None
            and not self._token_refused
            and self._now() - asked_at < TOKEN_LIFE_S
        )

    async def _edit_by_token(
        self, embed: discord.Embed, files: list[discord.File], view: discord.ui.View | None
    ) -> None:
        assert self._origin.token is not None
        webhook = discord.Webhook.partial(
            self._origin.application_id, self._origin.token, client=self._client
        )
        await webhook.edit_message(
            self._origin.message_id, embed=embed, attachments=files, view=view
        )

    async def _edit_by_right(
        self, embed: discord.Embed, files: list[discord.File], view: discord.ui.View | None
    ) -> None:
        channel = self._client.get_partial_messageable(
            self._origin.channel_id, guild_id=self._origin.guild_id
        )
        message = channel.get_partial_message(self._origin.message_id)
        await message.edit(embed=embed, attachments=files, view=view)


def _files(picture: bytes | None, name: str) -> list[discord.File]:
    # A fresh file for each try: a sent one has been read to its end.
    return [] if picture is None else [discord.File(io.BytesIO(picture), filename=name)]


def _is_about_the_token(error: discord.HTTPException) -> bool:
    """Invalid webhook token (50027), unknown webhook (10015): the message may well be there."""
    return error.code in (50027, 10015)
