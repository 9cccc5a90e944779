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

    @property
    def networks(self) -> frozenset[str]:
        """The components that have weights."""
        return frozenset(
            name
            for name in self.components
            if not name.startswith(("tokenizer", "scheduler", "feature_extractor"))
        )


def _of(*components: str, **abilities: bool) -> Pipeline:
    return Pipeline(frozenset({"vae", "scheduler", *components}), **abilities)


PIPELINES: Mapping[str, Pipeline] = {
    "StableDiffusionPipeline": _of(
        "unet", *_CLIP_ONE, *_IMAGE, "safety_checker", weighs_words=True
    ),
    "StableDiffusionXLPipeline": _of("unet", *_CLIP_TWO, *_IMAGE, weighs_words=True),
    "StableDiffusion3Pipeline": _of(
        "transformer", *_CLIP_TWO, "text_encoder_3", "tokenizer_3", *_IMAGE
    ),
    "FluxPipeline": _of("transformer", *_CLIP_TWO, *_IMAGE),
    "Flux2KleinPipeline": _of(
        "transformer", *_CLIP_ONE, reads_single_files=False, starts_from_pictures=False
    ),
    "ZImagePipeline": _of("transformer", *_CLIP_ONE),
}
