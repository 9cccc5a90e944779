"""Discord's own client on the gateway: what a person's READY holds."""

import json

from playground.client import Member
from playground.server import Playground
from playground.world import PUBLIC_THREAD, Channel, Thread
from tests.unit.playground.gateway.wire import Dial


def thread(playground: Playground, identifier: int, *, joined_by: str, archived: bool) -> None:
    """Put a thread into #general."""
    guild = next(iter(playground.services.world.guilds.values()))
    parent = next(iter(guild.channels.values()))
    about = Thread(parent, int(joined_by), 0.0, archived=archived, joined={int(joined_by): 0.0})
    made = Channel(identifier, PUBLIC_THREAD, f"thread {identifier}", guild, thread=about)
    guild.threads[identifier] = playground.services.world.channels[identifier] = made


async def test_a_person_finds_the_threads_that_are_awake_and_which_they_joined(
    playground: Playground,
):
    people = playground.services.world.people
    thread(playground, 7, joined_by=str(people[1].id), archived=False)
    thread(playground, 8, joined_by=str(people[2].id), archived=False)
    thread(playground, 9, joined_by=str(people[1].id), archived=True)
    async with await Member.connect(playground.url, 1) as member:
        threads = member.ready["guilds"][0]["threads"]
    assert {each["id"]: "member" in each for each in threads} == {"7": True, "8": False}


async def test_ready_holds_nobodys_token(playground: Playground, member: Member):
    written = json.dumps(member.ready)
    tokens = [user.token for user in playground.services.world.users.values()]
    assert not [token for token in tokens if token in written]


async def test_a_person_hears_everything_without_intents(
    playground: Playground, member: Member, other: Member
):
    await other.say(member.channel("general"), "hello")
    event = await member.wait_for(lambda e: e.name == "MESSAGE_CREATE")
    assert event.data["content"] == "hello"


async def test_a_person_sees_others_type_but_not_themselves(
    playground: Playground, member: Member, other: Member
):
    for who in (member, other):
        await who.api("POST", f"/channels/{who.channel('general')}/typing")
    event = await member.wait_for(lambda e: e.name == "TYPING_START")
    assert event.data["user_id"] == other.id


async def test_a_person_resumes_too(playground: Playground, dial: Dial, member: Member):
    wire = await dial()
    who = playground.services.world.people[1]
    await wire.send(2, {"token": who.token, "properties": {}})
    session_id = (await wire.event("READY"))["session_id"]
    playground.gateway.close(4000, who)
    await wire.close_code()
    playground.gateway.to_user(who, "NEWS", {})
    again = await dial()
    await again.send(6, {"token": who.token, "session_id": session_id, "seq": 1})
    assert [(await again.receive())["t"] for _ in range(2)] == ["NEWS", "RESUMED"]


async def test_a_guild_in_an_outage_is_shown_as_unavailable(playground: Playground):
    guild = next(iter(playground.services.world.guilds.values()))
    guild.available = False
    async with await Member.connect(playground.url, 1) as member:
        assert member.ready["guilds"] == [{"id": str(guild.id), "unavailable": True}]


async def test_a_bot_waits_in_vain_for_a_guild_in_an_outage(playground: Playground, dial: Dial):
    guild = next(iter(playground.services.world.guilds.values()))
    guild.available = False
    wire = await dial()
    assert len((await wire.identify(playground))["guilds"]) == 1
    playground.gateway.to_bot("MARK", {}, guild.id)
    assert (await wire.receive())["t"] == "MARK"
