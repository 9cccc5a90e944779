"""Whatever Discord does meanwhile: a picture reaches its member, once, or that is recorded.

A bot and a playground of their own: the clock is moved, guilds are left, the API is made to fail.
"""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing

import pytest

from playground import permissions
from playground.client import Member, pictures
from playground.faults import Drop
from tests.end_to_end._stage import EDIT_BY_RIGHT, EDIT_BY_TOKEN, POST, Stage, title
from tests.support.rows import rows
from tests.support.wire import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_after_the_token_has_died_the_same_message_shows_the_picture(stage: Stage):
    refused = stage.playground.invalid_requests.count
    asked = await stage.held()
    (before,) = asked.messages()
    stage.playground.clock.advance(20 * 60)
    stage.release()
    message = await asked.picture(timeout=20)
    assert message["id"] == before["id"]
    assert (await stage.ended())["status"] == "delivered"
    # Tried once at most, and never again: it counts toward a ban.
    assert stage.playground.invalid_requests.count <= refused + 1


async def test_where_it_may_not_edit_any_more_a_new_message_mentions_its_owner(stage: Stage):
    asked = await stage.held()
    (before,) = asked.messages()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.faults.add(
        f"PATCH /channels/*/messages/{before['id']}", always=True, code=50013
    )
    stage.release()
    row = await stage.ended()
    assert row["status"] == "delivered"
    (message,) = await stage.posted(str(stage.channel.id))
    assert message["id"] == str(row["posted_message_id"]) != before["id"]
    assert [user["id"] for user in message["mentions"]] == [stage.member.id]


async def test_where_it_may_not_post_any_more_it_goes_by_direct_message(stage: Stage):
    await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.guilds.channels.allow(
        stage.channel, stage.guild.id, deny=permissions.VIEW_CHANNEL
    )
    stage.release()
    row = await stage.ended()
    assert row["status"] == "delivered"
    assert str(row["posted_channel_id"]) == stage.member.dm_channel_id
    message = await stage.member.message(stage.member.dm_channel_id, str(row["posted_message_id"]))
    assert pictures(message)


async def test_with_direct_messages_closed_it_is_recorded_and_kept(stage: Stage):
    await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.guilds.channels.allow(
        stage.channel, stage.guild.id, deny=permissions.VIEW_CHANNEL
    )
    stage.playground.world.people[1].takes_dms = False
    stage.release()
    row = await stage.ended()
    assert row["status"] == "undeliverable"
    assert (stage.data_dir / row["picture_path"]).is_file()


@pytest.mark.parametrize("drop", [pytest.param("before", marks=pytest.mark.long), "after"])
async def test_a_lost_answer_to_the_last_edit_shows_the_picture_once(stage: Stage, drop: Drop):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, nth=1, drop=drop)
    stage.release()
    await asked.picture(timeout=20)
    assert (await stage.ended())["status"] == "delivered"
    assert len(await stage.posted(str(stage.channel.id))) == 1


@pytest.mark.parametrize("private", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_what_was_shown_with_a_lost_answer_is_shown_nowhere_else(stage: Stage, private: bool):
    if private:
        stage.playground.guilds.channels.allow(
            stage.channel, stage.guild.id, deny=permissions.ATTACH_FILES
        )
    asked = await stage.held()
    lost = stage.playground.faults.add(EDIT_BY_TOKEN, always=True, drop="after")
    stage.release()
    message = await asked.picture(timeout=20)
    stage.playground.faults.remove(lost.id)
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.faults.add(EDIT_BY_RIGHT, always=True, code=50013)
    row = await stage.ended()
    assert (row["status"], row["posted_message_id"]) == ("delivered", None)
    posted = await stage.posted(str(stage.channel.id))
    assert [each["id"] for each in posted] == [message["id"]]


async def test_the_promised_message_says_that_the_picture_is_below(stage: Stage):
    asked = await stage.held()
    (before,) = asked.messages()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    refused = stage.playground.faults.add(
        f"PATCH /channels/*/messages/{before['id']}", always=True, code=50013
    )
    posting = stage.playground.faults.add(POST, nth=1, delay=1.5)
    stage.release()
    async with asyncio.timeout(20):
        while not posting.struck:
            await asyncio.sleep(0.05)
    stage.playground.faults.remove(refused.id)
    assert (await stage.ended())["posted_message_id"] is not None
    async with asyncio.timeout(5):
        while True:
            shown = await stage.member.message(str(stage.channel.id), before["id"])
            if "below" in title(shown):
                break
            await asyncio.sleep(0.05)
    assert not shown["components"]


@pytest.mark.parametrize("says_so", [True, pytest.param(False, marks=pytest.mark.long)])
async def test_a_line_whose_picture_went_by_direct_message_says_so_or_goes(
    stage: Stage, says_so: bool
):
    await stage.held()
    faults = stage.playground.faults
    faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    refused = faults.add(f"PATCH /channels/{stage.channel.id}/messages/*", always=True, code=50013)
    direct = f"POST /channels/{stage.member.dm_channel_id}/messages"
    posting = faults.add(direct, nth=1, delay=1.5)
    stage.release()
    async with asyncio.timeout(20):
        while not posting.struck:
            await asyncio.sleep(0.05)
    assert await _lines(stage) == ["here is the picture you asked for:"]
    if says_so:
        faults.remove(refused.id)
    row = await stage.ended()
    assert row["status"] == "delivered"
    assert str(row["posted_channel_id"]) == stage.member.dm_channel_id
    async with asyncio.timeout(5):
        while (said := await _lines(stage)) == ["here is the picture you asked for:"]:
            await asyncio.sleep(0.05)
    assert said == (["About what you asked for:"] if says_so else [])


@pytest.mark.long
async def test_a_line_of_a_killed_bot_that_takes_no_picture_goes(stage: Stage):
    await stage.held()
    faults, direct = stage.playground.faults, str(stage.member.dm_channel_id)
    before = await _lines(stage, direct)
    faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    faults.add(f"PATCH /channels/{stage.channel.id}/messages/*", always=True, code=50013)
    failing = faults.add(f"PATCH /channels/{direct}/messages/*", always=True, status=503)
    stage.release()
    async with asyncio.timeout(20):
        while not failing.struck:
            await asyncio.sleep(0.05)
    await stage.bot.stop(signal.SIGKILL)
    assert len(await _lines(stage, direct)) == len(before) + 1
    faults.remove(failing.id)
    faults.add(f"PATCH /channels/{direct}/messages/*", always=True, code=50013)
    stage.bot.log.clear()
    await stage.bot.start()
    assert (await stage.ended())["status"] == "undeliverable"
    assert await _lines(stage, direct) == before


async def _lines(stage: Stage, channel: str | None = None) -> list[str]:
    """What is said to the member in the channel, without the mention."""
    messages = await stage.member.messages(channel or str(stage.channel.id))
    return [m["content"].partition("> ")[2] for m in messages if m["content"].startswith("<@")]


async def test_a_new_message_whose_answer_is_lost_is_posted_once(stage: Stage):
    await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.faults.add(EDIT_BY_RIGHT, nth=1, code=50013)
    stage.playground.faults.add(POST, nth=1, drop="after", status=502)
    stage.release()
    assert (await stage.ended())["status"] == "delivered"
    said = [m for m in await stage.member.messages(str(stage.channel.id)) if m["mentions"]]
    assert len(said) == 1


@pytest.mark.parametrize("status", [500, pytest.param(503, marks=pytest.mark.long)])
async def test_a_bad_moment_of_discord_delays_the_picture(stage: Stage, status: int):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, nth=1, status=status)
    stage.release()
    await asked.picture(timeout=30)
    assert (await stage.ended())["status"] == "delivered"


async def test_a_picture_that_is_refused_as_too_large_arrives_smaller_and_says_so(stage: Stage):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, nth=1, code=40005)
    stage.release()
    message = await asked.picture(timeout=20)
    (file,) = message["attachments"]
    assert file["content_type"] == "image/webp"
    row = await stage.ended()
    assert row["status"] == "delivered"
    assert file["size"] < (stage.data_dir / row["picture_path"]).stat().st_size
    notes = {field["name"]: field["value"] for field in message["embeds"][0]["fields"]}
    assert "larger than this place takes" in notes["Note"]


async def test_a_message_its_owner_deleted_ends_the_job(stage: Stage):
    asked = await stage.held()
    (before,) = asked.messages()
    await asked_delete(stage, before)
    stage.release()
    row = await stage.ended()
    assert row["status"] in ("cancelled", "undeliverable")
    assert await stage.posted(str(stage.channel.id)) == []


async def asked_delete(stage: Stage, message: Json) -> None:
    async with await Member.connect(stage.playground.url, 0) as owner:
        await owner.api("DELETE", f"/channels/{message['channel_id']}/messages/{message['id']}")


async def test_a_channel_that_is_deleted_ends_its_jobs(stage: Stage):
    await stage.held(steps=30)
    stage.playground.guilds.channels.delete(stage.channel)
    stage.release()
    row = await stage.ended()
    assert (row["status"], row["detail"]) == ("cancelled", "with its channel")


async def test_a_guild_that_is_left_ends_its_jobs(stage: Stage):
    await stage.held(steps=30)
    stage.playground.guilds.remove_bot(stage.guild)
    stage.release()
    row = await stage.ended()
    assert (row["status"], row["detail"]) == ("cancelled", "with its guild")


async def test_what_is_painted_when_its_guild_is_left_goes_to_nobody_else(stage: Stage):
    dms = await _direct(stage)
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, status=500)
    await stage.ask()
    async with asyncio.timeout(30):
        while [row["status"] for row in _own(stage)] != ["generated"]:
            await asyncio.sleep(0.05)
    stage.playground.guilds.remove_bot(stage.guild)
    await asyncio.sleep(0.5)  # until the bot has heard of it
    stage.playground.faults.clear()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    row = await stage.ended()
    assert (row["status"], row["posted_message_id"]) == ("undeliverable", None)
    assert await _direct(stage) == dms


@pytest.mark.long
async def test_with_many_waiting_in_a_channel_each_picture_is_shown_as_soon_as_it_is_painted(
    stage: Stage,
):
    """They asked long ago, the bot was restarted, and Discord takes what it was seen to take."""
    await stage.held(steps=30)
    for number in range(14):
        # With a seed each is painted alone, so that no more pictures come than a channel takes.
        asked = await stage.ask(steps=30, seed=number)
        await asked.message(title)  # accepted
    os.kill(stage.bot.pid, signal.SIGKILL)
    await stage.bot.stop()
    with closing(sqlite3.connect(stage.data_dir / "easel.sqlite")) as database, database:
        database.execute("UPDATE jobs SET interaction_token = NULL")  # as after 15 minutes
    stage.playground.ratelimits.use_observed()
    await stage.bot.start()
    async with asyncio.timeout(120):
        while any(row["told_at"] is None for row in _own(stage)):
            await asyncio.sleep(0.5)
    late = [row["told_at"] - row["generated_at"] for row in _own(stage)]
    assert len(late) == 15
    assert max(late) < 10, late  # a channel takes about one a second, whatever is painted


async def _direct(stage: Stage) -> list[str]:
    """The ids of all direct messages, also those of tests before."""
    return [each["id"] for each in await stage.member.messages(stage.member.dm_channel_id)]


def _own(stage: Stage) -> list[Json]:
    channel = stage.channel.id
    return rows(stage.data_dir, "SELECT * FROM jobs WHERE channel_id = ? ORDER BY id", channel)


async def test_an_outage_of_the_guild_ends_nothing(stage: Stage):
    asked = await stage.held()
    stage.playground.guilds.begin_outage(stage.guild)
    stage.playground.guilds.end_outage(stage.guild)
    stage.release()
    await asked.picture(timeout=20)


async def test_automod_is_met_quietly(stage: Stage):
    await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=200000)
    stage.release()
    row = await stage.ended()
    assert row["status"] == "undeliverable"


async def test_where_pictures_may_not_be_posted_the_answer_is_private(stage: Stage):
    stage.playground.guilds.channels.allow(
        stage.channel, stage.guild.id, deny=permissions.ATTACH_FILES
    )
    asked = await stage.ask()
    message = await asked.picture(timeout=20)
    assert message["flags"] & 64
    assert (await stage.ended())["private"] == 1


@pytest.mark.long
async def test_a_failure_that_could_not_be_said_is_said_after_a_restart(stage: Stage):
    asked = await stage.held()
    (before,) = asked.messages()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, status=503)
    stage.playground.faults.add(EDIT_BY_RIGHT, always=True, status=503)
    await stage.member.press(before, "Cancel")
    stage.release()
    async with asyncio.timeout(20):
        while stage.row()["status"] != "cancelled":
            await asyncio.sleep(0.05)
    await stage.bot.stop(signal.SIGKILL)
    assert stage.row()["told_at"] is None
    stage.playground.faults.clear()
    stage.bot.log.clear()
    await stage.bot.start()
    await stage.ended()
    shown = await stage.member.message(str(stage.channel.id), before["id"])
    assert shown["embeds"][0]["title"] == "Cancelled"


@pytest.mark.long
async def test_a_picture_that_is_gone_before_it_is_posted_is_said_to_be_lost(stage: Stage):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, status=503)
    stage.playground.faults.add(EDIT_BY_RIGHT, always=True, status=503)
    stage.release()
    async with asyncio.timeout(20):
        while (row := stage.row())["status"] != "generated":
            await asyncio.sleep(0.05)
    await stage.bot.stop(signal.SIGKILL)
    (stage.data_dir / row["picture_path"]).unlink()
    stage.playground.faults.clear()
    stage.bot.log.clear()
    await stage.bot.start()
    told = await asked.message(lambda m: title(m) == "No picture this time", timeout=30)
    assert "lost the picture" in told["embeds"][0]["fields"][0]["value"]
    assert (await stage.ended())["status"] == "failed"
    assert await stage.posted(str(stage.channel.id)) == []
