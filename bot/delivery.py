"""Delivery.

Shows each job's way in its member's message, and at its end the picture, recorded as delivered.
"""

import asyncio
import logging
from collections.abc import Sequence

import discord

from bot.answers import TROUBLE, Meaning, meaning
from bot.message import JobMessage
from bot.presentation import embeds
from bot.presentation.buttons import under_way
from bot.studio import Studio
from generation.events import (
    JobCancelled,
    JobEvent,
    JobFailed,
    JobGenerated,
    JobLoading,
    JobProgress,
    JobStarted,
)
from generation.job import Job
from generation.request import without_effect

log = logging.getLogger(__name__)

#: The least time between two edits of a message that is not finished.
EDIT_INTERVAL_S = 1.5
#: With many waiting, each is edited less often, so that all edits together stay far below
#: Discord's limits.
_SECONDS_PER_WAITING_JOB = 0.3
#: Between two tries of a last edit: doubled each time, up to the second.
_FIRST_RETRY_S = 1.0
_SLOWEST_RETRY_S = 60.0

_FINAL = (JobGenerated, JobFailed, JobCancelled)


class Delivery:
    """Listens to jobs, with one task a job that edits its message."""

    def __init__(self, client: discord.Client, studio: Studio) -> None:
        """Listening begins here, so that no event of a recovered job is missed."""
        self._client = client
        self._studio = studio
        self._boards: dict[int, _Board] = {}
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

    def _on_event(self, event: JobEvent) -> None:
        origin = event.job.origin
        board = self._boards.get(event.job.id)
        if board is not None:
            board.show(event)
        elif origin is not None:
            board = self._boards[event.job.id] = _Board(event, JobMessage(self._client, origin))
            board.task = asyncio.create_task(self._follow(board), name=f"delivery-{event.job.id}")

    async def _follow(self, board: "_Board") -> None:
        try:
            await self._show_progress(board)
            await self._finish(board)
        except Exception:
            log.exception("Delivery of job %s failed on our side", board.job.id)
            # Until its last event, so that every further one does not fail anew.
            await board.end()
        finally:
            del self._boards[board.job.id]

    async def _show_progress(self, board: "_Board") -> None:
        """Edit the message until the job has ended. What fails is made good by the next edit."""
        shown: discord.Embed | None = None
        while not board.final:
            embed = self._embed(board.event)
            if embed != shown and not board.gone:
                try:
                    await board.message.edit(embed, view=under_way(board.job.id))
                    shown = embed
                except TROUBLE as error:
                    log.info("Job %s: its progress is not shown: %s", board.job.id, error)
                    if meaning(error) is Meaning.GONE:
                        board.gone = True
                        # Whoever deletes the message does not want the picture.
                        await self._studio.dispatcher.cancel(board.job.id)
            await board.end(self._interval())

    async def _finish(self, board: "_Board") -> None:
        """Make the last edit, however long Discord has no ear for it."""
        delay_s = _FIRST_RETRY_S
        while not board.gone:
            try:
                await self._edit_for_the_last_time(board)
            except TROUBLE as error:
                log.warning("Job %s: its message is not edited: %s", board.job.id, error)
                match meaning(error):
                    case Meaning.LATER:
                        await asyncio.sleep(delay_s)
                        delay_s = min(2 * delay_s, _SLOWEST_RETRY_S)
                    case Meaning.GONE:
                        board.gone = True
                    case Meaning.REFUSED:
                        await self._refused(board, error)
                        return
            else:
                return
        if isinstance(board.event, JobGenerated):
            await self._studio.store.undeliverable(board.job.id, "The message is gone.")

    async def _edit_for_the_last_time(self, board: "_Board") -> None:
        match board.event:
            case JobGenerated(job, data):
                embed = embeds.finished(job, self._title(job), self._notes(job))
                # Named by the job's id alone: a prompt is no file name.
                await board.message.edit(embed, picture=data, name=f"easel-{job.id}.png")
                await self._studio.store.deliver(job.id)
            case JobFailed(job, message):
                await board.message.edit(embeds.failed(job, message))
            case JobCancelled(job):
                await board.message.edit(embeds.cancelled(job))
            case _:
                raise AssertionError(f"{board.event!r} is not final")

    async def _refused(self, board: "_Board", error: Exception) -> None:
        """The place does not take the picture: say so there, and keep it."""
        if not isinstance(board.event, JobGenerated):
            return
        await self._studio.store.undeliverable(board.job.id, str(error))
        try:
            await board.message.edit(embeds.unpostable(board.job))
        except TROUBLE as second:
            log.warning("Job %s: nor can that be said: %s", board.job.id, second)

    def _embed(self, event: JobEvent) -> discord.Embed:
        match event:
            case JobStarted(job):
                return embeds.started(job)
            case JobLoading(job):
                return embeds.loading(job, self._title(job))
            case JobProgress(job, step, steps):
                return embeds.painting(job, step, steps)
            case _:
                return embeds.queued(event.job, self._studio.queue.forecast(event.job.id))

    def _title(self, job: Job) -> str:
        """The model's title; its bare name where a restart took it out of the catalog."""
        spec = self._studio.catalog.get(job.request.model)
        return spec.title if spec else job.request.model

    def _notes(self, job: Job) -> Sequence[str]:
        spec = self._studio.catalog.get(job.request.model)
        return without_effect(spec, job.request) if spec else ()

    def _interval(self) -> float:
        return max(EDIT_INTERVAL_S, _SECONDS_PER_WAITING_JOB * len(self._studio.queue))


class _Board:
    """The latest event of one job, and a bell that rings at the last one."""

    task: asyncio.Task[None]

    def __init__(self, event: JobEvent, message: JobMessage) -> None:
        self.event = event
        self.message = message
        self.gone = False  # the message is not there any more
        self._ended = asyncio.Event()
        self.show(event)

    @property
    def job(self) -> Job:
        return self.event.job

    @property
    def final(self) -> bool:
        return isinstance(self.event, _FINAL)

    def show(self, event: JobEvent) -> None:
        self.event = event
        if self.final:
            self._ended.set()

    async def end(self, timeout_s: float | None = None) -> None:
        """Wait until the job has ended, or for `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._ended.wait()
        except TimeoutError:
            return
