"""/models: what there is to choose from, and a way to paint with it."""

from bot.client import EaselBot

from ._cog import Models
from ._controls import CardSelect, FormButton, PageButton


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    bot.add_dynamic_items(PageButton, CardSelect, FormButton)
    await bot.add_cog(Models(bot))
