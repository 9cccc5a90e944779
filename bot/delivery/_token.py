"""The life of an interaction's token, by which its answer can be edited."""

from collections.abc import Callable

import discord

from generation.job import Job

from ._answers import is_about_the_token

#: Discord forgets an interaction's token after 15 minutes; asking with a forgotten one counts
#: towards a ban.
TOKEN_LIFE_S = 14 * 60
#: What is tried once only may use a little more of it.
_TOKEN_DEATH_S = 15 * 60 - 10


class Token:
    """One job's."""

    def __init__(self, job: Job, now: Callable[[], float], passed: Callable[[], float]) -> None:
        """`job` has an origin.

        `now` gives seconds since the epoch, `passed` from any beginning: nobody sets that clock.
        """
        assert job.origin is not None
        self._origin = job.origin
        self._now = now
        self._passed = passed
        # By one clock on both sides: that it is not Discord's does not matter.
        self._born = passed() - max(0.0, now() - job.queued_at)
        self._lives = job.origin.token is not None and job.posted is None

    @property
    def lives(self) -> bool:
        """Whether there is one, its message is where the answer goes, and nobody has refused it."""
        return self._lives

    def note(self, error: Exception) -> None:
        """Discord refused something: perhaps because the token has died."""
        self._lives &= not is_about_the_token(error)

    @property
    def passed_s(self) -> float:
        """Seconds since the job was asked for, whatever the clock was set to."""
        return self._passed() - self._born

    @property
    def is_old(self) -> bool:
        """Whether it is not to be asked with any more, dead or not."""
        return self._age_s >= TOKEN_LIFE_S

    @property
    def has_a_moment(self) -> bool:
        """Whether what is tried once only may still use it."""
        return self._lives and self._age_s < _TOKEN_DEATH_S

    @property
    def _age_s(self) -> float:
        if self._origin.private:
            return self.passed_s
        asked_at = discord.utils.snowflake_time(self._origin.interaction_id).timestamp()
        return self._now() - asked_at
