"""What is known of a painted part by its recipe."""

import numpy as np

from generation.worker.run import PaintedPart

PIXELS = np.zeros((8, 8, 3), dtype=np.uint8)


def test_a_part_has_the_commits_of_its_model_its_loras_and_its_tools():
    made = {
        "commits": {"someone/model": "a" * 40, "someone/vae": "b" * 40},
        "prompt_loras": [{"repo": "someone/lora", "revision": "c" * 40}, {"repo": None}],
        "faces": {"tool": "x", "url": "https://example.org/x.pth", "sha256": "0" * 64}
        | {"detector": {"tool": "y", "repo": "someone/finder", "revision": "d" * 40}},
        "upscale": {"tool": "z", "repo": "someone/larger", "revision": "e" * 40},
    }
    assert PaintedPart(0, PIXELS, made, ()).commits == {
        "someone/model": "a" * 40,
        "someone/vae": "b" * 40,
        "someone/lora": "c" * 40,
        "someone/finder": "d" * 40,
        "someone/larger": "e" * 40,
    }


def test_what_was_only_brought_along_has_none():
    assert PaintedPart(0, PIXELS, {"image": "0" * 64}, ()).commits == {}
