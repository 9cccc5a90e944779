"""The breaker stops calling before Discord bans the address."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.breaker import Breaker, CallsPaused


class Hours:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        headers = {"X-RateLimit-Scope": "shared"} if "shared" in request.query else {}
        return web.Response(status=int(request.match_info["status"]), headers=headers)

    app = web.Application()
    app.router.add_get("/{status}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def call(breaker: Breaker, *urls: str) -> None:
    async with aiohttp.ClientSession(trace_configs=[breaker.trace]) as session:
        for url in urls:
            (await session.get(url)).release()


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("401", 1),
        ("403", 1),
        ("429", 1),
        ("429?shared", 0),
        ("200", 0),
        ("404", 0),
        ("500", 0),
    ],
)
async def test_what_counts(url: str, path: str, counted: int):
    breaker = Breaker()
    await call(breaker, f"{url}/{path}")
    assert breaker.count == counted


async def test_from_the_limit_on_nothing_is_called_until_it_has_grown_old(
    url: str, caplog: pytest.LogCaptureFixture
):
    hours = Hours()
    breaker = Breaker(limit=3, window_s=600, now=hours)
    await call(breaker, *[f"{url}/403"] * 3)
    assert breaker.paused
    with pytest.raises(CallsPaused):
        await call(breaker, f"{url}/200")
    told = [record.levelname for record in caplog.records if record.name == "bot.breaker"]
    assert told == ["ERROR"]
    hours.now += 600
    await call(breaker, f"{url}/200")
    assert not breaker.paused
    assert caplog.records[-1].getMessage() == "Discord is called again"
