"""What happens to every request: who may ask, bans, rate limits, refusals in Discord's words."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from playground import errors
from playground.api_request import api_path, is_the_bots, without_token
from playground.errors import ApiError, Refusal, up_to_ms
from playground.ratelimits import cloudflare
from playground.rest.base import answer
from playground.services import Services

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Middleware = Callable[..., Awaitable[web.StreamResponse]]
_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals into JSON answers, inside the API and below /playground."""
    path = api_path(request)
    if path is None and not request.path.startswith("/playground/"):
        return await handler(request)
    response = await _answered(request, handler, path or request.path)
    if request.content.exception() is not None:
        # A body that could not be read leaves aiohttp's parser stuck, and what it would read after
        # the answer breaks: the connection ends here, and says so.
        request.content.feed_eof()
        response.force_close()
    return response


async def _answered(request: web.Request, handler: Handler, path: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        return answer(error.body, error.refusal.status, error.headers)
    except web.HTTPException as error:
        return _plain(_refusal_of(error))
    except ConnectionResetError:  # whoever asked went away in mid-request
        log.info("%s %s was not sent to its end", request.method, without_token(path))
        return _plain(errors.INTERNAL)
    except Exception:
        log.exception("%s %s failed", request.method, without_token(path))
        return _plain(errors.INTERNAL)


def rate_limits(services: Services) -> Middleware:
    """The middleware that counts requests and says so in the headers."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = api_path(request)
        resource = request.match_info.route.resource
        if path is None or resource is None:
            return await handler(request)
        template = resource.canonical.removeprefix(request.path.removesuffix(path))
        from_bot = is_the_bots(request, path)
        # All that the bot does counts together, with its token or an interaction's.
        who = "bot" if from_bot else request.headers.get("Authorization", "")
        verdict = services.ratelimits.count(who, request.method, template, path, enforce=from_bot)
        if verdict.retry_after is None:
            response = await handler(request)
            response.headers.update(verdict.headers | cloudflare.VIA)
            return response
        body = {
            "message": "You are being rate limited.",
            "retry_after": up_to_ms(verdict.retry_after),
            "global": verdict.is_global,
        }
        # Without Via clients take a 429 for Cloudflare's ban and give up.
        return answer(body, 429, verdict.headers | cloudflare.VIA)

    return middleware


def bans(services: Services) -> Middleware:
    """The middleware that counts the bot's invalid requests, and bans it for too many."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = api_path(request)
        if path is None or not is_the_bots(request, path):
            return await handler(request)
        invalid = services.invalid_requests
        if (left := invalid.banned_for_s) is not None:
            return cloudflare.page(429, retry_after=left)
        response = await handler(request)
        invalid.note(response.status, response.headers.get("X-RateLimit-Scope"))
        return response

    return middleware


@web.middleware
async def broken_off(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A client that goes away in the middle of its request is no error of ours."""
    try:
        return await handler(request)
    except ConnectionResetError:
        return web.Response(status=499, reason="Client Closed Request")  # nobody reads it


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a web page elsewhere could make a browser send here.

    A name that resolves to 127.0.0.1 reaches this port too, and websockets know no same-origin
    rule.
    """
    host = request.headers.get("Host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin.partition("://")[2] != host
    if name not in _LOOPBACK_HOSTS or foreign:
        raise web.HTTPForbidden(text="The playground only answers pages of its own.")
    return await handler(request)


def _refusal_of(error: web.HTTPException) -> Refusal:
    if error.status == 404:
        return errors.NOT_FOUND
    if error.status == 405:
        return errors.METHOD_NOT_ALLOWED
    if error.status == 413:
        return errors.TOO_LARGE
    return Refusal(error.status, 0, f"{error.status}: {error.reason}")


def _plain(refusal: Refusal) -> web.Response:
    return answer(ApiError(refusal).body, refusal.status)
