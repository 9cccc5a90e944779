"""Who uses a command or a button, as the limits see them."""

import discord

from generation.limits.layers import Asker


def asker_of(interaction: discord.Interaction) -> Asker:
    """The member, and which roles they have where they are."""
    user = interaction.user
    roles = user.roles if isinstance(user, discord.Member) else ()
    return Asker(user.id, interaction.guild_id, frozenset(role.id for role in roles))
