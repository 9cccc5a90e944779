"""What follows from a picture's score: guilds are never laxer than their host."""

import asyncio
import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.safety.screening import Policy, Rules, Screening, Verdict, strictest
from tests.support.jobs import make_origin

SCORES = st.none() | st.floats(0, 1)
THRESHOLDS = st.floats(0.01, 0.99)
VERDICTS = st.sampled_from(Verdict)
HOSTS = st.builds(Policy, THRESHOLDS, VERDICTS, VERDICTS)
RULES = st.builds(Rules, st.none() | THRESHOLDS, st.none() | VERDICTS, st.none() | VERDICTS)
GUILD = 10


def strictness(verdict: Verdict) -> int:
    return [Verdict.ALLOW, Verdict.BLUR, Verdict.REFUSE].index(verdict)


@given(HOSTS, RULES, SCORES, st.booleans())
def test_no_guild_is_laxer_than_its_host(host, rules, score, age_restricted):
    screening = Screening(host, {GUILD: rules})
    own = screening.judge(score, GUILD, age_restricted)
    assert strictness(own) >= strictness(host.judge(score, age_restricted=age_restricted))
    assert screening.limit(GUILD, age_restricted) <= host.limit(age_restricted=age_restricted)


@given(HOSTS, RULES, SCORES)
def test_what_a_guild_says_holds_nowhere_else(host, rules, score):
    screening = Screening(host, {GUILD: rules})
    for elsewhere in (None, GUILD + 1):
        assert screening.policy(elsewhere) == host


@given(HOSTS, RULES, st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_a_higher_score_is_never_judged_more_mildly(host, rules, one, other, age_restricted):
    # In one kind of place there are two verdicts at most: what is safe, and what is not.
    screening = Screening(host, {GUILD: rules})
    verdicts = [
        strictness(screening.judge(each, GUILD, age_restricted)) for each in sorted((one, other))
    ]
    assert verdicts == sorted(verdicts)


@given(HOSTS, RULES, st.floats(0, 1), st.booleans())
def test_the_limit_is_where_refusals_begin(host, rules, score, age_restricted):
    screening = Screening(host, {GUILD: rules})
    refused = screening.judge(score, GUILD, age_restricted) is Verdict.REFUSE
    assert refused is (score > screening.limit(GUILD, age_restricted))


@given(HOSTS, SCORES)
def test_direct_messages_are_open_whatever_is_said_of_them(host, score):
    screening = Screening(host)
    assert screening.judge(score, None, True) is host.judge(score, age_restricted=False)
    assert screening.limit(None, True) == host.limit(age_restricted=False)


@given(HOSTS, st.booleans())
def test_what_is_no_number_counts_as_unsafe(host, age_restricted):
    unsafe = host.judge(1.0, age_restricted=age_restricted)
    assert host.judge(math.nan, age_restricted=age_restricted) is unsafe


def test_a_host_who_says_nothing_refuses_in_open_channels_only():
    screening = Screening()
    assert screening.judge(0.9, GUILD, False) is Verdict.REFUSE
    assert screening.judge(0.9, GUILD, True) is Verdict.ALLOW
    assert screening.judge(0.1, GUILD, False) is Verdict.ALLOW


def test_the_strictest_passes_over_what_says_nothing():
    assert strictest(Verdict.BLUR, None, Verdict.ALLOW) is Verdict.BLUR


@pytest.mark.parametrize(
    ("rules", "guild_id", "age_restricted", "said"),
    [
        (None, GUILD, False, "By this host's rules, no picture that is taken for unsafe is shown"
         " outside age-restricted channels."),
        (None, None, False, "By this host's rules, no picture that is taken for unsafe is shown"
         " in direct messages."),
        (Rules(age_restricted=Verdict.REFUSE), GUILD, True, "By this guild's rules, no picture"
         " that is taken for unsafe is shown in any channel."),
        (Rules(threshold=0.2), GUILD, False, "By this host's rules, no picture that is taken for"
         " unsafe is shown outside age-restricted channels."),
    ],
)  # fmt: skip
def test_a_refusal_names_whose_rule_it_is_and_where_it_holds(rules, guild_id, age_restricted, said):
    screening = Screening(Policy(), {} if rules is None else {GUILD: rules})
    ruling = screening.rule(0.9, guild_id, age_restricted)
    assert ruling.refused
    assert ruling.reason == said


def test_a_threshold_of_the_guild_makes_it_the_guild_s_rule():
    ruling = Screening(Policy(), {GUILD: Rules(threshold=0.2)}).rule(0.3, GUILD, False)
    assert ruling.reason.startswith("By this guild's rules")


async def test_the_channel_is_asked_for_where_it_makes_a_difference_only():
    asked = []

    async def flag(guild_id: int, channel_id: int) -> bool:
        asked.append((guild_id, channel_id))
        return True

    screening = Screening()
    screening.ask(flag)
    assert (await screening.look(0.1, GUILD, 20)).verdict is Verdict.ALLOW
    assert (await screening.look(0.9, None, 20)).verdict is Verdict.REFUSE
    assert asked == []
    assert (await screening.look(0.9, GUILD, 20)).verdict is Verdict.ALLOW
    assert asked == [(GUILD, 20)]


async def test_a_channel_that_nobody_can_tell_of_counts_as_open(monkeypatch):
    async def broken(guild_id: int, channel_id: int) -> bool:
        raise OSError("no way to Discord")

    async def stuck(guild_id: int, channel_id: int) -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr("generation.safety.screening._PATIENCE_S", 0.01)
    for flag in (broken, stuck):
        screening = Screening()
        screening.ask(flag)
        assert (await screening.look_now(0.9, GUILD, 20)).refused
        # What is only kept, and judged again before anybody sees it, is not thrown away for that.
        assert not (await screening.look_for(0.9, make_origin())).refused
        # Nor is what its member brought for it refused: what comes of that is looked at, too.
        assert await screening.limit_for(make_origin()) == 1.0
    assert (await Screening().look_now(0.9, GUILD, 20)).refused


async def test_who_is_asked_too_slowly_is_not_cut_off(monkeypatch):
    """discord.py, woken out of the sleep of a global rate limit, would never call again."""
    awake = asyncio.Event()

    async def asleep(guild_id: int, channel_id: int) -> bool:
        await asyncio.sleep(0.1)
        awake.set()
        return True

    monkeypatch.setattr("generation.safety.screening._PATIENCE_S", 0.01)
    screening = Screening()
    screening.ask(asleep)
    assert (await screening.look_now(0.9, GUILD, 20)).refused
    async with asyncio.timeout(5):
        await awake.wait()


async def test_on_the_command_line_nothing_is_refused():
    screening = Screening(Policy(age_restricted=Verdict.REFUSE))
    assert (await screening.look_for(1.0, None)).verdict is Verdict.ALLOW
    assert await screening.limit_for(None) == 1.0


async def test_the_limit_of_a_job_is_that_of_its_place():
    screening = Screening(Policy(threshold=0.4))
    assert await screening.limit_for(make_origin()) == 0.4
    assert await screening.limit_for(dataclasses.replace(make_origin(), guild_id=None)) == 0.4

    async def restricted(guild_id: int, channel_id: int) -> bool:
        return True

    screening.ask(restricted)
    assert await screening.limit_for(make_origin()) == 1.0
