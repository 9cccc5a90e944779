"""/upscale and /faces: what is done with a picture that is there already."""

from bot.client import EaselBot

from ._cog import Finish


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Finish(bot))
