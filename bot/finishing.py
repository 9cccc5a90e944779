"""Asking for something to be done with a picture that is there: larger, better faces."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.askers import asker_of
from bot.asking import ask_for, origin_of
from bot.errors import on_component_error, tell_privately
from bot.inputs import kept_if_taken
from bot.loads import TooManyLoads
from bot.places import is_private
from bot.screened import ruling_of, score_of
from bot.studio import Studio
from generation.errors import RequestRefused
from generation.finishing import TARGETS, choose_restoration, choose_upscaling, terms_notes
from generation.imaging.header import size_of
from generation.inputs.store import InputImage
from generation.job import Job
from generation.prompts.aspect import Sized
from generation.request import GenerationRequest

if TYPE_CHECKING:
    from bot.client import EaselBot

_NOT_YOURS = "Only who asked for this picture can have it made larger. /upscale takes any picture."
_WHERE = "/upscale takes the file itself where such pictures are shown."
_LARGEST, _TWICE = TARGETS[0], TARGETS[1]


async def upscale(
    interaction: discord.Interaction, image: discord.Attachment, model: str | None, to: str | None
) -> None:
    """Have a picture made larger that was attached, or say why not."""
    tools = _studio(interaction).catalog.tools

    def understand(*, image: InputImage) -> tuple[GenerationRequest, Sequence[str]]:
        larger = choose_upscaling(tools, image, to or _LARGEST, model, field="to")
        request = GenerationRequest.finishing(image, upscale=larger)
        return request, terms_notes(tools, request)

    await ask_for(interaction, understand, image)


async def mend(
    interaction: discord.Interaction,
    image: discord.Attachment,
    strength: float | None,
    model: str | None,
) -> None:
    """Have the faces mended of a picture that was attached, or say why not."""
    tools = _studio(interaction).catalog.tools

    def understand(*, image: InputImage) -> tuple[GenerationRequest, Sequence[str]]:
        faces = choose_restoration(tools, strength, model)
        request = GenerationRequest.finishing(image, faces=faces)
        return request, terms_notes(tools, request)

    await ask_for(interaction, understand, image)


class LargerButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"easel:larger:(?P<job>[0-9]+):(?P<owner>[0-9]+)",
):
    """Has a picture made larger that was painted here. Outlives every restart."""

    def __init__(self, job_id: int, owner_id: int) -> None:
        """For the picture of that job, which `owner_id` asked for."""
        name = f"easel:larger:{job_id}:{owner_id}"
        super().__init__(discord.ui.Button[Any](label="Larger", custom_id=name))
        self.job_id = job_id
        self.owner_id = owner_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["job"]), int(match["owner"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Ask for it, if whoever pressed asked for the picture."""
        try:
            if interaction.user.id != self.owner_id:
                await tell_privately(interaction, _NOT_YOURS)
                return
            await _enlarge(interaction, self.job_id)
        except Exception as error:
            await on_component_error(interaction, error)


def larger_button(studio: Studio, job: Job) -> discord.ui.View | None:
    """What stands under a painted picture; None where it can't be made any larger here."""
    if job.origin is None or job.request.parts:
        return None
    try:
        size = job.request.extent
        choose_upscaling(studio.catalog.tools, size, _target(size))
    except RequestRefused:
        return None
    button = LargerButton(job.id, job.origin.user_id)
    return discord.ui.View(timeout=None).add_item(button)


async def _enlarge(interaction: discord.Interaction, job_id: int) -> None:
    """A new job, from the picture of another one. Raises RequestRefused."""
    studio, asker = _studio(interaction), asker_of(interaction)
    # Before the disk is asked: Discord waits three seconds at most.
    private = is_private(interaction)
    answer = await interaction.response.defer(thinking=True, ephemeral=private)
    assert not isinstance(answer, discord.Message)
    job = await studio.store.get(job_id)
    # The row says it, whatever stands on the button.
    if job is None or job.origin is None or job.origin.user_id != interaction.user.id:
        await tell_privately(interaction, _NOT_YOURS)
        return
    await _check_place(studio, job, interaction)
    await studio.intake.check_quotas(asker)
    image = await _brought(interaction, job)
    async with kept_if_taken(studio, image):
        tools = studio.catalog.tools
        larger = choose_upscaling(tools, image, _target(image), field="Larger")
        request = GenerationRequest.finishing(image, upscale=larger, prompt=job.request.prompt)
        studio.intake.check(request, asker)
        origin = await origin_of(interaction, answer, private=private)
        notes = terms_notes(tools, request)
        parent = replace(job, unsafe=await score_of(studio, job))
        await studio.intake.submit(request, origin, asker.roles, notes, parent=parent)


async def _check_place(studio: Studio, job: Job, interaction: discord.Interaction) -> None:
    """Refuse what may not be shown there as it is. Raises RequestRefused."""
    assert interaction.channel_id is not None  # buttons have one
    ruling = await ruling_of(studio, job, interaction.guild_id, interaction.channel_id)
    if ruling.refused:
        raise RequestRefused("Larger", ruling.reason, _WHERE)


async def _brought(interaction: discord.Interaction, job: Job) -> InputImage:
    """In its turn: whoever has many pictures may press many buttons. Raises RequestRefused."""
    client: EaselBot = interaction.client  # type: ignore[assignment]
    try:
        async with client.loads.place(interaction.user.id, shrinking=False):
            return await _kept(client.studio, job)
    except TooManyLoads:
        raise RequestRefused(
            "Larger", "Too many pictures are being read just now.", "Ask again in a few minutes."
        ) from None


async def _kept(studio: Studio, job: Job) -> InputImage:
    """The picture of a job, as one that was brought, and held. Raises RequestRefused."""
    gone = RequestRefused(
        "Larger", "The picture is not kept here any more.", "Give the file itself to /upscale."
    )
    if job.picture is None:
        raise gone
    try:
        png = await studio.pictures.load(job.picture)
        # A provider may have painted another size than was asked for.
        return await studio.inputs.save(png, *size_of(png), held=True)
    except (OSError, ValueError) as error:
        raise gone from error


def _target(size: Sized) -> str:
    """As the button understands it: what is that large already becomes twice as large."""
    return _LARGEST if max(size.width, size.height) < int(_LARGEST) else _TWICE


def _studio(interaction: discord.Interaction) -> Studio:
    return interaction.client.studio  # type: ignore[attr-defined]
