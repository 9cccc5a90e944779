"""The request that all benchmarks paint: the demo model's defaults."""

#: As `/imagine` has them where nobody says otherwise, and as a pipeline takes them.
OPTIONS = {
    "num_inference_steps": 6,
    "guidance_scale": 1.5,
    "width": 256,
    "height": 256,
}


def prompt(number: int) -> str:
    """Words that were not asked for before: Easel remembers what it encoded, a pipeline does not.

    The demo model does not know numbers: what is painted stays the same.
    """
    return f"a red circle, {number}"
