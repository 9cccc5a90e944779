"""What /help tells of the options: the same as the documentation, with pictures."""

from pathlib import Path

from PIL import Image

from cogs.help._parameters import PARAMETERS, STRIPS, parameters

PAGE = Path(__file__).parents[3] / "docs" / "parameters.md"


def test_help_and_documentation_say_the_same():
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    for each in PARAMETERS:
        assert f"## {each.title} {each.text}" in page
        if each.strip is not None:
            assert f"(../cogs/help/strips/{each.strip})" in page


def test_each_option_is_an_embed_with_the_picture_it_has():
    embeds, files = parameters()
    assert [embed.title for embed in embeds] == [each.title for each in PARAMETERS]
    assert len(embeds) <= 10
    assert sum(len(embed) for embed in embeds) <= 6000
    shown = [embed.image.url for embed in embeds if embed.image.url]
    assert shown == [f"attachment://{file.filename}" for file in files]


def test_the_pictures_are_small_and_each_is_used():
    used = {each.strip for each in PARAMETERS if each.strip}
    assert {path.name for path in STRIPS.iterdir()} == used
    for name in used:
        assert (STRIPS / name).stat().st_size <= 60_000
        with Image.open(STRIPS / name) as image:
            assert image.width > 1000


def test_files_can_be_sent_again():
    first, second = parameters()[1][0], parameters()[1][0]
    assert first.fp.read() == second.fp.read() != b""
