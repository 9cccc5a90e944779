"""/compare and /sweep: pictures side by side."""

from bot.client import EaselBot

from ._cog import Compare


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Compare(bot))
