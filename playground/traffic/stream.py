"""GET /playground/traffic: the feed as Server-Sent Events."""

import asyncio
import json

from aiohttp import web

from playground.clock import Clock
from playground.errors import is_snowflake
from playground.traffic.feed import Feed, Item, Listener, Lost

# Proxies and browsers give up on a stream that is silent for long.
ALIVE_EVERY_S = 15.0
_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class TrafficStream:
    """The route of the feed."""

    def __init__(self, feed: Feed, clock: Clock) -> None:
        """Streams `feed`; `clock` gives the time in the greeting."""
        self._feed = feed
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.get("/playground/traffic", self.get)]

    async def get(self, request: web.Request) -> web.StreamResponse:
        """What is kept, then what comes; after Last-Event-ID only what is newer."""
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        kept = self._feed.kept(self._seen(request.headers.get("Last-Event-ID", "")))
        hello = {"run": self._feed.run, "kept": len(kept), "at": round(self._clock.now(), 3)}
        with self._feed.listen(kept) as listener:
            try:
                await response.write(f"retry: 1000\n{_event('hello', json.dumps(hello))}".encode())
                await self._copy(listener, response)
            except ConnectionError:
                # The reader has gone, and the connection with it.
                return response
        return response

    async def _copy(self, listener: Listener, response: web.StreamResponse) -> None:
        while True:
            try:
                async with asyncio.timeout(ALIVE_EVERY_S):
                    item = await listener.next()
            except TimeoutError:
                await response.write(b": alive\n\n")
                continue
            if item is None:
                return
            await response.write(self._written(item).encode())

    def _written(self, item: Item | Lost) -> str:
        if isinstance(item, Lost):
            return _event("lost", json.dumps({"count": item.count}))
        return f"id: {self._feed.run}-{item.id}\n{_event(item.kind, item.text)}"

    def _seen(self, last_event_id: str) -> int:
        """The number of the last item a reader has seen: 0 if it is of another run."""
        run, _, number = last_event_id.partition("-")
        return int(number) if run == self._feed.run and is_snowflake(number) else 0


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
