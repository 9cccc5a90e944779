"""One thing that is asked of Discord: how long its answers may take, and those nobody can read.

discord.py has an answer five minutes' time. A limit around what it does would not do: it sleeps in
there where Discord's rate limits ask for that, and woken out of the sleep of a global limit it
would never call again. So only its exchanges are timed, which aiohttp tells of as they go on.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

import aiohttp
import discord

#: From when a request is begun until its answer is read (seconds), if it says next to nothing.
ANSWER_S = 20.0
#: The slowest line that is reckoned with (bytes a second): with more to send there is more time.
_SLOWEST_LINE = 32 * 1024
#: Errors that say enough by their status: not let in, too large, too often.
_PLAIN = (401, 403, 413, 429)


class _Calling:
    """What goes on within one `calling`: no exchange, or one after another."""

    def __init__(self, limit: asyncio.Timeout) -> None:
        self._limit = limit
        self.is_over = False
        self.answer: aiohttp.ClientResponse | None = None  # the latest

    def begin(self) -> None:
        self.answer = None
        self._move_to(asyncio.get_running_loop().time() + ANSWER_S)

    def note_sent(self, size: int) -> None:
        if (when := self._limit.when()) is not None:
            self._move_to(when + size / _SLOWEST_LINE)

    def rest(self) -> None:
        self._move_to(None)

    def _move_to(self, when: float | None) -> None:
        if not (self.is_over or self._limit.expired()):
            self._limit.reschedule(when)


_now: ContextVar[_Calling | None] = ContextVar("calling", default=None)


@asynccontextmanager
async def calling() -> AsyncIterator[None]:
    """Ask Discord for something within, through a session that is `watch`ed.

    Raises TimeoutError where an answer does not come, and discord.HTTPException where one whose
    status says what is wrong makes discord.py stumble: then it is no more than that error.
    """
    limit = asyncio.timeout(None)
    call = _Calling(limit)
    token = _now.set(call)
    try:
        async with limit:
            yield
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        if isinstance(error, TimeoutError) and limit.expired():
            raise TimeoutError("Discord has not answered.") from error
        raise
    except Exception as error:
        # A page where JSON was promised, JSON without an end, a limit that does not say how long.
        status = 0 if call.answer is None else call.answer.status
        # Of the others the status alone does not say what follows.
        if call.answer is None or not (status in _PLAIN or status >= 500):
            raise
        raise discord.HTTPException(call.answer, f"unreadable: {error!r}") from error
    finally:
        call.is_over = True
        _now.reset(token)


def watch(trace: aiohttp.TraceConfig) -> None:
    """Have the session that `trace` is given to tell of its exchanges."""
    trace.on_request_start.append(_begin)
    trace.on_request_chunk_sent.append(_note_sent)
    trace.on_request_end.append(_note_answer)
    trace.on_request_exception.append(_rest)
    trace.on_response_chunk_received.append(_rest)  # it comes once, with the whole


async def _begin(_session: object, _context: object, _request: object) -> None:
    if (call := _now.get()) is not None:
        call.begin()


async def _note_sent(
    _session: object, _context: object, sent: aiohttp.TraceRequestChunkSentParams
) -> None:
    if (call := _now.get()) is not None:
        call.note_sent(len(sent.chunk))


async def _note_answer(
    _session: object, _context: object, ended: aiohttp.TraceRequestEndParams
) -> None:
    if (call := _now.get()) is not None:
        call.answer = ended.response


async def _rest(_session: object, _context: object, _what: object) -> None:
    if (call := _now.get()) is not None:
        call.rest()
