"""`python benchmarks/gradio_app.py PORT CORE`: the same pipeline as a Gradio app with its queue.

As Gradio's own documentation has it: one function, one picture, the queue in front, one at a time.
Only what computes is bound to CORE and made nicer, as Easel's painting thread is: Gradio's own
threads run where they like.
For the Python of Gradio's own environment, which `make bench` makes.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import plain_loop
from benchmarks.request import prompt


def main(port: int, core: int) -> None:
    """Serve until ended."""
    import gradio  # pyright: ignore[reportMissingImports]

    painting = plain_loop.painting_thread(core)
    pipeline = painting.submit(plain_loop.load).result()
    painting.submit(plain_loop.paint, pipeline, prompt(0), 0).result()  # the first one is slower

    def paint(words: str, seed: float) -> Any:
        return painting.submit(plain_loop.paint, pipeline, words, int(seed)).result()

    app = gradio.Interface(
        paint, ["text", "number"], gradio.Image(format="png"), api_name="paint"
    ).queue(default_concurrency_limit=1)
    app.launch(server_name="127.0.0.1", server_port=port, quiet=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
