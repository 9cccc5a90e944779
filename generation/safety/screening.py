"""What follows from how unsafe a picture is, by the rules of the host and of the guild.

A picture whose score is above the threshold is allowed, covered or refused, by the kind of place it
is for: an age-restricted channel, or any other. A guild can be stricter than its host, never laxer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from generation.job import Origin

#: What the host reads in the row of a picture that was thrown away.
UNSAFE = "taken for unsafe, and thrown away"

log = logging.getLogger(__name__)

#: A score above this counts as unsafe, where neither the host nor the classifier's entry says.
THRESHOLD = 0.5

#: How long the place's kind is waited for (seconds) where something else waits for that.
_PATIENCE_S = 3.0
_KINDS = {False: "outside age-restricted", True: "in age-restricted"}
_REMEDY = "Other words, or another seed, paint another one."
_UNSEEN = (
    "Nobody has looked at {which}, as somebody has to by now with its model: so it is taken for"
    " unsafe."
)


class Blocked(NamedTuple):
    """What remains of a picture that was thrown away, by the columns' names."""

    blocked_sha256: str
    unsafe: float | None
    screened_by: str | None


class Verdict(StrEnum):
    """What becomes of a picture; the later ones are stricter."""

    ALLOW = "allow"
    BLUR = "blur"  # covered until somebody wants to see it
    REFUSE = "refuse"


def strictest(*verdicts: Verdict | None) -> Verdict:
    """The strictest of them; None says nothing."""
    return max((each for each in verdicts if each is not None), key=[*Verdict].index)


@dataclass(frozen=True, slots=True)
class Rules:
    """A guild's own; None where it says nothing."""

    threshold: float | None = None
    open: Verdict | None = None
    age_restricted: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Which scores count as unsafe, and what follows from it."""

    threshold: float = THRESHOLD
    open: Verdict = Verdict.REFUSE
    age_restricted: Verdict = Verdict.ALLOW

    def narrowed(self, rules: Rules) -> "Policy":
        """With those of a guild: of each the stricter holds."""
        return Policy(
            min(self.threshold, 1.0 if rules.threshold is None else rules.threshold),
            strictest(self.open, rules.open),
            strictest(self.age_restricted, rules.age_restricted),
        )

    def judge(self, score: float | None, *, age_restricted: bool) -> Verdict:
        """What becomes of a picture with that score; None: nobody had to look at it."""
        # Asked this way round, so that what is no number counts as unsafe.
        if score is None or score <= self.threshold:
            return Verdict.ALLOW
        return self.age_restricted if age_restricted else self.open

    def limit(self, *, age_restricted: bool) -> float:
        """Above this score a picture is refused."""
        verdict = self.age_restricted if age_restricted else self.open
        return self.threshold if verdict is Verdict.REFUSE else 1.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a picture in a certain place, and what its member reads of that."""

    verdict: Verdict
    reason: str = ""  # of what is refused: by whose rule, and where it holds

    @property
    def refused(self) -> bool:
        """Whether it may not be shown there."""
        return self.verdict is Verdict.REFUSE

    @property
    def covered(self) -> bool:
        """Whether it is shown there, but covered."""
        return self.verdict is Verdict.BLUR

    @property
    def notice(self) -> str:
        """What its member reads where it is thrown away."""
        return f"{self.reason} The picture was thrown away. {_REMEDY}"

    def unseen(self, which: str = "this one") -> "Ruling":
        """The same of a picture that has no score: where it is refused, that is said."""
        if not self.refused:
            return self
        return replace(self, reason=f"{self.reason} {_UNSEEN.format(which=which)}")


#: Tells of a guild's channel or thread whether it is age-restricted now. May raise anything.
AgeFlag = Callable[[int, int], Awaitable[bool]]

#: The rules of those guilds that have any.
GuildRules = Mapping[int, Rules]


class Screening:
    """Judges pictures by their scores."""

    def __init__(self, host: Policy | None = None, guilds: GuildRules | None = None) -> None:
        """`guilds` is looked at anew each time."""
        self.host = host or Policy()
        self._guilds = guilds if guilds is not None else {}
        self._age_flag: AgeFlag | None = None

    def ask(self, age_flag: AgeFlag) -> None:
        """From now on ask that for channels' kinds. Without it all count as open."""
        self._age_flag = age_flag

    def policy(self, guild_id: int | None) -> Policy:
        """What holds in a guild; None: in direct messages."""
        rules = None if guild_id is None else self._guilds.get(guild_id)
        return self.host if rules is None else self.host.narrowed(rules)

    def judge(self, score: float | None, guild_id: int | None, age_restricted: bool) -> Verdict:
        """What becomes of a picture with that score there. Direct messages count as open."""
        is_restricted = age_restricted and guild_id is not None
        return self.policy(guild_id).judge(score, age_restricted=is_restricted)

    def limit(self, guild_id: int | None, age_restricted: bool) -> float:
        """Above this score a picture is refused there."""
        is_restricted = age_restricted and guild_id is not None
        return self.policy(guild_id).limit(age_restricted=is_restricted)

    def rule(self, score: float | None, guild_id: int | None, age_restricted: bool) -> Ruling:
        """The same in words."""
        verdict = self.judge(score, guild_id, age_restricted)
        if verdict is not Verdict.REFUSE:
            return Ruling(verdict)
        kinds = [False] if guild_id is None else [False, True]
        everywhere = {self.judge(score, guild_id, kind) for kind in kinds} == {verdict}
        # Whose rule it is that makes this place one where it is refused.
        concerned = kinds if everywhere else [age_restricted]
        by_host = {self.host.judge(score, age_restricted=kind) for kind in concerned} == {verdict}
        whose = "this host's" if by_host else "this guild's"
        where = "in direct messages"
        if guild_id is not None:
            where = "in any channel" if everywhere else f"{_KINDS[age_restricted]} channels"
        said = f"By {whose} rules, no picture that is taken for unsafe is shown {where}."
        return Ruling(verdict, said)

    async def look(self, score: float | None, guild_id: int | None, channel_id: int) -> Ruling:
        """The ruling for a place as it is now. Raises what telling the place's kind raises."""
        if guild_id is None or self._is_all_one(score, guild_id):
            return self.rule(score, guild_id, age_restricted=False)
        return self.rule(score, guild_id, await self._is_restricted(guild_id, channel_id))

    async def look_now(
        self, score: float | None, guild_id: int | None, channel_id: int, *, unknown: bool = False
    ) -> Ruling:
        """The same for who can't wait: where the place's kind can't be told, it counts as open.

        As age-restricted with `unknown`: for who asks again before anything is shown.
        """
        if guild_id is None or self._is_all_one(score, guild_id):
            return self.rule(score, guild_id, age_restricted=False)
        is_restricted = unknown
        try:
            async with asyncio.timeout(_PATIENCE_S):
                # Who asks is not cancelled with the limit: discord.py, woken while it sleeps for a
                # global rate limit, would never call again.
                asking = self._is_restricted(guild_id, channel_id)
                is_restricted = await asyncio.shield(asking)
        except Exception as error:
            kind = "age-restricted" if unknown else "open"
            log.warning(
                "Channel %s counts as %s: it can't be looked at: %r", channel_id, kind, error
            )
        return self.rule(score, guild_id, is_restricted)

    async def look_for(self, score: float | None, origin: Origin | None) -> Ruling:
        """Whether to keep a picture for where it was asked for; it is judged again when posted.

        So nothing is thrown away for a moment in which Discord can't be asked. On the host's own
        command line nothing is refused.
        """
        if origin is None:
            return Ruling(Verdict.ALLOW)
        return await self.look_now(score, origin.guild_id, origin.channel_id, unknown=True)

    async def limit_for(self, origin: Origin | None) -> float:
        """Above which score what is seen of a job before its end is refused where it was asked.

        Where its place's kind can't be told, that is left to who looks at its end.
        """
        if origin is None:
            return 1.0
        # A score that is above every threshold.
        ruling = await self.look_for(1.0, origin)
        return self.policy(origin.guild_id).threshold if ruling.refused else 1.0

    def _is_all_one(self, score: float | None, guild_id: int) -> bool:
        """Whether the kind of channel makes no difference: then nobody is asked for it."""
        policy = self.policy(guild_id)
        in_open = policy.judge(score, age_restricted=False)
        return in_open is policy.judge(score, age_restricted=True)

    async def _is_restricted(self, guild_id: int, channel_id: int) -> bool:
        return self._age_flag is not None and await self._age_flag(guild_id, channel_id)
