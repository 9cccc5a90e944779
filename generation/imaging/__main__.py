"""`python -m generation.imaging FD`: takes one picture at a time.

Answers `finish {id, recipe}` + picture with `finished {id, width, height}` + PNG, or with
`refused {id, reason}`.
"""

import logging
import resource
import sys

from PIL import features

from generation import channel as parent
from generation.frames import Frame
from generation.imaging import png
from generation.imaging.decode import Refused, decode

log = logging.getLogger("generation.imaging")  # __name__ is __main__ here

# Several copies of the largest picture fit; a crafted one that wants more gets a MemoryError.
_MEMORY_LIMIT = 1536 * 1024 * 1024  # bytes


def main(descriptor: int) -> None:
    """Serve the bot on `descriptor` until it is gone."""
    parent.begin()
    _limit("RLIMIT_AS", _MEMORY_LIMIT)
    _limit("RLIMIT_CORE", 0)
    channel = parent.Channel(descriptor)
    channel.listen()
    channel.send({"kind": "hello", "pillow": features.version("pil")})
    while True:
        channel.send(*_answer(channel.receive()))


def _limit(name: str, amount: int) -> None:
    """Set a limit where the system has it: macOS refuses the one of memory."""
    try:
        resource.setrlimit(getattr(resource, name), (amount, amount))
    except (AttributeError, ValueError, OSError) as error:
        log.info("%s can't be set on this system: %s", name, error)


def _answer(frame: Frame) -> Frame:
    number = frame.header["id"]
    try:
        image = decode(frame.blob)
        # The remote host may have painted another size than was asked for.
        made = {**frame.header["recipe"], "width": image.width, "height": image.height}
        encoded = png.encode(image, made)
    except (Refused, MemoryError) as error:
        return Frame({"kind": "refused", "id": number, "reason": str(error)[:500]})
    return Frame(
        {"kind": "finished", "id": number, "width": image.width, "height": image.height}, encoded
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
