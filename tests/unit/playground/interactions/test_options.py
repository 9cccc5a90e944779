"""Options that people fill in, and the rules by which commands declare them."""

from typing import Any

import pytest

from playground import seed, services
from playground.commands.localizations import longest
from playground.commands.rules import check_command, too_many
from playground.components.buttons import is_emoji
from playground.errors import FormErrors
from playground.interactions.options import OptionReader
from playground.services import Services

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, NUMBER = 3, 4, 5, 6, 7, 8, 10


@pytest.fixture
def made() -> Services:
    return services.build(heartbeat_s=40)


def read(
    made: Services, declared: dict[str, Any], value: Any, **options: Any
) -> tuple[list[dict[str, Any]], dict[str, Any], OptionReader]:
    """What a bot gets of one option, what was wrong with it, and the reader."""
    form = FormErrors()
    channel = made.world.channels[seed.GENERAL_ID]
    viewer = made.world.people[1]
    partial = options.pop("partial", False)
    reader = OptionReader(made.world, channel, viewer, form, {}, partial=partial)
    declared = {"name": "o", "description": "d", **declared}
    sent = {"name": "o", "type": declared["type"], "value": value, **options}
    return reader.read([declared], [sent], ()), form.tree, reader


@pytest.mark.parametrize("as_text", [True, False])
def test_ids_may_be_texts_or_numbers(made: Services, as_text: bool):
    who = made.world.people[0].id
    options, wrong, reader = read(made, {"type": USER}, str(who) if as_text else who)
    assert not wrong
    assert options[0]["value"] == str(who)
    assert list(reader.resolved["users"]) == [str(who)]


def test_a_channel_has_to_be_of_a_declared_type(made: Services):
    declared = {"type": CHANNEL, "channel_types": [2]}
    assert read(made, declared, seed.GENERAL_ID)[1]
    assert not read(made, {**declared, "channel_types": [0, 2]}, seed.GENERAL_ID)[1]


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ({"type": INTEGER}, 2**53 + 1),
        ({"type": NUMBER, "min_value": 0.5}, 0.4),
        ({"type": STRING, "choices": [{"name": "a", "value": "a"}]}, "b"),
        ({"type": BOOLEAN}, "true"),
        ({"type": ROLE}, "9" * 5000),
        ({"type": USER}, True),
    ],
)
def test_a_value_that_does_not_fit_is_noted(made: Services, declared: dict[str, Any], value: Any):
    assert "value" in read(made, declared, value)[1]["0"]


def test_while_typing_a_value_may_be_unfinished(made: Services):
    declared = {"type": INTEGER, "min_value": 5, "autocomplete": True}
    options, wrong, reader = read(made, declared, "1", partial=True, focused=True)
    assert not wrong
    assert options == [{"name": "o", "type": INTEGER, "value": "1", "focused": True}]
    assert reader.focused == options[0]


def test_only_options_with_autocomplete_can_be_focused(made: Services):
    _, wrong, _ = read(made, {"type": STRING}, "a", partial=True, focused=True)
    assert "focused" in wrong["0"]


@pytest.mark.parametrize("name", ["größe", "色", "ชื่อ", "नाम", "a-b_c", "l'air", "7"])
def test_names_of_any_script_are_taken(name: str):
    form = FormErrors()
    check_command(form, {"name": name, "description": "d"})
    assert not form.tree


@pytest.mark.parametrize("name", ["Größe", "a b", "a\n", "/a", "a.b", "🎨"])
def test_names_with_capitals_blanks_or_signs_are_not(name: str):
    form = FormErrors()
    check_command(form, {"name": name, "description": "d"})
    assert "name" in form.tree


def test_a_scope_has_room_for_each_type_of_command():
    assert not too_many([1] * 100 + [2] * 15 + [3] * 15)
    for kinds in ([1] * 101, [2] * 16, [3] * 16):
        assert too_many(kinds)


def test_of_translations_the_longest_counts():
    assert longest({"name": "ab", "name_localizations": {"de": "abc", "fr": None}}, "name") == 3


@pytest.mark.parametrize("text", ["🎨", "❤️", "ℹ️", "1️⃣", "🇩🇪", "👩‍🎨", "©️", "☺"])
def test_emoji_are_known_as_such(text: str):
    assert is_emoji(text)


@pytest.mark.parametrize("text", ["", "a", ":art:", "1", "é", "🎨a", "色"])
def test_what_is_no_emoji_is_not(text: str):
    assert not is_emoji(text)
