"""`python -m benchmarks.plain_loop CORE`: the pipeline of the demo model and nothing around it.

Answers each line of JSON on stdin, {"numbers": [1, 2], "folder": null}, with one on stdout: the
seconds of each picture, one after another. With a folder each picture is also saved there as PNG,
as any script would do it. As many threads and the same niceness as Easel's worker; the one that
computes is bound to CORE.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import (
    StableDiffusionXLPipeline,
)

import demo_model
from benchmarks.request import OPTIONS, prompt

NICENESS = 5


def painting_thread(core: int) -> ThreadPoolExecutor:
    """One thread that computes as Easel's worker does; no other is bound or made nicer by it."""
    return ThreadPoolExecutor(1, "painting", initializer=_become_painter, initargs=(core,))


def _become_painter(core: int) -> None:
    """Where the system can, of this thread alone: what it starts later inherits it."""
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    os.nice(NICENESS)


def load() -> Any:
    """The pipeline, in the thread that is to paint."""
    weights = Path(demo_model.__file__).with_name("weights")
    pipeline = StableDiffusionXLPipeline.from_pretrained(
        weights, dtype=torch.float32, use_safetensors=True
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def paint(pipeline: Any, words: str, seed: int) -> Any:
    """One picture, as PIL's."""
    generator = torch.Generator("cpu").manual_seed(seed)
    return pipeline(words, **OPTIONS, generator=generator).images[0]


def _answer(pipeline: Any, order: dict[str, Any]) -> list[float]:
    times = []
    for number in order["numbers"]:
        start = time.perf_counter()
        image = paint(pipeline, prompt(number), number)
        if order["folder"] is not None:
            image.save(Path(order["folder"]) / f"{number}.png")
        times.append(time.perf_counter() - start)
    return times


def main(core: int) -> None:
    """Serve until stdin ends."""
    with painting_thread(core) as thread:
        pipeline = thread.submit(load).result()
        thread.submit(paint, pipeline, prompt(0), 0).result()  # the first one is slower
        print("ready", flush=True)
        for line in sys.stdin:
            times = thread.submit(_answer, pipeline, json.loads(line)).result()
            print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
