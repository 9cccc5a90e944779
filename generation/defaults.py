"""Which model paints where a member chose none."""

from collections.abc import Collection, Mapping, Sequence

from generation.catalog import Catalog, DefaultOn, ModelSpec
from generation.errors import CatalogError

_REASONS: Mapping[DefaultOn, str] = {
    "gpu": "this host has a GPU",
    "hosted": "this host has no GPU, but a hosted API",
    "any": "this host has neither a GPU nor a hosted API that paints",
}


def choose_default(
    offered: Catalog,
    catalog: Catalog,
    *,
    configured: str | None,
    has_gpu: bool,
    accepted: Collection[str] = (),
    hindrances: Sequence[str] = (),
) -> tuple[ModelSpec, str]:
    """The default model, and why it is that one, for the log.

    `offered` is the part of `catalog` that this host can run and, by the licences it has
    `accepted`, may run; `hindrances` says why executors did not start or models are not painted
    elsewhere. Raises CatalogError where the configured one is not offered, nor one of this host
    with its weights, or nothing is.
    """
    if configured is not None:
        if configured in offered:
            return offered[configured], "EASEL_DEFAULT_MODEL says so"
        if has_gpu and (other := _same_weights(configured, offered, catalog)):
            return other, f"it has the weights of {configured}, which nobody paints elsewhere"
        why = _not_offered(configured, offered, catalog, accepted)
        raise CatalogError(" ".join((why, *hindrances)))
    kinds: tuple[DefaultOn, ...] = ("gpu", "hosted", "any") if has_gpu else ("hosted", "any")
    for kind in kinds:
        for spec in offered.values():
            if spec.default_on == kind:
                return spec, _REASONS[kind]
    for spec in offered.values():
        return spec, "it is the first this host can run"
    if hindrances:
        raise CatalogError(" ".join(("This host can run no model.", *hindrances)))
    raise CatalogError(
        "This host can run no model. Install the extra `local` (torch and diffusers), or set"
        " HF_TOKEN or EASEL_HOSTED_ENDPOINT to use a hosted API."
    )


def _same_weights(name: str, offered: Catalog, catalog: Catalog) -> ModelSpec | None:
    """The local model that has what a hosted one is made of: its repo, or a LoRA from there."""
    hosted = catalog.get(name)
    if hosted is None or hosted.executor != "hosted":
        return None
    for spec in offered.values():
        repos = {spec.repo, *(lora.repo for lora in spec.loras)}
        if spec.executor == "local" and hosted.repo in repos:
            return spec
    return None


def _not_offered(name: str, offered: Catalog, catalog: Catalog, accepted: Collection[str]) -> str:
    names = ", ".join(offered) or "none"
    if name not in catalog:
        hint = catalog.did_you_mean(name)
        return f"EASEL_DEFAULT_MODEL: there is no model {name}.{hint} Allowed: {names}."
    licence = catalog[name].licence
    if not licence.is_accepted(accepted):
        return (
            f"EASEL_DEFAULT_MODEL: {name} needs EASEL_ACCEPT_LICENSES to name {licence.name};"
            f" read {licence.link} first. Allowed as things are: {names}."
        )
    need = {
        "local": "the extra `local` installed (torch and diffusers)",
        "hosted": "HF_TOKEN and a provider that paints with it, or EASEL_HOSTED_ENDPOINT",
    }[catalog[name].executor]
    quantization = catalog[name].quantization
    if quantization is not None and quantization.always:
        need = "an NVIDIA GPU, being kept in 4 bits, and Easel's extra `quantized`"
    return f"EASEL_DEFAULT_MODEL: {name} needs {need}. Allowed as things are: {names}."
