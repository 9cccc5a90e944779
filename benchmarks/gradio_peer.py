"""Gradio with the same pipeline, and its members: the peer of benchmarks.pictures."""

import asyncio
import os
import socket
from typing import Self

import aiohttp

from benchmarks.request import prompt
from benchmarks.stage import PATIENCE_S, ROOT, cores

PYTHON = ROOT / ".cache" / "gradio" / "bin" / "python"

_LOOKS, _LOOK_S = 600, 0.2  # whether it is up


class GradioPeer:
    """The app in a process of its own; see benchmarks.gradio_app."""

    _process: asyncio.subprocess.Process
    _http: aiohttp.ClientSession

    async def paint(self, number: int) -> None:
        """Ask for a picture by the app's queue, and return when it is there."""
        body = {"data": [prompt(number), number]}
        async with self._http.post("/gradio_api/call/paint", json=body) as response:
            event = (await response.json())["event_id"]
        async with self._http.get(f"/gradio_api/call/paint/{event}") as stream:
            answer = (await stream.text()).splitlines()
        if "event: complete" not in answer:
            raise RuntimeError(f"Gradio painted nothing: {answer}")

    async def __aenter__(self) -> Self:
        if not PYTHON.exists():
            raise FileNotFoundError(f"There is no Gradio in {PYTHON.parents[1]}: make bench")
        port = _free_port()
        self._process = await asyncio.create_subprocess_exec(
            *(PYTHON, ROOT / "benchmarks" / "gradio_app.py", str(port), str(cores()[-1])),
            # It asks home for its version otherwise, and counts its starts there.
            env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        self._http = aiohttp.ClientSession(f"http://127.0.0.1:{port}", timeout=timeout)
        for _ in range(_LOOKS):
            if await self._is_up():
                return self
            await asyncio.sleep(_LOOK_S)
        raise TimeoutError("The Gradio app did not come up")

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()

    async def _is_up(self) -> bool:
        if self._process.returncode is not None:
            raise RuntimeError("The Gradio app ended: run benchmarks/gradio_app.py to see why")
        try:
            async with self._http.get("/gradio_api/info") as response:
                return response.status == 200
        except aiohttp.ClientConnectionError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
