"""Asking for a picture, whether by the command or by a form."""

import discord

from bot.askers import asker_of
from bot.errors import refuse
from bot.places import may_post_pictures
from bot.studio import Studio
from generation.errors import RequestRefused
from generation.job import Origin
from generation.reading import read


async def ask(
    interaction: discord.Interaction,
    prompt: str,
    *,
    negative_prompt: str | None = None,
    model: str | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    seed: int | None = None,
    size: str | None = None,
) -> None:
    """Put what somebody asks for in line, or tell them alone why not."""
    studio: Studio = interaction.client.studio  # type: ignore[attr-defined]
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
