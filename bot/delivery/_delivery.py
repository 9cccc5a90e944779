"""Listens to jobs, and follows each with a task that shows it."""

import asyncio
import logging
from collections.abc import Sequence

import discord

from bot.errors import TROUBLE
from bot.files import UnfitForPlace
from bot.presentation import embeds
from bot.presentation.buttons import under_way
from bot.studio import Studio
from generation.events import (
    JobEvent,
    JobFailed,
    JobGenerated,
    JobLoading,
    JobProgress,
    JobStarted,
)
from generation.job import Job
from generation.request import remarks

from ._answers import Next, after
from ._board import Board
from ._ending import Ending
from ._shown import Shown
from ._way import Way

log = logging.getLogger(__name__)

#: The least time between two edits of a message that is not finished.
EDIT_INTERVAL_S = 1.5
#: With many waiting, each is edited less often, so that all edits together stay far below
#: Discord's limits.
_SECONDS_PER_WAITING_JOB = 0.3
#: How many messages are edited at once while their jobs go on: after a restart all want to be.
_AT_ONCE = 8
#: Between two tries of a last edit: doubled each time, up to the second.
_FIRST_RETRY_S = 1.0
_SLOWEST_RETRY_S = 60.0


class Delivery:
    """One task a job. Listening begins with the object, so that no recovered job is missed."""

    def __init__(self, client: discord.Client, studio: Studio) -> None:
        """Shows the studio's jobs through `client`."""
        self._client = client
        self._studio = studio
        self._boards: dict[int, Board] = {}
        self._progress = asyncio.Semaphore(_AT_ONCE)
        self._unsubscribe = studio.events.subscribe(self._on_event)

    async def close(self, grace_s: float) -> None:
        """Let messages that only lack their last edit have it, for `grace_s` seconds.

        Give up the others: the next start takes them up.
        """
        self._unsubscribe()
        boards = tuple(self._boards.values())
        ending = [board.task for board in boards if board.final]
        for board in boards:
            if not board.final:
                board.task.cancel()
        if ending:
            await asyncio.wait(ending, timeout=grace_s)
        for board in boards:
            board.task.cancel()
        await asyncio.gather(*(board.task for board in boards), return_exceptions=True)

    def say_cancelling(self, job_id: int) -> None:
        """A job is to stop, which may take a while: have its message say so at once."""
        board = self._boards.get(job_id)
        if board is not None:
            board.say_cancelling()

    def _on_event(self, event: JobEvent) -> None:
        job = event.job
        board = self._boards.get(job.id)
        if board is not None:
            board.show(event)
        elif job.origin is not None:
            way = Way(self._client, self._studio.store, job)
            board = self._boards[job.id] = Board(event, way)
            board.task = asyncio.create_task(self._follow(board), name=f"delivery-{job.id}")

    async def _follow(self, board: Board) -> None:
        try:
            await self._show_progress(board)
            await self._finish(board)
        except Exception:
            log.exception("Delivery of job %s failed on our side", board.job.id)
            # Until its last event, so that every further one does not fail anew.
            await board.end()
        finally:
            del self._boards[board.job.id]

    async def _show_progress(self, board: Board) -> None:
        """Edit the message until the job has ended. What fails is made good by the next edit."""
        shown: discord.Embed | None = None
        while not board.final:
            async with self._progress:
                embed = self._embed(board)
                if embed != shown and not board.gone and not board.final:
                    shown = await self._show_once(board, embed) or shown
            await board.pause(self._interval())

    async def _show_once(self, board: Board, embed: discord.Embed) -> discord.Embed | None:
        """What was shown, if it was."""
        try:
            view = None if board.cancelling else under_way(board.job.id)
            await board.way.show(Shown(embed, view=view))
        except TROUBLE as error:
            log.info("Job %s: its progress is not shown: %s", board.job.id, error)
            if after(error) is Next.GONE:
                board.gone = True
                # Whoever deletes the message does not want the picture.
                await self._studio.dispatcher.cancel(board.job.id, "with its message")
            return None
        return embed

    async def _finish(self, board: Board) -> None:
        """Show the end, however long Discord has no ear for it."""
        ending = Ending(self._studio, board.event, self._title(board.job), self._notes(board.job))
        moving = isinstance(board.event, JobGenerated | JobFailed)
        delay_s = _FIRST_RETRY_S
        while not board.gone:
            try:
                await board.way.show(await ending.shown(), moving=moving)
            except UnfitForPlace as error:
                await self._say_unfit(board, error)
                return
            except TROUBLE as error:
                log.warning("Job %s: its end is not shown: %s", board.job.id, error)
                match after(error):
                    case Next.LATER:
                        await asyncio.sleep(delay_s)
                        delay_s = min(2 * delay_s, _SLOWEST_RETRY_S)
                    case Next.SMALLER:
                        ending.refuse_size()
                    case Next.REFUSED:
                        await self._say_unfit(board, error)
                        return
                    case _:
                        await ending.record_unseen(str(error))
                        return
            else:
                await ending.record_shown()
                return
        await ending.record_unseen("The message is gone.")

    async def _say_unfit(self, board: Board, error: Exception) -> None:
        """No place takes the picture as it is: keep it, and say so where it was promised."""
        event = board.event
        if not isinstance(event, JobGenerated):
            await self._studio.store.tell(event.job.id)
            return
        await self._studio.store.undeliverable(event.job.id, str(error))
        try:
            await board.way.show(Shown(embeds.unpostable(event.job)))
        except TROUBLE as second:
            log.warning("Job %s: nor can that be said: %s", event.job.id, second)

    def _embed(self, board: Board) -> discord.Embed:
        if board.cancelling:
            return embeds.cancelling(board.job)
        match board.event:
            case JobStarted(job):
                return embeds.started(job)
            case JobLoading(job):
                return embeds.loading(job, self._title(job))
            case JobProgress(job, step, steps):
                return embeds.painting(job, step, steps)
            case _:
                return embeds.queued(board.job, self._studio.queue.forecast(board.job.id))

    def _title(self, job: Job) -> str:
        """The model's title; its bare name where a restart took it out of the catalog."""
        spec = self._studio.catalog.get(job.request.model)
        return spec.title if spec else job.request.model

    def _notes(self, job: Job) -> Sequence[str]:
        spec = self._studio.catalog.get(job.request.model)
        return (*job.remarks, *(remarks(spec, job.request) if spec else ()))

    def _interval(self) -> float:
        return max(EDIT_INTERVAL_S, _SECONDS_PER_WAITING_JOB * len(self._studio.queue))
