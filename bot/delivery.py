"""Delivery.

Shows each job's way in its member's message, and at its end the picture, recorded as delivered.
"""

import asyncio
import logging

import discord

from bot.message import JobMessage
from bot.presentation import embeds
from generation.catalog import Catalog
from generation.events import (
    JobCancelled,
    JobEvent,
    JobEvents,
    JobFailed,
    JobGenerated,
    JobLoading,
    JobProgress,
    JobStarted,
)
from generation.job import Job
from generation.queue import JobQueue
from generation.store import JobStore

log = logging.getLogger(__name__)

#: The least time between two edits of a message that is not finished.
EDIT_INTERVAL_S = 1.5
#: With many waiting, each is edited less often, so that all edits together stay far below Discord's
#: limits.
_SECONDS_PER_WAITING_JOB = 0.3

_FINAL = (JobGenerated, JobFailed, JobCancelled)


class Delivery:
    """Listens to jobs, with one task a job that edits its message."""

    def __init__(
        self,
        client: discord.Client,
        catalog: Catalog,
        store: JobStore,
        queue: JobQueue,
        events: JobEvents,
    ) -> None:
        """Listening begins here, so that no event of a recovered job is missed."""
        self._client = client
        self._catalog = catalog
        self._store = store
        self._queue = queue
        self._boards: dict[int, _Board] = {}
        self._unsubscribe = events.subscribe(self._on_event)

    async def close(self, grace_s: float) -> None:
        """Let messages that only lack their last edit have it, for `grace_s` seconds.

        Give up the others.
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
        if origin is None:
            return
        board = self._boards.get(event.job.id)
        if board is None:
            board = self._boards[event.job.id] = _Board(event, JobMessage(self._client, origin))
            board.task = asyncio.create_task(self._follow(board), name=f"delivery-{event.job.id}")
        else:
            board.show(event)

    async def _follow(self, board: "_Board") -> None:
        job_id = board.event.job.id
        shown: discord.Embed | None = None
        try:
            while not board.final:
                embed = self._embed(board.event)
                if embed != shown and await self._show(board, embed):
                    shown = embed
                await board.changed_or(self._interval())
            await self._finish(board)
        except Exception:
            log.exception("Delivery of job %s failed on our side", job_id)
        finally:
            del self._boards[job_id]

    async def _show(self, board: "_Board", embed: discord.Embed) -> bool:
        """Show progress. It is worth no fuss where it fails: the result comes by other ways too."""
        try:
            await board.message.edit(embed)
        except (discord.HTTPException, OSError) as error:
            log.info("Job %s: its progress could not be shown: %s", board.event.job.id, error)
            return False
        return True

    async def _finish(self, board: "_Board") -> None:
        match board.event:
            case JobGenerated(job, data):
                await self._post(board.message, job, data)
            case JobFailed(job, message):
                await self._show(board, embeds.failed(job, message))
            case JobCancelled(job):
                await self._show(board, embeds.cancelled(job))
            case _:
                raise AssertionError(f"{board.event!r} is not final")

    async def _post(self, message: JobMessage, job: Job, data: bytes) -> None:
        embed = embeds.finished(job, self._catalog[job.request.model])
        try:
            # Named by the job's id alone: a prompt is no file name.
            await message.edit(embed, picture=data, name=f"easel-{job.id}.png")
        except discord.HTTPException as error:
            log.error("The picture of job %s can't be posted: %s", job.id, error)
            await self._store.undeliverable(job.id, str(error))
        else:
            await self._store.deliver(job.id)

    def _embed(self, event: JobEvent) -> discord.Embed:
        match event:
            case JobStarted(job):
                return embeds.started(job)
            case JobLoading(job):
                return embeds.loading(job, self._catalog[job.request.model])
            case JobProgress(job, step, steps):
                return embeds.painting(job, step, steps)
            case _:
                return embeds.queued(event.job, self._queue.place(event.job.id))

    def _interval(self) -> float:
        return max(EDIT_INTERVAL_S, _SECONDS_PER_WAITING_JOB * len(self._queue))


class _Board:
    """The latest event of one job, and a bell that rings at the last one."""

    task: asyncio.Task[None]

    def __init__(self, event: JobEvent, message: JobMessage) -> None:
        self.event = event
        self.message = message
        self._ended = asyncio.Event()
        if self.final:
            self._ended.set()

    @property
    def final(self) -> bool:
        return isinstance(self.event, _FINAL)

    def show(self, event: JobEvent) -> None:
        self.event = event
        if self.final:
            self._ended.set()

    async def changed_or(self, interval_s: float) -> None:
        """Wait until it is time for the next edit, or the job has ended."""
        try:
            async with asyncio.timeout(interval_s):
                await self._ended.wait()
        except TimeoutError:
            return
