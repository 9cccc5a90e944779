"""How this worker's downloads behave: a hub that says nothing is given up."""

from typing import Any

import httpx2
from huggingface_hub import set_client_factory
from huggingface_hub.utils._http import default_client_factory

# huggingface_hub asks for a repo's files without any limit of time. Seconds; a download of hours is
# fine as long as something comes every now and then.
_PATIENCE = {"connect": 10.0, "read": 30.0, "write": 30.0, "pool": 30.0}


def limit_patience() -> None:
    """To be called once, before anything is asked of the hub."""
    set_client_factory(_new_client)


def _new_client() -> Any:
    client = default_client_factory()
    hooks = client.event_hooks
    client.event_hooks = {**hooks, "request": [*hooks["request"], _limit]}
    return client


def _limit(request: httpx2.Request) -> None:
    """Limit what the caller left open: its None would win over a limit of the client's."""
    limits = request.extensions.get("timeout", {})
    given = {phase: limit for phase, limit in limits.items() if limit is not None}
    request.extensions["timeout"] = {**_PATIENCE, **given}
