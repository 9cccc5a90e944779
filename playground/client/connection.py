"""An account's two lines to the playground: HTTP, and the gateway whose events it records."""

import asyncio
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

from playground.client.parts import Event, Json, Predicate, Refused, Upload, multipart

TIMEOUT_S = 10.0


class Connection:
    """Logged in as one user. `events` records everything the gateway sent; `ready` is its READY."""

    def __init__(self, base_url: str, state: Json, index: int) -> None:
        """Not yet connected: use `connect`."""
        self.token: str = state["users"][index]["token"]
        self.events: list[Event] = []
        self.ready: Json = {}
        self._base_url = base_url.rstrip("/")
        self._http = aiohttp.ClientSession(headers={"Authorization": self.token})
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Condition()
        self._closed = False
        self._sequence: int | None = None

    @classmethod
    async def connect(cls, base_url: str, index: int = 0) -> Self:
        """Log in as a user of the state document: 0 the owner, 1 a member, 2 another member."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{base_url.rstrip('/')}/playground/state") as response,
        ):
            response.raise_for_status()
            state = await response.json()
        member = cls(base_url, state, index)
        try:
            await member._open()
        except BaseException:
            await member.close()
            raise
        return member

    async def close(self) -> None:
        """Log off."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        await self._http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        await self.close()

    async def wait_for(
        self, predicate: Predicate, timeout: float = TIMEOUT_S, *, since: int = 0
    ) -> Event:
        """The first event for which `predicate` holds, recorded ones included.

        `since`: how many of the recorded events to skip (see `mark`). Raises TimeoutError.
        """
        seen = since
        async with asyncio.timeout(timeout), self._news:
            while True:
                while seen < len(self.events):
                    event = self.events[seen]
                    seen += 1
                    if predicate(event):
                        return event
                if self._closed:
                    raise ConnectionError("The gateway has hung up.")
                await self._news.wait()

    def mark(self) -> int:
        """The number of events so far, for `wait_for(…, since=mark)`."""
        return len(self.events)

    async def download(self, attachment: Json) -> bytes:
        """The bytes of an attachment. Raises Refused once its URL has expired."""
        async with aiohttp.ClientSession() as session, session.get(attachment["url"]) as response:
            if response.status != 200:
                raise Refused(response.status, await response.text())
            return await response.read()

    async def api(
        self, method: str, path: str, body: Any = None, uploads: Mapping[int, Upload] | None = None
    ) -> Any:
        """A request to the REST API as this person; the JSON of the answer, None for 204."""
        kwargs: Json = {}
        if uploads:
            kwargs["data"] = multipart(body, uploads)
        elif body is not None:
            kwargs["json"] = body
        url = f"{self._base_url}/api/v10{path}"
        async with self._http.request(method, url, **kwargs) as response:
            raw = await response.read()
            answer = json.loads(raw) if raw else None
            if response.status >= 400:
                raise Refused(response.status, answer)
            return answer

    async def _open(self) -> None:
        url = self._base_url.replace("http", "ws", 1) + "/gateway?v=10&encoding=json"
        self._socket = await self._http.ws_connect(url, max_msg_size=0)
        hello = await self._socket.receive_json()
        interval = hello["d"]["heartbeat_interval"] / 1000
        properties = {"os": "Linux", "browser": "playground.client", "device": ""}
        identity = {"token": self.token, "properties": properties, "capabilities": 0}
        await self._socket.send_json({"op": 2, "d": identity})
        self._tasks = [
            asyncio.create_task(self._read(self._socket), name="member's gateway"),
            asyncio.create_task(self._beat(self._socket, interval), name="member's heartbeat"),
        ]
        self.ready = (await self.wait_for(lambda event: event.name == "READY")).data

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                frame = json.loads(message.data)
                if frame["op"] != 0:
                    continue
                self._sequence = frame["s"]
                async with self._news:
                    self.events.append(Event(frame["t"], frame["d"]))
                    self._news.notify_all()
        finally:
            self._closed = True
            async with self._news:
                self._news.notify_all()

    async def _beat(self, socket: aiohttp.ClientWebSocketResponse, interval: float) -> None:
        while not socket.closed:
            await socket.send_json({"op": 1, "d": self._sequence})
            await asyncio.sleep(interval)
