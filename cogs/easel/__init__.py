"""/easel: what a guild's admins decide."""

from bot.client import EaselBot

from ._cog import Easel


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Easel(bot))
