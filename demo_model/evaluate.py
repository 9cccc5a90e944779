"""`python -m demo_model.evaluate`: paints prompts never trained on and looks at the pixels."""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import (
    StableDiffusionXLPipeline,
)
from numpy.typing import NDArray
from PIL import Image

from demo_model.captions import plain, worded
from demo_model.judge import Verdict, compare, look
from demo_model.sampling import random_scene
from demo_model.scene import Scene

WEIGHTS = Path(__file__).parent / "weights"
STEPS = 6
GUIDANCE = 1.5

_BATCH = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """How to paint."""

    steps: int = STEPS
    guidance: float = GUIDANCE
    negative: str | None = None


def load_pipeline(folder: Path = WEIGHTS) -> StableDiffusionXLPipeline:
    """The pipeline, loaded as any other SDXL model."""
    pipeline = StableDiffusionXLPipeline.from_pretrained(
        folder, use_safetensors=True, dtype=torch.float32
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def paint(
    pipeline: StableDiffusionXLPipeline, prompts: list[str], seeds: list[int], settings: Settings
) -> list[NDArray[np.uint8]]:
    """One picture a prompt and seed."""
    pictures: list[NDArray[np.uint8]] = []
    for start in range(0, len(prompts), _BATCH):
        some = prompts[start : start + _BATCH]
        generators = [
            torch.Generator("cpu").manual_seed(seed) for seed in seeds[start : start + _BATCH]
        ]
        negative = None if settings.negative is None else [settings.negative] * len(some)
        output: Any = pipeline(
            prompt=some,
            negative_prompt=negative,
            num_inference_steps=settings.steps,
            guidance_scale=settings.guidance,
            width=256,
            height=256,
            generator=generators,
            output_type="pil",
        )
        pictures += [np.asarray(image.convert("RGB")) for image in output.images]
    return pictures


def held_out_scenes(count: int, seed: int, held: bool = True) -> list[Scene]:
    """Scenes to be judged by: things alone and pairs by turns."""
    rng = random.Random(f"evaluate {seed}")
    return [random_scene(rng, pair=number % 2 == 1, held=held) for number in range(count)]


def prompts_for(scenes: list[Scene], seed: int) -> list[str]:
    """Every other pair of prompts in the plainest wording, the rest in any."""
    rng = random.Random(f"wording {seed}")
    return [
        plain(scene) if number // 2 % 2 == 0 else worded(rng, scene)
        for number, scene in enumerate(scenes)
    ]


def tally(verdicts: list[Verdict]) -> dict[str, tuple[int, int]]:
    """For each measure how many are right, and of how many."""
    measures: dict[str, list[bool]] = {
        "background": [verdict.background for verdict in verdicts],
        "color": [right for verdict in verdicts for right in verdict.colors],
        "shape": [right for verdict in verdicts for right in verdict.shapes],
        "shape, alone": [v.shapes[0] for v in verdicts if v.relation is None],
        "shape, in a pair": [s for v in verdicts if v.relation is not None for s in v.shapes],
        "size": [right for verdict in verdicts for right in verdict.sizes],
        "relation": [v.relation for v in verdicts if v.relation is not None],
        "number of things": [verdict.count for verdict in verdicts],
        "all of it": [verdict.all for verdict in verdicts],
    }
    return {name: (sum(values), len(values)) for name, values in measures.items()}


def grid(pictures: list[NDArray[np.uint8]], columns: int, side: int = 128) -> Image.Image:
    """The pictures side by side, made smaller."""
    rows = (len(pictures) + columns - 1) // columns
    sheet = Image.new("RGB", (columns * side, rows * side), "white")
    for number, picture in enumerate(pictures):
        small = Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS)
        sheet.paste(small, (number % columns * side, number // columns * side))
    return sheet


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m demo_model.evaluate", description=__doc__)
    parser.add_argument("--count", type=int, default=320, help="prompts (default %(default)s)")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--guidance", type=float, default=GUIDANCE)
    parser.add_argument("--negative", default=None, help="a negative prompt for all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seen", action="store_true", help="combinations that were trained on")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--grid", type=Path, help="also write the first 48 pictures to this PNG")
    parser.add_argument("--wrong", action="store_true", help="list the prompts painted wrongly")
    options = parser.parse_args()
    scenes = held_out_scenes(options.count, options.seed, held=not options.seen)
    prompts = prompts_for(scenes, options.seed)
    pipeline = load_pipeline(options.weights)
    settings = Settings(options.steps, options.guidance, options.negative)
    started = time.perf_counter()
    pictures = paint(pipeline, prompts, list(range(options.count)), settings)
    seconds = (time.perf_counter() - started) / options.count
    seen = [look(picture) for picture in pictures]
    verdicts = [compare(one, scene) for one, scene in zip(seen, scenes, strict=True)]
    kind = "combinations trained on" if options.seen else "held-out combinations"
    print(f"{options.count} prompts of {kind}, {settings}, {seconds:.2f} s a picture")
    for name, (right, count) in tally(verdicts).items():
        print(f"{name:18} {right:4} of {count:4}  {100 * right / max(1, count):5.1f} %")
    if options.wrong:
        for prompt, verdict, one in zip(prompts, verdicts, seen, strict=True):
            if not verdict.all:
                print(f"- {prompt}: {one}")
    if options.grid:
        grid(pictures[:48], 8).save(options.grid, optimize=True)


if __name__ == "__main__":
    main()
