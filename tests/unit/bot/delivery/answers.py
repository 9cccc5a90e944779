"""Discord's answers, as discord.py raises them."""

from unittest import mock

import discord


def answered(status: int, code: int = 0) -> discord.HTTPException:
    """An answer with that status and code."""
    kind = discord.DiscordServerError if status >= 500 else discord.HTTPException
    return kind(mock.Mock(status=status, reason="no"), {"code": code, "message": "no"})
