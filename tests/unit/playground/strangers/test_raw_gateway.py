"""The gateway, dialed and spoken to in all the ways that clients do."""

import pytest

from playground import seed
from playground.server import Playground
from tests.unit.playground.strangers.raw import RawBot


@pytest.mark.parametrize(
    "query", ["", "/", "/?v=10&encoding=json", "?v=9&encoding=json", "/gateway?v=10"]
)
async def test_the_gateway_is_dialed_in_any_spelling(raw: RawBot, query: str):
    await raw.listen(query=query)


async def test_intents_that_libraries_ask_for_by_default_are_taken(raw: RawBot):
    await raw.listen({"intents": 53706493})  # interactions.py's on Python 3.11, bit 17 included


async def test_after_op_9_a_session_may_be_resumed_on_the_same_websocket(
    playground: Playground, raw: RawBot
):
    ready = await raw.listen()
    playground.gateway.invalidate(resumable=True)
    await raw.send(6, {"token": raw.token, "session_id": ready["session_id"], "seq": 1})
    await raw.event("RESUMED")


async def test_identify_may_say_more_than_is_needed(raw: RawBot):
    await raw.listen(
        {
            "token": f"Bot {raw.token}",
            "intents": 1,
            "properties": {"$os": "linux", "$browser": "x", "$device": "x"},
            "large_threshold": 250,
            "compress": False,
            "guild_subscriptions": True,
            "shard": [0, 1],
            "presence": {"activities": [], "status": "online", "since": None, "afk": False},
            "capabilities": 0,
        }
    )
    assert (await raw.event("GUILD_CREATE"))["id"] == str(seed.GUILD_ID)
