"""/imagine: a prompt in, a picture out."""

from bot.client import EaselBot

from ._cog import Imagine


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Imagine(bot))
