"""Reports reach the host's channel, where the host removes pictures and bars members."""

import asyncio
import io
import json
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from playground.client import pictures
from playground.client.parts import Upload
from tests.end_to_end._office import Host, fields, number, open_office, refused
from tests.end_to_end.test_privacy import erase
from tests.support.wire import EPHEMERAL

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    async with open_office(tmp_path_factory.mktemp("reports")) as host:
        yield host


@pytest.mark.long
async def test_the_hosts_list_holds_for_all_and_names_no_word(host: Host):
    asked = await host.member.command("imagine", host.general, prompt="go go GADGETS")
    said = await refused(asked)
    assert "This host's list of words refuses it." in said
    assert "gadget" not in said.casefold()
    await host.paint("inspector gadget, a red circle")


async def test_a_report_has_the_picture_its_recipe_and_where_it_came_from(host: Host):
    painted = await host.paint("a *red* circle")
    answer = await host.report(painted, "It is *too* red.")
    assert answer["flags"] & EPHEMERAL
    assert "The host was told" in answer["content"]
    copy = await host.latest()
    told = fields(copy)
    assert told["Reason"] == r"It is \*too\* red."
    assert host.member.id in told["Asked for by"]
    assert host.other.id in told["Reported by"]
    assert told["Channel"].startswith(f"<#{host.general}>")
    assert told["Message"].endswith(f"/{host.general}/{painted['id']}")
    assert told["Seed"] == fields(painted)["Seed"]
    (file,) = copy["attachments"]
    assert file["filename"].startswith("SPOILER_")
    (own,) = painted["attachments"]
    assert await host.owner.download(file) == await host.member.download(own)
    assert not copy["mentions"]
    # Nothing of the prompt, and nothing of the reason, is in the log.
    await host.bot.until("is in the host's channel")
    assert not [line for line in host.bot.log if "*red* circle" in line or "*too* red" in line]
    assert not [line for line in host.bot.log if "reported by" in line]


async def test_each_picture_is_reported_once_by_a_member(host: Host):
    painted = await host.paint()
    await host.report(painted)
    copies = len(await host.owner.messages(host.channel))
    assert "You have reported it already." in (await host.report(painted))["content"]
    assert len(await host.owner.messages(host.channel)) == copies


async def test_the_command_takes_a_number_and_a_reason(host: Host):
    painted = await host.paint()
    used = await host.owner.command(
        "report", host.general, picture=number(painted), reason="by number"
    )
    assert "The host was told" in await refused(used)
    assert fields(await host.latest())["Reason"] == "by number"


async def test_what_one_can_not_see_can_not_be_reported_by_its_number(host: Host):
    asked = await host.owner.command(
        "imagine", host.owner.dm_channel_id, prompt="a blue circle", steps=1
    )
    hidden = number(await asked.picture(timeout=60))
    for picture in (hidden, "#999999", "the blue one"):
        used = await host.other.command("report", host.general, picture=picture, reason="x")
        assert "no such picture where you can see it" in await refused(used)


async def test_a_message_without_a_picture_is_no_report(host: Host):
    said = await host.member.say(host.general, "#1 is mine")
    used = await host.other.use_on("Report picture", said)
    assert "no picture of Easel's" in await refused(used)


async def test_the_host_removes_a_picture_wherever_it_is_shown(host: Host):
    painted = await host.paint("a red circle to be removed")
    shown = await host.member.command("show", host.general, picture=number(painted), private=False)
    again = await shown.picture(timeout=60)
    await host.report(again)
    after = await host.press(await host.latest(), "Remove picture")
    assert "2 of 2 messages with it are gone." in fields(after)["What was done"]
    assert f"<@{host.owner.id}>" in fields(after)["What was done"]
    assert not after["attachments"]
    assert {painted["id"], again["id"]} & {
        m["id"] for m in await host.member.messages(host.general)
    } == set()
    (row,) = host.rows("SELECT * FROM jobs WHERE id = ?", int(number(painted)[1:]))
    assert row["picture_path"] is None
    assert len(row["removed_sha256"]) == 64
    assert not list((host.data_dir / "pictures").glob(f"*/{row['id']}.*"))
    used = await host.member.command("show", host.general, picture=number(painted))
    answer = await used.response()
    assert "The host has removed the picture." in fields(answer)["Note"]
    assert not pictures(answer)


@pytest.mark.long
async def test_what_was_made_of_it_goes_as_well(host: Host):
    painted = await host.paint("a red circle that was made larger")
    pressed = await host.member.press(painted, "Larger")
    larger = await pressed.message(lambda m: m["attachments"], timeout=90)
    # As a member does who saves it: encoded anew, without the recipe.
    saved = io.BytesIO(await host.member.download(larger["attachments"][0]))
    again = io.BytesIO()
    Image.open(saved).copy().save(again, "PNG", optimize=True)
    upload = Upload("saved.png", again.getvalue())
    brought = await host.paint("a blue circle", image=upload, strength=0.5)
    begun = list((host.data_dir / "inputs").iterdir())
    assert len(begun) == 2
    await host.report(painted)
    after = await host.press(await host.latest(), "Remove picture")
    done = fields(after)["What was done"]
    assert "Picture removed, and 2 made from it; 3 of 3 messages with it are gone." in done
    assert not any(each.exists() for each in begun)
    for shown in (painted, larger, brought):
        job_id = number(shown)[1:]
        assert not list((host.data_dir / "pictures").glob(f"*/{job_id}.*"))
        assert shown["id"] not in {m["id"] for m in await host.member.messages(host.general)}


async def test_what_it_was_made_from_is_named_and_removed_by_a_button(host: Host):
    painted = await host.paint("a red circle that others begin with")
    upload = Upload("saved.png", await host.member.download(painted["attachments"][0]))
    made = await host.paint("a blue circle", image=upload, strength=0.5)
    await host.report(made, by=host.owner)
    copy = await host.latest()
    source = fields(copy)["Made from"]
    assert source.startswith(f"[{number(painted)}](https://")
    assert source.endswith(f"/{host.general}/{painted['id']})")
    after = await host.press(copy, "Remove picture")
    done = fields(after)["What was done"]
    assert f"{source}, from which it was made, stays: **Remove what it was made from**." in done
    assert painted["id"] in {m["id"] for m in await host.member.messages(host.general)}
    after = await host.press(after, "Remove what it was made from")
    assert f"{number(painted)}: Picture removed, and 1 made" in fields(after)["What was done"]
    assert painted["id"] not in {m["id"] for m in await host.member.messages(host.general)}
    labels = [each["label"] for row in after["components"] for each in row["components"]]
    assert "Remove what it was made from" not in labels


@pytest.mark.long
async def test_a_part_can_be_reported_though_its_sheet_is_not_put_together(host: Host):
    used = await host.member.command(
        "sweep", host.general, prompt="a red circle", over="steps", values="1, 24-30"
    )
    found = "SELECT job_id FROM parts JOIN jobs ON id = job_id WHERE parts.status = 'painted'"
    async with asyncio.timeout(60):
        while not (painted := host.rows(f"{found} AND finished_at IS NULL")):
            await asyncio.sleep(0.01)
    worker = await host.bot.until_worker()
    os.kill(worker, signal.SIGSTOP)
    try:
        job_id = painted[0]["job_id"]
        shown = await host.member.command(
            "show", host.general, picture=str(job_id), part=1, private=False
        )
        part = await shown.picture(timeout=20)
        answer = await host.report(part, by=host.owner)
        (row,) = host.rows("SELECT generated_at FROM jobs WHERE id = ?", job_id)
    finally:
        os.kill(worker, signal.SIGCONT)
    assert row["generated_at"] is None
    assert "The host was told" in answer["content"]
    assert number(part) == f"#{job_id}, part 1"
    told = await host.latest()
    assert fields(told)["Seen in"].endswith(f"/{host.general}/{part['id']}")
    assert f"SPOILER_easel-{job_id}-1.png" in [each["filename"] for each in told["attachments"]]
    await used.picture(timeout=60)


async def test_a_barred_member_is_refused_until_the_bar_is_lifted(host: Host):
    painted = await host.paint()
    await host.report(painted)
    barred = await host.press(await host.latest(), "Bar member")
    assert "Member barred" in fields(barred)["What was done"]
    asked = await host.member.command("imagine", host.general, prompt="a red circle")
    assert "The host has barred you" in await refused(asked)
    (row,) = host.rows("SELECT * FROM bars")
    assert host.member.id not in str(row)
    lifted = await host.press(barred, "Undo bar")
    assert "Bar lifted." in fields(lifted)["What was done"]
    await host.paint()


@pytest.mark.long
async def test_a_member_who_had_all_of_it_deleted_can_still_be_barred(host: Host):
    painted = await host.paint("a red circle of somebody who leaves")
    await host.report(painted, by=host.member)
    copy = await host.latest()
    said = await erase(host.member, host.general)
    assert "that a picture of yours was reported" in said
    left = await host.latest()
    assert left["id"] == copy["id"]
    assert left["content"] == "The reported member had all that is stored of them deleted."
    assert (left["embeds"], left["attachments"]) == ([], [])
    told = json.dumps(left)
    assert not [each for each in (host.member.id, "who leaves") if each in told]
    barred = await host.press(left, "Bar member")
    assert "Member barred; 0 of their jobs cancelled." in barred["content"]
    asked = await host.member.command("imagine", host.general, prompt="a red circle")
    assert "The host has barred you" in await refused(asked)
    assert "Bar lifted." in (await host.press(barred, "Undo bar"))["content"]
    await host.paint()


@pytest.mark.long
async def test_a_copy_that_can_not_be_taken_away_goes_after_the_next_start(host: Host):
    asked = await host.owner.command("imagine", host.general, prompt="a red circle", steps=1)
    await host.report(await asked.picture(timeout=60), by=host.member)
    copy = await host.latest()
    route = f"DELETE /channels/{host.channel}/messages/{copy['id']}"
    host.playground.faults.add(route, nth=1, code=50001)
    said = await erase(host.member, host.general)
    assert "1 message with reports could not be taken away yet" in said
    assert (await host.latest())["id"] == copy["id"]
    await host.bot.stop()
    await host.bot.start()
    async with asyncio.timeout(20):
        while (await host.latest())["id"] == copy["id"]:
            await asyncio.sleep(0.1)
    assert host.rows("SELECT * FROM withdrawals") == []


@pytest.mark.long
async def test_a_report_can_be_dismissed_also_after_a_restart(host: Host):
    await host.report(await host.paint(), by=host.owner)
    await host.bot.stop()
    host.bot.log.clear()
    await host.bot.start()
    after = await host.press(await host.latest(), "Dismiss")
    assert "Dismissed." in fields(after)["What was done"]
    assert pictures(after)


async def test_only_the_host_can_press(host: Host):
    await host.report(await host.paint(), by=host.owner)
    copy = await host.latest()
    # Somebody who reads the channel and manages nothing there.
    for label in ("Remove picture", "Bar member", "Dismiss"):
        pressed = await host.other.press(copy, label)
        note = await pressed.message(lambda message: message["flags"] & EPHEMERAL)
        assert "Only the host can do that" in note["content"]
    assert host.rows("SELECT * FROM bars") == []
    assert (await host.latest())["components"] == copy["components"]


@pytest.mark.long
async def test_a_report_that_can_not_be_posted_is_in_the_log(host: Host):
    painted = await host.paint()
    host.playground.faults.add(f"POST /channels/{host.channel}/messages", nth=1, code=50001)
    answer = await host.report(painted, "by the log", by=host.owner)
    assert "written into the host's log" in answer["content"]
    assert [line for line in host.bot.log if "reported by" in line and "by the log" in line]
    assert [line for line in host.bot.log if "can't be posted" in line]


@pytest.mark.long
async def test_a_report_that_was_not_posted_is_after_the_next_start(host: Host):
    painted = await host.paint()
    host.playground.faults.add(f"POST /channels/{host.channel}/messages", nth=1, code=50001)
    await host.report(painted, "after the start", by=host.owner)
    await host.bot.stop()
    await host.bot.start()
    async with asyncio.timeout(20):
        while fields(await host.latest())["Reason"] != "after the start":
            await asyncio.sleep(0.1)
    told = fields(await host.latest())
    assert "not kept" in told["Reported by"]
    assert host.member.id in told["Asked for by"]
    assert pictures(await host.latest())
    after = await host.press(await host.latest(), "Dismiss")
    assert "Dismissed." in fields(after)["What was done"]
    (row,) = host.rows("SELECT * FROM reports WHERE reason = 'after the start'")
    assert str(row["posted_message_id"]) == after["id"]


async def test_who_reports_again_and_again_has_to_wait(host: Host):
    said = [(await host.report(await host.paint(), by=host.member))["content"] for _ in range(6)]
    assert "You have made 5 reports within an hour" in said[-1]
