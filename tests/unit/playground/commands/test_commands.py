"""Registering commands, and who is offered which."""

from typing import Any

import aiohttp
import pytest

from playground.client import Member, Refused
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter

STRING, INTEGER, BOOLEAN = 3, 4, 5


def option(name: str = "prompt", kind: int = STRING, **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "Something.", "type": kind, **fields}


def command(*options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": "imagine", "description": "Paint.", "options": list(options), **fields}


async def register(playground: Playground, *bodies: Any, guild: bool = False) -> Any:
    state = playground.state
    place = f"/guilds/{state['guilds'][0]['id']}" if guild else ""
    url = f"{playground.api_url}/applications/{state['application_id']}{place}/commands"
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.put(url, json=list(bodies)) as response,
    ):
        answer = await response.json()
        if response.status >= 400:
            raise Refused(response.status, answer)
        return answer


async def test_ids_stay_while_name_and_type_stay(playground: Playground):
    first = await register(playground, command(), command(name="settings"))
    second = await register(playground, command(description="Paint now."), command(name="help"))
    assert second[0]["id"] == first[0]["id"]
    assert second[0]["version"] != first[0]["version"]
    assert second[1]["id"] not in {each["id"] for each in first}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (command(name="Imagine"), "name"),
        (command(name="im agine"), "name"),
        (command(name="x" * 33), "name"),
        (command(description=""), "description"),
        (command(description="x" * 101), "description"),
        (command(*(option(f"o{n}") for n in range(26))), "options"),
        (command(option(), option()), "options.1.name"),
        (command(option("a"), option("b", required=True)), "options.1"),
        (command(option("a", kind=99)), "options.0"),
        (command(option(description="")), "options.0.description"),
        (
            command(option(autocomplete=True, choices=[{"name": "a", "value": "a"}])),
            "options.0.autocomplete",
        ),
        (
            command(option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])),
            "options.0.choices",
        ),
        (command(option(choices=[{"name": "a", "value": "x" * 101}])), "options.0.choices.0.value"),
        (command(option(choices=[{"name": "a", "value": 1}])), "options.0.choices.0.value"),
        (command(option(kind=BOOLEAN, autocomplete=True)), "options.0.autocomplete"),
        (command(option(min_value=1)), "options.0.min_value"),
        (command(option(kind=INTEGER, min_value=3, max_value=1)), "options.0.min_value"),
        (command(option("sub", 1), option("plain")), "options"),
        (command(option("sub", 1, options=[option("deeper", 1)])), "options.0.options.0"),
        (command(type=2, name="Paint this", description="no"), "description"),
    ],
)
async def test_a_wrong_registration_is_refused_with_the_path(
    playground: Playground, body: dict[str, Any], path: str
):
    with pytest.raises(Refused) as refused:
        await register(playground, body)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    node = refused.value.body["errors"]["0"]
    for step in path.split("."):
        node = node[step]
    assert node["_errors"][0]["message"]


async def test_two_commands_of_one_name_are_refused(playground: Playground):
    with pytest.raises(Refused) as refused:
        await register(playground, command(), command())
    assert refused.value.body["errors"]["1"]["_errors"][0]["code"] == (
        "APPLICATION_COMMANDS_DUPLICATE_NAME"
    )


async def test_more_than_a_hundred_commands_are_refused(playground: Playground):
    with pytest.raises(Refused) as refused:
        await register(playground, *(command(name=f"c{n}") for n in range(101)))
    assert refused.value.code == 30032


async def test_the_index_offers_what_fits_the_place(playground: Playground, member: Member):
    await register(
        playground,
        command(),
        command(name="only-here", contexts=[0]),
        command(name="private", contexts=[1]),
        command(name="grown-up", nsfw=True),
        command(name="admins", default_member_permissions=32),
    )
    await register(playground, command(name="local"), guild=True)

    async def names(channel_id: str) -> set[str]:
        return {each["name"] for each in await member.commands(channel_id)}

    assert await names(member.channel("general")) == {"imagine", "only-here", "local"}
    assert "grown-up" in await names(member.channel("age-restricted"))
    assert await names(member.dm_channel_id) == {"imagine", "private", "grown-up", "admins"}


async def test_the_owner_is_offered_what_needs_permissions(playground: Playground, owner: Member):
    await register(playground, command(name="admins", default_member_permissions=0))
    assert [c["name"] for c in await owner.commands(owner.channel("general"))] == ["admins"]


async def test_people_cannot_register_commands(playground: Playground, member: Member):
    with pytest.raises(Refused) as refused:
        await member.api("PUT", f"/applications/{member.application_id}/commands", [])
    assert refused.value.code == 20002


async def test_discord_py_adds_edits_and_removes_one_command(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    await login(painter)

    @painter.tree.command()
    async def imagine(interaction: object, prompt: str) -> None:
        """Paint."""

    (synced,) = await painter.tree.sync()
    edited = await synced.edit(description="Paint something.")
    assert (await painter.tree.fetch_command(synced.id)).description == edited.description
    await edited.delete()
    assert await painter.tree.fetch_commands() == []
    await member.wait_for(lambda e: e.name == "GUILD_APPLICATION_COMMAND_INDEX_UPDATE")


@pytest.mark.parametrize(
    ("kind", "count", "limit"), [(2, 16, "(15 user commands)"), (3, 16, "(15 message commands)")]
)
async def test_too_many_commands_of_a_type_name_its_limit(
    playground: Playground, kind: int, count: int, limit: str
):
    with pytest.raises(Refused) as refused:
        await register(playground, *({"name": f"c{n}", "type": kind} for n in range(count)))
    assert refused.value.code == 30032
    assert limit in refused.value.body["message"]


async def test_too_many_slash_commands_name_their_limit(playground: Playground):
    with pytest.raises(Refused) as refused:
        await register(playground, *(command(name=f"c{n}") for n in range(101)))
    assert refused.value.body["message"] == "Maximum number of application commands reached (100)."


async def test_far_too_many_commands_are_not_looked_at(playground: Playground):
    with pytest.raises(Refused) as refused:
        await register(playground, *({"nome": "x"} for _ in range(131)))
    assert list(refused.value.body["errors"]) == ["_errors"]


@pytest.mark.parametrize("value", ["x", "9" * 5000, True, 1.5, []])
async def test_what_is_no_set_of_permissions_is_called_so(playground: Playground, value: Any):
    with pytest.raises(Refused) as refused:
        await register(playground, command(default_member_permissions=value))
    fault = refused.value.body["errors"]["0"]["default_member_permissions"]["_errors"][0]
    assert fault["message"].endswith("is not a set of permissions.")
