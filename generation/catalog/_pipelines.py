"""What is known of the pipeline classes of diffusers without importing them.

So an entry that can't work is refused when Easel starts, not when its weights are there. A class
that does not stand here may have any components, and is looked at where it is loaded.
"""

from collections.abc import Mapping
from typing import NamedTuple

_CLIP_ONE = ("text_encoder", "tokenizer")
_CLIP_TWO = (*_CLIP_ONE, "text_encoder_2", "tokenizer_2")
_IMAGE = ("image_encoder", "feature_extractor")

#: Without one of these nothing is painted at all.
INDISPENSABLE = frozenset({"unet", "transformer", "vae", "scheduler"})


class Pipeline(NamedTuple):
    """One class."""

    components: frozenset[str]
    weighs_words: bool = False  # where CLIP alone reads prompts
    reads_single_files: bool = True
    starts_from_pictures: bool = True  # its sister does, by a strength
    rounds_up: bool = False  # a part of a step is made then as a whole one, and not left out
    latents: str | None = None  # the family of those that it paints with

    @property
    def networks(self) -> frozenset[str]:
        """The components that have weights."""
        return frozenset(
            name
            for name in self.components
            if not name.startswith(("tokenizer", "scheduler", "feature_extractor"))
        )


def _of(*components: str, latents: str | None = None, **abilities: bool) -> Pipeline:
    all_of_them = frozenset({"vae", "scheduler", *components})
    return Pipeline(all_of_them, latents=latents, **abilities)


PIPELINES: Mapping[str, Pipeline] = {
    "StableDiffusionPipeline": _of(
        *("unet", *_CLIP_ONE, *_IMAGE, "safety_checker"), latents="sd", weighs_words=True
    ),
    "StableDiffusionXLPipeline": _of(
        *("unet", *_CLIP_TWO, *_IMAGE), latents="sdxl", weighs_words=True
    ),
    "StableDiffusion3Pipeline": _of(
        *("transformer", *_CLIP_TWO, "text_encoder_3", "tokenizer_3", *_IMAGE),
        latents="sd3",
        rounds_up=True,
    ),
    "FluxPipeline": _of("transformer", *_CLIP_TWO, *_IMAGE, latents="flux", rounds_up=True),
    "Flux2KleinPipeline": _of(
        "transformer", *_CLIP_ONE, reads_single_files=False, starts_from_pictures=False
    ),
    # Its decoder is that of FLUX.1.
    "ZImagePipeline": _of("transformer", *_CLIP_ONE, latents="flux", rounds_up=True),
}
