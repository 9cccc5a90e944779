"""The Discord client: which intents, which commands, what happens to their errors."""

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import calls
from bot.breaker import Breaker
from bot.commands import synchronize
from bot.database import DatabaseError
from bot.departures import Departures
from bot.errors import TROUBLE, on_command_error
from bot.finishing import LargerButton
from bot.loads import Loads
from bot.presentation.buttons import CancelButton
from bot.settings import Settings
from bot.sheets import TakeButton
from bot.studio import Studio
from generation.database import Database

if TYPE_CHECKING:
    from bot.delivery import Delivery

log = logging.getLogger(__name__)

#: Pictures that members bring and that are in this process' memory at a time. The others wait.
_BROUGHT_AT_ONCE = 3

#: The 200 commands that may be created a day, globally and in each guild, are created.
_NO_CREATES_LEFT = 30034

#: How long a stop waits at most for its being shown.
_GOODBYE_S = 1.0

EXTENSIONS = (
    "cogs.compare",
    "cogs.easel",
    "cogs.finish",
    "cogs.help",
    "cogs.imagine",
    "cogs.models",
    "cogs.ping",
    "cogs.privacy",
    "cogs.queue",
    "cogs.report",
    "cogs.show",
)

# Easel has no voice: nobody needs to hear at each start that its libraries are missing.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class Tree(app_commands.CommandTree[Any]):
    """The command tree with Easel's one error handler."""

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Turn every error into a private, friendly answer."""
        await on_command_error(interaction, error)


class EaselBot(commands.AutoShardedBot):
    """The bot. Cogs reach everything they need through `studio`."""

    #: Set by bot.app, since it needs the client first.
    delivery: "Delivery"

    def __init__(self, settings: Settings, database: Database, studio: Studio) -> None:
        """Nothing connects yet."""
        self.breaker = Breaker()
        calls.watch(self.breaker.trace)
        super().__init__(
            # There are no text commands; this prefix needs no privileged intent.
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            http_trace=self.breaker.trace,
        )
        self.studio = studio
        self.bringing = asyncio.Semaphore(_BROUGHT_AT_ONCE)
        self.loads = Loads()
        self._away: set[int] = set()  # shards whose session is not going on
        self._settings = settings
        self._database = database

    async def setup_hook(self) -> None:
        """Load the cogs and register their commands, before the gateway connects."""
        self.add_dynamic_items(TakeButton, CancelButton, LargerButton)
        for event in Departures(self, self.studio, self.delivery.leave).events:
            self.add_listener(event)
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        guild_id = self._settings.sync_commands_to
        guild = discord.Object(guild_id) if guild_id else None
        assert self.application_id is not None  # login has read it
        try:
            await synchronize(self.tree, self.application_id, self._database, guild)
        except discord.HTTPException as error:
            # No more than this one: it mends itself, which takes up to a day. What else may be said
            # of the commands is for the host to mend, or soon over, and the start is tried again.
            if error.code != _NO_CREATES_LEFT:
                raise
            log.warning(
                "Discord takes no new commands just now, since 200 were created within a day"
                " (30034). Those that were registered before go on working; start Easel again in a"
                " day, so that it can register the new ones."
            )

    async def on_ready(self) -> None:
        """Say so; this comes again when all shards have lost their sessions since."""
        log.info("Ready as %s in %d guilds", self.user, len(self.guilds))

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """What is asked there is not heard any more."""
        self._away.add(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """It is heard again."""
        self._away.discard(shard_id)

    async def on_shard_connect(self, shard_id: int) -> None:
        """It is heard, in a new session."""
        self._away.discard(shard_id)

    @property
    def api_url(self) -> str:
        """Where Discord's REST API is."""
        return self._settings.discord_api_url

    @property
    def settings(self) -> Settings:
        """What the host decided."""
        return self._settings

    @property
    def serves(self) -> bool:
        """Whether what anybody asks is heard: no shard is cut off."""
        return self.is_ready() and not self.is_closed() and not self._away

    def hears_of(self, guild: discord.Guild) -> bool:
        """Whether a guild is as it is known here: what changes there is told at once."""
        shard = self.get_shard(guild.shard_id)
        # A session's end is told late: where several end, one after another is taken up again.
        if shard is None or shard.is_closed() or shard.id in self._away:
            return False
        return not guild.unavailable  # of an outage of Discord's only the end is told

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """A listener failed: where that is the database's doing, a line says what to do."""
        error = sys.exc_info()[1]
        if isinstance(error, DatabaseError):
            log.error("%s was not carried out: %s", event_method, error)
            return
        await super().on_error(event_method, *args, **kwargs)

    async def say_goodbye(self) -> None:
        """Show everybody that no new requests are taken. Where the gateway has no ear: nothing."""
        activity = discord.CustomActivity("Finishing up, no new requests")
        try:
            async with asyncio.timeout(_GOODBYE_S):
                await self.change_presence(status=discord.Status.idle, activity=activity)
        except (*TROUBLE, RuntimeError) as error:  # RuntimeError: a socket that is being closed
            log.info("That it is stopping can't be shown: %r", error)

    async def on_message(self, message: discord.Message, /) -> None:
        """Text is not read: Easel has slash commands only."""
