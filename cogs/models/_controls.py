"""What stands under /models. All of it is in the ids, and so it works on after a restart."""

import re
from typing import Any, Self

import discord

from bot.errors import on_component_error
from bot.studio import Studio
from generation.catalog import ModelSpec

from . import _form
from ._shelf import GONE, Shelf

_GONE = f"{GONE} These are:"


class PageButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"easel:models:page:(?P<page>\d{1,4})"
):
    """Turns to a page of the list."""

    def __init__(self, page: int, label: str = "") -> None:
        """To that page, from 0."""
        super().__init__(
            discord.ui.Button[Any](label=label or "Turn", custom_id=f"easel:models:page:{page}")
        )
        self.page = page

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Show the page."""
        try:
            await _show_page(interaction, self.page)
        except Exception as error:
            await on_component_error(interaction, error)


class CardSelect(
    discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"easel:models:card:(?P<page>\d{1,4})"
):
    """Shows one of the models on a card."""

    def __init__(self, page: int, select: discord.ui.Select[Any]) -> None:
        """On a page of the list, or on a card of a model that stands on it."""
        super().__init__(select)
        self.page = page

    @classmethod
    def of(cls, shelf: Shelf, page: int, chosen: ModelSpec | None = None) -> Self:
        """With the models around that page."""
        options = [
            discord.SelectOption(
                label=spec.title,
                value=spec.name,
                description=spec.description,
                default=spec == chosen,
            )
            for spec in shelf.choices(page)
        ]
        select = discord.ui.Select[Any](
            custom_id=f"easel:models:card:{page}",
            placeholder="Look at a model",
            options=options,
        )
        return cls(page, select)

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The select that was used."""
        assert isinstance(item, discord.ui.Select)  # nothing else has such an id
        return cls(int(match["page"]), item)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Show the card."""
        try:
            shelf = _shelf(interaction)
            spec = shelf.find(self.item.values[0])
            if spec is None:
                await _show_page(interaction, self.page, _GONE)
                return
            await interaction.response.edit_message(
                content=None, embed=shelf.card(spec), view=card_view(shelf, spec)
            )
        except Exception as error:
            await on_component_error(interaction, error)


class FormButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"easel:models:form:(?P<model>[a-z0-9.-]{1,40})",
):
    """Opens the form that asks for a picture."""

    def __init__(self, model: str) -> None:
        """For the model of that name."""
        super().__init__(
            discord.ui.Button[Any](
                label="Paint with it",
                style=discord.ButtonStyle.primary,
                custom_id=f"easel:models:form:{model}",
            )
        )
        self.model = model

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
        /,
    ) -> Self:
        """The button that was pressed."""
        return cls(match["model"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Ask what to paint."""
        try:
            spec = _shelf(interaction).find(self.model)
            if spec is None:
                await _show_page(interaction, 0, _GONE)
                return
            await interaction.response.send_modal(_form.of(spec))
        except Exception as error:
            await on_component_error(interaction, error)


def page_view(shelf: Shelf, page: int) -> discord.ui.View:
    """What stands under a page of the list."""
    view = discord.ui.View(timeout=None).add_item(CardSelect.of(shelf, page))
    if page > 0:
        view.add_item(PageButton(page - 1, "Back"))
    if page + 1 < shelf.pages:
        view.add_item(PageButton(page + 1, "Next"))
    return view


def card_view(shelf: Shelf, spec: ModelSpec) -> discord.ui.View:
    """What stands under a card."""
    page = shelf.page_of(spec)
    view = discord.ui.View(timeout=None).add_item(CardSelect.of(shelf, page, spec))
    return view.add_item(FormButton(spec.name)).add_item(PageButton(page, "All models"))


def _shelf(interaction: discord.Interaction) -> Shelf:
    studio: Studio = interaction.client.studio  # type: ignore[attr-defined]
    return Shelf(studio)


async def _show_page(interaction: discord.Interaction, page: int, word: str | None = None) -> None:
    shelf = _shelf(interaction)
    page = shelf.clamp(page)
    await interaction.response.edit_message(
        content=word, embed=shelf.page(page), view=page_view(shelf, page)
    )
