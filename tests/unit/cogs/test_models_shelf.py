"""The pages and cards of /models, within Discord's limits."""

import discord
import pytest

from cogs.models._controls import card_view, page_view
from cogs.models._shelf import Shelf
from generation.catalog import Catalog
from generation.states import Standing, State
from tests.support.jobs import CATALOG, DEMO

from .shelves import LONGEST, many, studio


def custom_ids(view: discord.ui.View) -> list[str]:
    return [getattr(item, "custom_id", "") for item in view.children]


def fields(embed: discord.Embed) -> dict[str | None, str | None]:
    return {field.name: field.value for field in embed.fields}


def check_limits(embed: discord.Embed) -> None:
    assert len(embed) <= 6000
    assert len(embed.title or "") <= 256
    assert len(embed.description or "") <= 4096
    assert len(embed.fields) <= 25
    assert all(0 < len(field.name or "") <= 256 for field in embed.fields)
    assert all(0 < len(field.value or "") <= 1024 for field in embed.fields)


@pytest.mark.parametrize("count", [1, 5, 6, 25, 26, 60])
def test_every_page_keeps_to_discords_limits_and_all_models_are_on_one(count: int):
    offered = many(count)
    shelf = Shelf(studio(offered, whole=Catalog({**offered, **CATALOG})))
    shown = ""
    for number in range(shelf.pages):
        embed = shelf.page(number)
        check_limits(embed)
        shown += "".join(field.value or "" for field in embed.fields)
        (select,) = page_view(shelf, number).children[:1]
        assert len(select.to_component_dict()["options"]) <= 25
    assert all(shown.count(f"`{name}`") == 1 for name in offered)


def test_a_card_keeps_to_discords_limits():
    standing = Standing(State.UNAVAILABLE, "*" * 3000)
    shelf = Shelf(studio(Catalog({"demo": LONGEST}), standing=standing))
    check_limits(shelf.card(LONGEST))


def test_the_default_model_comes_first_and_is_marked():
    shelf = Shelf(studio(CATALOG, default=CATALOG["sdxl"]))
    assert shelf.models[:2] == [CATALOG["sdxl"], DEMO]
    assert shelf.page(0).fields[0].name == "SDXL (default)"


def test_a_line_has_what_one_chooses_by():
    turbo = CATALOG["sdxl-turbo"]
    page = Shelf(studio(Catalog({"sdxl-turbo": turbo}), seconds=0.4)).page(0)
    assert page.fields[0].value == (
        f"{turbo.description}\n"
        "`sdxl-turbo` · 512x512 · 1 to 4 steps · about 0.4 s · on this host · no commercial use"
    )


def test_a_card_has_exactly_what_the_model_takes():
    spec = CATALOG["sdxl-lightning-4"]
    shown = fields(Shelf(studio(Catalog({spec.name: spec}))).card(spec))
    assert shown["Steps"] == "exactly 4"
    assert shown["Guidance"] == "exactly 0"
    assert shown["Negative prompt"] == "no negative prompt"
    assert shown["A picture takes"] == "not measured on this host yet"
    assert shown["Painted"] == "on this host (CPU)"
    assert shown["Licence"] == f"[openrail++]({spec.licence.link}), commercial use allowed"
    assert "`/imagine model:sdxl-lightning-4`" in (shown["To paint with it"] or "")


def test_what_is_not_offered_says_why_those_of_one_reason_together():
    whole = Catalog({name: CATALOG[name] for name in ("demo", "sdxl", "sdxl-turbo", "zb-tech")})
    withheld = {"sdxl": "it rains", "sdxl-turbo": "it snows", "zb-tech": "it rains"}
    page = Shelf(studio(Catalog({"demo": DEMO}), whole=whole, withheld=withheld)).page(0)
    assert fields(page)["Not on this host"] == (
        "SDXL, ZB-Tech Text-to-Image: it rains.\nSDXL-Turbo: it snows."
    )


def test_where_all_is_offered_nothing_is_said_to_be_missing():
    assert "Not on this host" not in fields(Shelf(studio(Catalog({"demo": DEMO}))).page(0))


def test_one_turns_to_the_pages_there_are():
    shelf = Shelf(studio(many(12)))
    turns = [custom_ids(page_view(shelf, number))[1:] for number in range(3)]
    assert turns == [
        ["easel:models:page:1"],
        ["easel:models:page:0", "easel:models:page:2"],
        ["easel:models:page:1"],
    ]
    assert shelf.clamp(99) == 2


def test_a_single_page_has_nothing_to_turn():
    assert custom_ids(page_view(Shelf(studio(many(5))), 0)) == ["easel:models:card:0"]


def test_the_select_has_the_models_around_the_page():
    shelf = Shelf(studio(many(60)))
    assert list(shelf.choices(4)) == shelf.models[:25]
    assert list(shelf.choices(5)) == shelf.models[25:50]
    assert list(shelf.choices(11)) == shelf.models[50:]


def test_a_card_leads_back_to_the_page_of_its_model():
    shelf = Shelf(studio(many(12)))
    spec = shelf.models[7]
    view = card_view(shelf, spec)
    assert custom_ids(view) == [
        "easel:models:card:1",
        f"easel:models:form:{spec.name}",
        "easel:models:page:1",
    ]
    options = view.children[0].to_component_dict()["options"]
    assert [each["value"] for each in options if each.get("default")] == [spec.name]


def test_controls_need_no_memory_of_the_message_they_stand_under():
    shelf = Shelf(studio(many(12)))
    for view in (page_view(shelf, 1), card_view(shelf, shelf.models[0])):
        assert view.is_persistent()
