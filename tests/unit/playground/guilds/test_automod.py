"""AutoMod: words that stop a message, and the rules that name them."""

from typing import Any

import discord
import pytest

from playground import permissions, seed
from playground.client import Member, Refused, Upload
from playground.server import Playground
from playground.world import Guild, User
from tests.unit.playground.conftest import Watcher

GENERAL = str(seed.GENERAL_ID)


async def refused(member: Member, content: str = "hello", *uploads: Upload, **body: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await member.say(body.pop("channel", GENERAL), content, *uploads, **body)
    return caught.value


async def test_automod_stops_a_word_and_says_why(
    playground: Playground, guild: Guild, watcher: Watcher, member: Member
):
    managing = playground.guilds.roles.create(guild, "Manager", permissions.MANAGE_GUILD)
    playground.guilds.members.give(guild, playground.world.bot, managing.id)
    rule = playground.guilds.automod.add(guild, "No tea", ["tea"], "Coffee only.")
    fault = await refused(member, "a cup of Tea, please")
    assert (fault.status, fault.code) == (400, 200000)
    assert fault.body["errors"]["content"]["_errors"][0]["message"] == "Coffee only."
    action: discord.AutoModAction = await watcher.heard("automod_action")
    assert (action.rule_id, action.matched_keyword, action.matched_content) == (
        rule.id,
        "tea",
        "Tea",
    )
    assert await member.messages(GENERAL) == []


@pytest.mark.parametrize(
    ("keyword", "content", "stopped"),
    [
        ("tea", "steam", False),
        ("tea*", "teapot", True),
        ("tea*", "steam", False),
        ("*tea*", "steam", True),
        ("*pot", "teapot", True),
        ("green tea", "I like GREEN TEA", True),
        ("tea", "té", False),
    ],
)
async def test_a_keyword_is_a_word_unless_stars_say_otherwise(
    playground: Playground, guild: Guild, member: Member, keyword: str, content: str, stopped: bool
):
    playground.guilds.automod.add(guild, "words", [keyword])
    if stopped:
        assert (await refused(member, content)).code == 200000
    else:
        await member.say(GENERAL, content)


async def test_automod_spares_allowed_words_bots_managers_and_the_exempt(
    playground: Playground, guild: Guild, watcher: Watcher, owner: Member, member: Member, mel: User
):
    role = playground.guilds.roles.create(guild, "Exempt")
    rule = playground.guilds.automod.add(guild, "words", ["tea*"], allowed=["teapot"])
    await watcher.get_partial_messageable(seed.GENERAL_ID).send("tea")
    await owner.say(GENERAL, "tea")
    await member.say(GENERAL, "teapot")
    await refused(member, "tea")
    rule.exempt_role_ids.append(role.id)
    playground.guilds.members.give(guild, mel, role.id)
    await member.say(GENERAL, "tea")
    rule.exempt_role_ids.clear()
    rule.exempt_channel_ids.append(seed.GENERAL_ID)
    await member.say(GENERAL, "tea")
    rule.exempt_channel_ids.clear()
    rule.enabled = False
    await member.say(GENERAL, "tea")


async def test_rules_are_managed_by_their_routes(
    playground: Playground, guild: Guild, watcher: Watcher
):
    rights = permissions.MANAGE_GUILD | permissions.ADMINISTRATOR
    managing = playground.guilds.roles.create(guild, "Manager", rights)
    playground.guilds.members.give(guild, playground.world.bot, managing.id)
    seen = watcher.get_guild(guild.id)
    assert seen is not None
    rule = await seen.create_automod_rule(
        name="No tea",
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=discord.AutoModTrigger(keyword_filter=["tea"]),
        actions=[discord.AutoModRuleAction(custom_message="Coffee only.")],
        enabled=True,
    )
    assert (await watcher.heard("automod_rule_create")).id == rule.id
    assert rule.trigger.keyword_filter == ["tea"]
    assert rule.actions[0].custom_message == "Coffee only."
    await rule.edit(name="No coffee", trigger=discord.AutoModTrigger(keyword_filter=["coffee"]))
    changed: discord.AutoModRule = await watcher.heard("automod_rule_update")
    assert (changed.name, changed.trigger.keyword_filter) == ("No coffee", ["coffee"])
    assert [each.id for each in await seen.fetch_automod_rules()] == [rule.id]
    await rule.delete()
    assert (await watcher.heard("automod_rule_delete")).id == rule.id
    with pytest.raises(discord.NotFound) as caught:
        await seen.fetch_automod_rule(rule.id)
    assert caught.value.code == 10066


async def test_rules_are_no_members_business(guild: Guild, member: Member):
    with pytest.raises(Refused) as caught:
        await member.api("GET", f"/guilds/{guild.id}/auto-moderation/rules")
    assert caught.value.code == 50013


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"trigger_type": 5}, "trigger_type"),
        ({"trigger_metadata": {"keyword_filter": ["x" * 61]}}, "trigger_metadata"),
        ({"actions": [{"type": 3}]}, "actions"),
        ({"actions": [{"type": 1, "metadata": {"custom_message": "x" * 151}}]}, "actions"),
        ({"exempt_roles": ["one"]}, "exempt_roles"),
    ],
)
async def test_a_wrong_rule_is_refused(
    guild: Guild, owner: Member, change: dict[str, Any], field: str
):
    body = {"name": "No tea", "event_type": 1, "trigger_type": 1, **change}
    with pytest.raises(Refused) as caught:
        await owner.api("POST", f"/guilds/{guild.id}/auto-moderation/rules", body)
    assert field in caught.value.body["errors"]


async def test_an_edit_cannot_bring_in_the_word(
    playground: Playground, guild: Guild, member: Member
):
    playground.guilds.automod.add(guild, "No tea", ["tea"])
    said = await member.say(GENERAL, "coffee")
    with pytest.raises(Refused) as caught:
        await member.api("PATCH", f"/channels/{GENERAL}/messages/{said['id']}", {"content": "tea"})
    assert caught.value.code == 200000
    assert (await member.message(GENERAL, said["id"]))["content"] == "coffee"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"trigger_metadata": {"regex_patterns": ["(a+)+$"]}}, "regex_patterns"),
        (
            {"trigger_metadata": {"keyword_filter": ["a"], "regex_patterns": ["b"]}},
            "regex_patterns",
        ),
        ({"trigger_metadata": {"keyword_filter": ["a"], "presets": [1]}}, "presets"),
        ({"trigger_metadata": {"keyword_filtre": ["a"]}}, "keyword_filtre"),
        ({"trigger_type": 5, "trigger_metadata": {"mention_total_limit": 3}}, "trigger_type"),
    ],
)
async def test_a_rule_that_would_stop_nothing_is_refused(
    playground: Playground, guild: Guild, owner: Member, changes: dict[str, Any], field: str
):
    rule = {"name": "r", "event_type": 1, "trigger_type": 1, "actions": [{"type": 1}]}
    with pytest.raises(Refused) as caught:
        await owner.api("POST", f"/guilds/{guild.id}/auto-moderation/rules", {**rule, **changes})
    assert (caught.value.status, caught.value.code) == (400, 50035)
    wrong = caught.value.body["errors"]
    assert field in {**wrong, **wrong.get("trigger_metadata", {})}
    assert guild.automod == []


async def test_a_rule_may_say_that_it_has_no_patterns(guild: Guild, owner: Member):
    rule = {"name": "r", "event_type": 1, "trigger_type": 1, "actions": [{"type": 1}]}
    rule["trigger_metadata"] = {"keyword_filter": ["a"], "regex_patterns": [], "allow_list": []}
    await owner.api("POST", f"/guilds/{guild.id}/auto-moderation/rules", rule)
    assert [each.keywords for each in guild.automod] == [["a"]]
