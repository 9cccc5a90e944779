"""/queue and /cancel: what waits, and how to end it."""

from bot.client import EaselBot

from ._cog import Queue


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Queue(bot))
