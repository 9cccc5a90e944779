"""Roles: made, changed, moved, given; who stands above whom."""

from typing import Any

import discord
import pytest

from playground import permissions, seed
from playground.client import Member, Refused
from playground.server import Playground
from playground.world import Guild, Role, User
from tests.unit.playground.conftest import Watcher
from tests.unit.playground.guilds.conftest import code_of

ROLES = f"/guilds/{seed.GUILD_ID}/roles"


@pytest.fixture
def managing(playground: Playground, guild: Guild, mel: User) -> Role:
    """Mel's role, with which she manages those below it."""
    role = playground.guilds.roles.create(guild, "Manager", permissions.MANAGE_ROLES)
    playground.guilds.members.give(guild, mel, role.id)
    return role


async def test_roles_are_made_changed_given_and_deleted(
    watcher: Watcher, owner: Member, member: Member
):
    body = {"name": "Painters", "color": 0xFF8800, "hoist": True, "permissions": 1 << 13}
    made = await owner.api("POST", ROLES, body)
    seen: discord.Role = await watcher.heard("guild_role_create")
    assert (seen.name, seen.color.value, seen.hoist, seen.position) == (
        "Painters",
        0xFF8800,
        True,
        1,
    )
    assert seen.permissions.manage_messages
    for higher in ("Easel", "Moderators"):  # which made room
        assert (await watcher.heard("guild_role_update")).name == higher
    await owner.api("PATCH", f"{ROLES}/{made['id']}", {"name": "Artists", "mentionable": True})
    changed: discord.Role = await watcher.heard("guild_role_update")
    assert (changed.name, changed.mentionable) == ("Artists", True)
    own = f"/guilds/{seed.GUILD_ID}/members/{member.id}/roles/{made['id']}"
    await owner.api("PUT", own)
    given: discord.Member = await watcher.heard("member_update")
    assert [role.name for role in given.roles] == ["@everyone", "Artists"]
    await owner.api("DELETE", f"{ROLES}/{made['id']}")
    assert (await watcher.heard("guild_role_delete")).id == seen.id
    assert (await watcher.heard("member_update")).roles == [given.guild.default_role]
    assert await code_of(owner, "GET", f"{ROLES}/{made['id']}") == 10011


async def test_a_new_role_lies_below_the_others_and_has_what_everybody_has(
    guild: Guild, owner: Member
):
    first = await owner.api("POST", ROLES, {})
    second = await owner.api("POST", ROLES, {})
    assert second["name"] == "new role"
    assert second["permissions"] == str(guild.roles[guild.id].permissions)
    listed = {each["id"]: each["position"] for each in await owner.api("GET", ROLES)}
    assert (listed[second["id"]], listed[first["id"]]) == (1, 2)


async def test_roles_change_places(guild: Guild, watcher: Watcher, owner: Member):
    low = await owner.api("POST", ROLES, {"name": "low"})
    await owner.api("POST", ROLES, {"name": "high"})
    listed = await owner.api("PATCH", ROLES, [{"id": low["id"], "position": 1}])
    by_name = {each["name"]: each["position"] for each in listed}
    assert by_name["low"] < by_name["high"] < by_name["Easel"]


async def test_without_the_right_roles_are_left_alone(guild: Guild, member: Member):
    role = f"{ROLES}/{seed.BOT_ROLE_ID}"
    own = f"/guilds/{seed.GUILD_ID}/members/{member.id}/roles/{seed.BOT_ROLE_ID}"
    for method, path in (("POST", ROLES), ("PATCH", role), ("DELETE", role), ("PUT", own)):
        assert await code_of(member, method, path, {}) == 50013


async def test_only_lower_roles_are_managed(
    playground: Playground, guild: Guild, managing: Role, member: Member, other: Member
):
    lower = playground.guilds.roles.create(guild, "Lower")
    of_robin = f"/guilds/{guild.id}/members/{other.id}/roles"
    await member.api("PATCH", f"{ROLES}/{lower.id}", {"name": "Low"})
    await member.api("PUT", f"{of_robin}/{lower.id}")
    assert await code_of(member, "PATCH", f"{ROLES}/{managing.id}", {"name": "Boss"}) == 50013
    assert await code_of(member, "DELETE", f"{ROLES}/{managing.id}") == 50013
    assert await code_of(member, "PUT", f"{of_robin}/{managing.id}") == 50013
    path = f"/guilds/{guild.id}/members/{other.id}"
    assert await code_of(member, "PATCH", path, {"roles": [str(managing.id)]}) == 50013
    await member.api("PATCH", path, {"roles": []})


async def test_nobody_gives_rights_they_have_not(managing: Role, member: Member):
    assert await code_of(member, "POST", ROLES, {"permissions": str(1 << 13)}) == 50013
    made = await member.api("POST", ROLES, {"permissions": str(1 << 10)})
    path = f"{ROLES}/{made['id']}"
    assert await code_of(member, "PATCH", path, {"permissions": 1 << 3}) == 50013


async def test_a_bots_own_role_is_given_to_nobody_and_stays(owner: Member, member: Member):
    path = f"/guilds/{seed.GUILD_ID}/members/{member.id}/roles/{seed.BOT_ROLE_ID}"
    assert await code_of(owner, "PUT", path) == 50028
    assert await code_of(owner, "DELETE", f"{ROLES}/{seed.BOT_ROLE_ID}") == 50028
    assert await code_of(owner, "DELETE", f"{ROLES}/{seed.GUILD_ID}") == 50028


async def test_kicking_needs_the_right_and_a_higher_place(
    playground: Playground, guild: Guild, mel: User, owner: Member, member: Member, other: Member
):
    robin = f"/guilds/{guild.id}/members/{other.id}"
    assert await code_of(member, "DELETE", robin) == 50013
    role = playground.guilds.roles.create(guild, "Bouncer", permissions.KICK_MEMBERS)
    playground.guilds.members.give(guild, mel, role.id)
    assert await code_of(member, "DELETE", f"/guilds/{guild.id}/members/{owner.id}") == 50013
    await member.api("DELETE", robin)
    assert await code_of(member, "DELETE", robin) == 10007


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x" * 101}, "name"),
        ({"color": 1 << 24}, "color"),
        ({"permissions": "all"}, "permissions"),
        ({"hoist": "yes"}, "hoist"),
        ({"colour": 1}, "colour"),
    ],
)
async def test_a_wrong_role_is_refused(owner: Member, body: dict[str, Any], field: str):
    with pytest.raises(Refused) as caught:
        await owner.api("POST", ROLES, body)
    assert field in caught.value.body["errors"]


async def test_a_role_that_is_not_there_cannot_be_given(owner: Member, member: Member):
    path = f"/guilds/{seed.GUILD_ID}/members/{member.id}"
    assert await code_of(owner, "PUT", f"{path}/roles/1") == 10011
    with pytest.raises(Refused) as caught:
        await owner.api("PATCH", path, {"roles": ["1"]})
    assert "roles" in caught.value.body["errors"]
