"""The places where a job's answer can be shown, tried one after another.

The promised message, by the interaction's token while it lives; the same message by the bot's own
right; a new message in the channel; a direct message. Every attempt is an edit of a known message,
so that one whose answer is lost, and is made again, shows the picture once.
"""

import logging
import time
from collections.abc import Callable
from enum import Enum, auto

import discord

from bot.errors import TROUBLE
from generation.job import Job, Posted
from generation.store import JobStore

from ._answers import Next, after, is_about_the_token
from ._shown import Shown

log = logging.getLogger(__name__)

#: Discord forgets an interaction's token after 15 minutes; asking with a forgotten one counts
#: towards a ban.
TOKEN_LIFE_S = 14 * 60


class Step(Enum):
    """Where an answer is tried."""

    BY_TOKEN = auto()
    BY_RIGHT = auto()
    NEW_MESSAGE = auto()
    DIRECT_MESSAGE = auto()


class Way:
    """One job's way to its member."""

    def __init__(
        self,
        client: discord.Client,
        store: JobStore,
        job: Job,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`job` has an origin; `now` gives seconds since the epoch."""
        assert job.origin is not None
        self._client = client
        self._store = store
        self._job_id = job.id
        self._origin = job.origin
        self._now = now
        self._posted = job.posted
        self._step = Step.BY_TOKEN if job.origin.token else self._after_the_token()
        if job.posted is not None:
            same = job.posted.channel_id == job.origin.channel_id
            self._step = Step.NEW_MESSAGE if same else Step.DIRECT_MESSAGE

    async def show(self, shown: Shown, *, moving: bool = False) -> None:
        """Show it where the last one was shown, and `moving` also further on.

        Raises one of TROUBLE, by which `after` says what follows; Next.ONWARD means that no place
        is left.
        """
        while True:
            if self._step is Step.BY_TOKEN and self._token_is_old():
                self._step = self._after_the_token()
            try:
                await self._show_here(shown, moving=moving)
            except TROUBLE as error:
                if after(error) is not Next.ONWARD or not self._goes_on(error, moving=moving):
                    raise
                log.info("Job %s goes on to %s: %s", self._job_id, self._step.name, error)
            else:
                return

    def _goes_on(self, error: Exception, *, moving: bool) -> bool:
        """Take the next step; False where there is none, or none to be taken yet."""
        match self._step:
            case Step.BY_TOKEN if is_about_the_token(error):
                self._step = self._after_the_token()
                return moving or self._step is Step.BY_RIGHT
            case Step.BY_TOKEN | Step.BY_RIGHT if moving:
                self._step = Step.DIRECT_MESSAGE if self._origin.private else Step.NEW_MESSAGE
            case Step.NEW_MESSAGE if moving and self._origin.guild_id is not None:
                self._step, self._posted = Step.DIRECT_MESSAGE, None
            case _:
                return False
        return True

    def _after_the_token(self) -> Step:
        # What only its member sees, nobody but the token can edit.
        return Step.DIRECT_MESSAGE if self._origin.private else Step.BY_RIGHT

    def _token_is_old(self) -> bool:
        asked_at = discord.utils.snowflake_time(self._origin.interaction_id).timestamp()
        return self._now() - asked_at >= TOKEN_LIFE_S

    async def _show_here(self, shown: Shown, *, moving: bool) -> None:
        origin = self._origin
        match self._step:
            case Step.BY_TOKEN:
                assert origin.token is not None
                webhook = discord.Webhook.partial(
                    origin.application_id, origin.token, client=self._client
                )
                await webhook.edit_message(
                    origin.message_id,
                    embed=shown.embed,
                    attachments=shown.files(),
                    view=shown.view,
                )
            case Step.BY_RIGHT:
                await self._edit(Posted(origin.channel_id, origin.message_id), shown)
            case _:
                if self._posted is None and not moving:
                    return  # progress is no reason to post anything
                if self._posted is None:
                    self._posted = await self._post(shown)
                await self._edit(self._posted, shown)

    async def _edit(self, where: Posted, shown: Shown) -> None:
        guild_id = self._origin.guild_id if where.channel_id == self._origin.channel_id else None
        channel = self._client.get_partial_messageable(where.channel_id, guild_id=guild_id)
        message = channel.get_partial_message(where.message_id)
        await message.edit(embed=shown.embed, attachments=shown.files(), view=shown.view)

    async def _post(self, shown: Shown) -> Posted:
        """A line of text that stands in for the promised message, and is noted before more follows.

        The nonce has Discord return the same message where this is done again within minutes.
        """
        owner = discord.Object(self._origin.user_id)
        if self._step is Step.DIRECT_MESSAGE:
            channel = await self._client.create_dm(owner)
        else:
            channel = self._client.get_partial_messageable(
                self._origin.channel_id, guild_id=self._origin.guild_id
            )
        message = await channel.send(
            f"<@{owner.id}> {shown.line}",
            nonce=f"easel-{self._job_id}-{self._step.value}",
            allowed_mentions=discord.AllowedMentions(users=[owner]),
        )
        posted = Posted(message.channel.id, message.id)
        await self._store.post(self._job_id, posted)
        return posted
