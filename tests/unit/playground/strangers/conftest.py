"""Bots that share no code with discord.py: one on hikari, and one with no library at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from types import ModuleType
from typing import Any, TypeVar

import hikari
import pytest
from hikari.impl import shard

from playground.client import Member
from playground.server import Playground
from tests.unit.playground.strangers.raw import RawBot

PATIENCE_S = 10
EventT = TypeVar("EventT", bound=hikari.Event)
Answer = Callable[[Any], Awaitable[object]]


class Stranger:
    """A hikari bot, and what it was told."""

    def __init__(self, bot: hikari.GatewayBot) -> None:
        self.bot = bot
        self.application_id = hikari.Snowflake(0)  # known once it has started
        self.failures: list[object] = []
        bot.subscribe(hikari.ExceptionEvent, self._note_failure)

    @property
    def rest(self) -> hikari.api.RESTClient:
        return self.bot.rest

    async def start(self, **shards: Any) -> "Stranger":
        """Log in and wait for the guild."""
        guild = self.next(hikari.GuildAvailableEvent)
        await self.bot.start(check_for_updates=False, **shards)
        self.application_id = (await self.rest.fetch_application()).id
        await guild
        return self

    def next(
        self, kind: type[EventT], matches: Callable[[EventT], bool] | None = None
    ) -> Awaitable[EventT]:
        """The next event of a kind. Listens from now on, not only once it is awaited."""
        return asyncio.ensure_future(self.bot.wait_for(kind, PATIENCE_S, matches))

    async def command(
        self, options: Sequence[hikari.CommandOption] = (), name: str = "imagine"
    ) -> hikari.SlashCommand:
        """Register one command."""
        return await self.rest.create_slash_command(
            self.application_id, name, "Paint.", options=options
        )

    def on(self, kind: type[hikari.InteractionCreateEvent], answer: Answer) -> None:
        """Answer all interactions of a kind."""

        async def listener(event: Any) -> None:
            await answer(event.interaction)

        self.bot.subscribe(kind, listener)

    async def _note_failure(self, event: hikari.ExceptionEvent[Any]) -> None:
        self.failures.append(event.exception)


def impatient() -> ModuleType:
    """An asyncio whose short sleeps are none."""

    async def sleep(delay: float) -> None:
        await asyncio.sleep(0 if delay < 1 else delay)

    module = ModuleType("asyncio")
    vars(module).update({**vars(asyncio), "sleep": sleep})
    return module


@pytest.fixture
async def stranger_to_be(
    playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stranger]:
    """A hikari bot that has not logged in. Nothing of it may have failed in the end."""
    # hikari waits a second or two where it comes back within half a minute, and a quarter of one
    # after it has hung up, for TLS to end.
    monkeypatch.setattr(shard, "_BACKOFF_WINDOW", 0.0)
    monkeypatch.setattr(shard, "asyncio", impatient())
    bot = hikari.GatewayBot(
        playground.bot_token,
        rest_url=playground.api_url,
        intents=hikari.Intents.ALL_UNPRIVILEGED | hikari.Intents.GUILD_MEMBERS,
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
    )
    stranger = Stranger(bot)
    # What hikari can't make sense of in an event, it tells the loop and goes on.
    asyncio.get_running_loop().set_exception_handler(lambda _, what: stranger.failures.append(what))
    yield stranger
    if bot.is_alive:
        await bot.close()
    assert not stranger.failures


@pytest.fixture
async def stranger(stranger_to_be: Stranger) -> Stranger:
    """A hikari bot that has logged in."""
    return await stranger_to_be.start()


@pytest.fixture
async def raw(playground: Playground) -> AsyncIterator[RawBot]:
    async with RawBot(playground) as bot:
        yield bot


@pytest.fixture
async def interaction(raw: RawBot, member: Member) -> dict[str, Any]:
    """An interaction that nobody has answered."""
    await raw.listen()
    await raw.register(name="imagine", description="Paint.")
    await member.command("imagine", member.channel("general"))
    return await raw.event("INTERACTION_CREATE")
