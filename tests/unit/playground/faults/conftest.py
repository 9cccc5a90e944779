"""A discord.py client that speaks REST only, and sleeps by the playground's clock."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord
import discord.http
import discord.webhook.async_
import pytest
from discord.http import Route

from playground.clock import Clock
from playground.seed import GENERAL_ID
from playground.server import Playground


class Hurried:
    """asyncio, but whoever sleeps moves the playground's clock instead."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.naps: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, delay: float) -> None:
        if delay:
            self.naps.append(delay)
            self.clock.advance(delay)
        await asyncio.sleep(0)


@pytest.fixture
def naps(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long discord.py slept before each retry."""
    hurried = Hurried(playground.clock)
    monkeypatch.setattr(discord.http, "asyncio", hurried)
    monkeypatch.setattr(discord.webhook.async_, "asyncio", hurried)
    return hurried.naps


@pytest.fixture
async def client(
    playground: Playground, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[discord.Client]:
    """Logged in, without a gateway."""
    monkeypatch.setattr(Route, "BASE", playground.api_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(playground.bot_token)
        yield client


@pytest.fixture
def general(client: discord.Client) -> discord.PartialMessageable:
    return client.get_partial_messageable(GENERAL_ID, type=discord.ChannelType.text)


def said(playground: Playground) -> list[str]:
    """What stands in #general, oldest first."""
    messages = playground.services.world.channel(GENERAL_ID).messages
    return [message.content for message in messages.values()]
