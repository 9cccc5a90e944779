"""The form of /models: what it asks for each model, and what of it arrives."""

from collections.abc import Sequence
from typing import Any
from unittest import mock

import discord
import pytest

from cogs.models import _form
from generation.catalog import Catalog, ModelSpec
from generation.reading import read
from tests.support.jobs import CATALOG, DEMO

from .shelves import LONGEST, studio


def asked(spec: ModelSpec) -> list[str]:
    components = _form.of(spec).to_dict()["components"]
    return [label["component"]["custom_id"] for label in components]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("demo", ["prompt", "negative_prompt"]),
        ("sdxl-turbo", ["prompt"]),
        ("sdxl", ["prompt", "negative_prompt", "size"]),
        ("sdxl-lightning-4", ["prompt", "size"]),
    ],
)
def test_a_form_asks_only_for_what_the_model_takes(name: str, fields: list[str]):
    assert asked(CATALOG[name]) == fields


@pytest.mark.parametrize("spec", [*CATALOG.values(), LONGEST], ids=lambda spec: spec.name)
def test_a_form_keeps_to_discords_limits(spec: ModelSpec):
    form = _form.of(spec).to_dict()
    assert 1 <= len(form["title"]) <= 45
    assert len(form["custom_id"]) <= 100
    for label in form["components"]:
        assert len(label["label"]) <= 45
        assert len(label.get("description") or "") <= 100
        assert len(label["component"].get("options", ())) <= 25


def test_a_size_is_chosen_only_where_somebody_chooses_one():
    size = _form.of(CATALOG["sdxl"]).to_dict()["components"][-1]["component"]
    assert len(size["options"]) > 1
    assert not any(option.get("default") for option in size["options"])
    assert (size["min_values"], size["required"]) == (0, False)
    assert size["placeholder"].startswith("1024x1024 unless ")


def interaction(
    data: dict[str, Any], kind: discord.InteractionType, offered: Catalog = CATALOG
) -> mock.Mock:
    found = mock.create_autospec(discord.Interaction, instance=True)
    found.type, found.data = kind, data
    found.client = mock.Mock(studio=studio(offered))
    return found


def filled_in(model: str, size: Sequence[str], prompt: str = "a fox") -> dict[str, Any]:
    return {
        "custom_id": f"easel:models:paint:{model}",
        "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "prompt", "value": prompt}},
            {"type": 18, "component": {"type": 4, "custom_id": "negative_prompt", "value": ""}},
            {"type": 18, "component": {"type": 3, "custom_id": "size", "values": [*size]}},
        ],
    }


async def test_what_was_filled_in_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    ask = mock.AsyncMock()
    monkeypatch.setattr(_form, "ask", ask)
    data = filled_in("sdxl", ["832x1216"])
    submitted = interaction(data, discord.InteractionType.modal_submit)
    await _form.submitted(submitted)
    ask.assert_awaited_once_with(
        submitted, "a fox", negative_prompt=None, model="sdxl", size="832x1216"
    )


async def test_without_a_size_that_of_the_prompt_is_taken(monkeypatch: pytest.MonkeyPatch):
    ask = mock.AsyncMock()
    monkeypatch.setattr(_form, "ask", ask)
    data = filled_in("sdxl", [], "a fox --ar 3:2")
    await _form.submitted(interaction(data, discord.InteractionType.modal_submit))
    ask.assert_awaited_once()
    (_, prompt), options = ask.await_args_list[0]
    request, remarks = read(CATALOG, DEMO, prompt, **options)
    assert (request.width, request.height) == (1216, 832)
    assert not any("left out" in remark for remark in remarks)


async def test_a_model_that_was_taken_away_is_painted_by_no_other(monkeypatch: pytest.MonkeyPatch):
    ask, told = mock.AsyncMock(), mock.AsyncMock()
    monkeypatch.setattr(_form, "ask", ask)
    monkeypatch.setattr(_form, "tell_privately", told)
    left = Catalog({"realvisxl-lightning": CATALOG["realvisxl-lightning"]})
    data = filled_in("realvisxl", [])
    await _form.submitted(interaction(data, discord.InteractionType.modal_submit, left))
    ask.assert_not_awaited()
    told.assert_awaited_once()
    assert told.await_args_list[0].args[1].startswith("This model is not offered here any more.")


@pytest.mark.parametrize(
    ("custom_id", "kind"),
    [
        ("easel:other:paint:sdxl", discord.InteractionType.modal_submit),
        ("easel:models:paint:sdxl", discord.InteractionType.component),
    ],
)
async def test_other_interactions_are_left_alone(
    custom_id: str, kind: discord.InteractionType, monkeypatch: pytest.MonkeyPatch
):
    ask = mock.AsyncMock()
    monkeypatch.setattr(_form, "ask", ask)
    await _form.submitted(interaction({"custom_id": custom_id, "components": []}, kind))
    ask.assert_not_awaited()


def test_a_form_of_the_demo_says_its_steps():
    (label, *_) = _form.of(DEMO).to_dict()["components"]
    assert "1 to 30, default 6" in label["description"]
