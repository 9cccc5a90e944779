"""What is said of Discord: the token, the application, and the guilds with their channels."""

import random
import time
from collections.abc import AsyncIterator

import discord
import pytest
import pytest_asyncio

from bot.doctor import Area, State
from bot.doctor._discord import _of_application, check_discord
from bot.doctor._guilds import in_channel
from bot.places import NEEDED, invitation
from playground import permissions
from playground.payloads import channels as payloads
from playground.seed import APPLICATION_ID, BOT_ROLE_ID, FORBIDDEN_ID, GUILD_ID
from playground.server import Playground
from playground.world import Overwrite
from tests.support.bot_process import ROOT
from tests.unit.bot.doctor.conftest import MakeCase


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(port=0) as running:
        yield running


@pytest.fixture
def fields(playground: Playground) -> dict[str, str]:
    """The settings that lead there."""
    return {"discord_token": playground.bot_token, "discord_api_url": playground.api_url}


async def test_without_a_token_it_is_told_where_to_get_one(make_case: MakeCase):
    (finding,) = await check_discord(make_case())
    assert (finding.state, finding.area) == (State.ERROR, Area.SETTINGS)
    assert "docs/hosting.md" in finding.remedy


async def test_a_token_that_can_not_be_used_is_not_called_missing(make_case: MakeCase):
    case = make_case(problems=("DISCORD_TOKEN has quotation marks in it",))
    (finding,) = await check_discord(case)
    assert finding.found == "not asked: DISCORD_TOKEN can't be used"


async def test_the_bot_is_found_with_its_guilds(make_case: MakeCase, fields: dict[str, str]):
    findings = await check_discord(make_case(**fields))
    assert {each.state for each in findings} == {State.OK, State.NOTE}
    assert findings[0].found == f"takes the token, of Easel ({APPLICATION_ID})"
    assert findings[2].found == "the bot has all it needs in 1: Playground"


async def test_privileged_intents_that_are_on_are_a_note(
    make_case: MakeCase, playground: Playground, fields: dict[str, str]
):
    (_, finding, *_) = await check_discord(make_case(**fields))
    assert finding.state is State.NOTE
    assert finding.found.endswith("Presence, Server Members, Message Content")
    playground.world.application.flags = 0
    subjects = [each.subject for each in await check_discord(make_case(**fields))]
    assert "discord intents" not in subjects


async def test_each_needed_permission_that_lacks_is_named(
    make_case: MakeCase, playground: Playground, fields: dict[str, str]
):
    roles = playground.world.guilds[GUILD_ID].roles
    every = permissions.IN_DM | permissions.SEND_MESSAGES_IN_THREADS
    for name, shown in NEEDED.items():
        for role_id in (GUILD_ID, BOT_ROLE_ID):
            roles[role_id].permissions = every & ~getattr(discord.Permissions, name).flag
        findings = await check_discord(make_case(**fields))
        (finding,) = (each for each in findings if each.state is State.WARNING)
        assert finding.subject == "guild Playground"
        assert finding.found == f"the bot lacks: {shown}"
        assert invitation(APPLICATION_ID, GUILD_ID) in finding.remedy


async def test_an_administrator_lacks_nothing(
    make_case: MakeCase, playground: Playground, fields: dict[str, str]
):
    roles = playground.world.guilds[GUILD_ID].roles
    roles[GUILD_ID].permissions = 0
    roles[BOT_ROLE_ID].permissions = permissions.ADMINISTRATOR
    findings = await check_discord(make_case(**fields))
    assert not [each for each in findings if each.subject == "guild Playground"]


async def test_a_channel_where_it_may_do_less_is_a_note(
    make_case: MakeCase, fields: dict[str, str]
):
    finding = (await check_discord(make_case(**fields)))[-1]
    assert finding.state is State.NOTE
    assert finding.found == (
        "in 1 of 3 text channels the bot may do less: #no-bots (Send Messages)"
    )


async def test_a_bot_in_no_guild_is_given_its_invitation(
    make_case: MakeCase, playground: Playground, fields: dict[str, str]
):
    playground.guilds.delete(playground.world.guilds[GUILD_ID])
    finding = (await check_discord(make_case(**fields)))[-1]
    assert finding.state is State.WARNING
    assert invitation(APPLICATION_ID) in finding.remedy


async def test_commands_for_a_guild_it_is_not_in_are_an_error(
    make_case: MakeCase, fields: dict[str, str]
):
    findings = await check_discord(make_case(**fields, sync_commands_to=123))
    (finding,) = (each for each in findings if each.state is State.ERROR)
    assert finding.area is Area.DISCORD
    assert "EASEL_SYNC_COMMANDS_TO: the bot is not in the guild 123" in finding.found


@pytest.mark.parametrize(
    ("status", "says"),
    [(500, "answers 500"), (404, "there is no Discord API"), (429, "limits this host's calls")],
)
async def test_other_answers_are_told_with_a_remedy(
    make_case: MakeCase, playground: Playground, fields: dict[str, str], status: int, says: str
):
    playground.faults.add("GET /users/@me", always=True, status=status)
    (finding,) = await check_discord(make_case(**fields))
    assert (finding.state, finding.area) == (State.ERROR, Area.DISCORD)
    assert says in finding.found
    assert finding.remedy


async def test_discord_out_of_reach_is_told_with_the_address(make_case: MakeCase):
    address = "http://127.0.0.1:1/api/v10"
    (finding,) = await check_discord(make_case(discord_token="x.y.z", discord_api_url=address))
    assert finding.found.startswith(f"can't be reached at {address}")


async def test_one_that_says_nothing_is_given_up(
    make_case: MakeCase,
    playground: Playground,
    fields: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("bot.doctor._discord_api._ANSWER_S", 0.2)
    playground.faults.add("GET /users/@me", always=True, delay=5)
    began = time.monotonic()
    (finding,) = await check_discord(make_case(**fields))
    assert time.monotonic() - began < 2
    assert "no answer within 0.2 s" in finding.found


async def test_a_channels_permissions_are_those_that_discord_computes(playground: Playground):
    guild = playground.world.guilds[GUILD_ID]
    channel = guild.channels[FORBIDDEN_ID]
    bot = playground.world.application.bot
    chance = random.Random(7)
    needed = permissions.IN_DM | permissions.SEND_MESSAGES_IN_THREADS
    for _ in range(300):
        channel.overwrites = [
            Overwrite(
                id_,
                is_member=id_ == bot.id,
                allow=chance.getrandbits(40) & needed,
                deny=chance.getrandbits(40) & needed,
            )
            for id_ in (GUILD_ID, BOT_ROLE_ID, bot.id)
            if chance.random() < 0.7
        ]
        found = in_channel(
            discord.Permissions(permissions.in_guild(guild, bot)),
            payloads.channel(channel, bot),
            str(GUILD_ID),
            {str(bot.id), str(BOT_ROLE_ID)},
            str(bot.id),
        )
        theirs = permissions.in_channel(channel, bot)
        if found.view_channel and found.send_messages:
            assert found.value == theirs
        else:  # there the playground takes away what is of no use
            assert theirs & ~found.value == 0


def test_the_invitation_asks_for_what_the_documentation_says():
    hosting = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    (asked,) = {
        part.partition("=")[2] for part in invitation(1).split("&") if "permissions" in part
    }
    assert f"permissions={asked}\n" in hosting
    for shown in NEEDED.values():
        assert f"**{shown}**" in hosting


@pytest.mark.parametrize(
    ("field", "value", "state"),
    [
        ("interactions_endpoint_url", "https://example.com/discord", State.ERROR),
        ("bot_require_code_grant", True, State.WARNING),
    ],
)
def test_what_the_portal_has_set_against_easel_is_told(field: str, value: object, state: State):
    (finding,) = _of_application({"id": "5", "flags": 0, field: value})
    assert finding.state is state
    assert "https://discord.com/developers/applications/5/" in finding.remedy
