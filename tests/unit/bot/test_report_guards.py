"""What is noted under a report of what was done with it."""

from unittest import mock

import discord
import pytest

from bot.reporting._guards import with_done


def pressed(*before: str) -> mock.Mock:
    """The button of a report under which that stands already."""
    about = discord.Embed(title="Report")
    for value in before:
        about.add_field(name="What was done", value=value)
    interaction = mock.create_autospec(discord.Interaction, instance=True)
    interaction.message = mock.Mock(embeds=[about])
    interaction.user = mock.Mock(id=7)
    return interaction


@pytest.mark.parametrize("before", [(), ("Member barred. (<@8>)",)])
def test_it_is_added_with_who_did_it(before: tuple[str, ...]):
    (embed,) = with_done(pressed(*before), "Picture removed.")
    (field,) = embed.fields
    assert field.value == "\n".join([*before, "Picture removed. (<@7>)"])


@pytest.mark.parametrize("before", [(), ("x" * 900,)])
def test_a_field_takes_it_whatever_was_done(before: tuple[str, ...]):
    (embed,) = with_done(pressed(*before), "#11: Picture removed.\n" * 100)
    (field,) = embed.fields
    assert field.value is not None
    assert len(field.value) <= 1024
    assert field.value.endswith("(<@7>)")
