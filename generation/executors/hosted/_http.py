"""How huggingface_hub speaks HTTP here: no call waits for ever, and what was sent is known."""

from contextvars import ContextVar
from typing import Any

import httpx2

#: What waits for a connection, or reads in a thread that cannot be given up (seconds).
_CONNECT_LIMIT_S = 10.0
_BLOCKING_LIMIT_S = 30.0

#: The bodies that the requests of the present task had, where it keeps a list of them.
sent: ContextVar[list[bytes] | None] = ContextVar("sent", default=None)


def bound_calls() -> None:
    """Have every client of huggingface_hub in this process made so. Imports that library."""
    from huggingface_hub import set_async_client_factory, set_client_factory

    set_client_factory(_client)
    set_async_client_factory(_async_client)


def _client() -> httpx2.Client:
    # Its own, with what it does to each request (offline mode, the request's id).
    from huggingface_hub.utils._http import default_client_factory

    client = default_client_factory()
    client.event_hooks["request"].append(lambda request: _bound(request, _BLOCKING_LIMIT_S))
    return client


def _async_client() -> httpx2.AsyncClient:
    from huggingface_hub.utils._http import default_async_client_factory

    client = default_async_client_factory()
    client.event_hooks["request"].append(_watch)
    return client


async def _watch(request: httpx2.Request) -> None:
    _bound(request, None)
    bodies = sent.get()
    if bodies is not None:
        bodies.append(request.content)


def _bound(request: httpx2.Request, others_s: float | None) -> None:
    """Give each phase of a request a limit. The library asks with none at some places."""
    given: dict[str, Any] = request.extensions.get("timeout", {})
    limits = {phase: given.get(phase) or others_s for phase in ("read", "write", "pool")}
    limits["connect"] = min(_CONNECT_LIMIT_S, given.get("connect") or _CONNECT_LIMIT_S)
    request.extensions["timeout"] = limits
