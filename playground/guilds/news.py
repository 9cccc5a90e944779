"""Who in a guild is told of what: the rules behind its events."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playground import payloads, permissions
from playground.gateway import Gateway
from playground.gateway.protocol import Intents
from playground.gateway.session import Session
from playground.world import Channel, Guild, GuildMember, User, World


class News:
    """Tells the bot and the people of a guild what has changed in it."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        """Tells by `gateway`."""
        self._world = world
        self._gateway = gateway

    def tell(
        self,
        guild: Guild,
        event: str,
        data: dict[str, Any],
        intent: Intents | None = Intents.GUILDS,
        needed: int = 0,
    ) -> None:
        """Tell everybody in a guild who has the needed permissions; its id joins the data."""
        about = {"guild_id": str(guild.id), **data}

        def build(session: Session) -> dict[str, Any] | None:
            return about if permissions.in_guild(guild, session.user) & needed == needed else None

        self._gateway.to_guild(guild, event, build, intent)

    def moved(self, user: User) -> None:
        """PRESENCE_UPDATE of one who has joined or left a guild."""
        self._gateway.moved(user)

    def guild(self, guild: Guild) -> None:
        """GUILD_UPDATE."""
        self._gateway.to_guild(guild, "GUILD_UPDATE", payloads.guild(guild))

    def joined(self, guild: Guild, user: User | None = None) -> None:
        """GUILD_CREATE to one who is new in a guild, or to everybody in it after an outage."""

        def build(session: Session) -> dict[str, Any] | None:
            if user not in (None, session.user):
                return None
            data = self._gateway.guild_create(session, guild)
            if user is not None:
                # Only a guild that was known before says that it is available again.
                del data["unavailable"]
            return data

        self._gateway.to_guild(guild, "GUILD_CREATE", build)

    def gone(self, guild: Guild, *, outage: bool) -> None:
        """GUILD_DELETE to everybody in a guild: an outage is no leaving."""
        data: dict[str, Any] = {"id": str(guild.id)}
        if outage:
            data["unavailable"] = True
        self._gateway.to_guild(guild, "GUILD_DELETE", data)

    def left(self, guild: Guild, user: User) -> None:
        """GUILD_DELETE to one who is in a guild no more."""
        data: dict[str, Any] = {"id": str(guild.id)}
        if user.bot:
            self._gateway.to_bot("GUILD_DELETE", data, guild.id, Intents.GUILDS)
        else:
            self._gateway.to_user(user, "GUILD_DELETE", data)

    def member(self, guild: Guild, event: str, member: GuildMember) -> None:
        """GUILD_MEMBER_ADD or _UPDATE; a bot hears of its own changes without the intent."""
        data = {"guild_id": str(guild.id), **payloads.member(member)}
        about = member.user if event == "GUILD_MEMBER_UPDATE" else None
        self._gateway.to_guild(guild, event, data, Intents.GUILD_MEMBERS, about=about)

    def channel(self, event: str, channel: Channel) -> None:
        """CHANNEL_CREATE, _UPDATE or _DELETE: a bot is told of hidden channels too."""
        if channel.guild is None:
            return

        def build(session: Session) -> dict[str, Any] | None:
            seen = permissions.may(channel, session.user, permissions.VIEW_CHANNEL)
            return payloads.channel(channel, session.user) if seen or session.user.bot else None

        self._gateway.to_guild(channel.guild, event, build)

    def thread(self, event: str, thread: Channel, *, to: User | None = None, **more: Any) -> None:
        """THREAD_CREATE or _UPDATE to all who may see a thread, or to one of them."""
        if thread.guild is None:
            return

        def build(session: Session) -> dict[str, Any] | None:
            if to not in (None, session.user):
                return None
            seen = permissions.may(thread, session.user, permissions.VIEW_CHANNEL)
            return {**payloads.thread(thread, session.user), **more} if seen else None

        self._gateway.to_guild(thread.guild, event, build)

    def thread_gone(self, thread: Channel) -> None:
        """THREAD_DELETE, while the thread still stands in the world."""
        if thread.guild is None or thread.thread is None:
            return
        data = {
            "id": str(thread.id),
            "guild_id": str(thread.guild.id),
            "parent_id": str(thread.thread.parent.id),
            "type": thread.type,
        }

        def build(session: Session) -> dict[str, Any] | None:
            seen = permissions.may(thread, session.user, permissions.VIEW_CHANNEL)
            return data if seen else None

        self._gateway.to_guild(thread.guild, "THREAD_DELETE", build)

    def thread_members(
        self, thread: Channel, *, added: User | None = None, removed: User | None = None
    ) -> None:
        """THREAD_MEMBERS_UPDATE; without the members intent a bot hears of itself alone."""
        guild = thread.guild
        if guild is None or thread.thread is None:
            return
        data: dict[str, Any] = {
            "id": str(thread.id),
            "guild_id": str(guild.id),
            "member_count": payloads.thread(thread)["member_count"],
        }
        if added is not None:
            shown = payloads.thread_member(thread, added.id, with_member=True)
            data["added_members"] = [{**shown, "presence": None}]
        if removed is not None:
            data["removed_member_ids"] = [str(removed.id)]

        def build(session: Session) -> dict[str, Any] | None:
            own = session.user in (added, removed)
            seen = permissions.may(thread, session.user, permissions.VIEW_CHANNEL)
            heard = session.hears(Intents.GUILD_MEMBERS)
            return data if own or (seen and heard) else None

        self._gateway.to_guild(guild, "THREAD_MEMBERS_UPDATE", build)

    # --- what comes into sight ---

    @contextmanager
    def sight(self, guild: Guild) -> Iterator[None]:
        """Tell afterward whom a change of rights has shown a channel, or taken one from.

        A person receives or loses the channel. A bot has it in either case, named or hidden, and
        receives it anew. Both receive the threads of a channel that they now see.
        """
        before = self._seen(guild)
        yield
        after = self._seen(guild)
        for user_id in before.keys() & after.keys():
            user = self._world.users[user_id]
            for channel_id in before[user_id] ^ after[user_id]:
                if channel_id in guild.channels:
                    gained = channel_id in after[user_id]
                    self._sight_changed(guild.channels[channel_id], user, gained=gained)

    def _seen(self, guild: Guild) -> dict[int, set[int]]:
        return {
            member.user.id: {
                channel.id
                for channel in guild.channels.values()
                if permissions.may(channel, member.user, permissions.VIEW_CHANNEL)
            }
            for member in guild.members.values()
        }

    def _sight_changed(self, channel: Channel, user: User, *, gained: bool) -> None:
        guild = channel.guild
        if guild is None:
            return

        def only_to(data: dict[str, Any], event: str) -> None:
            self._gateway.to_guild(guild, event, lambda s: data if s.user is user else None)

        event = "CHANNEL_UPDATE"
        if not user.bot:
            event = "CHANNEL_CREATE" if gained else "CHANNEL_DELETE"
        only_to(payloads.channel(channel, user), event)
        if gained:
            threads = [
                each
                for each in guild.threads.values()
                if each.thread is not None
                and each.thread.parent is channel
                and not each.thread.archived
                and permissions.may(each, user, permissions.VIEW_CHANNEL)
            ]
            only_to(_thread_list(channel, threads, user), "THREAD_LIST_SYNC")


def _thread_list(channel: Channel, threads: list[Channel], user: User) -> dict[str, Any]:
    return {
        "guild_id": str(channel.guild_id),
        "channel_ids": [str(channel.id)],
        "threads": [payloads.thread(each, user) for each in threads],
        "members": [
            payloads.thread_member(each, user.id)
            for each in threads
            if each.thread is not None and user.id in each.thread.joined
        ],
    }
