"""Has pictures looked at by the classifier, and tells the bot whether there is one that can.

What it needs is brought here behind whatever is painted meanwhile. It is opened between two runs:
the libraries that open it change settings of the whole process while they do.
"""

import io
import logging
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from generation.catalog import ToolSpec
from generation.executors.base import FailureKind
from generation.processes.channel import Channel
from generation.processes.frames import Frame
from generation.worker.causes import trail
from generation.worker.finisher import Finisher, Teller, Trouble
from generation.worker.load_errors import ToolError
from generation.worker.memory import is_poisoned
from generation.worker.paint import Interrupted
from generation.worker.run import Run
from generation.worker.tiles import Pixels
from generation.worker.watching import rarely

log = logging.getLogger(__name__)

_UNSAFE = (
    "The picture that you brought was taken for one that may not be shown here. Bring another; in"
    " an age-restricted channel more may be allowed."
)
_NOT_LOOKED_AT = (
    "The picture could not be looked at before anybody sees it, so it is not shown. Ask again;"
    " whoever runs Easel finds the reason in its log."
)
_CANT_BE_OPENED = "It can't be opened; the log says why."


class Lookout:
    """Holds nothing itself: the classifier is one of the finisher's tools."""

    def __init__(self, channel: Channel, finisher: Finisher) -> None:
        """The bot hears on `channel` whether the classifier it asked for is ready."""
        self._channel = channel
        self._finisher = finisher

    def takes(self, frame: Frame) -> bool:
        """Whether the frame was one of its own; if so it is heeded."""
        match frame.kind:
            case "prepare":
                self.prepare(frame)
            case "prepared":
                self.open(frame)
            case _:
                return False
        return True

    def prepare(self, frame: Frame) -> None:
        """Bring the classifier's files here, in a thread of their own.

        Unless the frame says `fetch`, what is not here is only looked for.
        """
        tool = ToolSpec.model_validate(frame.header["tool"])
        threading.Thread(
            target=self._make_ready,
            args=(tool,),
            kwargs={"fetch": frame.header["fetch"]},
            name="picture classifier",
            daemon=True,
        ).start()

    def open(self, frame: Frame) -> None:
        """Open the classifier, whose files are here, and have it look at a picture."""
        tool = ToolSpec.model_validate(frame.header["tool"])
        try:
            self._finisher.look([], tool, _Silent())
        except (ToolError, Trouble) as error:
            self._say(why=str(error))
        except Exception as error:
            log.error("%s can't be opened: %s", tool.name, trail(error))
            self._say(why=_CANT_BE_OPENED)
        else:
            self._say(ready=True)

    def admit(self, run: Run, teller: Teller) -> None:
        """Have the classifier ready, and look at the pictures that were brought.

        Raises Trouble where one may not be shown, and what `look` raises.
        """
        brought = [png for png in run.images if png is not None]
        scores = self.look([pixels_of(png) for png in brought], run, teller)
        # Whoever brings a picture is painted for alone.
        refused = [
            score
            for score, above in zip(scores, run.unsafe_above, strict=False)
            if not score <= above  # so that what is no number is refused
        ]
        if refused:
            log.warning("jobs %s: what was brought is refused: %.3f", run.job_ids, max(refused))
            raise Trouble(FailureKind.UNSAFE_INPUT, _UNSAFE)

    def look(self, pictures: Sequence[Pixels], run: Run, teller: Teller) -> list[float]:
        """How unsafe pictures are; nothing where nobody has to look at those of the run.

        Raises ToolError, Trouble, and what the teller raises.
        """
        if run.screener is None:
            return []
        teller.check()
        try:
            return self._finisher.look(pictures, run.screener, teller)
        except ToolError as error:
            self._say(why=str(error))
            raise
        except (Trouble, Interrupted):
            raise
        except Exception as error:
            if is_poisoned(error):
                raise
            log.exception("jobs %s: their pictures can't be looked at", run.job_ids)
            raise Trouble(FailureKind.TOOL_UNAVAILABLE, _NOT_LOOKED_AT) from error

    def _make_ready(self, tool: ToolSpec, *, fetch: bool) -> None:
        toolbox = self._finisher.toolbox
        try:
            if not toolbox.is_ready(tool) and not fetch:
                toolbox.look_for(tool)
                self._say(to_be_had=True)
                return
            if not toolbox.is_ready(tool):
                toolbox.fetch(tool, rarely(self._downloading))
        except ToolError as error:
            self._say(why=str(error))
        except Exception as error:
            log.error("%s can't be brought here: %s", tool.name, trail(error))
            self._say(why=_CANT_BE_OPENED)
        else:
            # The loop takes it up when it has nothing else to do.
            self._channel.post(Frame({"kind": "prepared", "tool": tool.model_dump(mode="json")}))

    def _downloading(self, here: int, total: int) -> None:
        if here < total:
            self._say(done=here, total=total)

    def _say(self, **fields: Any) -> None:
        self._channel.send({"kind": "screener", **fields})


def pixels_of(png: bytes) -> Pixels:
    """A picture that was brought along, which is always a PNG of ours by now."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)


class _Silent:
    """Nobody waits for it."""

    def stage(self, name: str, step: int, steps: int) -> None: ...

    def loading(self, title: str) -> None: ...

    def loaded(self) -> None: ...

    def bytes(self, here: int, total: int) -> None: ...

    def check(self) -> None: ...
