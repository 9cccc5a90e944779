"""READY, GUILD_CREATE and presences."""

from typing import TYPE_CHECKING, Any

from playground import permissions
from playground.payloads.guilds import channel, dm, guild
from playground.payloads.users import iso, member, own_user, user
from playground.world import Guild, User, World

if TYPE_CHECKING:
    from playground.gateway.session import Session


def ready_for_bot(
    world: World, session: "Session", url: str, guilds: list[Guild]
) -> dict[str, Any]:
    """READY of a bot: its guilds follow in GUILD_CREATEs."""
    ready: dict[str, Any] = {
        "v": 10,
        "user": own_user(session.user),
        "session_id": session.id,
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
    if session.shard is not None:
        ready["shard"] = list(session.shard)
    return ready


def ready_for_person(
    world: World, session: "Session", url: str, bot_online: bool
) -> dict[str, Any]:
    """READY of Discord's own client: everything it shows, at once."""
    who = session.user
    guilds = world.guilds_of(who)
    dms = world.dms_of(who)
    known = {each.id: each for g in guilds for each in (m.user for m in g.members.values())}
    return {
        "v": 10,
        "user": own_user(who),
        "session_id": session.id,
        "resume_gateway_url": url,
        "guilds": [_guild_for_person(each, who, bot_online) for each in guilds],
        "private_channels": [dm(each, who) for each in dms],
        "users": [user(each) for each in known.values()],
        "relationships": [],
        "presences": [],
        "_trace": ["playground"],
    }


def guild_create(which: Guild, viewer: User, all_members: bool) -> dict[str, Any]:
    """GUILD_CREATE. Without the members intent a bot receives only itself."""
    shown = [each for each in which.members.values() if all_members or each.user is viewer]
    return {
        **guild(which),
        "unavailable": False,
        "large": False,
        "joined_at": iso(which.members[viewer.id].joined_at),
        "member_count": len(which.members),
        "members": [member(each) for each in shown],
        "channels": [channel(each, viewer) for each in which.channels.values()],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def members_chunk(which: Guild, asked: dict[str, Any]) -> dict[str, Any]:
    """GUILD_MEMBERS_CHUNK: the members asked for by id or by the beginning of their name."""
    members = list(which.members.values())
    wanted = asked.get("user_ids")
    if wanted:
        ids = {str(each) for each in (wanted if isinstance(wanted, list) else [wanted])}
        members = [each for each in members if str(each.user.id) in ids]
    elif asked.get("query"):
        prefix = str(asked["query"]).lower()
        members = [each for each in members if each.user.username.lower().startswith(prefix)]
    chunk: dict[str, Any] = {
        "guild_id": str(which.id),
        "members": [member(each) for each in members],
        "chunk_index": 0,
        "chunk_count": 1,
        "presences": [],
        "not_found": [],
    }
    if asked.get("nonce"):
        chunk["nonce"] = asked["nonce"]
    return chunk


def presence(who: User, where: Guild, online: bool) -> dict[str, Any]:
    """PRESENCE_UPDATE."""
    return {
        "user": {"id": str(who.id)},
        "guild_id": str(where.id),
        "status": "online" if online else "offline",
        "activities": [],
        "client_status": {"web": "online"} if online else {},
    }


def _guild_for_person(which: Guild, viewer: User, bot_online: bool) -> dict[str, Any]:
    shown = guild_create(which, viewer, all_members=True)
    # A person does not receive the channels they may not see.
    shown["channels"] = [
        channel(each, viewer)
        for each in which.channels.values()
        if permissions.may(each, viewer, permissions.VIEW_CHANNEL)
    ]
    shown["presences"] = [
        presence(each.user, which, True)
        for each in which.members.values()
        if each.user.bot and bot_online
    ]
    return shown
