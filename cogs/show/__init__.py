"""/show: a picture of one's own again."""

from bot.client import EaselBot

from ._cog import Show


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Show(bot))
