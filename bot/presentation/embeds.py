"""A job as an embed, one function a phase of its life."""

import discord

from bot.presentation import text
from generation.catalog import ModelSpec
from generation.job import Job
from generation.request import GenerationRequest, without_effect

_WAITING = discord.Color.from_str("#8a8f98")
_PAINTING = discord.Color.from_str("#e8a13a")
_DONE = discord.Color.from_str("#3aa76d")
_STOPPED = discord.Color.from_str("#c4423f")


def queued(job: Job, place: int | None) -> discord.Embed:
    """Waiting; `place` in line from 1, None where it is being taken up right now."""
    title = f"Queued – {text.ordinal(place)} in line" if place else "Queued"
    return _embed(job, title, _WAITING)


def loading(job: Job, spec: ModelSpec) -> discord.Embed:
    """The model is being loaded first."""
    return _embed(job, f"Loading {spec.title}…", _PAINTING)


def started(job: Job) -> discord.Embed:
    """An executor has it; there is no progress yet, and with a hosted API there never is."""
    return _embed(job, "Painting…", _PAINTING)


def painting(job: Job, step: int, steps: int) -> discord.Embed:
    """`step` of `steps` done."""
    return _embed(job, f"Painting {text.bar(step, steps)} {step}/{steps}", _PAINTING)


def finished(job: Job, spec: ModelSpec) -> discord.Embed:
    """The picture's recipe; the picture itself is an attachment of the same message."""
    request = job.request
    embed = _embed(job, None, _DONE)
    if request.negative_prompt:
        embed.add_field(
            name="Without", value=text.quote(request.negative_prompt)[:1024], inline=False
        )
    embed.add_field(name="Seed", value=str(request.seed))
    embed.add_field(name="Steps", value=str(request.num_inference_steps))
    embed.add_field(name="Guidance", value=f"{request.guidance_scale:g}")
    embed.add_field(name="Size", value=f"{request.width}x{request.height}")
    embed.add_field(name="Model", value=spec.title)
    if job.seconds is not None:
        embed.add_field(name="Time", value=text.seconds(job.seconds))
    return _with_notes(embed, spec, request)


def failed(job: Job, message: str) -> discord.Embed:
    """It came to nothing; `message` says why and what to do."""
    embed = _embed(job, "No picture this time", _STOPPED)
    embed.add_field(name="Why", value=message[:1024], inline=False)
    return embed


def cancelled(job: Job) -> discord.Embed:
    """It was cancelled."""
    return _embed(job, "Cancelled", _STOPPED)


def _with_notes(embed: discord.Embed, spec: ModelSpec, request: GenerationRequest) -> discord.Embed:
    notes = without_effect(spec, request)
    if notes:
        embed.add_field(name="Note", value="\n".join(notes), inline=False)
    return embed


def _embed(job: Job, title: str | None, color: discord.Color) -> discord.Embed:
    return discord.Embed(title=title, description=text.quote(job.request.prompt), color=color)
