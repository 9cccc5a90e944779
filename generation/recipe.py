"""The recipe: all that makes a picture again, as it is written into the picture.

Nothing of who asked, where, when or under which job; nothing of the host's folders. The same
request on the same libraries gives the same recipe, byte for byte.
"""

import importlib.metadata
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from generation.catalog import ModelSpec, Source
from generation.loras import AskedLora
from generation.request import GenerationRequest

#: Words of A1111's line by the recipe's keys, in its order; other tools read that line.
_A1111 = {
    "num_inference_steps": "Steps",
    "scheduler": "Sampler",
    "guidance_scale": "CFG scale",
    "seed": "Seed",
    "strength": "Denoising strength",
}


def recipe(
    spec: ModelSpec, request: GenerationRequest, extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The recipe of a picture; `extra` adds what only the executor knows (dtype, libraries)."""
    return {
        "software": f"Easel {easel_version()}",
        "model": spec.name,
        **(_painting(spec, request) if request.paints else {}),
        "prompt": _clean(request.prompt),
        "width": request.width,
        "height": request.height,
        **_of_picture(request),
        **({"prompt_loras": [_lora(lora) for lora in request.loras]} if request.loras else {}),
        **(extra or {}),
    }


def _painting(spec: ModelSpec, request: GenerationRequest) -> dict[str, Any]:
    """What a model has painted by."""
    return {
        # A folder's place on this host is nobody's business, and of no use elsewhere.
        "repo": None if spec.is_folder else spec.repo,
        "revision": spec.revision,
        "variant": spec.variant,
        **_other_weights(spec),
        "licence": spec.licence.name,
        "pipeline": spec.pipeline,
        "scheduler": spec.scheduler.name if spec.scheduler else None,
        "scheduler_options": dict(spec.scheduler.options) if spec.scheduler else {},
        "negative_prompt": _clean(request.negative_prompt) if request.negative_prompt else None,
        "num_inference_steps": request.num_inference_steps,
        "guidance_scale": request.guidance_scale,
        "seed": request.seed,
    }


def _of_picture(request: GenerationRequest) -> dict[str, Any]:
    """Of the picture that was brought along."""
    if request.image is None:
        return {}
    strength = {} if request.strength is None else {"strength": request.strength}
    return {"image": request.image.sha256, **strength}


def canonical(made: Mapping[str, Any]) -> str:
    """A recipe as JSON with one spelling: sorted, ASCII, no spaces."""
    return json.dumps(made, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def a1111_line(made: Mapping[str, Any]) -> str:
    """A recipe as the text that A1111 writes under `parameters`."""
    values = [
        f"{word}: {_plain(made[key])}" for key, word in _A1111.items() if made.get(key) is not None
    ]
    values += [f"Size: {made['width']}x{made['height']}", f"Model: {made['model']}"]
    lines = [made["prompt"]]
    if made.get("negative_prompt"):
        lines.append(f"Negative prompt: {made['negative_prompt']}")
    return "\n".join((*lines, ", ".join(values)))


@cache
def easel_version() -> str:
    """Easel's version: of the installed package, else of the checkout it runs from."""
    try:
        return importlib.metadata.version("easel")
    except importlib.metadata.PackageNotFoundError:
        pyproject = Path(__file__).resolve().parent.parent / "pyproject.toml"
        if not pyproject.is_file():
            return "unknown"
        return tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["version"]


@cache
def library_versions(*names: str) -> Mapping[str, str]:
    """The installed versions of these packages; looked up once, which takes milliseconds."""
    return {name: importlib.metadata.version(name) for name in names}


def _other_weights(spec: ModelSpec) -> dict[str, Any]:
    """What an entry's weights come from beside the pipeline's repo, by the entry's own keys."""
    named = {
        key: _source(source)
        for key in ("checkpoint", "unet", "vae")
        if (source := getattr(spec, key)) is not None
    }
    return named | ({"loras": [_source(lora) for lora in spec.loras]} if spec.loras else {})


def _lora(lora: AskedLora) -> dict[str, Any]:
    """As that of the model itself, its licence is named and no more."""
    told = _source(lora)
    return {key: told[key] for key in told if key not in ("licence_link", "commercial")}


def _source(source: Source) -> dict[str, Any]:
    told = source.model_dump(mode="json", exclude_none=True)
    return told | {"repo": None} if source.is_folder else told


def _clean(text: str) -> str:
    """Text that every PNG chunk can hold: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
