"""A picture whose member had all deleted can still be reported, and its message deleted."""

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.end_to_end._office import Host, fields, number, open_office
from tests.end_to_end.test_privacy import erase
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    async with open_office(tmp_path_factory.mktemp("orphans")) as host:
        yield host


async def orphan(host: Host) -> Json:
    """A message with a picture of which nothing is stored."""
    painted = await host.paint()
    await erase(host.member, host.general)
    return painted


async def test_the_host_hears_of_it_and_deletes_the_message(host: Host):
    painted = await orphan(host)
    answer = await host.report(painted, "It is *too* red.")
    assert answer["flags"] & EPHEMERAL
    assert answer["content"] == (
        "Nothing is stored of it any more. The host was told. A moderator can delete the message."
    )
    copy = await host.latest()
    told = fields(copy)
    assert told["Reason"] == r"It is \*too\* red."
    assert told["Message"].endswith(f"/{host.general}/{painted['id']}")
    assert number(painted) in copy["embeds"][0]["title"]
    assert not copy["attachments"]
    after = await host.press(copy, "Delete message")
    assert fields(after)["What was done"] == f"Message deleted. (<@{host.owner.id}>)"
    assert painted["id"] not in {m["id"] for m in await host.owner.messages(host.general)}


async def test_each_message_is_reported_once_by_a_member(host: Host):
    painted = await orphan(host)
    await host.report(painted)
    copy = await host.latest()
    assert "You have reported it already." in (await host.report(painted))["content"]
    assert (await host.latest())["id"] == copy["id"]
    # Whoever is no host presses for nothing.
    pressed = await host.other.press(copy, "Delete message")
    note = await pressed.message(lambda message: message["flags"] & EPHEMERAL)
    assert "Only the host can do that" in note["content"]
    assert painted["id"] in {m["id"] for m in await host.owner.messages(host.general)}


@pytest.mark.long
async def test_the_report_goes_with_the_data_of_who_made_it(host: Host):
    painted = await orphan(host)
    await host.report(painted, by=host.owner)
    copy = await host.latest()
    assert "1 report that you made" in await erase(host.owner, host.general)
    assert copy["id"] not in [each["id"] for each in await host.owner.messages(host.channel)]


@pytest.mark.long
async def test_where_it_can_not_be_posted_it_is_in_the_log(host: Host):
    painted = await orphan(host)
    host.playground.faults.add(f"POST /channels/{host.channel}/messages", nth=1, code=50001)
    answer = await host.report(painted, "by the log", by=host.owner)
    assert "written into the host's log" in answer["content"]
    assert "A moderator can delete the message." in answer["content"]
    (line,) = [line for line in host.bot.log if "by the log" in line]
    assert f"/{host.general}/{painted['id']}" in line


@pytest.mark.long
async def test_the_button_outlives_a_restart(host: Host):
    painted = await orphan(host)
    await host.report(painted, by=host.owner)
    await host.bot.stop()
    host.bot.log.clear()
    await host.bot.start()
    after = await host.press(await host.latest(), "Delete message")
    assert "Message deleted." in fields(after)["What was done"]
    assert painted["id"] not in {m["id"] for m in await host.owner.messages(host.general)}


@pytest.mark.long
async def test_one_that_a_kill_kept_from_the_host_is_handed_over_when_it_is_made_again(host: Host):
    painted = await orphan(host)
    route = f"POST /channels/{host.channel}/messages"
    posting = host.playground.faults.add(route, nth=1, delay=60, drop="before")
    used = await host.owner.use_on("Report picture", painted)
    await host.owner.submit_modal(await used.modal(), reason="lost")
    async with asyncio.timeout(20):
        while not posting.struck:
            await asyncio.sleep(0.02)
    await host.bot.stop(signal.SIGKILL)
    host.bot.log.clear()
    await host.bot.start()
    answer = await host.report(painted, "made again", by=host.owner)
    assert "The host was told." in answer["content"]
    copy = await host.latest()
    assert fields(copy)["Reason"] == "made again"
    assert number(painted) in copy["embeds"][0]["title"]
    again = await host.report(painted, "once more", by=host.owner)
    assert "You have reported it already." in again["content"]
    assert (await host.latest())["id"] == copy["id"]
