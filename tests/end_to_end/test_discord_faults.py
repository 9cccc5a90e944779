"""Each of Discord's refusals at the end of a job leads to the next place, or ends quietly."""

import asyncio
from typing import Any

import pytest

from playground import permissions
from playground.client import pictures
from tests.end_to_end._stage import EDIT_BY_RIGHT, EDIT_BY_TOKEN, POST, Stage
from tests.support.rows import rows

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_dead_token_is_tried_once_however_much_is_still_to_be_shown(stage: Stage):
    asked = await stage.held(steps=30)
    dead = stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    again = stage.playground.faults.add(EDIT_BY_RIGHT, nth=1, status=503)
    stage.release()
    assert pictures(await asked.picture(timeout=30))
    assert (await stage.ended())["status"] == "delivered"
    assert (dead.struck, again.struck) == (1, 1)


async def test_a_private_answer_whose_token_died_goes_by_direct_message(stage: Stage):
    stage.playground.guilds.channels.allow(
        stage.channel, stage.guild.id, deny=permissions.ATTACH_FILES
    )
    await stage.held()
    stage.playground.clock.advance(20 * 60)
    stage.release()
    row = await stage.ended()
    assert row["status"] == "delivered"
    assert str(row["posted_channel_id"]) == stage.member.dm_channel_id
    # What only its member was to see has not become public.
    assert await stage.posted(str(stage.channel.id)) == []


@pytest.mark.parametrize(
    "code",
    [
        50001,
        *(pytest.param(code, marks=pytest.mark.long) for code in (20016, 50013, 50083, 160005)),
    ],
)
async def test_a_channel_that_takes_no_message_any_more(stage: Stage, code: int):
    await stage.held()
    channel = stage.channel.id
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.faults.add(f"PATCH /channels/{channel}/messages/*", always=True, code=50013)
    # discord.py itself repeats what is a rate limit by its status, as slow mode is.
    tries, retry_after = (5, 0.1) if code == 20016 else (1, None)
    refused = stage.playground.faults.add(
        f"POST /channels/{channel}/messages", always=True, code=code, retry_after=retry_after
    )
    stage.release()
    row = await stage.ended()
    assert row["status"] == "delivered"
    assert str(row["posted_channel_id"]) == stage.member.dm_channel_id
    assert refused.struck == tries
    sent = await stage.member.message(stage.member.dm_channel_id, str(row["posted_message_id"]))
    assert pictures(sent)


@pytest.mark.parametrize("code", [10008, pytest.param(10003, marks=pytest.mark.long)])
async def test_what_was_deleted_gets_nothing_anew(stage: Stage, code: int):
    await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=code)
    posted = stage.playground.faults.add(POST, always=True, status=500)
    stage.release()
    row = await stage.ended()
    assert row["status"] in ("cancelled", "undeliverable")
    assert posted.struck == 0


@pytest.mark.long
async def test_closed_direct_messages_are_asked_once(stage: Stage):
    await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.faults.add(EDIT_BY_RIGHT, always=True, code=50013)
    stage.playground.faults.add(f"POST /channels/{stage.channel.id}/messages", nth=1, code=50013)
    direct = f"POST /channels/{stage.member.dm_channel_id}/messages"
    refused = stage.playground.faults.add(direct, always=True, code=50007)
    stage.release()
    row = await stage.ended()
    assert row["status"] == "undeliverable"
    assert (stage.data_dir / row["picture_path"]).is_file()
    await asyncio.sleep(1.5)  # where it is tried again, that is after a second
    assert refused.struck == 1


@pytest.mark.long
@pytest.mark.parametrize(
    "fault",
    [{"status": 413}, {"status": 413, "html": True}],
)
async def test_a_refused_size_arrives_smaller_and_the_original_is_kept(
    stage: Stage, fault: dict[str, Any]
):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, nth=1, **fault)
    stage.release()
    (file,) = (await asked.picture(timeout=20))["attachments"]
    assert file["content_type"] == "image/webp"
    row = await stage.ended()
    assert row["status"] == "delivered"
    assert file["size"] < (stage.data_dir / row["picture_path"]).stat().st_size


@pytest.mark.long
@pytest.mark.parametrize("status", [None, 500])
async def test_a_new_message_whose_answer_is_lost_is_not_posted_again(
    stage: Stage, status: int | None
):
    await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.faults.add(EDIT_BY_RIGHT, nth=1, code=50013)
    stage.playground.faults.add(POST, nth=1, drop="after", status=status)
    stage.release()
    assert (await stage.ended())["status"] == "delivered"
    said = [m for m in await stage.member.messages(str(stage.channel.id)) if m["mentions"]]
    assert len(said) == 1
    assert pictures(said[0])


@pytest.mark.long
async def test_an_edit_that_is_carried_out_and_answered_5xx_shows_the_picture_once(stage: Stage):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, nth=1, drop="after", status=502)
    stage.release()
    await asked.picture(timeout=20)
    assert (await stage.ended())["status"] == "delivered"
    assert len(await stage.posted(str(stage.channel.id))) == 1


@pytest.mark.long
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "html": True, "via": True},
        {"status": 502, "raw": ""},
        {"status": 503, "raw": '{"message": "50'},
    ],
)
async def test_an_answer_that_can_not_be_read_delays_the_picture(
    stage: Stage, fault: dict[str, Any]
):
    stage.bot.log.clear()
    asked = await stage.held(steps=30)
    unreadable = stage.playground.faults.add(EDIT_BY_TOKEN, always=True, **fault)
    stage.release()
    async with asyncio.timeout(30):
        while stage.row()["status"] != "generated":
            await asyncio.sleep(0.05)
        struck = unreadable.struck
        while unreadable.struck < struck + 2:
            await asyncio.sleep(0.05)
    stage.playground.faults.remove(unreadable.id)
    assert pictures(await asked.picture(timeout=20))
    assert (await stage.ended())["status"] == "delivered"
    assert not [line for line in stage.bot.log if "our side" in line]


@pytest.mark.long
async def test_a_call_that_gets_no_answer_is_given_up_and_made_again(stage: Stage):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, nth=1, delay=200, drop="before")
    stage.release()
    assert pictures(await asked.picture(timeout=60))
    # If it was progress, it might have come after the picture, which is shown once more.
    assert (await stage.ended(within_s=100))["status"] == "delivered"
    assert len(await stage.posted(str(stage.channel.id))) == 1


async def test_the_longest_prompt_is_no_part_of_the_files_name(stage: Stage):
    prompt = ('../\\con:*?"<>|\n' * 200)[:1500]
    asked = await stage.member.command("imagine", str(stage.channel.id), prompt=prompt, steps=1)
    (file,) = (await asked.picture(timeout=20))["attachments"]
    row = await stage.ended()
    assert file["filename"] == f"easel-{row['id']}.png"
    assert str(row["id"]) in row["picture_path"]
    assert "con" not in row["picture_path"]


@pytest.mark.long
async def test_a_guild_that_is_left_ends_also_what_waits(stage: Stage):
    await stage.held()
    await (await stage.ask()).message(lambda m: m["embeds"])
    stage.playground.guilds.remove_bot(stage.guild)
    await stage.bot.until("Ended 2 jobs with its guild")
    stage.release()
    assert await statuses(stage, "cancelled") == ["cancelled", "cancelled"]


@pytest.mark.long
async def test_an_outage_leaves_also_what_waits(stage: Stage):
    first = await stage.held()
    second = await stage.ask()
    await second.message(lambda m: m["embeds"])
    stage.playground.guilds.begin_outage(stage.guild)
    stage.release()
    assert await statuses(stage, "delivered") == ["delivered", "delivered"]
    stage.playground.guilds.end_outage(stage.guild)
    for asked in (first, second):
        message = await stage.member.message(str(stage.channel.id), await shown_in(asked))
        assert pictures(message)


async def shown_in(asked: Any) -> str:
    (message,) = asked.messages()
    return message["id"]


async def statuses(stage: Stage, wanted: str) -> list[str]:
    """The statuses of the guild's jobs, once all of them are as wanted."""
    found: list[str] = []
    async with asyncio.timeout(20):
        while not found or set(found) != {wanted}:
            await asyncio.sleep(0.05)
            sql = "SELECT status FROM jobs WHERE guild_id = ?"
            found = [row["status"] for row in rows(stage.data_dir, sql, stage.guild.id)]
    return found
