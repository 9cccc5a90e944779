"""A playground in the test's event loop, a discord.py bot in it, and members who use it."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from playground import seed
from playground.client import Member
from playground.server import Playground
from playground.world import Channel, Guild, User
from tests.unit.playground.gateway.wire import Dial, Wire, open_wire

LOGIN_S = 15


class Painter(discord.AutoShardedClient):
    """A small bot on discord.py that knows nothing of the playground."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(intents=intents or discord.Intents.default(), max_messages=None)
        self.tree = app_commands.CommandTree(self)
        self.is_ready_again = asyncio.Event()
        self.resumes = 0
        self.seen: list[discord.Message] = []

    async def on_ready(self) -> None:
        self.is_ready_again.set()

    async def on_resumed(self) -> None:
        self.resumes += 1

    async def on_message(self, message: discord.Message) -> None:
        self.seen.append(message)


class Watcher(Painter):
    """A bot with every intent that notes which events discord.py has made of the gateway's."""

    def __init__(self) -> None:
        super().__init__(discord.Intents.all())
        self._heard: list[tuple[str, tuple[Any, ...]]] = []
        self._news = asyncio.Event()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        super().dispatch(event, *args, **kwargs)
        self._heard.append((event, args))
        self._news.set()

    async def heard(self, name: str) -> Any:
        """What came with the next event of a name, waited for if need be; the last if several."""
        async with asyncio.timeout(LOGIN_S):
            while True:
                for index, (event, args) in enumerate(self._heard):
                    if event == name:
                        del self._heard[: index + 1]
                        return args[-1] if args else None
                self._news.clear()
                await self._news.wait()

    def forget(self) -> None:
        """Forget what was heard so far."""
        self._heard.clear()


Login = Callable[[Painter], Awaitable[Painter]]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(port=0) as running:
        yield running


@pytest.fixture
def painter(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> Painter:
    """A bot that is pointed at the playground, and not yet logged in."""
    monkeypatch.setattr(Route, "BASE", playground.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(playground.gateway_url))
    painter = Painter()
    # discord.py waits this long after the last GUILD_CREATE; there is only one here.
    painter._connection.guild_ready_timeout = 0.05
    return painter


@pytest.fixture
async def watcher(painter: Painter, login: "Login") -> Watcher:
    """A bot that has logged in and notes what happens; `painter` has pointed it here."""
    watcher = Watcher()
    watcher._connection.guild_ready_timeout = 0.05
    await login(watcher)
    watcher.forget()
    return watcher


@pytest.fixture
async def login(playground: Playground) -> AsyncIterator[Login]:
    """Log a bot in, sync its commands, and log it out after the test."""
    running: list[tuple[discord.Client, asyncio.Task[None]]] = []

    async def login(bot: Painter) -> Painter:
        task = asyncio.create_task(bot.start(playground.bot_token))
        running.append((bot, task))
        ready = asyncio.create_task(bot.is_ready_again.wait())
        await asyncio.wait({task, ready}, timeout=LOGIN_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if task.done():
            task.result()
        assert bot.is_ready_again.is_set()
        await bot.tree.sync()
        return bot

    yield login
    for bot, task in running:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def dial(playground: Playground) -> AsyncIterator[Dial]:
    """Open bare websockets to the gateway; see gateway_wire."""
    async with aiohttp.ClientSession() as http:

        async def dial(query: str = "v=10&encoding=json", compress: str | None = None) -> Wire:
            return await open_wire(http, playground, query, compress)

        yield dial


@pytest.fixture
def guild(playground: Playground) -> Guild:
    """The one guild there is at first."""
    return playground.world.guild(seed.GUILD_ID)


@pytest.fixture
def general(guild: Guild) -> Channel:
    """Its channel without any restriction."""
    return guild.channels[seed.GENERAL_ID]


@pytest.fixture
def mel(playground: Playground) -> User:
    """The account behind `member`."""
    return playground.world.user(seed.MEMBER_ID)


@pytest.fixture
def robin(playground: Playground) -> User:
    """The account behind `other`."""
    return playground.world.user(seed.OTHER_MEMBER_ID)


@pytest.fixture
async def owner(playground: Playground) -> AsyncIterator[Member]:
    async with await Member.connect(playground.url, 0) as member:
        yield member


@pytest.fixture
async def member(playground: Playground) -> AsyncIterator[Member]:
    async with await Member.connect(playground.url, 1) as member:
        yield member


@pytest.fixture
async def other(playground: Playground) -> AsyncIterator[Member]:
    async with await Member.connect(playground.url, 2) as member:
        yield member


def png(width: int = 64, height: int = 32) -> bytes:
    """A valid black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
