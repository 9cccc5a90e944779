"""`python -m generation.imaging FD`: takes one picture at a time.

Answers `finish {id, recipe}` + picture with `finished {id, width, height}` + PNG, `shrink {id,
limit}` + PNG with `shrunk {id, quality, width, height}` + WebP, or either with `refused {id,
reason}`.
"""

import logging
import resource
import sys

from PIL import features

from generation import channel as parent
from generation.frames import Frame
from generation.imaging import png, webp
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
    try:
        return _shrink(frame) if frame.kind == "shrink" else _finish(frame)
    except (Refused, MemoryError) as error:
        number = frame.header["id"]
        return Frame({"kind": "refused", "id": number, "reason": str(error)[:500]})


def _finish(frame: Frame) -> Frame:
    image = decode(frame.blob)
    # The remote host may have painted another size than was asked for.
    made = {**frame.header["recipe"], "width": image.width, "height": image.height}
    answer = {"kind": "finished", "id": frame.header["id"]}
    answer |= {"width": image.width, "height": image.height}
    return Frame(answer, png.encode(image, made))


def _shrink(frame: Frame) -> Frame:
    smaller = webp.shrink(frame.blob, frame.header["limit"])
    answer = {"kind": "shrunk", "id": frame.header["id"], "quality": smaller.quality}
    answer |= {"width": smaller.width, "height": smaller.height}
    return Frame(answer, smaller.data)


if __name__ == "__main__":
    main(int(sys.argv[1]))
