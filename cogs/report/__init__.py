"""/report, and "Report picture" on a message: what a member holds against a picture."""

from bot.client import EaselBot
from bot.reporting import BUTTONS

from ._cog import ReportCommands


async def setup(bot: EaselBot) -> None:
    """Called by discord.py when the extension is loaded."""
    bot.add_dynamic_items(*BUTTONS)
    await bot.add_cog(ReportCommands(bot))
