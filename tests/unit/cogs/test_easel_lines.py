"""A guild's limits in words."""

from cogs.easel._lines import changed, cleared_one, shown
from generation.limits.guild import MOST_ENTRIES
from generation.limits.layers import Limits, Subject, SubjectKind

EVERYONE = Subject(SubjectKind.EVERYONE, 10)
ALL_SET = Limits(10_000, 1_000, 100_000, 99_999.99, 10.0)


def test_as_many_entries_as_a_guild_may_have_fit_into_messages():
    entries = {
        Subject(SubjectKind.MEMBER, 10**18 + number): ALL_SET for number in range(MOST_ENTRIES)
    }
    pages = shown(entries, ALL_SET)
    assert all(len(page) <= 2000 for page in pages)
    lines = [line for page in pages for line in page.splitlines()]
    assert sum(line.startswith("- <@1") for line in lines) == MOST_ENTRIES


def test_the_layers_stand_in_the_order_of_everyone_roles_and_members():
    entries = {
        Subject(SubjectKind.MEMBER, 1): Limits(waiting=1),
        Subject(SubjectKind.ROLE, 3): Limits(waiting=2),
        Subject(SubjectKind.ROLE, 2): Limits(waiting=3),
        EVERYONE: Limits(waiting=4),
    }
    (page,) = shown(entries, Limits())
    assert page.splitlines()[0] == "**This host's limits, for each member:** none."
    assert page.splitlines()[2:] == [
        "- everyone: 4 requests waiting at a time",
        "- <@&2>: 3 requests waiting at a time",
        "- <@&3>: 2 requests waiting at a time",
        "- <@1>: 1 request waiting at a time",
    ]


def test_only_what_is_given_and_above_the_hosts_is_called_idle():
    host = Limits(waiting=50, per_day=20, megapixel_steps=1.5)
    given = Limits(waiting=50, per_day=21, per_minute=999, weight=9.0)
    entry = Limits(waiting=50, per_day=21, per_minute=999, megapixel_steps=7.0, weight=9.0)
    idle = changed(EVERYONE, entry, given, host).splitlines()[1:]
    assert idle == ["-# `per_day`: this host allows 20, so more has no effect."]


def test_what_is_left_of_an_entry_without_one_of_its_limits_is_told():
    assert cleared_one(EVERYONE, "per_day", Limits(waiting=2, per_minute=1)).splitlines() == [
        "Cleared `per_day` for everyone.",
        "For everyone: 2 requests waiting at a time, 1 request a minute.",
    ]
    mel = Subject(SubjectKind.MEMBER, 1)
    assert cleared_one(mel, "weight", None) == "Cleared `weight` for <@1>."
