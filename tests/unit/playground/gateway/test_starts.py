"""How often a bot may identify: once in five seconds a shard's key, a thousand times a day."""

from typing import Any

import aiohttp
import pytest

from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.gateway.wire import Dial, identity


async def told(playground: Playground) -> dict[str, Any]:
    """What GET /gateway/bot answers."""
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{playground.api_url}/gateway/bot") as response,
    ):
        return await response.json()


async def test_a_bot_may_start_twice_at_once_where_no_test_forbids_it(
    playground: Playground, dial: Dial
):
    for _ in range(2):
        wire = await dial()
        assert (await wire.identify(playground))["v"] == 10


async def test_who_identifies_too_early_is_told_its_session_is_invalid(
    playground: Playground, dial: Dial
):
    playground.gateway.starts.every_s = 5.0
    await (await dial()).identify(playground)
    early = await dial()
    await early.send(2, identity(playground))
    assert await early.receive() == {"op": 9, "d": False, "s": None, "t": None}
    playground.clock.advance(5.1)
    assert (await early.identify(playground))["v"] == 10


@pytest.mark.parametrize(("concurrency", "op"), [(1, 9), (2, 0)])
async def test_shards_of_different_keys_may_start_together(
    playground: Playground, dial: Dial, concurrency: int, op: int
):
    playground.gateway.starts.every_s = 5.0
    playground.gateway.starts.max_concurrency = concurrency
    await (await dial()).identify(playground, shard=[0, 2])
    second = await dial()
    await second.send(2, identity(playground, shard=[1, 2]))
    assert (await second.receive())["op"] == op


async def test_a_resume_is_no_start(playground: Playground, dial: Dial):
    playground.gateway.starts.every_s = 5.0
    session_id = (await (await dial()).identify(playground))["session_id"]
    again = await dial()
    await again.resume(playground, session_id, 2)
    assert (await again.receive())["t"] == "RESUMED"
    assert (await told(playground))["session_start_limit"]["remaining"] == 999


async def test_the_starts_left_are_counted_down_and_come_back_after_a_day(
    playground: Playground, dial: Dial
):
    limit = (await told(playground))["session_start_limit"]
    assert limit == {
        "total": 1000,
        "remaining": 1000,
        "reset_after": 86_400_000,
        "max_concurrency": 1,
    }
    await (await dial()).identify(playground)
    playground.clock.advance(3600)
    limit = (await told(playground))["session_start_limit"]
    assert limit["remaining"] == 999
    assert limit["reset_after"] == pytest.approx(82_800_000, abs=10_000)
    playground.clock.advance(82_900)
    assert (await told(playground))["session_start_limit"]["remaining"] == 1000


async def test_one_start_too_many_ends_all_sessions_and_the_token(
    playground: Playground, dial: Dial
):
    playground.gateway.starts.total = 2
    first, second, third = await dial(), await dial(), await dial()
    await first.identify(playground)
    await second.identify(playground)
    token = playground.bot_token
    await third.send(2, identity(playground))
    assert [await wire.close_code() for wire in (first, second, third)] == [4004] * 3
    assert playground.bot_token != token
    again = await dial()
    await again.send(2, {**identity(playground), "token": token})
    assert await again.close_code() == 4004
    headers = {"Authorization": f"Bot {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{playground.api_url}/users/@me") as response,
    ):
        assert response.status == 401


async def test_the_new_token_works_the_next_day(playground: Playground, dial: Dial):
    playground.gateway.starts.total = 1
    await (await dial()).identify(playground)
    over = await dial()
    await over.send(2, identity(playground))
    await over.close_code()
    playground.clock.advance(24 * 3600)
    assert (await (await dial()).identify(playground))["v"] == 10


async def test_discord_py_starts_where_the_rule_of_five_seconds_holds(
    playground: Playground, login: Login, painter: Painter
):
    playground.gateway.starts.every_s = 5.0
    await login(painter)
    assert len(painter.guilds) == 1
