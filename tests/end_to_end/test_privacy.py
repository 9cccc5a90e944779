"""/privacy says what is stored, /delete-my-data leaves nothing of it."""

import asyncio
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from playground.cdn import Cdn
from playground.client import Interaction, Member, Upload, pictures
from playground.server import Playground
from tests.end_to_end._stage import Stage, title
from tests.support import png
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


def traces(data_dir: Path, user_id: str) -> Iterator[str]:
    """Wherever in the database that id stands, in any column of any table."""
    with closing(sqlite3.connect(f"file:{data_dir}/easel.sqlite?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        for (table,) in tables.fetchall():
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            for row in cursor:
                for name, value in zip(names, row, strict=True):
                    if user_id in str(value):
                        yield f"{table}.{name}"


def files_of(data_dir: Path, job_ids: list[int]) -> list[Path]:
    """All files that are named by one of these jobs."""
    return [
        path
        for path in (data_dir / "pictures").rglob("*.*")
        if int(path.stem.split("-")[0]) in job_ids
    ]


def jobs_of(data_dir: Path, user_id: str) -> list[int]:
    found = rows(data_dir, "SELECT id FROM jobs WHERE user_id = ?", int(user_id))
    return [row["id"] for row in found]


async def erase(member: Member, channel: str) -> str:
    """Ask for it, confirm, and what it says at the end."""
    asked = await (await member.command("delete-my-data", channel)).response()
    assert asked["flags"] & EPHEMERAL
    assert "Delete all that Easel has stored of you" in asked["content"]
    return await confirm(member, asked)


async def confirm(member: Member, asked: Json) -> str:
    mark = member.mark()
    await member.press(asked, "Delete all of it")
    said = await member.wait_for(
        lambda event: (
            event.name == "MESSAGE_UPDATE"
            and event.data["id"] == asked["id"]
            and "**Deleted:**" in event.data["content"]
        ),
        40,
        since=mark,
    )
    assert said.data["components"] == []
    return said.data["content"]


async def test_the_notice_tells_what_how_long_who_and_how(stage: Stage):
    answer = await (await stage.member.command("privacy", str(stage.channel.id))).response()
    assert answer["flags"] & EPHEMERAL
    (embed,) = answer["embeds"]
    told = {field["name"]: field["value"] for field in embed["fields"]}
    assert list(told) == ["What", "How long", "Who sees it", "How to delete it"]
    assert "until you or the host delete them" in told["How long"]
    assert "the host's log" in told["Who sees it"]
    assert "/delete-my-data" in told["How to delete it"]


async def test_no_row_and_no_file_is_left_of_a_member(stage: Stage):
    channel, member = str(stage.channel.id), stage.member
    painted = await (await stage.ask()).picture(timeout=60)
    await (await stage.ask()).picture(timeout=60)
    number = painted["embeds"][0]["footer"]["text"]
    used = await member.command("report", channel, picture=number, reason="my own")
    assert "host's log" in (await used.response())["content"]
    ids = jobs_of(stage.data_dir, member.id)
    # Of what others here asked for before, some may have come to nothing.
    files = files_of(stage.data_dir, ids)
    assert len(ids) >= len(files) >= 2
    said = await erase(member, channel)
    assert f"**Deleted:** {len(ids)} requests, {len(files)} pictures" in said
    assert "1 report that you made" in said
    assert list(traces(stage.data_dir, member.id)) == []
    assert files_of(stage.data_dir, ids) == []
    shown = await member.command("show", channel, picture=number)
    assert "no such picture" in (await shown.response())["content"]
    assert "**Deleted:** 0 requests, 0 pictures" in await erase(member, channel)


async def test_what_others_have_stays(stage: Stage):
    channel = str(stage.channel.id)
    async with await Member.connect(stage.playground.url, 0) as owner:
        asked = await owner.command("imagine", channel, prompt="a blue circle", steps=1)
        painted = await asked.picture(timeout=60)
        await erase(stage.member, channel)
        number = painted["embeds"][0]["footer"]["text"]
        shown = await owner.command("show", channel, picture=number)
        assert pictures(await shown.response())


async def test_what_waits_and_runs_is_cancelled_and_leaves_nothing(stage: Stage):
    held = await stage.held(steps=20)
    waiting = await stage.ask()
    await waiting.message(lambda message: title(message).startswith("Queued"))
    ids = jobs_of(stage.data_dir, stage.member.id)[-2:]
    asked = await (await stage.member.command("delete-my-data", str(stage.channel.id))).response()
    confirming = asyncio.create_task(confirm(stage.member, asked))
    await waiting.message(lambda message: title(message).startswith("Cancelled"), timeout=20)
    stage.release()
    said = await confirming
    assert "2 of them had not ended, and were cancelled first." in said
    await held.message(lambda message: title(message).startswith("Cancelled"), timeout=20)
    assert list(traces(stage.data_dir, stage.member.id)) == []
    assert files_of(stage.data_dir, ids) == []
    # And everything goes on, for that member too.
    await (await stage.ask()).picture(timeout=60)


@pytest.mark.long
async def test_neither_a_limit_nor_what_counts_today_is_lifted_by_it(stage: Stage):
    channel = str(stage.channel.id)
    async with await Member.connect(stage.playground.url, 0) as owner:
        used = await owner.command("easel limits set", channel, per_day=1, member=stage.member.id)
        await used.response()
        await (await stage.ask()).picture(timeout=60)
        said = await erase(stage.member, channel)
        assert "limits that a guild's admins set for you" in said
        assert list(traces(stage.data_dir, stage.member.id)) == []
        used = await owner.command("easel limits show", channel)
        shown = (await used.response())["content"]
        assert "- a member who had their data deleted: 1 picture a day" in shown
    refused: Interaction = await stage.ask()
    note = await refused.message(lambda message: message["flags"] & EPHEMERAL)
    assert "You have had 1 of 1 pictures in 24 hours in this guild." in note["content"]
    async with await Member.connect(stage.playground.url, 0) as owner:
        used = await owner.command("easel limits clear", channel, member=stage.member.id)
        assert "Cleared for" in (await used.response())["content"]
    await (await stage.ask()).picture(timeout=60)


@pytest.mark.long
async def test_what_was_asked_for_before_and_is_still_fetched_is_not_taken_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fetched, go_on = asyncio.Event(), asyncio.Event()
    give_out = Cdn.get

    async def slowly(self: Cdn, request: web.Request) -> web.Response:
        fetched.set()
        await go_on.wait()
        return await give_out(self, request)

    monkeypatch.setattr(Cdn, "get", slowly)
    async with (
        Playground(port=0) as playground,
        BotProcess(playground, tmp_path),
        await Member.connect(playground.url, 1) as member,
    ):
        general = member.channel("general")
        options = {
            "prompt": "a heart",
            "image": Upload("a.png", png.plain(64, 64, (200, 30, 30))),
            "steps": 2,
        }
        asked = await member.command("imagine", general, **options)
        async with asyncio.timeout(20):
            await fetched.wait()
        assert "**Deleted:** 0 requests" in await erase(member, general)
        go_on.set()
        word = await asked.message(lambda m: m["flags"] & EPHEMERAL and m["content"], timeout=20)
        assert "You had your data deleted after you asked for this." in word["content"]
        assert "Ask again." in word["content"]
        assert list(traces(tmp_path, member.id)) == []
        assert list((tmp_path / "inputs").iterdir()) == []
        again = await member.command("imagine", general, **options)
        await again.picture(timeout=60)


@pytest.mark.long
async def test_a_deletion_that_was_cut_off_is_taken_up_by_the_next_start(
    playground: Playground, tmp_path: Path
):
    bot = BotProcess(playground, tmp_path)
    await bot.start()
    async with await Member.connect(playground.url, 1) as member:
        general = member.channel("general")
        asked = await member.command("imagine", general, prompt="a red circle", steps=1)
        await asked.picture(timeout=60)
        ids = jobs_of(tmp_path, member.id)
        await bot.stop(signal.SIGKILL)
        # As it is when the process dies before anything but the note was written.
        with closing(sqlite3.connect(tmp_path / "easel.sqlite")) as connection:
            connection.execute(
                "INSERT INTO erasures (user_id, asked_at) VALUES (?, 0)", (int(member.id),)
            )
            connection.commit()
        await bot.start()
        async with asyncio.timeout(20):
            while list(traces(tmp_path, member.id)):
                await asyncio.sleep(0.05)
        assert files_of(tmp_path, ids) == []
        await bot.stop()
