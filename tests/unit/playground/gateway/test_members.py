"""Which members of a guild a bot is told of, unasked and asked."""

from typing import Any

import pytest

from playground.gateway import members
from playground.server import Playground
from playground.world import GuildMember, User
from tests.unit.playground.gateway.wire import (
    GUILD_MEMBERS,
    GUILD_PRESENCES,
    GUILDS,
    Dial,
    Wire,
)


async def begin(playground: Playground, dial: Dial, intents: int) -> tuple[Wire, dict[str, Any]]:
    """A session, and its GUILD_CREATE."""
    wire = await dial()
    await wire.identify(playground, intents=intents, large_threshold=50)
    return wire, await wire.event("GUILD_CREATE")


async def ask(wire: Wire, guild: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The chunk that answers a request."""
    await wire.send(8, {"guild_id": guild["id"], **fields})
    return await wire.event("GUILD_MEMBERS_CHUNK")


def crowd(playground: Playground, size: int) -> None:
    """Let many people join."""
    guild = next(iter(playground.services.world.guilds.values()))
    for number in range(size):
        user = User(10_000 + number, f"person{number}", None, f"token {number}")
        guild.members[user.id] = GuildMember(user, 0.0)


@pytest.mark.parametrize(
    ("intents", "told"), [(GUILDS, 1), (GUILDS | GUILD_MEMBERS, 1), (GUILDS | GUILD_PRESENCES, 4)]
)
async def test_the_presences_intent_brings_members_unasked(
    playground: Playground, dial: Dial, intents: int, told: int
):
    _, guild = await begin(playground, dial, intents)
    assert (guild["member_count"], len(guild["members"])) == (4, told)


async def test_of_a_large_guild_only_notable_members_are_told_unasked(
    playground: Playground, dial: Dial
):
    crowd(playground, 60)
    _, guild = await begin(playground, dial, GUILDS | GUILD_PRESENCES)
    assert guild["large"]
    # Those with a role: the bot, and the owner, who is a moderator.
    assert all(member["roles"] for member in guild["members"])
    assert len(guild["members"]) == 2


async def test_all_members_are_sent_to_a_bot_with_the_intent(playground: Playground, dial: Dial):
    wire, guild = await begin(playground, dial, GUILDS | GUILD_MEMBERS)
    chunk = await ask(wire, guild, query="", limit=0, nonce="n")
    assert (len(chunk["members"]), chunk["nonce"]) == (4, "n")
    assert "presences" not in chunk


async def test_asking_for_all_members_without_the_intent_is_not_answered(
    playground: Playground, dial: Dial
):
    wire, guild = await begin(playground, dial, GUILDS)
    await wire.send(8, {"guild_id": guild["id"], "query": "", "limit": 0})
    chunk = await ask(wire, guild, query="mel", limit=1, nonce="second")
    assert chunk["nonce"] == "second"


async def test_all_members_may_be_asked_for_every_thirty_seconds(
    playground: Playground, dial: Dial
):
    wire, guild = await begin(playground, dial, GUILDS | GUILD_MEMBERS)
    await ask(wire, guild, query="", limit=0)
    await wire.send(8, {"guild_id": guild["id"], "query": "", "limit": 0, "nonce": "again"})
    limited = await wire.event("RATE_LIMITED")
    assert limited["opcode"] == 8
    assert 0 < limited["retry_after"] <= 30
    assert limited["meta"] == {"guild_id": guild["id"], "nonce": "again"}
    playground.clock.advance(31)
    assert len((await ask(wire, guild, query="", limit=0))["members"]) == 4


async def test_many_members_come_in_chunks(
    playground: Playground, dial: Dial, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(members, "CHUNK", 3)
    wire, guild = await begin(playground, dial, GUILDS | GUILD_MEMBERS)
    first = await ask(wire, guild, query="", limit=0)
    second = await wire.event("GUILD_MEMBERS_CHUNK")
    assert [len(each["members"]) for each in (first, second)] == [3, 1]
    assert [each["chunk_index"] for each in (first, second)] == [0, 1]
    assert second["chunk_count"] == 2


async def test_members_are_found_by_the_beginning_of_their_names(
    playground: Playground, dial: Dial
):
    wire, guild = await begin(playground, dial, GUILDS)
    chunk = await ask(wire, guild, query="ROB", limit=10)
    assert [each["user"]["username"] for each in chunk["members"]] == ["robin"]


async def test_no_more_than_a_hundred_are_found_by_name(playground: Playground, dial: Dial):
    crowd(playground, 120)
    wire, guild = await begin(playground, dial, GUILDS)
    assert len((await ask(wire, guild, query="person", limit=0))["members"]) == 100


async def test_members_are_found_by_their_ids_and_the_others_named(
    playground: Playground, dial: Dial
):
    wire, guild = await begin(playground, dial, GUILDS)
    owner_id = guild["owner_id"]
    chunk = await ask(wire, guild, user_ids=[owner_id, "42"], limit=0)
    assert [each["user"]["id"] for each in chunk["members"]] == [owner_id]
    assert chunk["not_found"] == ["42"]


@pytest.mark.parametrize(("intents", "told"), [(GUILDS, False), (GUILDS | GUILD_PRESENCES, True)])
async def test_presences_come_along_with_their_intent(
    playground: Playground, dial: Dial, intents: int, told: bool
):
    wire, guild = await begin(playground, dial, intents)
    own_id = str(playground.services.world.bot.id)
    chunk = await ask(wire, guild, user_ids=[own_id], presences=True)
    assert [each["status"] for each in chunk.get("presences", [])] == ["online"] * told


async def test_a_nonce_that_is_too_long_is_ignored(playground: Playground, dial: Dial):
    wire, guild = await begin(playground, dial, GUILDS)
    assert "nonce" not in await ask(wire, guild, query="mel", limit=1, nonce="x" * 33)


@pytest.mark.parametrize(
    "fields", [{}, {"query": "mel"}, {"query": 3, "limit": 0}, {"user_ids": ["x"]}]
)
async def test_a_request_that_is_none_ends_the_connection(
    playground: Playground, dial: Dial, fields: dict[str, Any]
):
    wire, guild = await begin(playground, dial, GUILDS)
    await wire.send(8, {"guild_id": guild["id"], **fields})
    assert await wire.close_code() == 4001
