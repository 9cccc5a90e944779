"""A model's entry in words: what may be asked of it, on what terms, and how it stands."""

from collections.abc import Sequence

import discord

from bot.presentation import text
from bot.presentation.look import FIELD
from bot.studio import Studio
from generation.catalog import IntegerRange, Licence, ModelSpec, NumberRange, OfferedLora
from generation.loras import AskedLora
from generation.ranges import in_words, is_fixed, plain
from generation.states import State

#: So many sizes are named, the default first.
_MOST_SIZES = 30


def sizes(spec: ModelSpec) -> str:
    """256x256; or 1024x1024 (default), 1152x896, 896x1152."""
    first, *others = (str(size) for size in spec.sizes[:_MOST_SIZES])
    if not others:
        return f"only {first}"
    hidden = len(spec.sizes) - _MOST_SIZES
    more = f" and {hidden} more" if hidden > 0 else ""
    return f"{first} (default), {', '.join(others)}{more}"


def steps(spec: ModelSpec) -> str:
    """Exactly 4; or 1 to 30, default 6."""
    return _range(spec.steps)


def guidance(spec: ModelSpec) -> str:
    """Exactly 0; or 0 to 8, default 1.5."""
    return _range(spec.guidance)


def negative_prompt(spec: ModelSpec) -> str:
    """Whether there is any use for one, and from which guidance on."""
    above = spec.negative_prompt_above
    if above is None or not spec.takes_negative_prompts:
        return "no negative prompt"
    if above < spec.guidance.min:
        return "has an effect"
    return f"has an effect above guidance {plain(above)}"


def weighting(spec: ModelSpec) -> str:
    """Whether words of a prompt can count more or less."""
    if spec.weighting:
        return "`fox++` or `(fox:1.3)`"
    return "no weights: their marks are taken out"


def pictures(spec: ModelSpec) -> str:
    """Whether one can be brought, and the strengths."""
    if not spec.takes_pictures:
        return "no"
    return f"strength {_range(spec.strengths)}"


def licence(licence: Licence) -> str:
    """Its name, with a link where it has one, and whether it allows commercial use."""
    return all_licences(licence, ())


def all_licences(licence: Licence | None, loras: Sequence[AskedLora]) -> str:
    """Those of a picture's model, if it is known, and of its LoRAs; they hold together."""
    links = {} if licence is None else {licence.name: licence.link}
    allowed = [None if licence is None else licence.commercial]
    for lora in loras:
        links.setdefault(lora.licence, lora.licence_link)
        allowed.append(lora.commercial)
    if False in allowed:
        use = "no commercial use"
    elif None in allowed:
        use = "read them before any commercial use"
    else:
        use = "commercial use allowed"
    whole = f"{' and '.join(_linked(name, link) for name, link in links.items())}, {use}"
    if len(whole) <= FIELD:
        return whole
    return f"{' and '.join(text.quote(name, 150) for name in links)}, {use}"


def _linked(name: str, link: str) -> str:
    shown = text.quote(name, 150)
    if link.startswith(("https://", "http://")) and len(link) <= 300:
        return f"[{shown}]({link})"
    return shown


def place(studio: Studio, spec: ModelSpec) -> str:
    """Where it paints, and on what."""
    where = "on this host" if spec.executor == "local" else "by a hosted API"
    device = studio.device_of(spec.executor)
    return f"{where} ({text.quote(device, 200)})" if device else where


def speed(studio: Studio, spec: ModelSpec) -> str | None:
    """About how long a picture takes, where that was measured."""
    seconds = studio.timings.usual(spec)
    return None if seconds is None else text.about_duration(seconds)


def standing(studio: Studio, spec: ModelSpec) -> str:
    """Whether a picture could begin at once."""
    found = studio.states.of(spec)
    match found.state:
        case State.LOADING if found.done is not None and found.total is not None:
            return f"being downloaded: {text.downloaded(found.done, found.total)}"
        case State.LOADING:
            return "being loaded just now"
        case State.UNAVAILABLE if spec.executor == "hosted":
            return f"perhaps not to be had: {text.quote(found.why, 800)}"
        case State.UNAVAILABLE:
            return f"not to be had: {text.quote(found.why, 500)}"
        case State.READY if spec.executor == "hosted":
            return "ready"
        case State.READY:
            return "loaded: a picture begins at once"
        case State.IDLE if _is_here(studio, spec):
            return "not loaded: the next picture has to wait for that"
        case State.IDLE:
            return "not loaded: it may have to be downloaded first, which is often gigabytes"


def _is_here(studio: Studio, spec: ModelSpec) -> bool:
    """Whether its files are known to be on this host, without a look at the disk."""
    others = [each for each in (spec.checkpoint, spec.unet, spec.vae) if each is not None]
    sources = (spec, *others, *spec.loras)
    return all(each.is_folder for each in sources) or studio.timings.usual(spec) is not None


def add_parameters(embed: discord.Embed, spec: ModelSpec) -> None:
    """What may be asked of it, as fields."""
    for name, value in parameters(spec):
        embed.add_field(name=name, value=value[:FIELD], inline=name not in ("Sizes", "LoRAs"))


def parameters(spec: ModelSpec) -> Sequence[tuple[str, str]]:
    """What may be asked of it: names and values, as an embed's fields have them."""
    return (
        ("Sizes", sizes(spec)),
        ("Steps", steps(spec)),
        ("Guidance", guidance(spec)),
        ("Negative prompt", negative_prompt(spec)),
        ("Words that count more", weighting(spec)),
        ("Start from a picture", pictures(spec)),
        ("Longest prompt", f"{spec.prompt_limit:,} characters"),
        *([("LoRAs", loras(spec))] if spec.offers else []),
    )


def loras(spec: ModelSpec) -> str:
    """What a prompt may name beside it, a line each, as many as there is room for.

    `<lora:ink:1>` Ink, weight 0 to 1.5, no commercial use; words: ink, brush.
    """
    lines: list[str] = []
    room = FIELD - len("and 1,000 more")
    for number, each in enumerate(spec.offers):
        line = _lora(each)
        room -= len(line) + 1
        if room < 0:
            return "\n".join([*lines, f"and {len(spec.offers) - number} more"])
        lines.append(line)
    return "\n".join(lines)


def _lora(lora: OfferedLora) -> str:
    line = (
        f"`<lora:{lora.name}:{plain(lora.weight.default)}>` {text.quote(lora.title, 60)},"
        f" weight {in_words(lora.weight)}"
    )
    if not lora.licence.commercial:
        line += ", no commercial use"
    return f"{line}; words: {text.quote(', '.join(lora.triggers), 100)}" if lora.triggers else line


def _range(allowed: IntegerRange | NumberRange) -> str:
    if is_fixed(allowed):
        return in_words(allowed)
    return f"{in_words(allowed)}, default {plain(allowed.default)}"
