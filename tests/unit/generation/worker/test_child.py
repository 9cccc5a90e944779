"""Child processes: what they get, how they end, and that they never outlive the bot."""

import asyncio
import errno
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from generation.processes import child as child_module
from generation.processes.child import ChildError, ChildProcess
from tests.unit.generation.worker.processes import gone_within, is_running

ENVIRONMENT = {"PATH": os.environ["PATH"]}
MODULE = "tests.unit.generation.worker.children"
ROOT = Path(__file__).parents[4]


@asynccontextmanager
async def child(how: str, **environment: str) -> AsyncIterator[ChildProcess]:
    process = await ChildProcess.spawn(
        MODULE, [how], {**ENVIRONMENT, **environment}, hello_timeout_s=20
    )
    try:
        yield process
    finally:
        await process.end(0)


async def test_it_answers_on_its_channel() -> None:
    async with child("echoes") as process:
        await process.send({"kind": "question", "number": 7}, b"blob")
        assert await process.receive() == ({"kind": "question", "number": 7}, b"blob")


async def test_it_gets_its_environment_and_nothing_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    async with child("echoes", EXTRA="1") as process:
        # LC_CTYPE is Python's own doing in an environment without a locale.
        assert set(process.hello["sees"]) - {"LC_CTYPE"} == {"EXTRA", "PATH", "PYTHONPATH"}


async def test_what_lies_in_the_working_directory_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("generation", "json", "socket"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the data folder')")
    monkeypatch.chdir(tmp_path)
    async with child("echoes") as process:
        assert process.hello["cwd"] == str(tmp_path)


async def test_without_a_file_to_open_for_its_channel_it_can_not_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(child_module.socket, "socketpair", full)
    with pytest.raises(ChildError, match=r"can't be started.*Too many open files"):
        async with child("echoes"):
            pass


async def test_closing_its_channel_ends_it_by_itself() -> None:
    async with child("echoes") as process:
        await process.end(2)
        assert "exit status 0" in process.last_words
        await process.end(2)


async def test_one_that_computes_ends_with_its_channel_too() -> None:
    async with child("computes") as process:
        process._channel.writer.close()
        assert await gone_within(2, process.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_signals_are_left_to_the_bot(number: signal.Signals) -> None:
    async with child("echoes") as process:
        assert os.getpgid(process.pid) != os.getpgid(0)
        os.kill(process.pid, number)
        await process.send({"kind": "question"})
        assert (await process.receive()).kind == "question"


async def test_its_death_is_noticed_at_once() -> None:
    async with child("echoes") as process:
        receiving = asyncio.create_task(process.receive())
        await asyncio.sleep(0.05)
        os.kill(process.pid, signal.SIGSEGV)
        async with asyncio.timeout(2):
            with pytest.raises(ChildError, match="SIGSEGV"):
                await receiving


async def test_one_that_cannot_die_is_left_behind_and_no_more_heard(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As one in the D state: SIGKILL does nothing to it, and its channel stays open."""
    monkeypatch.setattr(child_module, "_DEATH_S", 0.2)
    async with child("bare") as process:
        with monkeypatch.context() as unkillable:
            unkillable.setattr(process._process, "kill", lambda: None)
            async with asyncio.timeout(5):
                receiving = asyncio.create_task(process.receive())
                await asyncio.sleep(0.05)
                process.kill()
                with pytest.raises(ChildError, match="still running"):
                    await receiving
                await process.end(0)
        assert is_running(process.pid)
    assert "does not die: it is left behind" in caplog.text


async def test_what_it_says_goes_to_the_log_at_its_level(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ChildError, match="exit status 3"):
        async with child("dies"):
            pass
    said = [
        (record.levelname, record.getMessage())
        for record in caplog.records
        if record.name == "generation.processes.child.children"
    ]
    assert said == [("WARNING", "somewhere: about to go"), ("WARNING", "and so it went")]


async def test_one_that_says_no_hello_is_killed() -> None:
    with pytest.raises(ChildError, match=r"said nothing within 0\.5 s"):
        await ChildProcess.spawn(MODULE, ["silent"], ENVIRONMENT, hello_timeout_s=0.5)


async def test_one_that_talks_nonsense_is_killed() -> None:
    with pytest.raises(ChildError, match="unreadable frame"):
        await ChildProcess.spawn(MODULE, ["nonsense"], ENVIRONMENT, hello_timeout_s=20)


async def test_giving_up_a_start_leaves_no_child_behind() -> None:
    before = set(_children())
    starting = asyncio.create_task(
        ChildProcess.spawn(MODULE, ["silent"], ENVIRONMENT, hello_timeout_s=20)
    )
    while not set(_children()) - before:
        await asyncio.sleep(0.01)
    (pid,) = set(_children()) - before
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert await gone_within(2, pid)


@pytest.mark.parametrize("how", ["echoes", "computes", "bare"])
async def test_it_dies_with_the_bot(how: str) -> None:
    """The bot is killed: it has no chance to tell anybody."""
    code = (
        "import asyncio\n"
        "from generation.processes.child import ChildProcess\n"
        "async def main():\n"
        f"    child = await ChildProcess.spawn({MODULE!r}, [{how!r}], {{}}, hello_timeout_s=20)\n"
        "    print(child.pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout is not None
    pid = int(await bot.stdout.readline())
    assert is_running(pid)
    bot.kill()
    assert await gone_within(2, pid)
    await bot.communicate()


def _children() -> list[int]:
    return [
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
