"""hikari is told of all that happens to guilds, and can make sense of it."""

from collections.abc import Callable

import hikari
import pytest

from playground.client import Member
from playground.server import Playground
from playground.world import Channel, Guild, User
from tests.unit.playground.strangers.conftest import Stranger

Deed = Callable[[Playground, Guild, Channel, User], object]


def start_private(playground: Playground, guild: Guild, general: Channel, mel: User) -> None:
    thread = playground.guilds.threads.start(general, "secret", mel, private=True)
    playground.guilds.threads.join(thread, playground.world.bot)


def delete_a_thread(playground: Playground, guild: Guild, general: Channel, mel: User) -> None:
    playground.guilds.threads.delete(playground.guilds.threads.start(general, "short", mel))


def ban_and_unban(playground: Playground, guild: Guild, general: Channel, mel: User) -> None:
    playground.guilds.members.ban(guild, mel, "spam")
    playground.guilds.members.unban(guild, mel)


def outage(playground: Playground, guild: Guild, general: Channel, mel: User) -> None:
    playground.guilds.begin_outage(guild)
    playground.guilds.end_outage(guild)


def react(playground: Playground, guild: Guild, general: Channel, mel: User) -> None:
    message = playground.services.board.system(general, mel, 0, "look")
    reactions = playground.services.reactions
    own = playground.guilds.emojis.add(guild, "easel")
    for emoji in ("⭐", own):
        reactions.add(general, message, mel, emoji)
    reactions.remove(general, message, mel, "⭐")
    reactions.remove_emoji(general, message, own)
    reactions.clear(general, message)


def new_role(playground: Playground, guild: Guild, general: Channel, mel: User) -> None:
    role = playground.guilds.roles.create(guild, "Painters", color=0xFF8800)
    playground.guilds.members.give(guild, mel, role.id)
    playground.guilds.roles.delete(guild, role)


DEEDS: dict[type[hikari.Event], Deed] = {
    hikari.GuildUpdateEvent: lambda p, guild, _, __: p.guilds.boost(guild, 3),
    hikari.GuildJoinEvent: lambda p, _, __, mel: p.guilds.create("Second", mel),
    hikari.GuildLeaveEvent: lambda p, guild, _, __: p.guilds.remove_bot(guild),
    hikari.GuildUnavailableEvent: outage,
    hikari.GuildAvailableEvent: outage,
    hikari.MemberCreateEvent: lambda p, guild, _, __: p.guilds.members.join(
        guild, p.guilds.person("nina")
    ),
    hikari.MemberUpdateEvent: lambda p, guild, _, mel: p.guilds.members.time_out(guild, mel, 60),
    hikari.MemberDeleteEvent: lambda p, guild, _, mel: p.guilds.members.kick(guild, mel),
    hikari.BanCreateEvent: ban_and_unban,
    hikari.BanDeleteEvent: ban_and_unban,
    hikari.RoleCreateEvent: new_role,
    hikari.RoleUpdateEvent: new_role,
    hikari.RoleDeleteEvent: new_role,
    hikari.GuildChannelCreateEvent: lambda p, guild, _, __: p.guilds.channels.create(guild, "new"),
    hikari.GuildChannelUpdateEvent: lambda p, _, general, __: p.guilds.channels.edit(
        general, slow_mode_s=5
    ),
    hikari.GuildChannelDeleteEvent: lambda p, _, general, __: p.guilds.channels.delete(general),
    hikari.GuildThreadCreateEvent: lambda p, _, general, mel: p.guilds.threads.start(
        general, "talk", mel
    ),
    hikari.GuildThreadAccessEvent: start_private,
    hikari.ThreadMembersUpdateEvent: start_private,
    hikari.GuildThreadDeleteEvent: delete_a_thread,
    hikari.EmojisUpdateEvent: react,
    hikari.GuildReactionAddEvent: react,
    hikari.GuildReactionDeleteEvent: react,
    hikari.GuildReactionDeleteEmojiEvent: react,
    hikari.GuildReactionDeleteAllEvent: react,
}


@pytest.mark.parametrize("kind", DEEDS, ids=lambda kind: kind.__name__)
async def test_it_hears_of(
    playground: Playground,
    guild: Guild,
    general: Channel,
    mel: User,
    stranger: Stranger,
    kind: type[hikari.Event],
):
    told = stranger.next(kind)
    DEEDS[kind](playground, guild, general, mel)
    await told


async def test_it_reads_threads_roles_members_and_reactions(
    playground: Playground, guild: Guild, general: Channel, mel: User, stranger: Stranger
):
    thread = playground.guilds.threads.start(general, "talk", mel)
    seen = await stranger.rest.fetch_channel(thread.id)
    assert isinstance(seen, hikari.GuildPublicThread)
    assert [each.name for each in await stranger.rest.fetch_active_threads(guild.id)] == ["talk"]
    roles = await stranger.rest.fetch_roles(guild.id)
    assert [role.name for role in roles] == ["@everyone", "Easel", "Moderators"]
    message = await stranger.rest.create_message(general.id, "look")
    await stranger.rest.add_reaction(general.id, message, "⭐")
    message = await stranger.rest.fetch_message(general.id, message)
    assert [(each.emoji, each.count, each.is_me) for each in message.reactions] == [
        (hikari.UnicodeEmoji("⭐"), 1, True)
    ]


async def test_slow_mode_refuses_a_person_and_not_the_bot(
    playground: Playground, general: Channel, stranger: Stranger, member: Member
):
    playground.guilds.channels.edit(general, slow_mode_s=60)
    await member.say(str(general.id), "once")
    for _ in range(2):
        await stranger.rest.create_message(general.id, "again")
