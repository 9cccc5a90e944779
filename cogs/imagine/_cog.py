"""The cog of /imagine."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.askers import asker_of
from bot.client import EaselBot
from bot.errors import refuse
from bot.places import may_post_pictures
from generation.errors import RequestRefused
from generation.job import Origin
from generation.reading import read
from generation.request import SEED_LIMIT

from ._choices import model_choices, size_choices


class Imagine(commands.Cog):
    """Paints what a member describes."""

    def __init__(self, bot: EaselBot) -> None:
        """Catalog and intake come from the bot's studio."""
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
    )
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
    ) -> None:
        """Paint a picture of what you describe."""
        studio = self._studio
        asker = asker_of(interaction)
        try:
            request, remarks = read(
                studio.catalog,
                studio.default_model,
                prompt,
                model=model,
                negative_prompt=negative_prompt,
                steps=steps,
                guidance=guidance,
                seed=seed,
                size=size,
            )
            studio.intake.check(request, asker)
        except RequestRefused as refusal:
            await refuse(interaction, refusal)
            return
        # From here on the disk is asked, and Discord waits three seconds at most for an
        # acknowledgement.
        private = not may_post_pictures(interaction)
        answer = await interaction.response.defer(thinking=True, ephemeral=private)
        origin = await _origin(interaction, answer, private=private)
        await studio.intake.submit(request, origin, asker.roles, remarks)

    @imagine.autocomplete("model")
    async def _complete_model(
        self, _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return model_choices(self._studio.catalog, self._studio.default_model, current)

    @imagine.autocomplete("size")
    async def _complete_size(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        chosen = getattr(interaction.namespace, "model", None)
        spec = self._studio.catalog.get(chosen or "", self._studio.default_model)
        return size_choices(spec, current)


async def _origin(
    interaction: discord.Interaction,
    answer: "discord.InteractionCallbackResponse | None",
    *,
    private: bool,
) -> Origin:
    """Who asked, and which message the answer will be."""
    message_id = answer.message_id if answer else None
    if message_id is None:
        # Discord did not say which message it made of the defer.
        message_id = (await interaction.original_response()).id
    assert interaction.channel_id is not None  # commands are always given in a channel
    return Origin(
        user_id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        interaction_id=interaction.id,
        message_id=message_id,
        application_id=interaction.application_id,
        token=interaction.token,
        file_limit=interaction.filesize_limit,
        private=private,
    )
