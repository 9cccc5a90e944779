"""A model's entry in words: what may be asked of it, on what terms, and how it stands."""

from collections.abc import Sequence

from bot.presentation import text
from bot.studio import Studio
from generation.catalog import IntegerRange, Licence, ModelSpec, NumberRange
from generation.ranges import in_words, is_fixed, plain
from generation.states import State

#: So many sizes are named, the default first.
_MOST_SIZES = 30
#: So many LoRAs are, each in a line of about 120 characters of the field's 1,024.
_MOST_LORAS = 7


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


def licence(licence: Licence) -> str:
    """Its name, with a link where it has one, and whether it allows commercial use."""
    name = text.quote(licence.name, 150)
    if licence.link.startswith(("https://", "http://")) and len(licence.link) <= 300:
        name = f"[{name}]({licence.link})"
    return f"{name}, {'commercial use allowed' if licence.commercial else 'no commercial use'}"


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
        case State.UNAVAILABLE:
            return f"could not be loaded last time: {text.quote(found.why, 500)}"
        case State.READY if spec.executor == "hosted":
            return "ready"
        case State.READY:
            return "loaded: a picture begins at once"
        case State.IDLE:
            return "not loaded: the next picture has to wait for that"


def parameters(spec: ModelSpec) -> Sequence[tuple[str, str]]:
    """What may be asked of it: names and values, as an embed's fields have them."""
    return (
        ("Sizes", sizes(spec)),
        ("Steps", steps(spec)),
        ("Guidance", guidance(spec)),
        ("Negative prompt", negative_prompt(spec)),
        ("Words that count more", weighting(spec)),
        ("Longest prompt", f"{spec.prompt_limit:,} characters"),
        *([("LoRAs", loras(spec))] if spec.offers else []),
    )


def loras(spec: ModelSpec) -> str:
    """What a prompt may name beside it, a line each: `<lora:ink:1>` Ink, weight 0 to 1.5."""
    lines = [
        f"`<lora:{each.name}:{plain(each.weight.default)}>` {text.quote(each.title, 60)},"
        f" weight {in_words(each.weight)}"
        for each in spec.offers[:_MOST_LORAS]
    ]
    hidden = len(spec.offers) - _MOST_LORAS
    return "\n".join([*lines, *([f"and {hidden} more"] if hidden > 0 else [])])


def _range(allowed: IntegerRange | NumberRange) -> str:
    if is_fixed(allowed):
        return in_words(allowed)
    return f"{in_words(allowed)}, default {plain(allowed.default)}"
