"""`python -m generation.imaging FD`: takes one picture at a time.

Answers `finish {id, recipe}` + picture with `finished {id, width, height, pixels}` + PNG, where
`pixels` is their hash, `shrink {id, limit}` + PNG with `shrunk {id, quality, width, height}` +
WebP, `bring {id}` + picture with `read {id}` as soon as its pixels are there and then `brought {id,
width, height, pixels}` + PNG, `tile {id, side}` + PNG with `tiled {id, width, height, recipe}` +
RGB, `sheet {id, title, footer, columns, recipe, cells: [{heading, caption, reason, size}]}` + the
cells' RGB with `finished`, or any with `refused {id, reason}`, which has a `flaw` where a picture
was brought. One whose reading takes too much work ends the process (SIGPROF).
"""

import logging
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image, features

from generation.imaging import brought, png, sheet, tiles, webp
from generation.imaging.decode import Refused, decode
from generation.imaging.flaws import Flaw
from generation.imaging.pixels import pixels_hash
from generation.processes import channel as parent
from generation.processes.frames import Frame

log = logging.getLogger("generation.imaging")  # __name__ is __main__ here

# Several copies of the largest picture fit; a crafted one that wants more gets a MemoryError.
_MEMORY_LIMIT = 1536 * 1024 * 1024  # bytes
#: How much of a processor's time a picture that was brought may take to be decoded: with any honest
#: one it is a fraction of this. The time of day would count what else the host has to do.
_READ_S = 2.0


def main(descriptor: int) -> None:
    """Serve the bot on `descriptor` until it is gone."""
    parent.begin()
    _limit("RLIMIT_AS", _MEMORY_LIMIT)
    _limit("RLIMIT_CORE", 0)
    channel = parent.Channel(descriptor)
    channel.listen()
    channel.send({"kind": "hello", "pillow": features.version("pil")})
    while True:
        frame = channel.receive()
        if frame.kind == "bring":
            _bring(frame, channel)
        else:
            channel.send(*_answer(frame))


def _limit(name: str, amount: int) -> None:
    """Set a limit where the system has it: macOS refuses the one of memory."""
    try:
        resource.setrlimit(getattr(resource, name), (amount, amount))
    except (AttributeError, ValueError, OSError) as error:
        log.info("%s can't be set on this system: %s", name, error)


def _answer(frame: Frame) -> Frame:
    try:
        return _ANSWERS[frame.kind](frame)
    except (Refused, MemoryError) as error:
        number = frame.header["id"]
        return Frame({"kind": "refused", "id": number, "reason": str(error)[:500]})


def _bring(frame: Frame, channel: parent.Channel) -> None:
    number = frame.header["id"]
    try:
        with _processor_time(_READ_S):
            image = brought.read(frame.blob)
        # What a crafted file can drag out is over: the rest takes as long as its pixels are many.
        channel.send({"kind": "read", "id": number})
        image = brought.plain(image)
        channel.send(_about("brought", number, image), brought.encode(image))
    except (brought.Flawed, MemoryError) as error:
        flaw = error.flaw if isinstance(error, brought.Flawed) else Flaw.TOO_MANY_PIXELS
        reason = str(error)[:500]
        channel.send({"kind": "refused", "id": number, "reason": reason, "flaw": flaw})


@contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    """End the process if what is done in here takes more work, even inside a decoder of C's."""
    # Nobody handles the signal: a handler of Python's would wait until the decoder is done.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _finish(frame: Frame) -> Frame:
    image = decode(frame.blob)
    # The remote host may have painted another size than was asked for.
    made = {**frame.header["recipe"], "width": image.width, "height": image.height}
    return Frame(_about("finished", frame.header["id"], image), png.encode(image, made))


def _shrink(frame: Frame) -> Frame:
    smaller = webp.shrink(frame.blob, frame.header["limit"])
    answer = {"kind": "shrunk", "id": frame.header["id"], "quality": smaller.quality}
    answer |= {"width": smaller.width, "height": smaller.height}
    return Frame(answer, smaller.data)


def _tile(frame: Frame) -> Frame:
    image, made = tiles.small(frame.blob, frame.header["side"])
    answer = {"kind": "tiled", "id": frame.header["id"], "recipe": made}
    answer |= {"width": image.width, "height": image.height}
    return Frame(answer, image.tobytes())


def _sheet(frame: Frame) -> Frame:
    header = frame.header
    cells = tiles.cells(header["cells"], frame.blob)
    image = sheet.draw(header["title"], header["footer"], cells, header["columns"])
    made = {**header["recipe"], "width": image.width, "height": image.height}
    return Frame(_about("finished", header["id"], image), png.encode(image, made))


def _about(kind: str, number: int, image: Image.Image) -> dict[str, Any]:
    """What is said of a picture that is whole."""
    hashed = pixels_hash(image.size, image.tobytes())
    told = {"width": image.width, "height": image.height, "pixels": hashed}
    return {"kind": kind, "id": number, **told}


_ANSWERS = {"finish": _finish, "shrink": _shrink, "tile": _tile, "sheet": _sheet}


if __name__ == "__main__":
    main(int(sys.argv[1]))
