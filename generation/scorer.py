"""How well pictures fit their words, as the bot sees it: a process with a CLIP model, while needed.

It computes on the processor, behind everything else: no picture is painted any later, or with less
memory of the device. Nothing is downloaded for it: without the model's files there are no scores.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from generation.catalog import ToolSpec
from generation.processes.child import ChildError, ChildProcess
from generation.processes.frames import FrameError
from generation.processes.patience import NotWanted, Patience

log = logging.getLogger(__name__)

_MODULE = "generation.tools.scorer"
#: Loading the model included.
_START_TIMEOUT_S = 120.0
_SCORE_TIMEOUT_S = 60.0
#: So long after the last score its memory is given back (seconds).
_IDLE_S = 120.0


class Scored(NamedTuple):
    """What a picture got."""

    value: float  # 0 to 100
    clip: str  # by which CLIP model: scores of others are not comparable


class Scorer:
    """One process, spawned at the first picture and ended when there are no more."""

    def __init__(
        self, tool: ToolSpec | None, environment: Mapping[str, str], idle_s: float = _IDLE_S
    ) -> None:
        """`tool`: the catalog's CLIP model, if any; the process gets exactly `environment`."""
        self._tool = tool
        self._environment = dict(environment)
        self._idle_s = idle_s
        self._child: ChildProcess | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._why: str | None = None  # there is none
        self._patience = Patience()

    @property
    def notes(self) -> Sequence[str]:
        """What to say where there are no scores; nothing where there would be some."""
        return () if self._why is None else (self._why,)

    async def prepare(self) -> None:
        """Spawn it now: loading the model takes longer than some models take to paint."""
        if self._tool is None:
            return
        async with self._turn:
            self._stay()
            try:
                async with self._patience.within():
                    await self._ready_child(self._tool)
            except NotWanted:
                log.debug("Nothing is to be scored any more")
            except ChildError as error:
                log.warning("Pictures can't be scored just now: %s", error)
            finally:
                self._leave_later()

    async def score(self, png: bytes, words: str) -> Scored | None:
        """How well a PNG of ours fits the words; None where that can't be told."""
        if self._tool is None:
            return None
        async with self._turn:
            self._stay()
            try:
                async with self._patience.within():
                    child = await self._ready_child(self._tool)
                if child is None:
                    return None
                async with self._patience.within(_SCORE_TIMEOUT_S):
                    await child.send({"kind": "score", "text": words}, png)
                    answer = await child.receive()
            except NotWanted:
                await self._drop_child()
                return None
            except (ChildError, FrameError, TimeoutError) as error:
                log.warning("A picture is not scored: %s", error)
                await self._drop_child()
                return None
            except BaseException:
                # Its answer is still to come, and must not be taken for that to the next question.
                await self._drop_child()
                raise
            finally:
                self._leave_later()
        if answer.kind != "scored":
            log.warning("A picture is not scored: %s", answer.header.get("reason"))
            return None
        return Scored(answer.header["score"], child.hello["clip"])

    async def close(self) -> None:
        """End it, whatever it is doing: what waits for that has no score. Idempotent."""
        self._patience.end()
        self._stay()
        async with self._turn:
            await self._drop_child()
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _ready_child(self, tool: ToolSpec) -> ChildProcess | None:
        """None where the model's files are not on this host: looked at anew each time."""
        if self._child is not None:
            return self._child
        arguments = [tool.repo or "", tool.revision or "", tool.title]
        child = await ChildProcess.spawn(
            _MODULE, arguments, self._environment, hello_timeout_s=_START_TIMEOUT_S
        )
        if "clip" not in child.hello:
            await child.end(1)
            if self._why is None:
                log.info("No CLIP scores: %s", child.hello.get("why"))
            self._why = f"Without CLIP scores: {tool.title} is not on this host."
            return None
        self._why = None
        self._child = child
        return child

    async def _drop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end(0)

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _leave_later(self) -> None:
        if self._child is not None and not self._patience.ended:
            self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._leave)

    def _leave(self) -> None:
        task = asyncio.create_task(self._end_if_idle(), name="end of the scorer")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _end_if_idle(self) -> None:
        async with self._turn:
            if self._idle is not None:  # else it was asked again meanwhile
                self._idle = None
                await self._drop_child()
