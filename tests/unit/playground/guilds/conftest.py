"""A thread in #general, and the code with which a call is refused."""

from typing import Any

import pytest

from playground.client import Member, Refused
from playground.server import Playground
from playground.world import Channel, User


@pytest.fixture
def thread(playground: Playground, general: Channel, mel: User) -> Channel:
    """A thread that Mel has started in #general."""
    return playground.guilds.threads.start(general, "a thread", mel)


async def code_of(member: Member, method: str, path: str, body: Any = None) -> int | None:
    """The code with which a call is refused."""
    with pytest.raises(Refused) as caught:
        await member.api(method, path, body)
    return caught.value.code
