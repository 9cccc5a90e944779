"""What /help tells of the options: the same as the documentation, with pictures."""

from pathlib import Path

import pytest
from PIL import Image

from cogs.help._parameters import PARAMETERS, STRIPS, parameters
from generation.catalog import Catalog

PAGE = Path(__file__).parents[3] / "docs" / "parameters.md"


def test_help_and_documentation_say_the_same():
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    for each in PARAMETERS:
        assert f"## {each.title} {each.text}" in page
        if each.strip is not None:
            assert f"(../cogs/help/strips/{each.strip})" in page


@pytest.mark.parametrize(
    ("option", "said", "models"),
    [
        ("Steps", "Stable Diffusion 3.5 takes {}", ["sd-3-5-medium"]),
        ("Steps", "2.1 takes {}", ["sd-2-1"]),
        ("Steps", "RealVisXL and Juggernaut {}", ["realvisxl", "juggernaut-xl-v9"]),
        ("Steps", "SDXL and ZB-Tech {}", ["sdxl", "sdxl-hosted", "zb-tech", "zb-tech-local"]),
        ("Steps", "Z-Image-Turbo {}", ["z-image-turbo"]),
        ("Steps", "SDXL-Turbo and FLUX.1 schnell {}", ["sdxl-turbo", "flux-1-schnell"]),
        ("Steps", "the demo model {}", ["demo"]),
        ("Guidance", "SDXL and ZB-Tech take {}", ["sdxl", "sdxl-hosted", "zb-tech"]),
        ("Guidance", "RealVisXL and Juggernaut {}", ["realvisxl", "juggernaut-xi"]),
        ("Guidance", "The demo model takes {}", ["demo"]),
    ],
)
def test_the_ranges_it_names_are_those_of_the_catalog(option: str, said: str, models: list[str]):
    (text,) = (each.text for each in PARAMETERS if each.title == option)
    catalog = Catalog.load()
    for name in models:
        taken = catalog[name].steps if option == "Steps" else catalog[name].guidance
        assert said.format(f"{taken.min:g} to {taken.max:g}") in text, name


def test_the_models_it_does_not_name_take_exactly_as_many_steps():
    for spec in Catalog.load().values():
        if spec.name.startswith(("sdxl-lightning", "realvisxl-lightning", "flux-2")):
            assert spec.steps.min == spec.steps.max, spec.name


def test_the_models_said_to_take_all_guidance_do_and_no_other_does():
    catalog = Catalog.load().values()
    reaching = [each.name for each in catalog if each.guidance.min <= 1 and each.guidance.max >= 10]
    assert reaching == ["sd-2-1", "sd-3-5-medium"]


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
