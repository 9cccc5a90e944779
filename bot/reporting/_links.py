"""Messages as links, and pictures as numbers that lead to theirs."""

from collections.abc import Sequence

from generation.job import Job, Posted

#: So many pictures are named, if there are more: a field of an embed has 1024 characters.
_NAMED = 5


def link(guild_id: int | None, place: Posted) -> str:
    """The address of a message; without a guild, one of direct messages."""
    where = f"{guild_id or '@me'}/{place.channel_id}/{place.message_id}"
    return f"https://discord.com/channels/{where}"


def numbered(jobs: Sequence[Job]) -> str:
    """Their numbers: #11, #12 and 3 more. Where others see a picture, its number is a link."""
    named = ", ".join(_number(job) for job in jobs[:_NAMED])
    more = len(jobs) - _NAMED
    return f"{named} and {more} more" if more > 0 else named


def _number(job: Job) -> str:
    origin = job.origin
    if origin is None or (origin.private and job.posted is None):
        return f"#{job.id}"
    place = job.posted or Posted(origin.channel_id, origin.message_id)
    return f"[#{job.id}]({link(origin.guild_id, place)})"
