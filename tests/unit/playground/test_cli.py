"""`python -m playground` as a person starts and ends it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from playground.__main__ import main
from playground.child import environment

ROOT = Path(__file__).parents[3]
# A stand-in for the bot: tells its environment, then waits to be ended, or ends by itself.
BOT = """
import os, signal, sys, time
names = ("DISCORD_TOKEN", "DISCORD_API_URL", "EASEL_DATA_DIR")
print(os.getpid(), *(os.environ[name] for name in names), flush=True)
if "BOT_EXITS" in os.environ:
    sys.exit(int(os.environ["BOT_EXITS"]))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
time.sleep(60)
"""

Process = asyncio.subprocess.Process
Start = Callable[..., Awaitable[Process]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a playground whose bot is the stand-in."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "__main__.py").write_text(BOT)
    running: list[Process] = []

    async def start(*arguments: str, **more: str) -> Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "playground", *arguments),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}", **more},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 20)).decode()


async def url_of(process: Process) -> str:
    return next(word for word in (await line(process)).split() if word.startswith("http"))


def is_running(pid: str) -> bool:
    """Whether there is such a process, other than one that only waits to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_playground_and_its_bot(start: Start, tmp_path: Path, number: int):
    elsewhere = str(tmp_path / "elsewhere")
    process = await start("--port", "0", DISCORD_TOKEN="real", EASEL_DATA_DIR=elsewhere)
    url = await url_of(process)
    pid, token, api_url, data_dir = (await line(process)).split()
    assert (api_url, data_dir) == (f"{url}api/v10", elsewhere)
    assert token != "real"
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 15) == 0
    assert not is_running(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
async def test_a_killed_playground_leaves_no_bot_behind(start: Start):
    process = await start("--port", "0")
    await url_of(process)
    pid = (await line(process)).split()[0]
    process.kill()
    async with asyncio.timeout(10):
        while is_running(pid):
            await asyncio.sleep(0.05)


async def test_it_goes_on_without_a_bot_that_ended(start: Start):
    process = await start("--port", "0", BOT_EXITS="3")
    url = await url_of(process)
    await line(process)
    assert "exit code 3" in await line(process)
    async with aiohttp.ClientSession() as http, http.get(f"{url}playground/state") as response:
        assert not (await response.json())["bot_online"]
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 15) == 0


async def test_a_taken_port_is_said_in_one_line(start: Start):
    first = await start("--port", "0", "--no-bot")
    port = (await url_of(first)).rstrip("/").rpartition(":")[2]
    second = await start("--port", port, "--no-bot")
    output, complaint = await second.communicate()
    assert (second.returncode, output) == (2, b"")
    assert complaint.decode().count("\n") == 1
    assert port in complaint.decode()


async def test_the_bot_runs_in_a_data_folder_of_its_own(start: Start, tmp_path: Path):
    process = await start("--port", "0", EASEL_DATA_DIR="new/data")
    await url_of(process)
    folder = tmp_path / "new" / "data"
    pid, *_, data_dir = (await line(process)).split()
    assert data_dir == str(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    if sys.platform == "linux":
        assert Path(f"/proc/{pid}/cwd").resolve() == folder.resolve()


async def test_it_goes_on_where_the_data_folder_cannot_be_made(start: Start, tmp_path: Path):
    (tmp_path / "file").touch()
    process = await start("--port", "0", EASEL_DATA_DIR="file/data")
    await url_of(process)
    assert "the bot cannot start" in await line(process)
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 15) == 0


def test_the_childs_environment_is_always_the_playgrounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    made = environment("token", "http://x", {"DISCORD_TOKEN": "real", "PATH": "/bin"})
    assert made == {
        "DISCORD_TOKEN": "token",
        "DISCORD_API_URL": "http://x",
        "EASEL_DATA_DIR": str(tmp_path / "playground-data"),
        "EASEL_DEFAULT_MODEL": "demo",
        "EASEL_SHUTDOWN_GRACE_S": "5",
        "PATH": "/bin",
        "PYTHONPATH": str(ROOT),
    }


@pytest.mark.parametrize(
    "name",
    [
        *("DISCORD_TOKEN_FILE", "DISCORD_ANYTHING", "discord_token_file"),
        *("HF_TOKEN", "HF_TOKEN_FILE", "HUGGING_FACE_HUB_TOKEN", "hf_token"),
        *("EASEL_HOSTED_ENDPOINT", "EASEL_HOSTED_PROVIDER", "EASEL_SYNC_COMMANDS_TO"),
    ],
)
def test_no_token_and_no_hosted_api_reaches_the_bot(name: str):
    assert name not in environment("token", "http://x", {name: "secret"})


def test_settings_that_were_named_reach_the_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    named = {
        "EASEL_DEFAULT_MODEL": "sdxl-turbo",
        "EASEL_DEVICE": "cpu",
        "EASEL_LOG_LEVEL": "DEBUG",
        "EASEL_SHUTDOWN_GRACE_S": "1",
    }
    folders = {"EASEL_DATA_DIR": "data", "EASEL_MODELS_DIR": "models", "PYTHONPATH": "lib:/more"}
    made = environment("token", "http://x", {**named, **folders})
    assert named.items() <= made.items()
    assert made["EASEL_DATA_DIR"] == str(tmp_path / "data")
    assert made["EASEL_MODELS_DIR"] == str(tmp_path / "models")
    assert made["PYTHONPATH"] == f"{tmp_path / 'lib'}:/more:{ROOT}"


def test_an_empty_variable_counts_as_none():
    empty = {"EASEL_DATA_DIR": "", "EASEL_DEFAULT_MODEL": "", "EASEL_SHUTDOWN_GRACE_S": ""}
    assert environment("token", "http://x", empty) == environment("token", "http://x", {})


@pytest.mark.parametrize("port", ["x", "65536", "-1", "1.5", "9" * 5000, "\u0663"])
def test_what_is_no_port_is_said_plainly(port: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main([f"--port={port}"])
    assert "a port is a number from 0 to 65535" in capsys.readouterr().err


async def test_a_trace_that_cannot_be_written_names_its_variable(start: Start):
    trace = "/nowhere/at/all.jsonl"
    process = await start("--port", "0", "--no-bot", EASEL_PLAYGROUND_TRACE=trace)
    _, complaint = await process.communicate()
    assert process.returncode == 2
    assert "EASEL_PLAYGROUND_TRACE" in complaint.decode()
    assert trace in complaint.decode()
