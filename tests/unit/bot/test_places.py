"""Where a picture may be posted for all to see, and where only adults are."""

from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot.client import EaselBot
from bot.places import is_age_restricted, is_private, may_post_pictures

_POSTING = discord.Permissions(
    view_channel=True, send_messages=True, embed_links=True, attach_files=True
)


def interaction(granted: discord.Permissions, guild_id: int | None = 7) -> Any:
    return SimpleNamespace(app_permissions=granted, guild_id=guild_id, channel=object())


def test_where_all_rights_are_there():
    assert may_post_pictures(interaction(_POSTING))


@pytest.mark.parametrize("right", ["view_channel", "send_messages", "embed_links", "attach_files"])
def test_not_where_one_lacks(right: str):
    granted = discord.Permissions(_POSTING.value)
    setattr(granted, right, False)
    assert not may_post_pictures(interaction(granted))


def test_in_direct_messages_whatever_discord_says():
    assert may_post_pictures(interaction(discord.Permissions.none(), guild_id=None))


def test_what_a_private_message_brings_is_private():
    flags = mock.Mock(ephemeral=True)
    pressed = interaction(_POSTING)
    for message, private in ((None, False), (mock.Mock(flags=flags), True)):
        pressed.message = message
        assert is_private(pressed) is private


class Channels:
    """A bot that the gateway has told of some channels, and that may ask for others."""

    def __init__(self, told: dict[int, Any], asked: dict[int, Any]) -> None:
        self.client = mock.create_autospec(EaselBot, instance=True)
        guild = self.client.get_guild.return_value
        guild.get_channel_or_thread.side_effect = told.get
        self.client.fetch_channel.side_effect = lambda channel_id: asked[channel_id]


def channel(*, restricted: bool) -> Any:
    made = mock.create_autospec(discord.TextChannel, instance=True)
    made.is_nsfw.return_value = restricted
    return made


def thread(parent_id: int) -> Any:
    return mock.create_autospec(discord.Thread, instance=True, parent_id=parent_id)


@pytest.mark.parametrize("restricted", [False, True])
async def test_a_channel_that_the_gateway_told_of_is_not_asked_for(restricted: bool):
    there = Channels({20: channel(restricted=restricted)}, {})
    assert await is_age_restricted(there.client, 7, 20) is restricted
    there.client.fetch_channel.assert_not_called()


@pytest.mark.parametrize("restricted", [False, True])
async def test_a_thread_is_what_its_channel_is(restricted: bool):
    there = Channels({30: thread(20), 20: channel(restricted=restricted)}, {})
    assert await is_age_restricted(there.client, 7, 30) is restricted


async def test_while_the_gateway_is_away_discord_is_asked_for_what_it_told_of():
    there = Channels({20: channel(restricted=True)}, {20: channel(restricted=False)})
    there.client.hears_of.return_value = False
    assert not await is_age_restricted(there.client, 7, 20)
    there.client.hears_of.assert_called_with(there.client.get_guild(7))


async def test_while_it_is_away_a_thread_is_what_its_channel_has_become():
    told = {30: thread(20), 20: channel(restricted=True)}
    there = Channels(told, {30: thread(20), 20: channel(restricted=False)})
    there.client.hears_of.return_value = False
    assert not await is_age_restricted(there.client, 7, 30)


async def test_a_bad_moment_of_discord_says_nothing_while_the_gateway_is_away_either():
    there = Channels({20: channel(restricted=True)}, {})
    there.client.hears_of.return_value = False
    there.client.fetch_channel.side_effect = discord.DiscordServerError(mock.Mock(status=503), "")
    with pytest.raises(discord.DiscordServerError):
        await is_age_restricted(there.client, 7, 20)


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("channel_id", [20, 30])
async def test_what_may_not_be_looked_at_any_more_is_what_the_gateway_told_last(
    channel_id: int, *, restricted: bool
):
    there = Channels({30: thread(20), 20: channel(restricted=restricted)}, {})
    there.client.hears_of.return_value = False
    there.client.fetch_channel.side_effect = discord.Forbidden(mock.Mock(status=403), "no")
    assert await is_age_restricted(there.client, 7, channel_id) is restricted


async def test_a_channel_that_is_gone_counts_as_open_whatever_the_gateway_told():
    there = Channels({20: channel(restricted=True)}, {})
    there.client.hears_of.return_value = False
    there.client.fetch_channel.side_effect = discord.NotFound(mock.Mock(status=404), "gone")
    assert not await is_age_restricted(there.client, 7, 20)


async def test_before_the_gateway_has_told_anything_discord_is_asked():
    there = Channels({}, {30: thread(20), 20: channel(restricted=True)})
    there.client.get_guild.return_value = None
    assert await is_age_restricted(there.client, 7, 30)


@pytest.mark.parametrize("error", [discord.NotFound, discord.Forbidden])
async def test_a_channel_that_may_not_be_looked_at_counts_as_open(error: type[Exception]):
    there = Channels({}, {})
    there.client.fetch_channel.side_effect = error(mock.Mock(status=403), "no")
    assert not await is_age_restricted(there.client, 7, 20)


async def test_a_bad_moment_of_discord_says_nothing_of_a_channel():
    there = Channels({}, {})
    there.client.fetch_channel.side_effect = discord.DiscordServerError(mock.Mock(status=503), "")
    with pytest.raises(discord.DiscordServerError):
        await is_age_restricted(there.client, 7, 20)


async def test_a_category_is_open():
    there = Channels({20: object()}, {})
    assert not await is_age_restricted(there.client, 7, 20)
