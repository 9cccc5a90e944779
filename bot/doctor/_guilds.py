"""The guilds the bot is in, and what it may not do there."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from bot.places import invitation, lacking

from ._discord_api import DiscordApi, NoAnswer
from ._finding import Area, Finding, error, note, ok, warning

_PAGE = 200
_MOST_GUILDS = 2000
#: Of so many the channels are looked at, each of which costs two calls.
_MOST_LOOKED_INTO = 20
_MOST_NAMED = 5
_TEXT_CHANNELS = (discord.ChannelType.text.value, discord.ChannelType.news.value)

Json = Mapping[str, Any]


async def check_guilds(
    api: DiscordApi, application_id: str, bot_id: str, sync_to: int | None
) -> list[Finding]:
    """What the bot lacks in each guild, and in channels of the first of them. Raises NoAnswer."""
    guilds = await _all_of(api)
    if not guilds:
        remedy = f"Invite it: {invitation(application_id)}"
        return [warning("guilds", "the bot is in none", remedy)]
    findings = list(_of_sync(guilds, sync_to, application_id))
    short = {guild["id"]: _lacking_in(guild) for guild in guilds}
    for guild in guilds:
        if short[guild["id"]]:
            yet = ", ".join(short[guild["id"]])
            remedy = (
                "Give its role that in the server's settings, or authorize it anew:"
                f" {invitation(application_id, guild['id'])}"
            )
            findings.append(warning(f"guild {guild['name']}", f"the bot lacks: {yet}", remedy))
    right = [guild for guild in guilds if not short[guild["id"]]]
    if right:
        names = _some([guild["name"] for guild in right])
        findings.append(ok("guilds", f"the bot has all it needs in {len(right)}: {names}"))
    looked_into = right[:_MOST_LOOKED_INTO]
    found = await asyncio.gather(*(_of_channels(api, guild, bot_id) for guild in looked_into))
    return [*findings, *(finding for finding in found if finding is not None)]


async def _all_of(api: DiscordApi) -> list[Json]:
    guilds: list[Json] = []
    while len(guilds) < _MOST_GUILDS:
        after = guilds[-1]["id"] if guilds else "0"
        page = await api.get("/users/@me/guilds", limit=str(_PAGE), after=after)
        guilds += page
        if len(page) < _PAGE:
            break
    return guilds


def _of_sync(guilds: Sequence[Json], sync_to: int | None, application_id: str) -> Iterator[Finding]:
    if sync_to is not None and str(sync_to) not in {guild["id"] for guild in guilds}:
        yield error(
            "guilds",
            f"EASEL_SYNC_COMMANDS_TO: the bot is not in the guild {sync_to}",
            f"Leave the variable out, or invite it: {invitation(application_id, sync_to)}",
            Area.DISCORD,
        )


def _lacking_in(guild: Json) -> list[str]:
    if guild.get("owner"):
        return []
    return lacking(discord.Permissions(int(guild["permissions"])))


async def _of_channels(api: DiscordApi, guild: Json, bot_id: str) -> Finding | None:
    """In which text channels that it sees the bot may do less; None where in none."""
    granted = discord.Permissions(int(guild["permissions"]))
    if granted.administrator or guild.get("owner"):
        return None
    try:
        member = await api.get(f"/guilds/{guild['id']}/members/{bot_id}")
        channels = await api.get(f"/guilds/{guild['id']}/channels")
    except NoAnswer as problem:
        remedy = problem.remedy
        return note(
            f"guild {guild['name']}", f"its channels can't be seen: {problem.found}", remedy
        )
    seen = closed = 0
    named = []
    for channel in channels:
        if channel["type"] in _TEXT_CHANNELS:
            there = in_channel(granted, channel, guild["id"], {bot_id, *member["roles"]}, bot_id)
            yet = lacking(there)
            seen += there.view_channel
            closed += bool(there.view_channel and yet)
            if there.view_channel and yet:
                named.append(f"#{channel['name']} ({', '.join(yet)})")
    if not closed:
        return None
    return note(
        f"guild {guild['name']}",
        f"in {closed} of {seen} text channels the bot may do less: {_some(named)}",
        "If that is not on purpose: give its role those in the channels' settings.",
    )


def in_channel(
    granted: discord.Permissions,
    channel: Json,
    everyone_id: str,
    ids: set[str],
    bot_id: str,
) -> discord.Permissions:
    """What is left of a guild's permissions in a channel: everyone's, the roles', its own."""
    overwrites = {each["id"]: each for each in channel.get("permission_overwrites") or ()}
    roles = [each for key, each in overwrites.items() if key in ids - {everyone_id, bot_id}]
    steps = [
        [overwrites[everyone_id]] if everyone_id in overwrites else [],
        roles,
        [overwrites[bot_id]] if bot_id in overwrites else [],
    ]
    value = granted.value
    for step in steps:
        allow = deny = 0
        for each in step:
            allow |= int(each["allow"])
            deny |= int(each["deny"])
        value = value & ~deny | allow
    return discord.Permissions(value)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown
