"""The cog of /compare and /sweep."""

from functools import partial
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.asking import ask_for
from bot.client import EaselBot
from bot.presentation.choices import model_choices
from generation.request import SEED_LIMIT
from generation.sheets.plan import compare, sweep

from ._choices import models_choices

#: What /sweep can vary.
Over = Literal["steps", "guidance", "seed", "strength"]


class Compare(commands.Cog):
    """Paints the same words several times and shows the pictures side by side."""

    def __init__(self, bot: EaselBot) -> None:
        """The catalog comes from the bot's studio."""
        self._studio = bot.studio

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        prompt="What you want to see",
        models="Two to four models, separated by commas",
        seed="The same for all of them; random when left out",
        negative_prompt="What you don't want to see",
        steps="For all of them; each model's own when left out",
        guidance="For all of them; each model's own when left out",
        size="Width x height in pixels, for all of them; each model's own when left out",
        image="A picture of yours that all of them start from",
        strength="How far that is left behind: 0.05 hardly, 1 wholly; 0.6 when left out",
    )
    async def compare(
        self,
        interaction: discord.Interaction,
        prompt: str,
        models: str,
        seed: app_commands.Range[int, 0, SEED_LIMIT] | None = None,
        negative_prompt: str | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        size: str | None = None,
        image: discord.Attachment | None = None,
        strength: app_commands.Range[float, 0.05, 1.0] | None = None,
    ) -> None:
        """Paint the same with two to four models, side by side."""
        understand = partial(
            compare,
            *(self._studio.catalog, self._studio.default_model, prompt, models),
            seed=seed,
            negative_prompt=negative_prompt,
            steps=steps,
            guidance=guidance,
            size=size,
            strength=strength,
        )
        await ask_for(interaction, understand, image)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        prompt="What you want to see",
        over="Which option differs from picture to picture",
        values="Two to eight values for it, as in “1, 2, 4” or “1-8 step 2”",
        model="Which model paints",
        seed="The same for all pictures; random when left out",
        negative_prompt="What you don't want to see",
        steps="For all pictures; the model's own when left out",
        guidance="For all pictures; the model's own when left out",
        size="Width x height in pixels",
        image="A picture of yours that all of them start from",
        strength="How far that is left behind: 0.05 hardly, 1 wholly; 0.6 when left out",
    )
    async def sweep(
        self,
        interaction: discord.Interaction,
        prompt: str,
        over: Over,
        values: str,
        model: str | None = None,
        seed: app_commands.Range[int, 0, SEED_LIMIT] | None = None,
        negative_prompt: str | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        size: str | None = None,
        image: discord.Attachment | None = None,
        strength: app_commands.Range[float, 0.05, 1.0] | None = None,
    ) -> None:
        """Paint the same with several values of one option, side by side."""
        understand = partial(
            sweep,
            *(self._studio.catalog, self._studio.default_model, prompt, over, values),
            model=model,
            seed=seed,
            negative_prompt=negative_prompt,
            steps=steps,
            guidance=guidance,
            size=size,
            strength=strength,
        )
        await ask_for(interaction, understand, image)

    @compare.autocomplete("models")
    async def _complete_models(
        self, _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return models_choices(self._studio.catalog, self._studio.default_model, current)

    @sweep.autocomplete("model")
    async def _complete_model(
        self, _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return model_choices(self._studio.catalog, self._studio.default_model, current)
