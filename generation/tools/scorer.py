"""`python -m generation.tools.scorer FD REPO REVISION NAME`: scores pictures, one at a time.

Says `hello {clip}` once the CLIP model is loaded, or `hello {why}` where its files are not on this
host; nothing is downloaded. Answers `score {text}` + PNG with `scored {score, cut}` or `failed
{reason}`.
"""

import io
import logging
import os
import sys
from typing import TYPE_CHECKING

from generation.processes import channel as parent
from generation.processes.frames import Frame

if TYPE_CHECKING:
    from generation.tools._clip import Clip

log = logging.getLogger("generation.tools.scorer")  # __name__ is __main__ here

#: Whatever is painted comes first.
_NICENESS = 10


def main(descriptor: int, repo: str, revision: str, name: str) -> None:
    """Serve the bot on `descriptor` until it is gone."""
    parent.begin()
    os.nice(_NICENESS)
    channel = parent.Channel(descriptor)
    channel.listen()

    from generation.catalog import Source
    from generation.worker.load_errors import LoadError

    source = Source(repo=repo, revision=revision or None)
    try:
        # Without torch: most hosts that have no CLIP model learn it here, in no time.
        from generation.tools._clip_files import find

        folder = find(source)
        if folder is None:
            channel.send({"kind": "hello", "why": f"{name} is not on this host"})
            return
        from generation.tools._clip import Clip
        from generation.worker import libraries
        from generation.worker.device import choose_device

        libraries.tame()
        clip = Clip(folder, choose_device("cpu").torch_device)
    except LoadError as error:
        channel.send({"kind": "hello", "why": str(error)[:500]})
        return
    channel.send({"kind": "hello", "clip": name if source.is_folder else source.repo})
    while True:
        channel.send(_answer(clip, channel.receive()))


def _answer(clip: "Clip", frame: Frame) -> dict[str, object]:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(frame.blob), formats=("PNG",)) as image:
            score = clip.score(image, frame.header["text"])
    except Exception as error:
        log.exception("a picture can't be scored")
        return {"kind": "failed", "reason": f"{type(error).__name__}: {error}"[:500]}
    return {"kind": "scored", "score": score.value, "cut": score.cut}


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])
