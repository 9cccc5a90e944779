"""`python -m benchmarks.traced_worker FD DEVICE`: the worker, with clocks around what it does.

Spans go to the file that BENCH_TRACE names: `pipe`, the pipeline's call, and `encode`, of the
PNG.
"""

import os
import sys
from pathlib import Path

from benchmarks.tracing import VARIABLE, Tracer
from generation.imaging import png
from generation.worker.__main__ import main


def trace(tracer: Tracer) -> None:
    """Put the clocks in place."""
    # As the worker has it: diffusers is imported earlier here.
    os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import (
        StableDiffusionXLPipeline,
    )

    tracer.around(png, "encode", "encode")
    tracer.around(StableDiffusionXLPipeline, "__call__", "pipe")


if __name__ == "__main__":
    trace(Tracer(Path(os.environ[VARIABLE])))
    main(int(sys.argv[1]), sys.argv[2])
