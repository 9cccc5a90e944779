"""The layers of limits: which of them holds for whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.limits.layers import CEILINGS, NAMES, Asker, Limits, Subject, SubjectKind, allowance

GUILD, MEL, PATRONS, NEWCOMERS = 10, 1, 77, 78
EVERYONE = Subject(SubjectKind.EVERYONE, GUILD)
OF_PATRONS = Subject(SubjectKind.ROLE, PATRONS)
OF_NEWCOMERS = Subject(SubjectKind.ROLE, NEWCOMERS)
OF_MEL = Subject(SubjectKind.MEMBER, MEL)
PLAIN = Asker(MEL, GUILD)
BOTH_ROLES = Asker(MEL, GUILD, frozenset({PATRONS, NEWCOMERS}))


def per_day(entries: dict[Subject, int], asker: Asker = PLAIN, host: int | None = None):
    limits = {subject: Limits(per_day=value) for subject, value in entries.items()}
    return allowance(Limits(per_day=host), limits, asker).effective.per_day


def test_where_a_guild_says_nothing_the_hosts_limits_hold():
    host = Limits(waiting=50, per_minute=5, per_day=100, megapixel_steps=20.0)
    assert allowance(host, {}, PLAIN).effective == host


def test_where_nobody_says_anything_there_is_no_limit():
    assert allowance(Limits(), {}, PLAIN).effective == Limits()


def test_a_guilds_limit_for_everyone_holds_in_place_of_the_hosts():
    assert per_day({EVERYONE: 5}, host=100) == 5


def test_a_roles_limit_holds_in_place_of_everyones():
    assert per_day({EVERYONE: 5, OF_PATRONS: 50}, BOTH_ROLES) == 50
    assert per_day({EVERYONE: 5, OF_PATRONS: 2}, BOTH_ROLES) == 2


def test_a_role_that_somebody_has_not_says_nothing_to_them():
    assert per_day({EVERYONE: 5, OF_PATRONS: 50}) == 5


def test_of_several_roles_the_most_generous_holds():
    assert per_day({OF_PATRONS: 50, OF_NEWCOMERS: 2}, BOTH_ROLES) == 50


def test_the_members_own_limit_holds_before_all_others():
    assert per_day({EVERYONE: 5, OF_PATRONS: 50, OF_MEL: 1}, BOTH_ROLES) == 1


def test_a_members_limit_is_nobody_elses():
    assert per_day({EVERYONE: 5, OF_MEL: 50}, Asker(2, GUILD)) == 5


def test_a_member_and_a_role_of_the_same_id_are_two():
    assert per_day({Subject(SubjectKind.ROLE, MEL): 3, EVERYONE: 5}) == 5


@pytest.mark.parametrize("subject", [EVERYONE, OF_PATRONS, OF_MEL])
def test_no_layer_rises_above_the_hosts_ceiling(subject: Subject):
    assert per_day({subject: 500}, BOTH_ROLES, host=100) == 100


def test_each_limit_is_looked_up_for_itself():
    entries = {
        EVERYONE: Limits(waiting=2, per_day=5),
        OF_PATRONS: Limits(per_day=50),
        OF_MEL: Limits(per_minute=1),
    }
    effective = allowance(Limits(megapixel_steps=4.0), entries, BOTH_ROLES).effective
    assert effective == Limits(waiting=2, per_minute=1, per_day=50, megapixel_steps=4.0)


def test_in_direct_messages_the_hosts_limits_hold_alone():
    in_private = Asker(MEL, None)
    assert per_day({OF_MEL: 1}, in_private, host=100) == 100


def test_a_guilds_limit_is_kept_apart_since_it_counts_only_what_is_asked_there():
    both = allowance(Limits(per_day=100), {EVERYONE: Limits(per_day=5)}, PLAIN)
    assert (both.host.per_day, both.guild.per_day) == (100, 5)


def test_a_weight_has_no_ceiling_and_is_one_where_nothing_is_said():
    assert allowance(Limits(), {}, PLAIN).weight == 1.0
    entries = {OF_PATRONS: Limits(weight=4.0), OF_NEWCOMERS: Limits(weight=0.5)}
    assert allowance(Limits(), entries, BOTH_ROLES).weight == 4.0
    assert allowance(Limits(), entries, Asker(2, GUILD, frozenset({NEWCOMERS}))).weight == 0.5


numbers = st.none() | st.integers(1, 6)
layers = st.builds(Limits, numbers, numbers, numbers, numbers, numbers)
subjects = st.sampled_from([EVERYONE, OF_PATRONS, OF_NEWCOMERS, OF_MEL])
askers = st.sampled_from(
    [PLAIN, BOTH_ROLES, Asker(2, GUILD, frozenset({PATRONS})), Asker(MEL, None)]
)


@given(layers, st.dictionaries(subjects, layers), askers)
def test_whatever_a_guild_says_nobody_gets_more_than_the_host_allows(
    host: Limits, entries: dict[Subject, Limits], asker: Asker
):
    effective = allowance(host, entries, asker).effective
    for name in CEILINGS:
        value, ceiling = getattr(effective, name), getattr(host, name)
        assert ceiling is None or (value is not None and value <= ceiling)


@given(layers, st.dictionaries(subjects, layers), askers)
def test_what_holds_was_said_by_a_layer_that_concerns_the_member(
    host: Limits, entries: dict[Subject, Limits], asker: Asker
):
    concerning = [host]
    for subject, limits in entries.items():
        concerns = {
            SubjectKind.EVERYONE: asker.guild_id == subject.id,
            SubjectKind.ROLE: subject.id in asker.roles,
            SubjectKind.MEMBER: asker.guild_id is not None and asker.user_id == subject.id,
        }
        concerning += [limits] if concerns[subject.kind] else []
    effective = allowance(host, entries, asker).effective
    for name in NAMES:
        assert getattr(effective, name) in {None, *(getattr(each, name) for each in concerning)}


@given(layers, st.dictionaries(subjects, layers), layers)
def test_a_members_own_entry_makes_all_others_idle(
    host: Limits, entries: dict[Subject, Limits], own: Limits
):
    said = allowance(host, {**entries, OF_MEL: own}, BOTH_ROLES).effective
    for name in CEILINGS:
        values = [value for value in (getattr(own, name), getattr(host, name)) if value is not None]
        if getattr(own, name) is not None:
            assert getattr(said, name) == min(values)
