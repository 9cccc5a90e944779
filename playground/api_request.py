"""What a request to the API is: where below /api it goes, and whose it is."""

import re

from aiohttp import web

PREFIXES = ("/api/v10", "/api/v9", "/api")
HIDDEN = "***"
# The token of an interaction, in the two places where a path carries one.
_TOKEN = re.compile(r"^(/(?:webhooks|interactions)/[^/]+)/[^/]+")


def api_path(request: web.Request) -> str | None:
    """The path after /api/v10, None outside the API."""
    for prefix in PREFIXES:
        if request.path.startswith(f"{prefix}/"):
            return request.path.removeprefix(prefix)
    return None


def is_the_bots(request: web.Request, path: str) -> bool:
    """Whether the bot sent it: with its token, or with that of an interaction in the path."""
    authorization = request.headers.get("Authorization", "")
    return authorization.startswith("Bot ") or by_interaction_token(path)


def by_interaction_token(path: str) -> bool:
    """Whether the token of an interaction in the path is all the authorization there is."""
    return path.startswith("/webhooks/") or (
        path.startswith("/interactions/") and path.endswith("/callback")
    )


def without_token(path: str) -> str:
    """A path after /api/v10 with the token of an interaction hidden."""
    return _TOKEN.sub(rf"\1/{HIDDEN}", path)
