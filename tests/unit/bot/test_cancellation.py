"""Whose rights are enough to end what others asked for."""

from typing import Any
from unittest import mock

import discord
import pytest

from bot.cancellation import moderates
from tests.support.jobs import make_origin

ORIGIN = make_origin()  # in channel 20 of guild 10
NONE, MANAGES = discord.Permissions.none(), discord.Permissions(manage_messages=True)


def interaction(
    *,
    guild_id: int | None = 10,
    channel_id: int = 21,
    here: discord.Permissions = NONE,
    guild_wide: discord.Permissions = NONE,
    there: discord.Permissions | None = None,
    thread: bool = False,
) -> Any:
    """One in another channel; `there`: the rights in the picture's channel, where it is known."""
    used = mock.create_autospec(discord.Interaction, instance=True)
    used.guild_id, used.channel_id, used.permissions = guild_id, channel_id, here
    used.user = mock.create_autospec(discord.Member, instance=True)
    used.user.guild_permissions = guild_wide
    used.guild = mock.create_autospec(discord.Guild, instance=True)
    channel = mock.create_autospec(discord.TextChannel, instance=True)
    channel.permissions_for.return_value = there
    if thread:
        parent = channel
        channel = mock.create_autospec(discord.Thread, instance=True)
        channel.parent = parent
    known = {20: channel} if there is not None else {}
    used.guild.get_channel_or_thread.side_effect = known.get
    return used


@pytest.mark.parametrize(
    ("used", "may"),
    [
        (interaction(channel_id=20, here=MANAGES, there=MANAGES), True),
        (interaction(channel_id=20, there=NONE), False),
        (interaction(here=MANAGES, there=NONE), False),
        (interaction(there=MANAGES), True),
        (interaction(there=MANAGES, thread=True), True),
        (interaction(here=MANAGES, there=NONE, thread=True), False),
        (interaction(here=MANAGES), False),
        (interaction(guild_wide=MANAGES), True),
        (interaction(guild_id=11, here=MANAGES, guild_wide=MANAGES, there=MANAGES), False),
        (interaction(guild_id=None, here=MANAGES, guild_wide=MANAGES), False),
    ],
    ids=[
        "in the picture's channel",
        "there, without the right",
        "with the right in another channel",
        "from another channel, with the right there",
        "with the right in the thread's channel",
        "with the right beside the thread's channel",
        "where the picture's channel is not known",
        "guild-wide",
        "in another guild",
        "in direct messages",
    ],
)
def test_the_right_counts_in_the_pictures_channel_or_guild_wide(used: Any, may: bool):
    assert moderates(used, ORIGIN) is may
