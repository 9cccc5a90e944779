"""Where a picture may be posted for all to see."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.places import may_post_pictures

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
