"""/privacy and /delete-my-data: what is stored of a member, and how to have it deleted."""

from bot.client import EaselBot

from ._button import EraseButton
from ._cog import Privacy


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    bot.add_dynamic_items(EraseButton)
    await bot.add_cog(Privacy(bot))
