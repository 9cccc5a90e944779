"""What follows from each of Discord's answers when a job's message is edited or posted."""

from enum import Enum, auto

import aiohttp
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
    40003: Next.LATER,  # direct messages opened too fast
    40005: Next.SMALLER,  # request entity too large
    40058: Next.ONWARD,  # a post whose author has not begun it
    40333: Next.LATER,  # Cloudflare keeps the call from Discord
    50001: Next.ONWARD,  # missing access: the channel can't even be seen
    50005: Next.ONWARD,  # a message of somebody else
    50007: Next.QUIET,  # this user takes no direct messages
    50013: Next.ONWARD,  # missing permissions
    50024: Next.ONWARD,  # a channel of a kind that takes no such message
    50027: Next.ONWARD,  # the token has died: never tried again, since it counts toward a ban
    50083: Next.ONWARD,  # the thread is archived
    50278: Next.QUIET,  # no guild in common with this user any more
    160005: Next.ONWARD,  # the thread is locked
    200000: Next.QUIET,  # AutoMod
    200001: Next.QUIET,  # AutoMod, of a title
    240000: Next.QUIET,  # the filter of harmful links
}


def after(error: Exception, *, with_file: bool = True) -> Next:
    """What follows from one of bot.errors.TROUBLE, or from the database's errors."""
    if not isinstance(error, discord.HTTPException):
        return Next.LATER
    follows = _BY_CODE.get(error.code) or _by_status(error)
    # Without a file there is nothing to make smaller.
    return Next.REFUSED if follows is Next.SMALLER and not with_file else follows


def may_be_done(error: Exception) -> bool:
    """Whether what was asked for may have been carried out all the same: its answer was lost."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500
    return not isinstance(error, aiohttp.ClientConnectorError)  # Discord was not even reached


def is_about_the_token(error: Exception) -> bool:
    """Whether an interaction's token is what Discord refuses: the message may well be there."""
    return isinstance(error, discord.HTTPException) and error.code in (50027, 10015)


def _by_status(error: discord.HTTPException) -> Next:
    if error.status == 413:
        return Next.SMALLER
    if error.status in (401, 403) and error.code == 0:
        # The bot's token was changed, or Cloudflare turns the call away: not this message's doing.
        return Next.LATER
    return Next.LATER if error.status >= 500 or error.status == 429 else Next.REFUSED
