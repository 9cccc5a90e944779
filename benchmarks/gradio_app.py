"""`python benchmarks/gradio_app.py PORT CORE`: the same pipeline as a Gradio app with its queue.

As Gradio's own documentation has it: one function, one picture, the queue in front, one at a time.
For the Python of Gradio's own environment, which `make bench` makes.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import plain_loop


def main(port: int, core: int) -> None:
    """Serve until ended."""
    import gradio  # pyright: ignore[reportMissingImports]

    pipeline = plain_loop.load(core)
    plain_loop.paint(pipeline, 0)  # the first one is slower

    def paint(prompt: str, seed: float) -> Any:
        plain_loop.bind(core)  # functions are called in threads of Gradio's
        return plain_loop.paint(pipeline, int(seed), prompt)

    app = gradio.Interface(
        paint, ["text", "number"], gradio.Image(format="png"), api_name="paint"
    ).queue(default_concurrency_limit=1)
    app.launch(server_name="127.0.0.1", server_port=port, quiet=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
