"""The cog of /imagine."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.asking import ask
from bot.client import EaselBot
from bot.presentation.choices import TARGET_CHOICES, model_choices
from generation.catalog import ModelSpec
from generation.request import SEED_LIMIT

from ._choices import chosen_model, guidance_choices, size_choices, step_choices


class Imagine(commands.Cog):
    """Paints what a member describes."""

    def __init__(self, bot: EaselBot) -> None:
        """The catalog comes from the bot's studio."""
        self._studio = bot.studio

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        prompt="What you want to see",
        negative_prompt="What you don't want to see",
        model="Which model paints",
        steps="More steps take longer and may look better; the range depends on the model",
        guidance="How closely to follow the prompt; the range depends on the model",
        seed="The same seed and options give the same picture again; random when left out",
        size="Width x height in pixels; the choices depend on the model",
        image="A picture of yours to start from",
        strength="How far that is left behind: 0.05 hardly, 1 wholly; 0.6 when left out",
        upscale="Make the picture larger once it is painted",
        faces="Mend the faces once it is painted",
    )
    @app_commands.choices(upscale=TARGET_CHOICES)
    async def imagine(
        self,
        interaction: discord.Interaction,
        prompt: str,
        negative_prompt: str | None = None,
        model: str | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        seed: app_commands.Range[int, 0, SEED_LIMIT] | None = None,
        size: str | None = None,
        image: discord.Attachment | None = None,
        strength: app_commands.Range[float, 0.05, 1.0] | None = None,
        upscale: str | None = None,
        faces: bool = False,
    ) -> None:
        """Paint a picture of what you describe."""
        await ask(
            interaction,
            prompt,
            negative_prompt=negative_prompt,
            model=model,
            steps=steps,
            guidance=guidance,
            seed=seed,
            size=size,
            image=image,
            strength=strength,
            upscale=upscale,
            faces=faces,
        )

    @imagine.autocomplete("model")
    async def _complete_model(
        self, _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return model_choices(self._studio.catalog, self._studio.default_model, current)

    @imagine.autocomplete("size")
    async def _complete_size(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return size_choices(self._model(interaction), current)

    # While a number is typed, Discord sends it as it stands there: as text.
    @imagine.autocomplete("steps")
    async def _complete_steps(
        self, interaction: discord.Interaction, current: int | str
    ) -> list[app_commands.Choice[int]]:
        return step_choices(self._model(interaction), str(current))

    @imagine.autocomplete("guidance")
    async def _complete_guidance(
        self, interaction: discord.Interaction, current: float | str
    ) -> list[app_commands.Choice[float]]:
        return guidance_choices(self._model(interaction), str(current))

    def _model(self, interaction: discord.Interaction) -> ModelSpec:
        """The model that is chosen so far."""
        typed = interaction.namespace
        return chosen_model(
            self._studio.catalog,
            self._studio.default_model,
            getattr(typed, "model", None),
            getattr(typed, "prompt", None),
        )
