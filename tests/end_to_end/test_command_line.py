"""The two programs as people start them: `python -m bot …` and `python -m playground`."""

import asyncio
import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from bot.database import Database
from generation.store import JobStore
from playground.client import Member, pictures
from tests.support import png
from tests.support.bot_process import ROOT
from tests.support.jobs import make_origin, make_request
from tests.support.rows import rows

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENVIRONMENT = {
    **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
    "PYTHONPATH": str(ROOT),
}


async def run(folder: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run `python -m bot` with these arguments in a folder; exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env={**ENVIRONMENT, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.long
async def test_generate_writes_the_same_picture_for_the_same_seed(tmp_path: Path):
    for name in ("one.png", "two.png"):
        code, out, err = await run(
            tmp_path, "generate", "a red circle", "--seed", "7", "--out", name
        )
        assert code == 0, err
        assert out == f"{name}: demo, seed 7\n"
    one, two = ((tmp_path / name).read_bytes() for name in ("one.png", "two.png"))
    assert one == two
    assert png.size(one) == (256, 256)
    # The scratch database is gone, and no data folder was begun.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.png", "two.png"]


@pytest.mark.long
async def test_generate_starts_from_a_file(tmp_path: Path):
    (tmp_path / "mine.png").write_bytes(png.make(64, 64))
    started = ("--image", "mine.png", "--strength", "0.5", "--out", "made.png")
    code, _, err = await run(tmp_path, "generate", "a red circle", "--seed", "7", *started)
    assert code == 0, err
    assert '"strength":0.5' in png.texts((tmp_path / "made.png").read_bytes())["easel"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["generate", "  "], 2, "prompt"),
        (["generate", "a", "--steps", "99"], 2, "1 to 30, not 99"),
        (["generate", "a", "--model", "dall-e"], 2, "There are: demo"),
        (["generate", "a", "--seed", "x"], 2, "invalid int value"),
        (["generate", "a", "--strength", "0.5"], 2, "you brought none"),
        (["generate", "a", "--image", __file__], 2, "no PNG, JPEG or WebP picture"),
        (["generate", "a", "--out", "no/such/folder/x.png"], 2, "no/such/folder"),
        (["generate", "a", "--out", "."], 2, "no PNG's name"),
        (["generate", "a", "--out", "x.jpg"], 2, "no PNG's name"),
        (["generate", "a naked child"], 2, "Easel's own rule refuses it"),
        (["paint"], 2, "invalid choice"),
    ],
)
@pytest.mark.long
async def test_what_does_not_fit_is_one_plain_line(
    tmp_path: Path, arguments: list[str], code: int, says: str
):
    found, _, err = await run(tmp_path, *arguments)
    assert found == code
    assert says in err
    assert "Traceback" not in err


@pytest.mark.long
async def test_a_list_of_words_that_can_not_be_read_is_told_with_its_line(tmp_path: Path):
    code, out, err = await run(tmp_path, "generate", "a", EASEL_BLOCKED_WORDS="words.txt")
    assert (code, out, err) == (2, "", "words.txt cannot be read: No such file or directory.\n")
    (tmp_path / "words.txt").write_text("gore\n?\n")
    code, _, err = await run(tmp_path, "generate", "a", EASEL_BLOCKED_WORDS="words.txt")
    assert code == 2
    assert err == "words.txt, line 2, has no word: two letters or more.\n"


async def test_health_without_a_bot(tmp_path: Path):
    code, out, _ = await run(tmp_path, "health", EASEL_DATA_DIR=str(tmp_path / "data"))
    assert code == 1
    assert "No bot serves" in out


async def test_a_backup_made_beside_a_running_bot_comes_back(tmp_path: Path):
    data = tmp_path / "data"
    environment = {"EASEL_DATA_DIR": str(data)}
    async with Database.open(data) as database:  # as a running bot has it
        store = JobStore(database)
        await store.create(make_request("before"), make_origin(1, 100))
        code, out, err = await run(tmp_path, "backup", "copy.sqlite", **environment)
        assert code == 0, err
        assert out.startswith("Backed up to copy.sqlite")
        await store.create(make_request("after"), make_origin(1, 200))
        code, _, err = await run(tmp_path, "backup", "copy.sqlite/no-folder", **environment)
        assert code == 1
        assert err.startswith("copy.sqlite/no-folder can't be written: ")
        code, _, err = await run(tmp_path, "restore", "copy.sqlite", **environment)
        assert code == 3
        assert "is in use by another Easel" in err
    code, out, err = await run(tmp_path, "restore", "copy.sqlite", **environment)
    assert code == 0, err
    assert "Restored from copy.sqlite" in out
    assert "1 jobs that were under way" in out
    found = rows(data, "SELECT prompt, status FROM jobs")
    assert found == [{"prompt": "before", "status": "cancelled"}]
    (kept,) = (data / "backups").glob("easel-before-restore-*.sqlite")
    assert str(kept) in out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["backup", "taken.sqlite"], 1, "exists already"),
        (["backup", "copy.sqlite"], 3, "There is no database"),
        (["backup"], 2, "FILE"),
        (["restore", "nothing.sqlite"], 3, "There is no file nothing.sqlite. In Docker it must"),
        (["restore", "taken.sqlite"], 3, "taken.sqlite is damaged"),
        (["restore"], 2, "FILE"),
    ],
)
async def test_what_can_not_be_backed_up_or_restored_is_told_and_changes_nothing(
    tmp_path: Path, arguments: list[str], code: int, says: str
):
    (tmp_path / "taken.sqlite").write_bytes(b"no database, but long enough to be looked at" * 99)
    before = (tmp_path / "taken.sqlite").read_bytes()
    found, _, err = await run(tmp_path, *arguments, EASEL_DATA_DIR=str(tmp_path / "data"))
    assert found == code, err
    assert says in err
    assert "Traceback" not in err
    assert (tmp_path / "taken.sqlite").read_bytes() == before
    assert not (tmp_path / "data" / "easel.sqlite").exists()


@pytest.mark.long
async def test_the_playground_brings_the_bot_and_takes_it_along(tmp_path: Path):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "playground", "--port", "0"),
        cwd=tmp_path,
        # A real token that lies about must not reach the bot in the playground.
        env={
            **ENVIRONMENT,
            "DISCORD_TOKEN": "MTEwMDAwMDAwMDAwMDAwMDAw.GaBcDe.a-real-token-not-for-here",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    printed: list[str] = []
    try:
        began = time.monotonic()
        async with asyncio.timeout(60):
            while not any("bot is online" in line for line in printed):
                line = await process.stdout.readline()
                assert line, "\n".join(printed)
                printed.append(line.decode())
        assert time.monotonic() - began < 30
        (url,) = re.findall(r"http://127\.0\.0\.1:\d+", "".join(printed))[:1]
        async with await Member.connect(url, 1) as member:
            painting = await member.command(
                "imagine", member.channel("general"), prompt="a red circle on a blue background"
            )
            assert pictures(await painting.picture(timeout=60))
        data_dir = str(tmp_path / "playground-data")
        code, sentence = 1, ""
        # The first sign of life comes once the gateway has sent all guilds.
        for _ in range(10):
            code, sentence, _ = await run(tmp_path, "health", EASEL_DATA_DIR=data_dir)
            if code == 0:
                break
        assert code == 0, sentence
        assert "The bot serves: 0 waiting, on CPU" in sentence
    finally:
        process.send_signal(signal.SIGINT)
        rest = (await process.communicate())[0].decode()
    printed.append(rest)
    assert process.returncode == 0, "".join(printed)
    assert "Traceback" not in "".join(printed)
    assert "a-real-token" not in "".join(printed)
    assert not processes_of(tmp_path)


def processes_of(folder: Path) -> list[str]:
    """The processes that run in a folder or below it."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").resolve().is_relative_to(folder):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found
