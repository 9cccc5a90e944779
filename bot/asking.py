"""Asking for a picture, whether by the command or by a form."""

from collections.abc import Callable, Sequence
from functools import partial

import discord

from bot.askers import asker_of
from bot.errors import refuse
from bot.inputs import bring, expected, kept_if_taken
from bot.places import may_post_pictures
from bot.studio import Studio
from generation.errors import RequestRefused
from generation.job import Origin
from generation.reading import read
from generation.request import GenerationRequest


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
    image: discord.Attachment | None = None,
    strength: float | None = None,
    upscale: str | None = None,
    faces: bool = False,
) -> None:
    """Put what somebody asks for in line, or tell them alone why not."""
    studio: Studio = interaction.client.studio  # type: ignore[attr-defined]
    understand = partial(
        read,
        studio.catalog,
        studio.default_model,
        prompt,
        model=model,
        negative_prompt=negative_prompt,
        steps=steps,
        guidance=guidance,
        seed=seed,
        size=size,
        strength=strength,
        upscale=upscale,
        faces=faces,
    )
    await ask_for(interaction, understand, image)


async def ask_for(
    interaction: discord.Interaction,
    understand: Callable[..., tuple[GenerationRequest, Sequence[str]]],
    image: discord.Attachment | None = None,
) -> None:
    """Put what `understand` makes of it in line, or tell whoever asks alone why not.

    It is called with the `image` that was brought along, and raises RequestRefused.
    """
    studio: Studio = interaction.client.studio  # type: ignore[attr-defined]
    asker = asker_of(interaction)
    asked: tuple[GenerationRequest, Sequence[str]] | None = None
    try:
        supposed = image and expected(interaction, image)
        # Of a picture whose size nobody knows yet all is said once it is here.
        if image is None or supposed is not None:
            asked = understand(image=supposed)
            studio.intake.check(asked[0], asker)
    except RequestRefused as refusal:
        await refuse(interaction, refusal)
        return
    # From here on the disk is asked, and Discord waits three seconds at most for an
    # acknowledgement.
    private = not may_post_pictures(interaction)
    answer = await interaction.response.defer(thinking=True, ephemeral=private)
    origin = await origin_of(interaction, answer, private=private)
    # What is refused from here on, the handler of errors tells in private.
    if image is not None:
        brought = await bring(interaction, image)
        async with kept_if_taken(studio, brought):
            request, remarks = understand(image=brought)
            await studio.intake.submit(request, origin, asker.roles, remarks)
    elif asked is not None:
        await studio.intake.submit(asked[0], origin, asker.roles, asked[1])


async def origin_of(
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
