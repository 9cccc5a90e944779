"""/help: what Easel does, and how to ask for it."""

from bot.client import EaselBot

from ._cog import Help


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Help(bot))
