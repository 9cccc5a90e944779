"""Places on Discord, and what Easel may do in them."""

import discord


def may_post_pictures(interaction: discord.Interaction) -> bool:
    """Whether a picture may be posted where an interaction came from, for all to see.

    In direct messages that goes without saying, and Discord does not say it. In a guild where it
    may not, the answer is private: an interaction's answer would get past the guild's
    rules, but later edits by the bot's own right would not.
    """
    if interaction.guild_id is None:
        return True
    granted = interaction.app_permissions
    needed = granted.view_channel and granted.embed_links and granted.attach_files
    if isinstance(interaction.channel, discord.Thread):
        return needed and granted.send_messages_in_threads
    return needed and granted.send_messages
