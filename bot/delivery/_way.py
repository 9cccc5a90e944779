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

from bot.calls import calling
from bot.errors import TROUBLE
from bot.presentation import embeds
from generation.job import Job, Posted
from generation.store import JobStore

from ._answers import Next, after, may_be_done
from ._messages import Messages
from ._shown import Shown
from ._token import Token

log = logging.getLogger(__name__)

#: Of a message that is over an hour old Discord takes few edits by a bot's own right (30046).
OLD_S = 59 * 60


class Step(Enum):
    """Where an answer is tried."""

    BY_TOKEN = auto()
    BY_RIGHT = auto()
    NEW_MESSAGE = auto()
    DIRECT_MESSAGE = auto()


class OtherRules(Exception):
    """The way goes on to where something else holds for the picture: it is to be brought anew.

    There it may not be shown as it is, or it counts against the limit of a channel.
    """


class Way:
    """One job's way to its member."""

    def __init__(
        self,
        client: discord.Client,
        store: JobStore,
        job: Job,
        now: Callable[[], float] = time.time,
        passed: Callable[[], float] = time.monotonic,
    ) -> None:
        """`job` has an origin.

        `now` gives seconds since the epoch, `passed` from any beginning: nobody sets that clock.
        """
        assert job.origin is not None
        self._messages = Messages(client, job)
        self._store = store
        self._job = job
        self._origin = job.origin
        self._promised = Posted(job.origin.channel_id, job.origin.message_id)
        self._token = Token(job, now, passed)
        self._posted = job.posted
        self._sent: Posted | None = None  # the new message, though no row may have it yet
        self._moved = False  # something was shown in `_posted`
        self._unsure = False  # the picture was sent here, and whether it arrived is not known
        self._bare = False  # it was just sent, or looked at, and has no picture
        self._given_up: list[Posted] = []  # lines of ours that got nothing
        self._is_picture = False  # what was tried last has one
        self._left = False  # its guild has sent Easel away
        self._step = Step.BY_TOKEN if job.origin.token else self._after_the_token()
        if job.posted is not None:
            same = job.posted.channel_id == job.origin.channel_id
            self._step = Step.NEW_MESSAGE if same else Step.DIRECT_MESSAGE

    async def show(self, shown: Shown, *, moving: bool = False) -> None:
        """Show it where the last one was shown, and `moving` also further on.

        Raises one of TROUBLE, by which `after` says what follows; Next.ONWARD means that no place
        is left, and OtherRules. The store's errors pass.
        """
        free = self.channel_id is None
        self._is_picture = shown.file is not None
        while True:
            if self._token_is_old and not self._origin.private:
                step, why = self._after_the_token(), "its token is too old"
            elif self._token_is_old and not moving and not self.closing:
                return  # what its member read last stands
            else:
                # What only its member sees is worth a try: a clock may be wrong about the token.
                try:
                    async with calling():
                        await self._show_here(shown, moving=moving)
                except TROUBLE as error:
                    self._unsure |= shown.file is not None and may_be_done(error)
                    self._token.note(error)
                    found = self._onward(error, moving=moving)
                    if found is None:
                        if moving and await self._is_there_all_the_same(shown, error):
                            return
                        raise
                    step, why = found, str(error)
                else:
                    self._moved = self._posted is not None
                    return
            if await self._has_arrived(shown, step):
                return
            log.info("Job %s goes on to %s: %s", self._job.id, step.name, why)
            self._take(step)
            limited = free and self.channel_id is not None and shown.file is not None
            if limited or (shown.not_direct and self.is_direct):
                raise OtherRules

    @property
    def is_direct(self) -> bool:
        """Whether what is shown next goes to direct messages."""
        return self._step is Step.DIRECT_MESSAGE

    @property
    def channel_id(self) -> int | None:
        """The channel whose limit the next edit counts against; None where that is the token's."""
        if self._origin.private or (self._step is Step.BY_TOKEN and not self._token_is_old):
            return None
        return (self._posted or self._promised).channel_id

    @property
    def is_old(self) -> bool:
        """Whether Discord takes but few edits of its message any more: the end needs them."""
        return self.channel_id is not None and self._token.passed_s >= OLD_S

    def leave(self) -> None:
        """Its guild has sent Easel away: the promised message is the last place."""
        self._left = True

    @property
    def closing(self) -> bool:
        """Whether only a moment is left in which what its member alone sees can be edited."""
        return self._origin.private and self._token_is_old and self._token.has_a_moment

    async def whisper(self, text: str) -> bool:
        """Tell its member alone, beside what everybody sees; False where that is not possible.

        It needs the token. Where they alone see the answer there is nothing to tell beside it.
        """
        if self._origin.private or not self._token.lives or self._token.is_old:
            return False
        try:
            async with calling():
                await self._messages.tell_alone(text)
        except TROUBLE as error:
            log.info("Job %s: its member is not told alone: %s", self._job.id, error)
            return False
        return True

    async def leave_word(self) -> None:
        """Where the end was shown elsewhere: have the messages that lack it say so.

        Each is tried once; often the promised message is just what can't be edited. A line that
        pinged its member and got nothing goes where it can't say so.
        """
        word: Shown | None = None
        if self._posted is not None and self._moved:
            direct = self._posted.channel_id != self._origin.channel_id
            word = Shown(embeds.elsewhere(self._job, direct=direct))
            await self._leave_promised(word)
        else:
            self._give_up()
            if self._is_picture:
                word = Shown(embeds.unpostable(self._job))
        if self._left:
            return
        while self._given_up:
            await self._messages.settle(self._given_up.pop(), word)

    async def _leave_promised(self, word: Shown) -> None:
        try:
            async with calling():
                if self._token.has_a_moment:
                    await self._messages.edit_by_token(word)
                elif not self._origin.private:
                    await self._messages.edit(self._promised, word)
        except TROUBLE as error:
            log.info("Job %s: its first message does not say where: %s", self._job.id, error)

    def _give_up(self) -> None:
        """Nothing more is shown in `_posted`."""
        if self._posted is not None and self._bare and not self._unsure:
            self._given_up.append(self._posted)

    def _onward(self, error: Exception, *, moving: bool) -> Step | None:
        """The next step; None where there is none, or none to be taken yet."""
        if after(error) is not Next.ONWARD or (self._left and self._step is not Step.BY_TOKEN):
            return None
        match self._step:
            case Step.BY_TOKEN if not (self._token.lives and self._origin.private):
                return self._after_the_token()
            case Step.BY_TOKEN | Step.BY_RIGHT if moving:
                return Step.DIRECT_MESSAGE if self._origin.private else Step.NEW_MESSAGE
            case Step.NEW_MESSAGE if moving and self._origin.guild_id is not None:
                return Step.DIRECT_MESSAGE
            case _:
                return None

    def _take(self, step: Step) -> None:
        self._step = step
        if step is not Step.BY_RIGHT:  # by right it is still the same message
            self._give_up()
            self._posted, self._sent = None, None
            self._moved = self._unsure = self._bare = False

    async def _is_there_all_the_same(self, shown: Shown, error: Exception) -> bool:
        """Whether the last place that is left, and refuses an edit, has the picture already.

        One that an earlier start posted may have it, or is a bare line, to be given up.
        """
        if self._left or after(error) not in (Next.ONWARD, Next.QUIET):
            return False
        if arrived := await self._has_arrived(shown, None):
            self._moved = self._posted is not None
        return arrived

    async def _has_arrived(self, shown: Shown, step: Step | None) -> bool:
        """Whether the message that is about to be given up, for `step`, has the picture after all.

        An edit may have been carried out though its answer was lost, and what is shown there must
        not be shown a second time. Where nobody can tell, it counts as shown: /show brings it.
        """
        if shown.file is None or step is Step.BY_RIGHT:
            return False
        if self._step in (Step.NEW_MESSAGE, Step.DIRECT_MESSAGE) and self._posted is None:
            return False
        if not self._origin.private:
            try:
                async with calling():
                    arrived = await self._messages.has_picture(self._posted or self._promised)
            except TROUBLE as error:
                if after(error) in (Next.LATER, Next.GONE):
                    raise
                log.info("Job %s: its message can't be looked at: %s", self._job.id, error)
            else:
                self._unsure, self._bare = arrived, not arrived
                return arrived
        if self._unsure:
            log.warning("Job %s counts as shown: its last edit may have been", self._job.id)
        return self._unsure

    @property
    def _token_is_old(self) -> bool:
        return self._step is Step.BY_TOKEN and self._token.is_old

    def _after_the_token(self) -> Step:
        # What only its member sees, nobody but the token can edit.
        return Step.DIRECT_MESSAGE if self._origin.private else Step.BY_RIGHT

    async def _show_here(self, shown: Shown, *, moving: bool) -> None:
        match self._step:
            case Step.BY_TOKEN:
                await self._messages.edit_by_token(shown)
            case Step.BY_RIGHT:
                await self._messages.edit(self._promised, shown)
            case _:
                if self._posted is None and not moving:
                    return  # progress is no reason to post anything
                if self._posted is None:
                    self._posted = await self._post(shown)
                await self._messages.edit(self._posted, shown)

    async def _post(self, shown: Shown) -> Posted:
        """A line of text that stands in for the promised message, and is noted before more follows.

        It is sent once, however often the row can't be written.
        """
        if self._sent is None:
            nonce = f"easel-{self._job.id}-{self._step.value}"
            self._sent = await self._messages.send(shown, nonce, direct=self.is_direct)
            self._bare = True
        await self._store.post(self._job.id, self._sent)
        return self._sent
