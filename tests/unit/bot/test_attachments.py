"""Only Discord's own hosts are asked for what a member attached, and for no more than a limit."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.attachments import NotFetched, TooLarge, fetch, is_discords
from bot.settings import DISCORD_API_URL

PLAYGROUND = "http://127.0.0.1:4433/api/v10"


@pytest.mark.parametrize(
    "address",
    [
        "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=3",
        "https://media.discordapp.net/attachments/1/2/a.png",
        "https://cdn.discordapp.com:443/a.png",
    ],
)
def test_discords_cdn_is_asked(address: str):
    assert is_discords(address, DISCORD_API_URL)


@pytest.mark.parametrize(
    "address",
    [
        "http://cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com:8443/a.png",
        "https://cdn.discordapp.com.example.org/a.png",
        "https://example.org/cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com@example.org/a.png",
        "https://user:pass@cdn.discordapp.com/a.png",
        "https://discord.com/a.png",
        "https://xcdn.discordapp.com/a.png",
        "https://127.0.0.1/a.png",
        "https://[::1]/a.png",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "ftp://cdn.discordapp.com/a.png",
        "//cdn.discordapp.com/a.png",
        "cdn.discordapp.com/a.png",
        "https://",
        "https://cdn.discordapp.com:99999/a.png",
        "",
        PLAYGROUND,
    ],
)
def test_nobody_else_is_asked(address: str):
    assert not is_discords(address, DISCORD_API_URL)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("http://127.0.0.1:4433/attachments/1/2/a.png", True),
        ("http://127.0.0.1:4434/attachments/1/2/a.png", False),
        ("https://127.0.0.1:4433/attachments/1/2/a.png", False),
        ("http://localhost:4433/attachments/1/2/a.png", False),
        ("https://cdn.discordapp.com/attachments/1/2/a.png", False),
    ],
)
def test_another_api_keeps_its_files_itself(address: str, own: bool):
    assert is_discords(address, PLAYGROUND) is own


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """A server on loopback; its address."""
    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def test_a_file_is_fetched_by_the_address_as_it_was_given():
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(body=b"a picture")

    async with serving(answer) as server:
        path = "/attachments/1/2/a%20b%2Bc.png?ex=1&hm=%2f"
        assert await fetch(server + path, f"{server}/api/v10", 100) == b"a picture"
    assert asked == [path]


async def test_no_redirect_is_followed():
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with serving(answer) as server:
        with pytest.raises(NotFetched, match="status 302"):
            await fetch(f"{server}/a.png", f"{server}/api/v10", 100)
    assert asked == ["/a.png"]


@pytest.mark.parametrize("status", [404, 403, 500])
async def test_what_is_gone_is_not_a_picture(status: int):
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=b"gone")

    async with serving(answer) as server:
        with pytest.raises(NotFetched, match=f"status {status}"):
            await fetch(f"{server}/a.png", f"{server}/api/v10", 100)


async def test_what_says_to_be_too_large_is_not_read():
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 101)

    async with serving(answer) as server:
        with pytest.raises(TooLarge, match="101 bytes"):
            await fetch(f"{server}/a.png", f"{server}/api/v10", 100)
        assert len(await fetch(f"{server}/a.png", f"{server}/api/v10", 101)) == 101


async def test_what_does_not_say_how_large_it_is_is_read_up_to_the_limit():
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            while sent < 1000 * 1024**2:
                await response.write(bytes(1024**2))
                sent += 1024**2
        except (ConnectionError, asyncio.CancelledError):
            return response
        return response

    async with serving(answer) as server:
        with pytest.raises(TooLarge, match="more than"):
            await fetch(f"{server}/a.png", f"{server}/api/v10", 3 * 1024**2)
    assert sent < 100 * 1024**2


async def test_what_is_packed_on_its_way_is_not_unpacked():
    packed = gzip.compress(bytes(10 * 1024**2))

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    async with serving(answer) as server:
        assert await fetch(f"{server}/a.png", f"{server}/api/v10", 20_000) == packed


@pytest.mark.long
async def test_a_host_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    import aiohttp

    from bot import attachments

    monkeypatch.setattr(attachments, "_TIMEOUT", aiohttp.ClientTimeout(total=0.2))

    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async with serving(answer) as server:
        with pytest.raises(NotFetched, match="Timeout"):
            await fetch(f"{server}/a.png", f"{server}/api/v10", 100)


async def test_a_host_that_is_not_there_is_told_of_without_its_address():
    address = "http://127.0.0.1:9/a.png?hm=secret"
    with pytest.raises(NotFetched) as caught:
        await fetch(address, "http://127.0.0.1:9/api/v10", 100)
    assert "secret" not in str(caught.value)
