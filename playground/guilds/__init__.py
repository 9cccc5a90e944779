"""The life of guilds: all that changes in one, done and told to those who may know.

REST does its checks and then calls this; a test or a script calls it directly, with every right:

    guilds = playground.guilds
    second = guilds.create("Second", owner)            # the bot is in it, GUILD_CREATE is sent
    guilds.begin_outage(second)                        # GUILD_DELETE with `unavailable`
    guilds.remove_bot(second)                          # GUILD_DELETE without
    thread = guilds.threads.start(channel, "a thread", owner)
    guilds.members.kick(second, member)
    guilds.roles.create(second, "Painters", color=0xFF0000)
    guilds.channels.edit(channel, slow_mode_s=10)
    guilds.automod.add(second, "No tea", ["tea"])
"""

from playground.guilds.service import Guilds

__all__ = ["Guilds"]
