"""`python -m benchmarks.plain_loop CORE`: the pipeline of the demo model and nothing around it.

Answers each line of JSON on stdin, {"seeds": [1, 2], "folder": null}, with one on stdout: the
seconds of each picture, one after another. With a folder each picture is also saved there as PNG,
as any script would do it. As many threads and the same niceness as Easel's worker; the one that
computes is bound to CORE.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import torch
from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import (
    StableDiffusionXLPipeline,
)

import demo_model

#: What all benchmarks paint: the demo model's defaults.
REQUEST = {
    "prompt": "a red circle",
    "num_inference_steps": 6,
    "guidance_scale": 1.5,
    "width": 256,
    "height": 256,
}
NICENESS = 5


def load(core: int) -> Any:
    """The pipeline, in this thread, which is bound to `core`."""
    torch.set_num_threads(1)
    os.nice(NICENESS)
    bind(core)
    weights = Path(demo_model.__file__).with_name("weights")
    pipeline = StableDiffusionXLPipeline.from_pretrained(
        weights, dtype=torch.float32, use_safetensors=True
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def bind(core: int) -> None:
    """Bind this thread to a core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def paint(pipeline: Any, seed: int, prompt: str = "a red circle") -> Any:
    """One picture, as PIL's."""
    generator = torch.Generator("cpu").manual_seed(seed)
    return pipeline(**{**REQUEST, "prompt": prompt}, generator=generator).images[0]


def _answer(pipeline: Any, order: dict[str, Any]) -> list[float]:
    times = []
    for seed in order["seeds"]:
        start = time.perf_counter()
        image = paint(pipeline, seed)
        if order["folder"] is not None:
            image.save(Path(order["folder"]) / f"{seed}.png")
        times.append(time.perf_counter() - start)
    return times


def main(core: int) -> None:
    """Serve until stdin ends."""
    pipeline = load(core)
    paint(pipeline, 0)  # the first one is slower
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(pipeline, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
