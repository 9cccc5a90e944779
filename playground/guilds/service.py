"""Guilds as a whole: made, joined and left by the bot, out for a while, boosted."""

from collections.abc import Sequence

from playground import seed
from playground.clock import Clock
from playground.gateway import Gateway
from playground.guilds.automod import AutoMod
from playground.guilds.channels import Channels
from playground.guilds.emojis import Emojis
from playground.guilds.members import Members
from playground.guilds.news import News
from playground.guilds.roles import Roles
from playground.guilds.threads import Threads
from playground.guilds.tools import Tools
from playground.messages.board import Board
from playground.snowflake import Snowflakes
from playground.world import GUILD_TEXT, Channel, Guild, GuildMember, Role, User, World

MAX_BOOST_LEVEL = 3


class Guilds:
    """The guilds; their parts in `members`, `roles`, `channels`, `threads`, `automod`, `emojis`."""

    def __init__(
        self, world: World, clock: Clock, ids: Snowflakes, gateway: Gateway, board: Board
    ) -> None:
        """Works on the guilds of `world`."""
        self.world = world
        self.clock = clock
        self._ids = ids
        self._news = News(world, gateway)
        self._tools = tools = Tools(world, clock, ids, board, self._news)
        self.threads = Threads(tools)
        self.members = Members(tools)
        self.roles = Roles(tools)
        self.channels = Channels(tools)
        self.automod = AutoMod(tools)
        self.emojis = Emojis(tools)

    def person(self, username: str, global_name: str | None = None) -> User:
        """A new account, in no guild yet."""
        user = seed.person(self._ids.next(), username, global_name or username.capitalize())
        self.world.add_user(user)
        return user

    def create(
        self, name: str, owner: User, members: Sequence[User] = (), *, with_bot: bool = True
    ) -> Guild:
        """A new guild with #general, of an owner, further people, and the bot."""
        guild = Guild(self._ids.next(), name, owner_id=owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", seed.EVERYONE)
        general = Channel(self._ids.next(), GUILD_TEXT, "general", guild)
        guild.channels[general.id] = general
        self.world.add_guild(guild)
        for person in dict.fromkeys(user.id for user in (owner, *members)):
            self.members.join(guild, self.world.users[person])
        if with_bot:
            self.add_bot(guild)
        return guild

    def add_bot(self, guild: Guild, rights: int = seed.EVERYONE) -> GuildMember:
        """Let the bot join a guild, with a role of its own (GUILD_CREATE)."""
        bot = self.world.bot
        role = self.roles.create(guild, bot.username, rights, bot_id=bot.id)
        return self.members.join(guild, bot, [role.id])

    def remove_bot(self, guild: Guild) -> None:
        """Let the bot leave, or be kicked (GUILD_DELETE without `unavailable`)."""
        self.members.leave(guild, self.world.bot)

    def delete(self, guild: Guild) -> None:
        """End a guild with all that is in it (GUILD_DELETE to everybody)."""
        self._news.gone(guild, outage=False)
        for channel in [*guild.threads.values(), *guild.channels.values()]:
            self._tools.forget(channel)
        del self.world.guilds[guild.id]

    def begin_outage(self, guild: Guild) -> None:
        """Make a guild unavailable (GUILD_DELETE with `unavailable`); its events are lost."""
        if guild.available:
            self._news.gone(guild, outage=True)
            guild.available = False

    def end_outage(self, guild: Guild) -> None:
        """Bring a guild back (GUILD_CREATE)."""
        if not guild.available:
            guild.available = True
            self._news.joined(guild)

    def boost(self, guild: Guild, level: int) -> None:
        """Set the boost level, 0 to 3, on which the size of files depends (GUILD_UPDATE)."""
        if not 0 <= level <= MAX_BOOST_LEVEL:
            raise ValueError(f"A guild's boost level is 0 to {MAX_BOOST_LEVEL}.")
        guild.boost_level = level
        self._news.guild(guild)

    def rename(self, guild: Guild, name: str) -> None:
        """Give a guild another name (GUILD_UPDATE)."""
        guild.name = name
        self._news.guild(guild)
