"""The group of all /easel commands."""

import discord
from discord import app_commands

EASEL = app_commands.Group(
    name="easel",
    description="For admins: how Easel works in this guild",
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(
        guild=True, dm_channel=False, private_channel=False
    ),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)
