"""Which picture a message of Easel's shows."""

from types import SimpleNamespace

import discord
import pytest

from bot.numbers import shown_number


def number(footer: str | None, *files: str) -> int | None:
    embeds = [discord.Embed(title="x")]
    if footer is not None:
        embeds.append(discord.Embed().set_footer(text=footer))
    attachments = [SimpleNamespace(filename=name) for name in files]
    return shown_number(SimpleNamespace(embeds=embeds, attachments=attachments))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("footer", "files", "shown"),
    [
        ("#12", ["easel-12.png"], 12),
        (None, ["easel-7.webp"], 7),
        (None, ["SPOILER_easel-7.png"], 7),
        (None, ["easel-7-2.png"], 7),
        ("#12 of something", ["a.png"], 12),
        ("#12", [], None),  # it waits, or is gone
        ("about #12", ["cat.png"], None),
        (None, ["easel-.png", "not-easel-7.png"], None),
        ("#" + "9" * 30, ["easel-7.png"], 7),
    ],
)
def test_the_number_is_in_the_footer_or_in_the_files_name(
    footer: str | None, files: list[str], shown: int | None
):
    assert number(footer, *files) == shown
