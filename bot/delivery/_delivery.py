"""Listens to jobs, and follows each with a task that shows it."""

import asyncio
import logging
from collections.abc import Callable, Sequence

import discord

from bot.database import DatabaseError
from bot.presentation import embeds, text
from bot.presentation.buttons import under_way
from bot.presentation.notes import notes_of
from bot.studio import Studio
from generation.events import (
    JobEvent,
    JobLoading,
    JobPreview,
    JobProgress,
    JobSetAside,
    JobStarted,
    JobWaiting,
)
from generation.job import Job

from ._answers import Next, after
from ._board import Board
from ._conclusion import PASSING, Conclusion
from ._ending import Ending
from ._glimpses import Glimpse
from ._loading import Loading
from ._shown import Shown
from ._turns import Turns
from ._way import Way

log = logging.getLogger(__name__)

#: The least time between two edits of a message that is not finished.
EDIT_INTERVAL_S = 1.5
#: With many waiting, each of them is edited less often, so that all edits together stay far below
#: Discord's limits.
_SECONDS_PER_WAITING_JOB = 0.3
#: Until a waiting job asks for a turn again that it did not have.
_NO_TURN_S = 10.0


class Delivery:
    """One task a job. Listening begins with the object, so that no recovered job is missed."""

    def __init__(self, client: discord.Client, studio: Studio) -> None:
        """Shows the studio's jobs through `client`."""
        self._client = client
        self._studio = studio
        self._boards: dict[int, Board] = {}
        self._turns = Turns()
        self._loading = Loading()
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

    def leave(self, concerns: Callable[[Job], bool]) -> None:
        """The guild of these jobs is left: nothing new is posted there, nor to their members."""
        for board in self._boards.values():
            if concerns(board.job):
                board.way.leave()

    def _on_event(self, event: JobEvent) -> None:
        job = event.job
        board = self._boards.get(job.id)
        if isinstance(event, JobPreview) and (board is None or len(self._studio.queue)):
            return  # while others wait, their messages need Discord's ear more
        if board is not None:
            board.show(event)
        elif job.origin is not None:
            way = Way(self._client, self._studio.store, job)
            board = self._boards[job.id] = Board(event, way)
            board.task = asyncio.create_task(self._follow(board), name=f"delivery-{job.id}")

    async def _follow(self, board: Board) -> None:
        try:
            await self._reach_end(board)
            self._turns.note_result(board.way.channel_id)
            title, notes = self._title(board.job), self._notes(board.job)
            ending = Ending(self._studio, board.event, title, notes)
            await Conclusion(board, ending, self._loading).reach()
        except Exception:
            log.exception("Delivery of job %s failed on our side", board.job.id)
        finally:
            del self._boards[board.job.id]

    async def _reach_end(self, board: Board) -> None:
        """Show how the job goes on until it has ended; where that fails, only wait."""
        try:
            await self._show_progress(board)
        except Exception:
            log.exception("Progress of job %s failed on our side", board.job.id)
            await board.end()

    async def _show_progress(self, board: Board) -> None:
        """Edit the message until the job has ended. What fails is made good by the next edit."""
        shown: discord.Embed | None = None
        while not board.final:
            pause_s = self._interval(board)
            preview = await self._preview(board)
            embed = self._embed(board)
            is_new = embed != shown or preview is not board.glimpses.shown
            if is_new and not board.is_mute and not board.way.is_old and not board.final:
                if self._turns.take(board.way.channel_id, urgent=board.is_urgent):
                    try:
                        shown = await self._show_once(board, embed, preview) or shown
                    finally:
                        self._turns.give_back()
                else:
                    pause_s = min(pause_s, _NO_TURN_S)
            await board.pause(pause_s)

    async def _show_once(
        self, board: Board, embed: discord.Embed, preview: Glimpse | None
    ) -> discord.Embed | None:
        """What was shown, if it was."""
        glimpses = board.glimpses
        keeps = preview is glimpses.shown
        try:
            view = None if board.cancelling or board.way.closing else under_way(board.job.id)
            data = preview and preview.data
            await board.way.show(Shown(embed, view=view, preview=data, keeps_preview=keeps))
        except PASSING as error:
            log.info("Job %s: its progress is not shown: %s", board.job.id, error)
            if isinstance(error, TimeoutError):
                board.note_stray()
            if preview is not None and not keeps:
                glimpses.stop()
            match after(error):
                case Next.GONE:
                    await self._cancel(board)
                case Next.ONWARD | Next.REFUSED | Next.QUIET if keeps:
                    # For good, it seems: asked again and again, it would count towards a ban.
                    board.is_mute = True
            return None
        glimpses.note(preview)
        return embed

    async def _preview(self, board: Board) -> Glimpse | None:
        """The small picture that its message is to show now, if it may be seen there by all."""
        glimpse = None if board.cancelling or board.way.closing else board.glimpses.due()
        origin = board.job.origin
        if glimpse is None or glimpse.unsafe is None or origin is None:
            return glimpse
        screening = self._studio.safety.screening
        ruling = await screening.look_now(glimpse.unsafe, origin.guild_id, origin.channel_id)
        return None if ruling.refused or ruling.covered else glimpse

    async def _cancel(self, board: Board) -> None:
        """Whoever deletes the message does not want the picture."""
        try:
            await self._studio.dispatcher.cancel(board.job.id, "with its message")
        except DatabaseError as error:
            log.warning("Job %s is not cancelled yet: %s", board.job.id, error)
        else:
            board.gone = board.is_mute = True

    def _embed(self, board: Board) -> discord.Embed:
        if board.way.closing:
            return embeds.closing(board.job)
        if board.cancelling:
            return embeds.cancelling(board.job)
        match board.event:
            case JobSetAside(job):
                return embeds.set_aside(job)
            case JobStarted(job):
                return embeds.started(job)
            case JobLoading(job, done, total, loras, tool):
                what = tool or text.loras(loras) or self._title(job)
                return embeds.loading(job, what, done, total)
            case JobWaiting(job):
                return embeds.waiting(job)
            case JobProgress(job, step, steps, stage):
                return embeds.painting(job, step, steps, stage)
            case _:
                return embeds.queued(board.job, self._studio.queue.forecast(board.job.id))

    def _title(self, job: Job) -> str:
        """The model's title; its bare name where a restart took it out of the whole catalog."""
        spec = self._studio.whole_catalog.get(job.request.model)
        return spec.title if spec else job.request.model

    def _notes(self, job: Job) -> Sequence[str]:
        return notes_of(self._studio.whole_catalog, job)

    def _interval(self, board: Board) -> float:
        if not board.waiting:
            return EDIT_INTERVAL_S
        return max(EDIT_INTERVAL_S, _SECONDS_PER_WAITING_JOB * len(self._studio.queue))
