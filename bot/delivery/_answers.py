"""What follows from each of Discord's answers when a job's message is edited or posted."""

from enum import Enum, auto

import discord


class Next(Enum):
    """What to do after a failed attempt."""

    LATER = auto()  # the same again: Discord or the network has a bad moment
    ONWARD = auto()  # the next place: this one does not let us
    SMALLER = auto()  # the same with a smaller file
    GONE = auto()  # nothing: who deletes the message does not want the picture
    QUIET = auto()  # nothing: nobody is there to read it, or Discord keeps it from them
    REFUSED = auto()  # say in its place that this can't be shown


#: By Discord's error code. What is not here goes by the status.
_BY_CODE = {
    10003: Next.GONE,  # unknown channel: deleted
    10004: Next.GONE,  # unknown guild: left, or deleted
    10008: Next.GONE,  # unknown message: its owner or a moderator deleted it
    10013: Next.QUIET,  # unknown user: the account is gone
    10015: Next.ONWARD,  # unknown webhook: the interaction's token is not known any more
    20016: Next.ONWARD,  # slow mode
    30046: Next.LATER,  # an old message, edited too often: when `retry_after` is over
    40005: Next.SMALLER,  # request entity too large
    50001: Next.ONWARD,  # missing access: the channel can't even be seen
    50007: Next.QUIET,  # this user takes no direct messages
    50013: Next.ONWARD,  # missing permissions
    50027: Next.ONWARD,  # the token has died: never tried again, since it counts toward a ban
    50083: Next.ONWARD,  # the thread is archived
    50278: Next.QUIET,  # no guild in common with this user any more
    160005: Next.ONWARD,  # the thread is locked
    200000: Next.QUIET,  # AutoMod
    240000: Next.QUIET,  # AutoMod, of a title
}


def after(error: Exception) -> Next:
    """What follows from one of bot.errors.TROUBLE."""
    if not isinstance(error, discord.HTTPException):
        return Next.LATER
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if error.status == 413:
        return Next.SMALLER
    return Next.LATER if error.status >= 500 or error.status == 429 else Next.REFUSED


def is_about_the_token(error: Exception) -> bool:
    """Whether an interaction's token is what Discord refuses: the message may well be there."""
    return isinstance(error, discord.HTTPException) and error.code in (50027, 10015)
