"""Plain questions to Discord's REST API, each answered soon or not at all."""

from typing import Any, Self

import aiohttp

_CONNECT_S = 4.0
_ANSWER_S = 7.0
# The form that Discord asks for: an address, a version.
_USER_AGENT = "DiscordBot (python -m bot doctor, 1)"


class NoAnswer(Exception):
    """Discord gave no answer of use: what is wrong, and what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        """Both are for the host."""
        super().__init__(f"{found}: {remedy}")
        self.found = found
        self.remedy = remedy


class Refused(NoAnswer):
    """Discord answered that this may not be."""


class DiscordApi:
    """A connection to `address`, with the bot's token."""

    def __init__(self, address: str, token: str) -> None:
        """Nothing is asked yet."""
        self._address = address
        self._headers = {"Authorization": f"Bot {token}", "User-Agent": _USER_AGENT}

    async def __aenter__(self) -> Self:
        """Make it."""
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S, connect=_CONNECT_S)
        self._session = aiohttp.ClientSession(timeout=timeout, headers=self._headers)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it."""
        await self._session.close()

    async def get(self, path: str, **query: str) -> Any:
        """The answer's JSON. Raises NoAnswer."""
        try:
            async with self._session.get(f"{self._address}{path}", params=query) as answer:
                if answer.status == 200:
                    return await answer.json(content_type=None)
                status = answer.status
        except TimeoutError:
            raise self._unreachable(f"no answer within {_ANSWER_S:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            raise self._unreachable(str(problem)) from problem
        raise self._in_words(status)

    def _unreachable(self, why: str) -> NoAnswer:
        return NoAnswer(
            f"can't be reached at {self._address}: {why}",
            "Look at the network, its name server and firewall; Easel dials out to port 443.",
        )

    def _in_words(self, status: int) -> NoAnswer:
        match status:
            case 401:
                return NoAnswer(
                    "does not take DISCORD_TOKEN",
                    "Reset it in the developer portal and put the new one into .env.",
                )
            case 403:
                return Refused("refuses what doctor asks", "Give the bot what it lacks there.")
            case 404:
                return NoAnswer(
                    f"there is no Discord API at {self._address}",
                    "Correct DISCORD_API_URL, which ends in /api/v10, or leave it out.",
                )
            case 429:
                return NoAnswer("limits this host's calls just now", "Try again in some minutes.")
            case _:
                return NoAnswer(f"answers {status}", "Try again later; discordstatus.com may help.")
