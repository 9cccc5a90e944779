"""/ping: is Easel there, and how busy?"""

from bot.client import EaselBot

from ._cog import Ping


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Ping(bot))
