"""Shows how a job ended, and notes that, however long Discord or the disk has no ear for it."""

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import discord

from bot.cancellation import BY_MODERATOR
from bot.database import DatabaseError
from bot.errors import TROUBLE
from bot.files import UnfitForPlace
from bot.presentation import embeds
from generation.errors import IllegalTransition
from generation.events import JobCancelled, JobGenerated

from ._answers import Next, after
from ._board import Board
from ._ending import Ending
from ._loading import Loading
from ._patience import Patience
from ._shown import Shown
from ._way import OtherRules

log = logging.getLogger(__name__)

#: What passes by itself, on Discord's side, the network's or the disk's.
PASSING = (*TROUBLE, DatabaseError)
#: How often in a row what nobody foresaw may happen: for four minutes, as the tries are spaced.
_MOST_SURPRISES = 10
#: How many sizes of a picture are offered where Discord takes none.
_MOST_SIZES = 6

_Record = Callable[[], Awaitable[None]]


class Conclusion:
    """Of one job, whose board is final or whose message is gone."""

    def __init__(self, board: Board, ending: Ending, loading: Loading) -> None:
        """What `ending` shows goes the board's way, when `loading` has a place for its picture."""
        self._board = board
        self._way = board.way
        self._ending = ending
        self._loading = loading
        self._patience = Patience()
        self._surprises = 0  # in a row
        self._sizes = 1
        self._with_file = False  # what was tried last
        self._whispered = False  # its member was told alone why the picture is not shown

    async def reach(self) -> None:
        """Return when the end was shown and noted, or can't be."""
        if self._board.gone:
            record: _Record | None = partial(self._ending.record_unseen, "The message is gone.")
        else:
            record = await self._show()
        # Before it is noted: after a kill in between the next start does both, instead of neither.
        if not self._ending.is_erased:
            await self._leave_word()
        if record is not None:
            await self._write(record)

    async def _show(self) -> _Record | None:
        """Show the end; what is to be noted of it."""
        while True:
            try:
                await self._show_once()
            except OtherRules:
                continue
            except UnfitForPlace as error:
                why, follows = str(error), Next.REFUSED
            except PASSING as error:
                self._log(error)
                why, follows = str(error), self._after(error)
            except Exception:
                if self._is_too_much():
                    raise
                why, follows = "", Next.LATER
            else:
                if await self._board.outlast_strays():
                    continue
                if self._with_file and await self._ending.is_removed():
                    continue
                return self._ending.record_shown
            # Here nothing holds the picture any more, not even the error.
            match follows:
                case Next.LATER:
                    await self._patience.wait()
                case Next.SMALLER:
                    self._sizes += 1
                    self._ending.refuse_size()
                    await self._patience.wait()
                case Next.REFUSED:
                    return await self._show_instead(why)
                case _:
                    return partial(self._ending.record_unseen, why)

    async def _show_once(self) -> None:
        """Try it. Raises UnfitForPlace, OtherRules and PASSING."""
        async with contextlib.AsyncExitStack() as held:
            if isinstance(self._board.event, JobGenerated):
                oversized = await self._ending.is_oversized()
                place = self._loading.place(self._way.channel_id, oversized=oversized)
                await held.enter_async_context(place)
            self._with_file = False
            shown = await self._ending.shown(direct=self._way.is_direct)
            if (said := self._ending.refusal) is not None and not self._whispered:
                self._whispered = await self._way.whisper(said)
            if self._whispered and said is not None:  # nobody else has to read it
                shown = replace(shown, embed=embeds.withheld(self._board.job))
            self._with_file = shown.file is not None
            await self._way.show(shown, moving=self._moving())

    def _after(self, error: Exception) -> Next:
        follows = after(error, with_file=self._with_file)
        if follows is Next.SMALLER and self._sizes == _MOST_SIZES:
            return Next.REFUSED
        return follows

    async def _show_instead(self, why: str) -> _Record | None:
        """No place takes the end as it is: say so where it was promised. A picture is kept."""
        event = self._board.event
        if self._ending.is_painted:
            embed = embeds.unpostable(self._board.job)
        else:
            # Whatever Discord has against its text: without any, it still says what happened.
            title = (await self._ending.shown(direct=self._way.is_direct)).embed.title
            embed = discord.Embed(title=title)
        unseen = partial(self._ending.record_unseen, why)
        while True:
            try:
                await self._way.show(Shown(embed), moving=self._moving())
            except PASSING as error:
                self._log(error)
                match after(error, with_file=False):
                    case Next.LATER:
                        await self._patience.wait()
                    case Next.REFUSED if not isinstance(event, JobGenerated):
                        return None  # nobody was told: the next start tries again
                    case _:
                        return unseen
            except Exception:
                if self._is_too_much():
                    raise
                await self._patience.wait()
            else:
                return unseen

    async def _write(self, record: _Record) -> None:
        while True:
            try:
                await record()
            except IllegalTransition:
                # Its member had all that is stored of them deleted.
                log.info("Job %s has no row any more", self._board.job.id)
                return
            except DatabaseError as error:
                log.warning("Job %s: its end is not noted: %s", self._board.job.id, error)
                await self._patience.wait()
            else:
                return

    async def _leave_word(self) -> None:
        """Whatever goes wrong with that is no reason not to note the end."""
        try:
            await self._way.leave_word()
        except Exception:
            log.exception("Job %s: no word is left, on our side", self._board.job.id)

    def _moving(self) -> bool:
        """Whether it is worth a new message: who cancels, or deletes, knows of it."""
        event = self._board.event
        if self._ending.is_erased:
            return False
        return not isinstance(event, JobCancelled) or event.job.detail == BY_MODERATOR

    def _is_too_much(self) -> bool:
        """Whether what nobody foresaw goes on for too long; else it is logged, and to be borne.

        To try again is to edit the same message: nothing is shown twice.
        """
        self._surprises += 1
        if self._surprises < _MOST_SURPRISES:
            log.exception("Job %s: its end is not shown, on our side", self._board.job.id)
        return self._surprises >= _MOST_SURPRISES

    def _log(self, error: Exception) -> None:
        self._surprises = 0
        log.warning("Job %s: its end is not shown: %s", self._board.job.id, error)
