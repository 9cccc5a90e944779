"""/cancel of all of one's pictures, with a device that goes on to the next as soon as it may."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from bot.database import Database
from cogs.queue._cog import Queue
from cogs.queue._lines import ALL
from generation.dispatcher import Dispatcher
from generation.job import Job, JobStatus
from generation.limits.layers import Asker, Limits
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line

MEL = 1


async def cancel_all(line: Line, dispatcher: Dispatcher) -> str:
    """What Mel reads."""
    studio = SimpleNamespace(store=line.store, queue=line.queue, dispatcher=dispatcher)
    client = SimpleNamespace(studio=studio, delivery=mock.Mock())
    interaction: Any = mock.MagicMock(client=client)
    interaction.user.id = MEL
    interaction.response.defer = mock.AsyncMock()
    interaction.edit_original_response = mock.AsyncMock()
    bot: Any = client
    callback: Any = Queue.cancel.callback
    await callback(Queue(bot), interaction, ALL)
    (told,) = interaction.edit_original_response.await_args_list
    return told.kwargs["content"]


async def test_none_that_is_cancelled_with_the_rest_is_begun_and_charged_meanwhile(tmp_path: Path):
    async with Database.open(tmp_path) as database:
        line = Line.build(database, tmp_path, Limits(waiting=20, per_day=20), most_waiting=20)
        executor = ScriptedExecutor()  # obeys at once
        executor.gate.clear()
        # With seeds: none of them in a batch.
        jobs: list[Job] = [
            await line.intake.submit(make_request(seed=n), make_origin(MEL, 100 * n))
            for n in range(1, 21)
        ]
        async with line.dispatching(executor) as dispatcher:
            await line.until(jobs[0], JobStatus.RUNNING)
            assert await cancel_all(line, dispatcher) == "Cancelled 20 pictures."
            for job in jobs:
                await line.until(job, JobStatus.CANCELLED)
            assert [work.job_id for work in executor.works] == [jobs[0].id]
            (quota,) = await line.quotas.read(Asker(MEL, 10))
            assert quota.used == 1
