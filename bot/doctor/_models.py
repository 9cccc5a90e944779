"""Models and LoRAs: which paints by default, and whether the files of each are on this host."""

import asyncio
from typing import TYPE_CHECKING

from bot.lacks import common_lacks, lack_of, lacks_of
from generation import lora_files
from generation.catalog import Licence, ModelSpec, OfferedLora, ToolSpec
from generation.errors import CatalogError

from ._finding import Area, Finding, amount, error, in_two, note, ok, warning
from ._tool import ToolFailed
from ._views import Devices, Files, Hub, ModelFiles

if TYPE_CHECKING:
    from ._case import Case

_GIB = 1024**3
_MEND_CATALOG = "Mend what stands above of the catalog; models have their rows then."
_WHEN_HUB_IS_BACK = "To be had again when the hub is there; see what is said of it."


async def check_default(case: "Case") -> list[Finding]:
    """The default model: whether there is one, and whether this host can paint with it."""
    try:
        _ = case.catalog
    except CatalogError:
        found = "not known while the catalog is wrong"
        return [error("default model", found, _MEND_CATALOG, Area.SETTINGS)]
    try:
        spec, reason = await case.default()
    except CatalogError as problem:
        remedy = "Mend what stands above of settings, device and hub token."
        return [error("default model", *in_two(str(problem), remedy), Area.SETTINGS)]
    if spec.executor == "hosted":
        return [await _of_hosted(case, spec, reason)]
    devices = await case.devices()
    lack = lack_of(spec, case.settings, has_gpu=devices.has_gpu)
    if lack is not None:
        return [error("default model", f"{spec.name} {lack.found}", lack.remedy)]
    return [_for_device(spec, devices) or ok("default model", f"{spec.name}: {reason}")]


async def check_models(case: "Case") -> list[Finding]:
    """Each model of the catalog in its order, then LoRAs; what the default lacks is an error."""
    try:
        licensed = case.licensed
    except CatalogError:
        return []  # the catalog is told of with the settings, and what follows with the default
    # At once: both are slow to import what they ask.
    devices, mistakes = await asyncio.gather(case.devices(), case.mistakes())
    try:
        default = (await case.default())[0].name
    except CatalogError:
        default = ""
    try:
        files = await case.files() if devices.paints else Files()
    except ToolFailed as problem:
        remedy = "Please report this; python -m bot models check looks at the files, too."
        return [warning("models", f"can't be looked at: {problem}", remedy)]
    hub = await case.hub()
    findings = []
    out_of_reach = []
    lacks = lacks_of(case.licensed.values(), case.settings, has_gpu=devices.has_gpu)
    for spec in case.catalog.values():
        known = files.models.get(spec.name)
        if spec.name not in licensed:
            findings.append(_unlicensed(spec, spec.licence))
        elif spec.executor == "hosted":
            why = (await case.unserved()).get(spec.name)
            findings.append(_hosted(spec, why, has_hosted=case.has_hosted))
        elif devices.paints and (lack := lacks.get(spec.name)):
            if not lack.is_common:
                findings.append(note(f"model {spec.name}", f"off: it {lack.found}", lack.remedy))
        elif devices.paints and spec.name in mistakes:
            findings.append(_mistaken(spec, *mistakes[spec.name], is_default=spec.name == default))
        elif known and known.obstacle == "unreachable" and spec.name != default:
            out_of_reach.append(spec.name)
        elif devices.paints:
            findings.append(_local(spec, known, hub, is_default=spec.name == default))
    if devices.paints:
        for lora in case.catalog.loras:
            known = files.models.get(lora_files.called(lora))
            is_off = lora not in licensed.loras
            if known and known.obstacle == "unreachable" and not is_off:
                out_of_reach.append(known.name)
            else:
                findings.append(_lora(lora, case, known, hub))
        findings += [
            note("models", f"off: {names}: each {lack.found}", lack.remedy)
            for names, lack in common_lacks(lacks)
        ]
    if out_of_reach:
        found = f"not here, and the hub can't be asked for them: {', '.join(out_of_reach)}"
        findings.append(warning("models", found, _WHEN_HUB_IS_BACK))
    if not devices.paints and not case.lacking:
        found = "all others are off: nothing on this host can paint"
        findings.append(note("models", found, "Mend the device; their files are looked at then."))
    return findings


def _unlicensed(spec: ModelSpec, licence: Licence) -> Finding:
    return note(
        _subject(spec),
        f"off: its licence {licence.name} is not accepted",
        f"Read {licence.link or 'its card'}, then name it in EASEL_ACCEPT_LICENSES.",
    )


def _mistaken(spec: ModelSpec, found: str, remedy: str, *, is_default: bool) -> Finding:
    told = f"its entry's {found}", f"{remedy[0].upper()}{remedy[1:]}."
    return (error if is_default else warning)(_subject(spec), *told)


def _hosted(spec: ModelSpec, unserved: str | None, *, has_hosted: bool) -> Finding:
    if unserved:
        return warning(f"model {spec.name}", *in_two(unserved, "Choose another model."))
    if has_hosted:
        return ok(f"model {spec.name}", "painted by the hosted API")
    remedy = "Give HF_TOKEN or EASEL_HOSTED_ENDPOINT to have it."
    return note(f"model {spec.name}", "off: the hosted API paints it", remedy)


def _local(spec: ModelSpec, known: ModelFiles | None, hub: Hub, *, is_default: bool) -> Finding:
    if known is None:
        return _not_looked_at(spec)
    return _of_files(spec, known, hub, is_default=is_default)


def _lora(lora: OfferedLora, case: "Case", known: ModelFiles | None, hub: Hub) -> Finding:
    spec = lora_files.as_entry(lora, lora_files.fitting(lora, case.catalog)[0])
    if lora not in case.licensed.loras:
        return _unlicensed(spec, lora.licence)
    if known is None:
        return _not_looked_at(spec)
    return _of_files(spec, known, hub, is_default=False)


def _not_looked_at(spec: ModelSpec) -> Finding:
    remedy = "Try again: python -m bot models check looks as long as it takes."
    return warning(_subject(spec), "its files could not be looked at in time", remedy)


def _subject(spec: ModelSpec) -> str:
    """As rows name it: `model sdxl`, `lora:grain`."""
    return spec.name if spec.name.startswith(lora_files.PREFIX) else f"model {spec.name}"


async def _of_hosted(case: "Case", spec: ModelSpec, reason: str) -> Finding:
    hub = await case.hub()
    at_endpoint = spec.endpoint or (case.settings.hosted_endpoint and not spec.provider)
    if not at_endpoint and not hub.reachable:
        found = f"{spec.name} is painted by the hosted API, which can't be reached"
        return error("default model", found, "Look at the network; see what is said of the hub.")
    return ok("default model", f"{spec.name}: {reason}")


def beyond(spec: ModelSpec, devices: Devices) -> str | None:
    """That the GPU is too small for an entry even at its cheapest, if so."""
    if not devices.has_gpu or not spec.memory_gib:
        return None
    least, total = min(spec.memory_gib.values()), _gpu_gib(devices)
    return f"takes at least {least:g} GiB of GPU memory, of {total:.1f}" if total < least else None


def _gpu_gib(devices: Devices) -> float:
    return max(device.total for device in devices.devices if device.gpu) / _GIB


def _for_device(spec: ModelSpec, devices: Devices) -> Finding | None:
    """What the default model lacks in a device; None where nothing."""
    if not spec.memory_gib:
        return None
    if not devices.has_gpu:
        found = f"{spec.name} was made for a GPU: the processor takes minutes for each picture"
        remedy = "Name another in EASEL_DEFAULT_MODEL, or give Easel a GPU or HF_TOKEN."
        return warning("default model", found, remedy)
    if too_large := beyond(spec, devices):
        remedy = "Name a smaller one in EASEL_DEFAULT_MODEL."
        return warning("default model", f"{spec.name} {too_large}", remedy)
    total, most = _gpu_gib(devices), max(spec.memory_gib.values())
    if total < most:
        found = f"{spec.name} takes {most:g} GiB of GPU memory to be quick, and has {total:.1f}"
        remedy = "It paints with less, and slower; EASEL_DEFAULT_MODEL may name a smaller one."
        return note("default model", found, remedy)
    return None


def _of_files(spec: ModelSpec, known: ModelFiles, hub: Hub, *, is_default: bool) -> Finding:
    subject = _subject(spec)
    trouble = trouble_of(spec, known, hub)
    if trouble is not None:
        return (error if is_default else warning)(subject, *trouble)
    if known.whole:
        return ok(subject, "ships with Easel" if spec.is_folder else f"all {known.here} files here")
    size = amount(known.lacking_bytes or 0)
    if not known.here:
        return ok(subject, f"not here yet: {size} are downloaded at its first use")
    found = f"partly here: {known.lacking} files lack, {size}, such as {known.example}"
    remedy = f"They come at its first use, or now: python -m bot models download {spec.name}"
    return note(subject, found, remedy)


def trouble_of(spec: ModelSpec | ToolSpec, known: ModelFiles, hub: Hub) -> tuple[str, str] | None:
    """What is wrong with the files, and what to do; None where nothing is, but some may lack."""
    if known.damaged:
        again = f"python -m bot models download {spec.name}"
        return (
            f"{known.damaged} is damaged, or no safetensors file",
            "Put it there anew." if spec.is_folder else f"Delete it, then: {again}",
        )
    repo = known.repo or spec.repo
    match known.obstacle:
        case None:
            return None
        case "gated":
            return (
                f"{repo} is gated, and not open to this host",
                f"Accept its terms at {hub.address}/{repo}, and give Easel a token of that account"
                " as HF_TOKEN.",
            )
        case "no_folder":
            return f"the folder {repo} is not there", "Put it there, or correct models.toml."
        case "unlisted" if spec.is_folder:
            return f"{repo} lacks {known.words}", "Put it there, or correct models.toml."
        case "unlisted":
            return f"{repo} holds no {known.words}", "Correct its entry in models.toml."
        case "unseen":
            return (
                f"the hub shows no {repo} to this host: it is gone, or private",
                "Correct models.toml, or give HF_TOKEN of an account that may see it.",
            )
        case "unknown_commit":
            return (
                f"{repo} has no such commit",
                "Correct its revision in models.toml, or delete its line of models.lock.",
            )
        case "broken":
            return (
                f"its files can't be looked at: {known.words}",
                "Correct its entry, or its files.",
            )
        case "unreachable":
            return "not here, and the hub can't be asked for it", _WHEN_HUB_IS_BACK
        case _:
            return f"{repo} can't be had: {known.words}", "Try again in a while."
