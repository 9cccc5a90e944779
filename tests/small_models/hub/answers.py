"""What is asked of the hub, and how it refuses."""

from dataclasses import dataclass

from aiohttp import web

from tests.small_models.hub.faults import At, Fault

#: What the hub says of a token it doesn't know.
BAD_TOKEN = "Invalid credentials in Authorization header"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the hub."""

    at: At
    repo: str
    name: str  # of the file; empty where the API was asked
    range: str | None  # the part of the file
    token: str | None
    status: int

    @classmethod
    def by(cls, request: web.Request, status: int) -> "Asked":
        """The question of a request, and what it is answered with."""
        name = request.match_info.get("file", "")
        if not name:
            at = At.API
        else:
            # Who is sent elsewhere for the bytes has got no more than headers.
            at = At.HEADERS if request.method == "HEAD" or status == 302 else At.BODY
        part = request.headers.get("Range")
        return cls(at, repo_of(request), name, part, token_of(request), status)


def repo_of(request: web.Request) -> str:
    """The repo that is asked about."""
    return f"{request.match_info['owner']}/{request.match_info['name']}"


def token_of(request: web.Request) -> str | None:
    """The token of who asks."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else None


def failure(fault: Fault) -> web.Response:
    """The answer that a fault gives."""
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.code:
        headers["X-Error-Code"] = fault.code
    return web.Response(status=fault.status or 500, headers=headers)


def error(status: int, code: str, message: str) -> web.Response:
    """A refusal as the real hub words it: `code` is what huggingface_hub goes by."""
    headers = {"X-Error-Code": code, "X-Error-Message": message}
    return web.json_response({"error": message}, status=status, headers=headers)
