"""A painting process that dies or hangs costs an attempt, and its member nothing but time."""

import asyncio
import contextlib
import os
import resource
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from playground.client import Interaction, Member, pictures
from playground.server import Playground
from tests.end_to_end._stage import Stage, title
from tests.support.bot_process import ROOT, BotProcess
from tests.support.rows import rows
from tests.support.wire import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


def titles(member: Member, message_id: str) -> list[str]:
    """Every title that message has had."""
    return [
        title(event.data)
        for event in member.events
        if event.name == "MESSAGE_UPDATE" and event.data["id"] == message_id
    ]


def in_line(message: Json) -> bool:
    return title(message).startswith("Queued")


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, pytest.param(signal.SIGSEGV, marks=pytest.mark.long)]
)
async def test_a_worker_that_dies_in_mid_job_is_replaced_and_the_job_painted(
    stage: Stage, number: int
):
    # It is ready: one that dies before it is has been given nothing, and costs no attempt.
    assert pictures(await (await stage.ask()).picture(timeout=60))
    asked = await stage.held()
    os.kill(stage.held_worker, number)
    stage.release()
    message = await asked.picture(timeout=60)
    row = await stage.ended()
    assert (row["status"], row["attempts"]) == ("delivered", 2)
    assert len(asked.messages()) == 1
    for shown in titles(stage.member, message["id"]):
        assert shown == "" or shown.startswith(("Queued", "Loading", "Painting"))


@contextlib.asynccontextmanager
async def deadly(stage: Stage, job_id: int) -> AsyncIterator[None]:
    """Kill the worker each time that job is with it."""

    def loads() -> int:
        return sum("loaded demo" in line for line in stage.bot.log)

    async def kill() -> None:
        # One that has loaded no model yet has been given nothing; the one that is held has it.
        known = loads() - 1
        while True:
            (row,) = rows(stage.data_dir, "SELECT status FROM jobs WHERE id = ?", job_id)
            if row["status"] == "running" and loads() > known:
                known = loads()
                with contextlib.suppress(ValueError, FileNotFoundError, ProcessLookupError):
                    os.kill(stage.bot.worker, signal.SIGKILL)
            await asyncio.sleep(0.02)

    killing = asyncio.create_task(kill())
    try:
        yield
    finally:
        killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)


@pytest.mark.long
async def test_a_job_that_always_kills_its_worker_fails_and_the_next_one_is_painted(stage: Stage):
    assert pictures(await (await stage.ask()).picture(timeout=60))
    poison = await stage.held()
    poisonous = stage.row()["id"]
    async with await Member.connect(stage.playground.url, 0) as owner, deadly(stage, poisonous):
        next_one = await owner.command(
            "imagine", str(stage.channel.id), prompt="a green star", steps=1
        )
        told = await poison.message(lambda m: title(m) == "No picture this time", timeout=60)
        assert "Ask again" in told["embeds"][0]["fields"][0]["value"]
        assert pictures(await next_one.picture(timeout=60))
    sql = "SELECT status, attempts FROM jobs WHERE id >= ? ORDER BY id"
    first, second = rows(stage.data_dir, sql, poisonous)
    assert (first["status"], first["attempts"]) == ("failed", 2)
    assert second["attempts"] == 1


async def test_cancelling_what_a_hanging_worker_has_is_said_at_once(stage: Stage):
    assert pictures(await (await stage.ask()).picture(timeout=60))  # the worker is ready
    asked = await stage.held()
    (shown,) = asked.messages()
    await stage.member.press(shown, "Cancel")
    said = await asked.message(lambda m: title(m) == "Cancelling…", timeout=3)
    assert said["components"] == []
    assert stage.row()["status"] == "running"
    stage.release()
    ended = await asked.message(lambda m: title(m) == "Cancelled")
    assert ended["components"] == []
    assert (await stage.ended())["status"] == "cancelled"


@pytest.mark.long
async def test_a_worker_out_of_memory_costs_one_job_and_the_next_is_painted(stage: Stage):
    assert pictures(await (await stage.ask()).picture(timeout=60))  # the model is loaded
    worker = await stage.bot.until_worker()
    unlimited = resource.prlimit(worker, resource.RLIMIT_AS)
    pages = int(Path(f"/proc/{worker}/statm").read_text().split()[0])
    begun = len(stage.bot.log)
    # What it has it may keep, but it gets no more.
    resource.prlimit(worker, resource.RLIMIT_AS, (pages * resource.getpagesize(), unlimited[1]))
    try:
        asked = await stage.ask()
        told = await asked.message(lambda m: title(m) == "No picture this time", timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(worker, resource.RLIMIT_AS, unlimited)
    why = told["embeds"][0]["fields"][0]["value"]
    assert "needs more memory" in why
    assert pictures(await (await stage.ask()).picture(timeout=60))
    # It was tried once more with a cheaper setting before the member was told.
    logged = "\n".join(stage.bot.log[begun:])
    assert "too little memory, from now on" in logged
    assert f"worker {worker} ran out of memory: it is replaced" in logged
    assert await stage.bot.until_worker() != worker


@pytest.mark.long
async def test_a_worker_that_hangs_is_replaced_at_the_deadline_and_the_job_tried_once_more(
    playground: Playground, tmp_path_factory: pytest.TempPathFactory
):
    data_dir = tmp_path_factory.mktemp("hangs")
    async with (
        BotProcess(playground, data_dir, EASEL_JOB_TIMEOUT_S="10") as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        assert pictures(await (await ask(member)).picture(timeout=60))  # it is loaded
        worker = await bot.until_worker()
        with stopped(worker):
            hanging, waiting = await ask(member), await ask(member)
            for each in (hanging, waiting):
                assert pictures(await each.picture(timeout=60))
        assert bot.worker != worker


#: Read by Python at its start, in the bot and thus in its worker: there the device breaks where a
#: file says so, once, with what torch raises of a GPU that does.
BREAKING_DEVICE = """
import asyncio, os, pathlib, sys
_site = pathlib.Path(__file__).parent
_spawn = asyncio.create_subprocess_exec

def _spawn_with_site(*command, env, **options):
    if "generation.worker" in command:
        env = {**env, "PYTHONPATH": os.pathsep.join([str(_site), env["PYTHONPATH"]])}
    return _spawn(*command, env=env, **options)

asyncio.create_subprocess_exec = _spawn_with_site

def _breaking(method, sign):
    def call(*arguments, **options):
        try:
            (_site / sign).unlink()
        except FileNotFoundError:
            return method(*arguments, **options)
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")
    return call

if "generation.worker" in sys.orig_argv:
    import torch
    torch.nn.Module.to = _breaking(torch.nn.Module.to, "loading")
    torch.nn.Conv2d.forward = _breaking(torch.nn.Conv2d.forward, "painting")
"""


@pytest.mark.long  # three workers are started
async def test_a_device_that_breaks_is_seen_to_paint_again_before_the_job_is_tried_once_more(
    playground: Playground, tmp_path: Path
):
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(BREAKING_DEVICE)
    data_dir = tmp_path / "data"
    async with (
        BotProcess(playground, data_dir, PYTHONPATH=f"{site}:{ROOT}") as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        for number, at in enumerate(("loading", "painting"), start=1):
            worker = await bot.until_worker()
            (site / at).touch()
            asked = await ask(member)
            message = await asked.picture(timeout=90)
            assert pictures(message)
            assert not (site / at).exists()
            assert bot.worker != worker
            assert sum("the device works again" in line for line in bot.log) == number
            assert len(asked.messages()) == 1
            for shown in titles(member, message["id"]):
                assert shown == "" or shown.startswith(("Queued", "Loading", "Painting"))
        assert any("an illegal memory access" in line for line in bot.log)
        jobs = rows(data_dir, "SELECT attempts, failure FROM jobs ORDER BY id")
        assert [(job["attempts"], job["failure"]) for job in jobs] == [(2, None), (2, None)]


async def ask(member: Member) -> Interaction:
    return await member.command(
        "imagine", member.channel("general"), prompt="a red circle", steps=1
    )


@contextlib.contextmanager
def stopped(process: int) -> Iterator[None]:
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)
