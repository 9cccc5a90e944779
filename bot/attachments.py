"""Files that members attach, fetched from Discord: from its own hosts alone, up to a limit.

A member may not make this host call any other address: neither by what they type, nor by a
redirect.
"""

import aiohttp
from yarl import URL

from bot.settings import DISCORD_API_URL

#: Where Discord keeps what is attached.
_CDN = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=10)
_CHUNK = 64 * 1024  # bytes


class NotFetched(Exception):
    """A file can't be had; str() is for the log, and names no address: those are signed."""


class TooLarge(NotFetched):
    """It has more bytes than were allowed."""


async def fetch(address: str, api_url: str, limit: int) -> bytes:
    """The file at an address that the API at `api_url` gave, of at most `limit` bytes.

    Raises NotFetched.
    """
    if not is_discords(address, api_url):
        raise NotFetched("it lies on no host of Discord's")
    # `encoded`: the signature is of the address as it was given.
    url = URL(address, encoded=True)
    try:
        # What is packed on its way would be more than was counted.
        async with (
            aiohttp.ClientSession(
                timeout=_TIMEOUT, auto_decompress=False, headers={"Accept-Encoding": "identity"}
            ) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise NotFetched(f"status {response.status}")
            return await _read(response, limit)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise NotFetched(type(error).__name__) from error


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if (response.content_length or 0) > limit:
        raise TooLarge(f"{response.content_length} bytes")
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise TooLarge(f"more than {limit} bytes")
    return bytes(data)


def is_discords(address: str, api_url: str) -> bool:
    """Whether files of the API at `api_url` lie there: on the CDN, by https.

    Another API than Discord's is the playground: it keeps its files itself.
    """
    try:
        url, own = URL(address, encoded=True), URL(api_url)
        if url.user is not None or url.password is not None:
            return False
        if api_url != DISCORD_API_URL:
            return url.origin() == own.origin()
        return url.scheme == "https" and url.host in _CDN and url.port == 443
    except ValueError:  # no address at all
        return False
