"""A guild's own emojis."""

from playground import payloads
from playground.gateway.protocol import Intents
from playground.guilds.tools import Tools
from playground.world import Guild


class Emojis:
    """The emojis of all guilds. They have names and ids, and no pictures."""

    def __init__(self, tools: Tools) -> None:
        """Works on the emojis of the guilds."""
        self._tools = tools

    def add(self, guild: Guild, name: str) -> str:
        """A new emoji; returned as reactions name it: "name:id"."""
        emoji_id = self._tools.ids.next()
        guild.emojis[emoji_id] = name
        self._changed(guild)
        return f"{name}:{emoji_id}"

    def remove(self, guild: Guild, emoji_id: int) -> None:
        """Remove an emoji; reactions with it stay."""
        del guild.emojis[emoji_id]
        self._changed(guild)

    def _changed(self, guild: Guild) -> None:
        shown = [payloads.emoji(each, name) for each, name in guild.emojis.items()]
        data = {"emojis": shown}
        self._tools.news.tell(guild, "GUILD_EMOJIS_UPDATE", data, Intents.GUILD_EXPRESSIONS)
