"""What /models shows: the offered models on pages, and one of them on a card."""

from collections.abc import Sequence

import discord

from bot.presentation import models, text
from bot.presentation.look import ACCENT, CHOICES, FIELD
from bot.studio import Studio
from generation.catalog import ModelSpec
from generation.ranges import in_words

#: Models on a page.
PAGE = 5
#: Said where a message still names a model that was taken away meanwhile.
GONE = "This model is not offered here any more."


class Shelf:
    """The offered models in the order they are shown: the default first."""

    def __init__(self, studio: Studio) -> None:
        """As the studio has them now."""
        self._studio = studio
        default = studio.default_model.name
        self.models = sorted(studio.catalog.values(), key=lambda spec: spec.name != default)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self.models) // PAGE))

    def page_of(self, spec: ModelSpec) -> int:
        """The page it stands on, from 0."""
        return self.models.index(spec) // PAGE

    def find(self, name: str) -> ModelSpec | None:
        """The model of that name, if it is still offered."""
        return self._studio.catalog.get(name)

    def choices(self, page: int) -> Sequence[ModelSpec]:
        """As many as a select takes, with those of the page among them."""
        first = page * PAGE // CHOICES * CHOICES
        return self.models[first : first + CHOICES]

    def clamp(self, page: int) -> int:
        """The page itself, or the last where there are fewer by now."""
        return min(page, self.pages - 1)

    def page(self, number: int) -> discord.Embed:
        """One page, from 0, which there must be."""
        count, default = len(self.models), self._studio.default_model
        embed = discord.Embed(
            title="The models that paint here" if count > 1 else "The model that paints here",
            description=(
                "Choose one below to see all it takes and to paint with it. In `/imagine` it is the"
                f" option `model`; without it, {text.quote(default.title, 200)} paints."
            ),
            color=ACCENT,
        )
        for spec in self.models[number * PAGE : (number + 1) * PAGE]:
            embed.add_field(name=self._title(spec), value=self._line(spec), inline=False)
        if number == self.pages - 1 and (others := self._not_offered()):
            embed.add_field(name="Not on this host", value=others, inline=False)
        if self.pages > 1:
            embed.set_footer(text=f"Page {number + 1} of {self.pages}, {count} models")
        return embed

    def card(self, spec: ModelSpec) -> discord.Embed:
        """All of one model."""
        embed = discord.Embed(
            title=self._title(spec), description=text.quote(spec.description, 400), color=ACCENT
        )
        models.add_parameters(embed, spec)
        studio = self._studio
        speed = models.speed(studio, spec) or "not measured on this host yet"
        embed.add_field(name="A picture takes", value=speed)
        embed.add_field(name="Painted", value=models.place(studio, spec)[:FIELD])
        embed.add_field(name="Just now", value=models.standing(studio, spec)[:FIELD])
        embed.add_field(name="Licence", value=models.licence(spec.licence), inline=False)
        use = f"`/imagine model:{spec.name}`, `--model {spec.name}` in a prompt, or the button"
        embed.add_field(name="To paint with it", value=f"{use} below.", inline=False)
        return embed

    def _title(self, spec: ModelSpec) -> str:
        mark = " (default)" if spec.name == self._studio.default_model.name else ""
        return f"{text.quote(spec.title, 200)}{mark}"

    def _line(self, spec: ModelSpec) -> str:
        """The description, and the little that one chooses by."""
        what = [
            f"`{spec.name}`",
            str(spec.default_size),
            _steps(spec),
            models.speed(self._studio, spec),
            "on this host" if spec.executor == "local" else "hosted",
            None if spec.licence.commercial else "no commercial use",
        ]
        facts = " · ".join(each for each in what if each)
        return f"{text.quote(spec.description, 400)}\n{facts}"

    def _not_offered(self) -> str:
        """What the catalog has besides, and why nobody can choose it."""
        by_reason: dict[str, list[str]] = {}
        for spec in self._studio.whole_catalog.values():
            if spec.name not in self._studio.catalog:
                reason = self._studio.catalog.withheld[spec.name]
                by_reason.setdefault(reason, []).append(text.quote(spec.title, 100))
        lines = (f"{', '.join(titles)}: {reason}." for reason, titles in by_reason.items())
        return _cut("\n".join(lines))


def _steps(spec: ModelSpec) -> str:
    return f"{in_words(spec.steps)} step{'' if spec.steps.max == 1 else 's'}"


def _cut(lines: str) -> str:
    return lines if len(lines) <= FIELD else f"{lines[: FIELD - 1]}…"
