"""What stands before Discord and answers for it: Cloudflare's pages, which are HTML.

They lack the `Via` header that Discord's own answers have; by that clients tell them apart.
"""

import math
from http import HTTPStatus

from aiohttp import web

# What Discord's own answers have and these pages lack.
VIA = {"Via": "1.1 playground"}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><title>{title} | discord.com | Cloudflare</title></head>
<body><h1>{title}</h1><p>{text}</p></body>
</html>
"""
_BANNED = "You are being rate limited. The owner of this website has banned you temporarily."


def page(status: int, html: str | None = None, retry_after: float | None = None) -> web.Response:
    """A page of Cloudflare's; `html` instead of its usual one, `retry_after` in seconds."""
    if html is None and status == 429:
        html = _PAGE.format(title="Error 1015", text=_BANNED)
    elif html is None:
        html = _PAGE.format(title=status, text=phrase(status))
    headers = {"Server": "cloudflare", "Cache-Control": "private, max-age=0, no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(math.ceil(retry_after))
    return web.Response(
        status=status, text=html, content_type="text/html", charset="UTF-8", headers=headers
    )


def phrase(status: int) -> str:
    """What a status is called, also one that only Cloudflare has."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "A timeout occurred" if status == 524 else "Unknown Error"
