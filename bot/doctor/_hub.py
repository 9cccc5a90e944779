"""The hub that models come from: whether it answers, and whether it takes the token."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.settings import Settings

from ._finding import Finding, error, note, ok, warning
from ._views import Hub

if TYPE_CHECKING:
    from ._case import Case

_PUBLIC = "https://huggingface.co"
_CONNECT_S = 4.0
_ANSWER_S = 7.0
_LOOK_AT_NETWORK = (
    "Look at the network, a proxy, HF_ENDPOINT. What is on this host is painted with all the same."
)


def is_offline(environment: Mapping[str, str]) -> bool:
    """Whether Hugging Face's library is told to ask nobody."""
    return environment.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


async def ask_hub(settings: Settings, environment: Mapping[str, str]) -> Hub:
    """Ask it whose token this is: any answer says that it can be reached."""
    import aiohttp

    address = environment.get("HF_ENDPOINT", "").rstrip("/") or _PUBLIC
    if is_offline(environment):
        return Hub(address, offline=True)
    headers = {}
    if settings.hf_token is not None:
        headers["Authorization"] = f"Bearer {settings.hf_token.get_secret_value()}"
    timeout = aiohttp.ClientTimeout(total=_ANSWER_S, connect=_CONNECT_S)
    try:
        async with (
            # The library that downloads heeds the environment's proxies, too.
            aiohttp.ClientSession(timeout=timeout, headers=headers, trust_env=True) as session,
            session.get(f"{address}/api/whoami-v2") as answer,
        ):
            told = await answer.json(content_type=None) if answer.status == 200 else {}
            user = told.get("name") if isinstance(told, dict) else None
            reachable = answer.status < 500
            return Hub(address, reachable, status=answer.status, user=user)
    except TimeoutError:
        return Hub(address, trouble=f"no answer within {_ANSWER_S:g} s")
    except ValueError:
        return Hub(address, trouble="what answers there is no hub")
    except (aiohttp.ClientError, OSError) as problem:
        return Hub(address, trouble=str(problem))


async def check_hub(case: "Case") -> list[Finding]:
    """The hub, the token, and an endpoint of the host's own."""
    hub = await case.hub()
    findings = [_of_hub(hub), *_of_token(hub, has_token=case.settings.hf_token is not None)]
    if case.settings.hosted_endpoint:
        findings.append(await _of_endpoint(case.settings.hosted_endpoint))
    return findings


def _of_hub(hub: Hub) -> Finding:
    if hub.offline:
        return note(
            "hub",
            "HF_HUB_OFFLINE is set: nothing is downloaded",
            "Take HF_HUB_OFFLINE away to have models downloaded.",
        )
    if hub.trouble:
        return warning("hub", f"{hub.address} can't be reached: {hub.trouble}", _LOOK_AT_NETWORK)
    if not hub.reachable:
        return warning("hub", f"{hub.address} answers {hub.status}", "Try again in a while.")
    return ok("hub", f"{hub.address} answers")


def _of_token(hub: Hub, *, has_token: bool) -> list[Finding]:
    if not has_token:
        found = "HF_TOKEN is not given: gated models and the hosted API need it, others don't"
        return [ok("hub token", found)]
    if hub.status == 200:
        return [ok("hub token", f"taken, of {hub.user or 'an account without a name'}")]
    if hub.status in (401, 403):
        return [
            error(
                "hub token",
                "The hub doesn't take HF_TOKEN, and gives nothing to who shows a wrong one",
                f"Make a new one at {_PUBLIC}/settings/tokens, or leave HF_TOKEN out.",
            )
        ]
    if hub.reachable:
        remedy = "Try again in a while; HF_ENDPOINT may lead to something that is no hub."
        return [warning("hub token", f"can't be checked: the hub answers {hub.status}", remedy)]
    return []  # why nobody can say is told already


async def _of_endpoint(address: str) -> Finding:
    """Whether somebody listens there. It is not asked anything: that might wake a paid machine."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(parts.hostname, port)
        writer.close()
    except (OSError, TimeoutError) as problem:
        why = str(problem) or "no answer"
        return error(
            "hosted endpoint",
            f"{parts.hostname}:{port} can't be reached: {why}",
            "Look at the network and at EASEL_HOSTED_ENDPOINT, and whether the endpoint runs.",
        )
    return ok("hosted endpoint", f"{parts.hostname}:{port} takes connections")
