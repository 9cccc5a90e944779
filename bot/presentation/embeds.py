"""A job as an embed, one function a phase of its life."""

from collections.abc import Sequence

import discord

from bot.presentation import models, text
from bot.presentation.look import EMBED, FIELD
from generation.catalog import Licence
from generation.job import Job
from generation.queue import Forecast
from generation.safety.erasure import WITH_DATA

_WAITING = discord.Color.from_str("#8a8f98")
_PAINTING = discord.Color.from_str("#e8a13a")
_DONE = discord.Color.from_str("#3aa76d")
_STOPPED = discord.Color.from_str("#c4423f")


def queued(job: Job, forecast: Forecast | None) -> discord.Embed:
    """Waiting; without a forecast where it is being taken up right now."""
    title = "Queued" if forecast is None else f"Queued – {text.place(forecast)}"
    return _embed(job, title, _WAITING)


def set_aside(job: Job) -> discord.Embed:
    """Waiting for a start of the bot that finds what paints it."""
    return _embed(job, "Queued – what paints it is not there at the moment", _WAITING)


def loading(job: Job, model: str, done: int | None, total: int | None) -> discord.Embed:
    """The model, by its title, is being loaded first; bytes, where it is being downloaded."""
    if done is None or total is None:
        return _embed(job, f"Loading {model}…{_of(job, ' ')}", _PAINTING)
    amount = text.downloaded(done, total)
    return _embed(job, f"Downloading {model}: {amount}{_of(job, ', ')}", _PAINTING)


def started(job: Job) -> discord.Embed:
    """An executor has it; there is no progress yet, and with a hosted API there never is."""
    return _embed(job, f"{'Painting' if job.request.paints else 'Working'}{_of(job)}…", _PAINTING)


def waiting(job: Job) -> discord.Embed:
    """A remote host can't just now, and is asked again after a pause."""
    return _embed(job, "The hosted API can't paint just now – asking again in a moment…", _PAINTING)


def painting(job: Job, step: int, steps: int, stage: str | None = None) -> discord.Embed:
    """`step` of `steps` done, of painting or of what is done then."""
    title = f"{stage or 'Painting'}{_of(job)} {text.bar(step, steps)} {step}/{steps}"
    return _embed(job, title, _PAINTING)


def finished(
    job: Job,
    model: str,
    notes: Sequence[str],
    licence: Licence | None = None,
    hides: text.Hides = text.hides_nothing,
) -> discord.Embed:
    """The recipe, with the model's title and licence, and remarks.

    The picture itself is an attachment of the same message. What `hides` names is left out of what
    was typed beside the prompt.
    """
    request = job.request
    embed = _embed(job, None, _DONE)
    if request.negative_prompt:
        without = text.quote_unless(hides, request.negative_prompt, FIELD)
        embed.add_field(name="Without", value=without, inline=False)
    if request.paints:
        embed.add_field(name="Seed", value=str(request.seed))
        embed.add_field(name="Steps", value=str(request.num_inference_steps))
        embed.add_field(name="Guidance", value=f"{request.guidance_scale:g}")
        embed.add_field(name="Model", value=model)
    embed.add_field(name="Size", value=str(request.extent))
    if request.faces is not None:
        far = "" if request.faces.strength == 1 else f", strength {request.faces.strength:g}"
        embed.add_field(name="Faces", value=f"{request.faces.tool}{far}")
    if request.upscale is not None:
        before = f"{request.width}x{request.height}"
        embed.add_field(name="Larger", value=f"{request.upscale.tool}, from {before}")
    if request.strength is not None:
        embed.add_field(name="Strength", value=f"{request.strength:g}, from a picture")
    if request.loras:
        loras = ", ".join(f"{lora.name} {lora.weight:g}" for lora in request.loras)
        embed.add_field(name="LoRAs", value=loras)
    if job.seconds is not None:
        embed.add_field(name="Time", value=text.seconds(job.seconds))
    if request.paints and (licence is not None or request.loras):
        terms = models.all_licences(licence, request.loras)
        embed.add_field(name="Licence", value=terms)
    part = f", part {job.part.number}" if job.part else ""
    embed.set_footer(text=f"#{job.id}{part}")  # what /show takes
    if notes:
        # They quote what was typed.
        quoted = (text.quote_unless(hides, note, 300) for note in dict.fromkeys(notes))
        embed.add_field(name="Note", value="\n".join(quoted)[:FIELD], inline=False)
    # What the fields leave of an embed: /show takes of the prompt's end rather than of the recipe.
    room = EMBED - (len(embed) - len(embed.description or ""))
    embed.description = text.quote(text.subject(request), min(text.SHOWN_PROMPT, room))
    return embed


def unpostable(job: Job) -> discord.Embed:
    """It was painted, but this place does not take the file."""
    embed = _embed(job, "Painted, but it can't be posted here", _STOPPED)
    remedy = (
        "Easel may not attach files here, or the picture is too large. "
        f"`/show #{job.id}` brings it where that is otherwise."
    )
    embed.add_field(name="Why", value=remedy, inline=False)
    return embed


def withheld(job: Job) -> discord.Embed:
    """It may not be shown; why not its member was told alone."""
    return failed(job, "It may not be shown here. Whoever asked for it was told why.")


def kept_back(job: Job, reason: str) -> discord.Embed:
    """It was painted for a channel that does not take it, and may not be shown here."""
    embed = _embed(job, "Painted, but it is not shown here", _STOPPED)
    remedy = f"{reason} `/show #{job.id}` brings it in an age-restricted channel."
    embed.add_field(name="Why", value=remedy, inline=False)
    return embed


def unreadable(job: Job) -> discord.Embed:
    """It was painted and kept, but the disk does not give it out."""
    embed = _embed(job, "Painted, but it can't be read from the disk", _STOPPED)
    remedy = f"Tell the host. `/show #{job.id}` brings it once the disk gives it out again."
    embed.add_field(name="Why", value=remedy, inline=False)
    return embed


def removed(job: Job) -> discord.Embed:
    """It was painted, and the host has removed it before it was shown."""
    return discord.Embed(title=f"The host has removed picture #{job.id}", color=_STOPPED)


def erased() -> discord.Embed:
    """Its member has had all that is stored of them deleted: nothing of it is said again."""
    return discord.Embed(title=f"Cancelled {WITH_DATA}", color=_STOPPED)


def elsewhere(job: Job, *, direct: bool) -> discord.Embed:
    """The message that was promised can't show the end: where it is."""
    place = "in its member's direct messages" if direct else "in a new message below"
    return _embed(job, f"The answer is {place}", _WAITING)


def closing(job: Job) -> discord.Embed:
    """A private message that can't be edited much longer, while its job goes on."""
    embed = _embed(job, "The answer will come by direct message", _WAITING)
    remedy = f"`/show #{job.id}` brings the picture once it is painted."
    embed.add_field(name="If you take none", value=remedy, inline=False)
    return embed


def failed(job: Job, message: str) -> discord.Embed:
    """It came to nothing; `message` says why and what to do."""
    embed = _embed(job, "No picture this time", _STOPPED)
    embed.add_field(name="Why", value=message[:FIELD], inline=False)
    return embed


def cancelling(job: Job) -> discord.Embed:
    """It is to stop, and has not yet: a step ends first, and a worker that hangs is replaced."""
    return _embed(job, "Cancelling…", _STOPPED)


def cancelled(job: Job) -> discord.Embed:
    """It was cancelled, by its owner if nothing else is said."""
    return _embed(job, f"Cancelled {job.detail}" if job.detail else "Cancelled", _STOPPED)


def _of(job: Job, before: str = " ") -> str:
    """Which of several pictures it is: part 2 of 4; nothing where it is the only one."""
    return f"{before}part {job.part.number} of {job.part.total}" if job.part else ""


def _embed(job: Job, title: str | None, color: discord.Color) -> discord.Embed:
    return discord.Embed(
        title=title, description=text.quote(text.subject(job.request)), color=color
    )
