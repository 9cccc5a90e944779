"""The line as one member sees it, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord
from discord import app_commands

from bot.cancellation import moderates
from bot.places import may_read
from bot.presentation import text
from bot.presentation.look import CHOICE, CHOICES, MESSAGE
from bot.studio import Studio
from generation.job import Job
from generation.limits.quotas import Quota
from generation.limits.refusals import counted, in_words
from generation.queue import Forecast

ALL = "all of them"
_SHOWN = 15


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A job that has not ended; without a forecast it is being painted, or set aside."""

    job: Job
    forecast: Forecast | None
    prompt: str  # as whoever reads it may see it
    aside: bool = False  # in no line: what paints it is not there


def own_jobs(studio: Studio, user_id: int) -> list[OpenJob]:
    """A member's jobs: being painted, waiting in the order of their turns, set aside."""
    running = studio.dispatcher.running_of(user_id)
    places = [(job, studio.queue.forecast(job.id)) for job in studio.queue.jobs_of(user_id)]
    waiting = [(job, forecast) for job, forecast in places if forecast is not None]
    waiting.sort(key=lambda each: each[1].place)
    return [
        *(OpenJob(job, None, job.request.prompt) for job in running),
        *(OpenJob(job, forecast, job.request.prompt) for job, forecast in waiting),
        *(
            OpenJob(job, None, job.request.prompt, aside=True)
            for job in studio.queue.set_aside
            if job.origin is not None and job.origin.user_id == user_id
        ),
    ]


def others_jobs(studio: Studio, interaction: discord.Interaction, typed: str) -> list[OpenJob]:
    """What others asked for where the interaction's member moderates, the oldest first.

    Cut to a list. Those whose number, or prompt if it may be read there, has what was typed.
    """
    found: list[OpenJob] = []
    moderated: dict[int, bool] = {}  # by channel: there may be a thousand jobs in one
    aside = studio.queue.set_aside
    jobs = [*studio.dispatcher.running(), *studio.queue.jobs(), *aside]
    for job in sorted(jobs, key=lambda each: each.id):
        origin = job.origin
        if origin is None or origin.user_id == interaction.user.id:
            continue
        if origin.channel_id not in moderated:
            moderated[origin.channel_id] = moderates(interaction, origin)
        if not moderated[origin.channel_id]:
            continue
        prompt = job.request.prompt if may_read(interaction, origin) else "(not for you to read)"
        if _matches(job, prompt, typed):
            # Asked for few of them only: the forecast of one looks at the whole line.
            forecast = studio.queue.forecast(job.id)
            found.append(OpenJob(job, forecast, prompt, aside=job in aside))
        if len(found) == CHOICES:
            break
    return found


def overview(studio: Studio, user_id: int, quotas: Sequence[Quota] = ()) -> str:
    """What is painted and what waits, the member's own jobs, what is left of their quotas.

    As many of the jobs as there is room for in a message.
    """
    jobs = own_jobs(studio, user_id)
    waiting = len(studio.queue) + len(studio.queue.set_aside)
    above = [_totals(len(studio.dispatcher.running()), waiting)]
    if jobs:
        above.append("Yours:")
    elif waiting or studio.dispatcher.running():
        above.append("None of them is yours.")
    below = [_left(quota) for quota in quotas]
    own = [f"- {_where(each)}: {text.quote(each.prompt, 80)}" for each in jobs[:_SHOWN]]
    while len(told := "\n".join([*above, *own, *_more(len(jobs) - len(own)), *below])) > MESSAGE:
        own.pop()
    return told


def cancel_choices(
    own: Sequence[OpenJob], current: str, others: Sequence[OpenJob] = ()
) -> list[app_commands.Choice[str]]:
    """What autocomplete offers: one's own jobs that have what was typed, all of them, `others`."""
    choices = [
        app_commands.Choice(name=_label(each), value=str(each.job.id))
        for each in own
        if _matches(each.job, each.prompt, current)
    ]
    if len(own) > 1 and current.strip().casefold() in ALL:
        choices.insert(0, app_commands.Choice(name=f"{ALL} ({len(own)})", value=ALL))
    choices += [
        app_commands.Choice(name=_label(each, f"#{each.job.id} "), value=str(each.job.id))
        for each in others
    ]
    return choices[:CHOICES]


def _matches(job: Job, prompt: str, typed: str) -> bool:
    return typed.strip().casefold() in f"#{job.id} {prompt}".casefold()


def _totals(painting: int, waiting: int) -> str:
    """2 being painted, 14 waiting."""
    if not waiting and not painting:
        return "**No picture is waiting.**"
    if not waiting:
        return f"**{painting} being painted; no picture is waiting.**"
    return f"**{painting} being painted, {waiting} waiting.**"


def _more(hidden: int) -> list[str]:
    return [f"- and {hidden} more of yours"] if hidden else []


def _left(quota: Quota) -> str:
    left = f"Left for you: {quota.allowed - quota.used:,} of {quota.allowed:,} {counted(quota)}"
    if quota.free_in is None:
        return f"{left}."
    return f"{left}; the next is free in {in_words(quota.free_in)}."


def _where(each: OpenJob) -> str:
    if each.aside:
        return "what paints it is not there at the moment"
    if each.forecast is None:
        return "being painted"
    return text.place(each.forecast)


def _label(each: OpenJob, number: str = "") -> str:
    where = f" ({_where(each)})"
    room = CHOICE - len(number) - len(where)
    prompt = each.prompt if len(each.prompt) <= room else f"{each.prompt[: room - 1]}…"
    return f"{number}{prompt}{where}"
