"""Answers that a fault makes up, as Discord and Cloudflare write them."""

import math
from typing import Any

from aiohttp import web

from playground.errors import INTERNAL
from playground.faults import Deed
from playground.ratelimits import cloudflare
from playground.rest.base import answer, no_content

RATE_LIMITED = "You are being rate limited."
DEFAULT_RETRY_AFTER_S = 1.0


def made_up(deed: Deed) -> web.Response:
    """The answer of a deed that has a status."""
    status = INTERNAL.status if deed.status is None else deed.status
    limited = status == 429
    retry_after = deed.retry_after
    if limited and retry_after is None and deed.html is None:
        retry_after = DEFAULT_RETRY_AFTER_S
    if deed.html is not None:
        page = None if isinstance(deed.html, bool) else deed.html
        answered = cloudflare.page(status, page, retry_after)
        if deed.via:
            answered.headers.update(cloudflare.VIA)
        return answered
    if status == 204:
        return no_content()
    body = _error(deed, status, retry_after) if deed.body is None else deed.body
    headers = dict(cloudflare.VIA)
    if retry_after is not None:
        headers |= _limit_headers(retry_after, deed.is_global)
    if deed.raw is not None:
        return web.Response(
            body=deed.raw.encode(),
            status=status,
            headers=headers,
            content_type="application/json",
        )
    return answer(body, status, headers)


def _error(deed: Deed, status: int, retry_after: float | None) -> dict[str, Any]:
    if retry_after is None:
        message = deed.message or f"{status}: {cloudflare.phrase(status)}"
        return {"message": message, "code": deed.code or 0}
    body: dict[str, Any] = {
        "message": deed.message or RATE_LIMITED,
        "retry_after": retry_after,
        "global": deed.is_global,
    }
    return body if deed.code is None else {**body, "code": deed.code}


def _limit_headers(retry_after: float, is_global: bool) -> dict[str, str]:
    headers = {
        "Retry-After": str(math.ceil(retry_after)),
        "X-RateLimit-Scope": "global" if is_global else "user",
    }
    return {**headers, "X-RateLimit-Global": "true"} if is_global else headers
