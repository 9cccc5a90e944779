"""A model's entry in words."""

from unittest import mock

import pytest

from bot.presentation import models
from bot.studio import Studio
from generation.catalog import Licence, ModelSpec, OfferedLora
from generation.loras import AskedLora
from generation.states import ModelStates, Standing, State
from generation.timings import Timings
from tests.support.jobs import CATALOG, DEMO

TURBO, LIGHTNING, SDXL = (CATALOG[name] for name in ("sdxl-turbo", "sdxl-lightning-4", "sdxl"))


def studio(standing: Standing | None = None, seconds: float | None = None) -> mock.Mock:
    found = mock.create_autospec(Studio, instance=True)
    found.states = mock.create_autospec(ModelStates, instance=True)
    found.states.of.return_value = standing
    found.timings = mock.create_autospec(Timings, instance=True)
    found.timings.usual.return_value = seconds
    found.device_of.return_value = "CPU"
    return found


def test_a_range_of_one_value_is_exactly_that():
    assert models.steps(LIGHTNING) == "exactly 4"
    assert models.guidance(TURBO) == "exactly 0"


def test_other_ranges_have_their_ends_and_their_default():
    assert models.steps(DEMO) == "1 to 30, default 6"
    assert models.guidance(DEMO) == "0 to 8, default 1.5"


def test_the_default_size_comes_first():
    assert models.sizes(SDXL).startswith("1024x1024 (default), 1152x896, ")
    assert models.sizes(DEMO) == "only 256x256"


def always(spec: ModelSpec) -> ModelSpec:
    return spec.model_copy(update={"negative_prompt_above": 1.0})


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (TURBO, "no negative prompt"),
        (LIGHTNING, "no negative prompt"),
        (DEMO, "has an effect above guidance 1"),
        (always(SDXL), "has an effect"),
    ],
)
def test_whether_a_negative_prompt_acts(spec: ModelSpec, said: str):
    assert models.negative_prompt(spec) == said


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        (DEMO.licence, "MIT, commercial use allowed"),
        (TURBO.licence, "[sai-nc-community](https://stability.ai/license), no commercial use"),
        (
            # As one of a request that was stored before links were looked at.
            Licence.model_construct(name="*mine*", link="javascript:alert(1)", commercial=False),
            r"\*mine\*, no commercial use",
        ),
    ],
)
def test_a_licence_has_its_link_and_says_whether_it_allows_commercial_use(
    licence: Licence, said: str
):
    assert models.licence(licence) == said


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(State.READY), "loaded: a picture begins at once"),
        (Standing(State.IDLE), "not loaded: the next picture has to wait for that"),
        (Standing(State.LOADING), "being loaded just now"),
        (
            Standing(State.LOADING, done=2_100_000_000, total=6_900_000_000),
            "being downloaded: 2.1 of 6.9 GB",
        ),
        (
            Standing(State.UNAVAILABLE, "The hub is down."),
            "not to be had: The hub is down.",
        ),
    ],
)
def test_how_a_model_stands(standing: Standing, said: str):
    assert models.standing(studio(standing), DEMO) == said


def test_what_is_hosted_is_never_loaded():
    hosted, resting = CATALOG["zb-tech"], Standing(State.UNAVAILABLE, "It rests.")
    assert models.standing(studio(Standing(State.READY)), hosted) == "ready"
    assert models.standing(studio(resting), hosted) == "perhaps not to be had: It rests."


@pytest.mark.parametrize(
    ("name", "seconds", "downloads"),
    [("sdxl", None, True), ("sdxl", 3.0, False), ("demo", None, False)],
)
def test_a_model_that_may_have_to_be_downloaded_says_so(
    name: str, seconds: float | None, downloads: bool
):
    said = models.standing(studio(Standing(State.IDLE), seconds), CATALOG[name])
    assert ("downloaded first" in said) is downloads


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, None),
        (0.02, "about 0.1 s"),
        (0.84, "about 0.8 s"),
        (12.4, "about 12 s"),
        (200, "about 3 min"),
    ],
)
def test_how_long_a_picture_takes_is_told_where_it_was_measured(
    seconds: float | None, said: str | None
):
    assert models.speed(studio(seconds=seconds), DEMO) == said


@pytest.mark.parametrize(
    ("name", "said"), [("demo", "on this host (CPU)"), ("zb-tech", "by a hosted API (CPU)")]
)
def test_where_a_model_paints(name: str, said: str):
    assert models.place(studio(), CATALOG[name]) == said


INK = OfferedLora.model_validate(
    {
        "name": "ink",
        "title": "Ink",
        "repo": "someone/ink",
        "file": "ink.safetensors",
        "base": "demo",
        "weight": {"min": 0.0, "max": 1.5, "default": 0.8},
        "licence": {"name": "MIT", "commercial": True},
    }
)


def test_the_loras_that_fit_are_named_as_they_are_typed():
    spec = DEMO.model_copy(update={"offers": (INK,)})
    assert models.parameters(spec)[-1] == ("LoRAs", "`<lora:ink:0.8>` Ink, weight 0 to 1.5")
    assert "LoRAs" not in dict(models.parameters(DEMO))


def test_a_loras_words_and_that_it_may_not_be_used_commercially_are_told():
    terms = Licence(name="cc-by-nc-4.0", commercial=False)
    brush = INK.model_copy(update={"licence": terms, "triggers": ("ink", "brush*")})
    assert models.loras(DEMO.model_copy(update={"offers": (brush,)})) == (
        r"`<lora:ink:0.8>` Ink, weight 0 to 1.5, no commercial use; words: ink, brush\*"
    )


def test_as_many_loras_are_named_as_a_field_has_room_for():
    longest = INK.model_copy(
        update={"name": "i" * 40, "title": "*" * 60, "triggers": ("_" * 500,) * 3}
    )
    for offers in ((longest,) * 40, (INK,) * 200, (INK,) * 9):
        told = models.loras(DEMO.model_copy(update={"offers": offers}))
        assert len(told) <= 1024
        *named, last = told.splitlines()
        hidden = int(last.split()[1]) if last.startswith("and ") else 0
        assert len(named) + (1 if hidden == 0 else hidden) == len(offers)


def asked(**terms: object) -> AskedLora:
    return AskedLora.model_validate(
        {"name": "ink", "repo": "someone/ink", "file": "ink.safetensors", **terms}
    )


@pytest.mark.parametrize(
    ("loras", "said"),
    [
        ((asked(licence="MIT", commercial=True),), "MIT, commercial use allowed"),
        (
            (
                asked(licence="Apache-2.0", commercial=True),
                asked(licence="nc", licence_link="https://example.org/nc", commercial=False),
            ),
            "MIT and Apache-2.0 and [nc](https://example.org/nc), no commercial use",
        ),
        ((asked(licence="nc"),), "MIT and nc, read them before any commercial use"),
    ],
)
def test_the_terms_of_loras_hold_beside_those_of_the_model(loras: tuple[AskedLora, ...], said: str):
    assert models.all_licences(DEMO.licence, loras) == said


def test_all_terms_are_named_however_long_their_links_are():
    loras = [
        asked(licence=f"{number}{'*' * 59}", licence_link=f"https://{'x' * 280}", commercial=True)
        for number in range(4)
    ]
    told = models.all_licences(DEMO.licence, loras)
    assert len(told) <= 1024
    assert told.count(" and ") == 4
    assert told.endswith(", commercial use allowed")
