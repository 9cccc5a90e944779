"""What is asked of Discord on one job's way: its messages, each by channel and id."""

import logging

import discord

from bot.calls import calling
from bot.errors import TROUBLE
from generation.job import Job, Posted

from ._answers import Next, after
from ._shown import Shown

log = logging.getLogger(__name__)


class Messages:
    """The messages of one job, wherever they are. A method raises TROUBLE if it says nothing else.

    The caller sets the limit of time (`bot.calls.calling`).
    """

    def __init__(self, client: discord.Client, job: Job) -> None:
        """`job` has an origin."""
        assert job.origin is not None
        self._client = client
        self._job_id = job.id
        self._origin = job.origin

    async def edit_by_token(self, shown: Shown) -> None:
        """Edit the promised message by the interaction's token."""
        await self._webhook().edit_message(
            self._origin.message_id,
            embed=shown.embed,
            attachments=shown.attachments(),
            view=shown.view,
        )

    async def tell_alone(self, text: str) -> None:
        """A message that only its member sees; it needs the token, too."""
        webhook = self._webhook()
        # discord.py takes what is `partial` for a webhook of a channel.
        webhook.type = discord.WebhookType.application
        await webhook.send(text, ephemeral=True, wait=True)

    async def edit(self, where: Posted, shown: Shown) -> None:
        """Edit a message by the bot's own right."""
        message = self._message(where)
        await message.edit(embed=shown.embed, attachments=shown.attachments(), view=shown.view)

    async def has_picture(self, where: Posted) -> bool:
        """Look whether a message shows the job's picture."""
        message = await self._message(where).fetch()
        names = (f"easel-{self._job_id}.", f"SPOILER_easel-{self._job_id}.")
        return any(file.filename.startswith(names) for file in message.attachments)

    async def send(self, shown: Shown, nonce: str, *, direct: bool) -> Posted:
        """Send the line that is to get what is shown, to direct messages or the origin's channel.

        The nonce has Discord return the same message where this is done again within minutes.
        """
        owner = discord.Object(self._origin.user_id)
        if direct:
            channel = await self._client.create_dm(owner)
        else:
            channel = self._client.get_partial_messageable(
                self._origin.channel_id, guild_id=self._origin.guild_id
            )
        message = await channel.send(
            self._line(shown),
            nonce=nonce,
            allowed_mentions=discord.AllowedMentions(users=[owner]),
        )
        return Posted(message.channel.id, message.id)

    async def settle(self, where: Posted, word: Shown | None) -> None:
        """Have a line that got nothing say `word`, or take it away where it can't, or has none.

        Each is tried once; what fails is in the log.
        """
        message = self._message(where)
        if word is not None:
            try:
                async with calling():
                    await message.edit(
                        content=self._line(word), embed=word.embed, attachments=[], view=None
                    )
            except TROUBLE as error:
                log.info("Job %s: its line can't say where it went: %s", self._job_id, error)
                if after(error) is Next.GONE:
                    return
            else:
                return
        try:
            async with calling():
                await message.delete()
        except TROUBLE as error:
            log.info("Job %s: its line stays without a picture: %s", self._job_id, error)

    def _message(self, where: Posted) -> discord.PartialMessage:
        guild_id = self._origin.guild_id if where.channel_id == self._origin.channel_id else None
        channel = self._client.get_partial_messageable(where.channel_id, guild_id=guild_id)
        return channel.get_partial_message(where.message_id)

    def _line(self, shown: Shown) -> str:
        return f"<@{self._origin.user_id}> {shown.line}"

    def _webhook(self) -> discord.Webhook:
        origin = self._origin
        assert origin.token is not None
        return discord.Webhook.partial(origin.application_id, origin.token, client=self._client)
