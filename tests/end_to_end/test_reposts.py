"""What Easel posts again goes with what the host removes; of whom the host barred it posts none."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.client import pictures
from tests.end_to_end._office import Host, fields, number, open_office
from tests.end_to_end._stage import EDIT_BY_TOKEN
from tests.end_to_end.test_privacy import erase, traces
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    async with open_office(tmp_path_factory.mktemp("reposts")) as host:
        yield host


async def show(host: Host, picture: str, **options: object) -> Json:
    used = await host.member.command("show", host.general, picture=picture, **options)
    return await used.response()


async def sheet(host: Host) -> Json:
    used = await host.member.command(
        "sweep", host.general, prompt="a red circle", over="steps", values="1, 2"
    )
    return await used.picture(timeout=60)


async def test_what_was_shown_again_goes_with_the_original(host: Host):
    painted = await host.paint("a red circle that is shown again")
    again = [await show(host, number(painted), private=False) for _ in range(2)]
    assert all(pictures(each) for each in again)
    # Only its member sees this one: it is none of those that could be deleted.
    await show(host, number(painted))
    await host.report(painted)
    after = await host.press(await host.latest(), "Remove picture")
    assert "3 of 3 messages with it are gone." in fields(after)["What was done"]
    left = {each["id"] for each in await host.member.messages(host.general)}
    assert not left & {painted["id"], *(each["id"] for each in again)}


@pytest.mark.long
async def test_what_was_taken_out_of_several_goes_with_them(host: Host):
    painted = await sheet(host)
    taken = await (await host.member.press(painted, "Take 1")).picture(timeout=20)
    shown = await show(host, number(painted), private=False, part=2)
    assert len({painted["id"], taken["id"], shown["id"]}) == 3
    await host.report(painted, by=host.owner)
    after = await host.press(await host.latest(), "Remove picture")
    assert "3 of 3 messages with it are gone." in fields(after)["What was done"]


async def test_with_their_member_s_data_the_notes_of_them_go(host: Host):
    painted = await host.paint()
    await show(host, number(painted), private=False)
    assert host.rows("SELECT * FROM reposts")
    await erase(host.member, host.general)
    assert host.rows("SELECT * FROM reposts") == []
    assert list(traces(host.data_dir, host.member.id)) == []


async def test_a_barred_member_has_nothing_posted_for_all(host: Host):
    painted, several = await host.paint(), await sheet(host)
    await host.report(painted, by=host.owner)
    barred = await host.press(await host.latest(), "Bar member")
    try:
        pressed = await host.member.press(several, "Take 2")
        used = await host.member.command(
            "show", host.general, picture=number(painted), private=False
        )
        for asked in (pressed, used):
            answer = await asked.picture(timeout=20)
            assert answer["flags"] & EPHEMERAL
            said = await asked.message(lambda message: "barred you" in message["content"])
            assert said["flags"] & EPHEMERAL
    finally:
        await host.press(barred, "Undo bar")
    assert not (await show(host, number(painted), private=False))["flags"] & EPHEMERAL


@pytest.mark.long
async def test_what_waits_for_its_turn_is_not_posted_for_who_is_barred_meanwhile(host: Host):
    painted = await host.paint()
    await host.report(painted, by=host.owner)
    before = {each["id"] for each in await host.other.messages(host.general)}
    slow = host.playground.faults.add(EDIT_BY_TOKEN, nth=1, delay=2)
    options = {"picture": number(painted), "private": False}
    first, second = [await host.member.command("show", host.general, **options) for _ in range(2)]
    async with asyncio.timeout(10):
        while not (slow.struck and second.messages()):
            await asyncio.sleep(0.02)
    barred = await host.press(await host.latest(), "Bar member")
    try:
        shown = await first.picture(timeout=20)
        said = await second.message(lambda m: "not posted for all to see" in m["content"])
        assert said["flags"] & EPHEMERAL
        assert not pictures(said)
        async with asyncio.timeout(10):
            while {each["id"] for each in await host.other.messages(host.general)} - before != {
                shown["id"]
            }:
                await asyncio.sleep(0.05)
    finally:
        await host.press(barred, "Undo bar")
