"""Several pictures that are one job, as an embed."""

from collections.abc import Mapping, Sequence

import discord

from bot.presentation import models, text
from bot.presentation.look import EMBED, FIELD
from generation.catalog import Catalog
from generation.job import Job
from generation.request import GenerationRequest
from generation.sheets.drawer import caption, common
from generation.sheets.plan import label
from generation.sheets.store import PartResult, PartStatus

_DONE = discord.Color.from_str("#3aa76d")


def finished(
    job: Job,
    results: Mapping[int, PartResult],
    catalog: Catalog,
    notes: Sequence[str],
    hides: text.Hides = text.hides_nothing,
) -> discord.Embed:
    """What stands under a sheet: the same as on it, for whoever can't see it.

    What `hides` names is left out of what was typed beside the prompt.
    """
    request = job.request
    embed = discord.Embed(color=_DONE)
    if request.negative_prompt:
        without = text.quote_unless(hides, request.negative_prompt, FIELD)
        embed.add_field(name="Without", value=without, inline=False)
    lines = [
        f"{number}. {text.quote(label(catalog, request.varied, part.request), 80)}"
        f" – {_told(results.get(number))}"
        for number, part in enumerate(request.parts, start=1)
    ]
    embed.add_field(name="Pictures", value="\n".join(lines)[:FIELD], inline=False)
    shared = " · ".join(text.quote(each, 200) for each in common(catalog, request))
    embed.add_field(name="All of them", value=shared[:FIELD] or "the same words", inline=False)
    if job.seconds is not None:
        embed.add_field(name="Time", value=text.seconds(job.seconds))
    if terms := _terms(catalog, [part.request for part in request.parts]):
        embed.add_field(name="Licence", value=terms)
    clips = dict.fromkeys(each.clip for each in results.values() if each.clip)
    if clips:
        name = text.quote(", ".join(clips), 200)
        how = f"How well a picture fits the words, from 0 to 100, by {name}."
        embed.add_field(name="CLIP score", value=how, inline=False)
    embed.set_footer(text=f"#{job.id}")  # what /show takes
    if notes:
        quoted = (text.quote_unless(hides, note, 300) for note in dict.fromkeys(notes))
        embed.add_field(name="Note", value="\n".join(quoted)[:FIELD], inline=False)
    embed.description = text.quote(request.prompt, min(text.SHOWN_PROMPT, EMBED - len(embed)))
    return embed


def _told(result: PartResult | None) -> str:
    if result is None or result.status is PartStatus.DIED:
        return "not painted"
    return caption(result) if result.status is PartStatus.PAINTED else "missing"


def _terms(catalog: Catalog, requests: Sequence[GenerationRequest]) -> str:
    """The licences of all models that painted; those with other LoRAs count anew."""
    found: dict[str, None] = {}
    for request in requests:
        spec = catalog.get(request.model)
        if spec is not None or request.loras:
            terms = models.all_licences(spec.licence if spec else None, request.loras)
            found[terms] = None
    whole = "\n".join(found)
    return whole if len(whole) <= FIELD else "See the cards of the models in /models."
