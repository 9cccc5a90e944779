"""What Discord's answer to an edit means for the message: try later, gone, or refused for good."""

from enum import Enum, auto

import aiohttp
import discord

#: What an edit may raise that is Discord's or the network's doing rather than a bug of ours.
#: discord.py passes errors of the connection on as they are.
TROUBLE = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)

_GONE = frozenset(
    {
        10003,  # unknown channel
        10004,  # unknown guild
        10008,  # unknown message: its owner deleted it
        50001,  # missing access: the channel can't even be seen
    }
)


class Meaning(Enum):
    """What follows from a failed edit."""

    LATER = auto()  # Discord or the network has a bad moment: the same edit may work soon
    GONE = auto()  # the message is not there any more, and nothing is posted in its place
    REFUSED = auto()  # this edit will never work, another one of the same message may


def meaning(error: Exception) -> Meaning:
    """Judge one of TROUBLE."""
    if not isinstance(error, discord.HTTPException):
        return Meaning.LATER
    if error.status >= 500 or error.status == 429:
        return Meaning.LATER
    return Meaning.GONE if error.code in _GONE else Meaning.REFUSED
