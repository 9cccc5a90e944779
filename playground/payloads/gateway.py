"""READY, GUILD_CREATE, chunks of members, and presences."""

from collections.abc import Sequence
from typing import Any

from playground import permissions
from playground.payloads.channels import channel, dm, thread
from playground.payloads.guilds import guild
from playground.payloads.users import iso, member, own_user, user
from playground.world import Guild, GuildMember, User, World

Json = dict[str, Any]


def ready_for_bot(
    world: World,
    session_id: str,
    url: str,
    guilds: list[Guild],
    shard: tuple[int, int] | None,
) -> Json:
    """READY of a bot: its guilds follow in GUILD_CREATEs."""
    ready: Json = {
        "v": 10,
        "user": own_user(world.bot),
        "session_id": session_id,
        "resume_gateway_url": url,
        "session_type": "normal",
        "user_settings": {},
        "relationships": [],
        "private_channels": [],
        "presences": [],
        "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
        "application": {"id": str(world.application.id), "flags": world.application.flags},
        "_trace": ["playground"],
    }
    if shard is not None:
        ready["shard"] = list(shard)
    return ready


def ready_for_person(
    world: World, who: User, session_id: str, url: str, guilds: list[Json]
) -> Json:
    """READY of Discord's own client: everything it shows, at once."""
    known = {m.user.id: m.user for g in world.guilds_of(who) for m in g.members.values()}
    return {
        "v": 10,
        "user": own_user(who),
        "session_id": session_id,
        "resume_gateway_url": url,
        "guilds": guilds,
        "private_channels": [dm(each, who) for each in world.dms_of(who)],
        "users": [user(each) for each in known.values()],
        "relationships": [],
        "presences": [],
        "_trace": ["playground"],
    }


def guild_create(
    which: Guild,
    viewer: User,
    members: Sequence[GuildMember],
    presences: Sequence[Json] = (),
    *,
    large: bool = False,
) -> Json:
    """GUILD_CREATE with those members that its receiver is told of."""
    return {
        **guild(which),
        "unavailable": False,
        "large": large,
        "joined_at": iso(which.members[viewer.id].joined_at),
        "member_count": len(which.members),
        "members": [member(each) for each in members],
        "channels": [channel(each, viewer) for each in which.channels.values()],
        "threads": [
            thread(each, viewer)
            for each in which.threads.values()
            if each.thread is not None
            and not each.thread.archived
            and permissions.may(each, viewer, permissions.VIEW_CHANNEL)
        ],
        "presences": list(presences),
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def guild_for_person(which: Guild, viewer: User, presences: Sequence[Json] = ()) -> Json:
    """GUILD_CREATE of Discord's own client, and a guild of its READY."""
    shown = guild_create(which, viewer, list(which.members.values()), presences)
    # A person does not receive the channels they may not see.
    shown["channels"] = [
        channel(each, viewer)
        for each in which.channels.values()
        if permissions.may(each, viewer, permissions.VIEW_CHANNEL)
    ]
    return shown


def members_chunk(
    which: Guild, members: Sequence[GuildMember], index: int = 0, count: int = 1
) -> Json:
    """GUILD_MEMBERS_CHUNK, the one number `index` of `count`."""
    return {
        "guild_id": str(which.id),
        "members": [member(each) for each in members],
        "chunk_index": index,
        "chunk_count": count,
    }


def presence(
    who: User, where: Guild, status: str = "offline", activities: Sequence[Json] = ()
) -> Json:
    """PRESENCE_UPDATE."""
    return {
        "user": {"id": str(who.id)},
        "guild_id": str(where.id),
        "status": status,
        "activities": list(activities),
        "client_status": {} if status == "offline" else {"web": status},
    }
