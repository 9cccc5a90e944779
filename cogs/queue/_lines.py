"""The line as one member sees it, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from discord import app_commands

from bot.presentation import text
from bot.studio import Studio
from generation.job import Job
from generation.queue import Forecast
from generation.quotas import Quota
from generation.refusals import counted, in_words

ALL = "all of them"
_MOST_CHOICES = 25  # Discord's limit
_SHOWN = 15


@dataclass(frozen=True, slots=True)
class OwnJob:
    """A job of a member that has not ended; without a forecast it is being painted."""

    job: Job
    forecast: Forecast | None


def own_jobs(studio: Studio, user_id: int) -> list[OwnJob]:
    """A member's jobs: those being painted, then those waiting in the order of their turns."""
    running = [OwnJob(job, None) for job in studio.dispatcher.running_of(user_id)]
    waiting = [
        OwnJob(job, forecast)
        for job in studio.queue.jobs_of(user_id)
        if (forecast := studio.queue.forecast(job.id)) is not None
    ]
    return [*running, *sorted(waiting, key=lambda own: own.forecast.place if own.forecast else 0)]


def overview(studio: Studio, user_id: int, quotas: Sequence[Quota] = ()) -> str:
    """How much waits, the member's own jobs, and what is left of their quotas: a line each."""
    waiting = len(studio.queue)
    lines = [f"**{waiting} picture{'' if waiting == 1 else 's'} waiting.**"]
    jobs = own_jobs(studio, user_id)
    if not jobs:
        lines.append("None of them is yours.")
    for own in jobs[:_SHOWN]:
        lines.append(f"- {_where(own)}: {text.quote(own.job.request.prompt, 80)}")
    if len(jobs) > _SHOWN:
        lines.append(f"- and {len(jobs) - _SHOWN} more of yours")
    lines += [_left(quota) for quota in quotas]
    return "\n".join(lines)


def cancel_choices(jobs: list[OwnJob], current: str) -> list[app_commands.Choice[str]]:
    """What autocomplete offers: the jobs whose prompt has what was typed, and all of them."""
    typed = current.strip().casefold()
    choices = [
        app_commands.Choice(name=_label(own), value=str(own.job.id))
        for own in jobs
        if typed in own.job.request.prompt.casefold()
    ]
    if len(jobs) > 1 and typed in ALL:
        choices.insert(0, app_commands.Choice(name=f"{ALL} ({len(jobs)})", value=ALL))
    return choices[:_MOST_CHOICES]


def _left(quota: Quota) -> str:
    left = f"Left for you: {quota.allowed - quota.used:,} of {quota.allowed:,} {counted(quota)}"
    if quota.free_in is None:
        return f"{left}."
    return f"{left}; the next is free in {in_words(quota.free_in)}."


def _where(own: OwnJob) -> str:
    if own.forecast is None:
        return "being painted"
    return text.place(own.forecast)


def _label(own: OwnJob) -> str:
    label = f"{own.job.request.prompt} ({_where(own)})"
    return label if len(label) <= 100 else f"{own.job.request.prompt[:60]}… ({_where(own)})"
