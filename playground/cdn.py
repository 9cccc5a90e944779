"""Files: kept in memory, served under URLs that are signed and expire after a day."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from aiohttp import web

from playground.clock import Clock
from playground.errors import is_snowflake
from playground.world import Attachment

LIFETIME_S = 24 * 3600
GONE = "This content is no longer available."


@dataclass(frozen=True, slots=True)
class _Stored:
    attachment: Attachment
    data: bytes


class Cdn:
    """Stores the bytes of attachments and serves them at /attachments/{channel}/{id}/{filename}."""

    def __init__(self, clock: Clock) -> None:
        """Empty; URLs expire by `clock`."""
        self.base_url = ""  # set once the port is known
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._files: dict[int, _Stored] = {}

    def routes(self) -> list[web.RouteDef]:
        """The route of the files."""
        return [web.get("/attachments/{channel_id}/{attachment_id}/{filename}", self.get)]

    def store(self, attachment: Attachment, data: bytes) -> None:
        """Keep a file's bytes."""
        self._files[attachment.id] = _Stored(attachment, data)

    def delete(self, attachment: Attachment) -> None:
        """Forget a file, since its message is gone."""
        self._files.pop(attachment.id, None)

    def url(self, attachment: Attachment) -> str:
        """An absolute URL of a file, good for a day from now."""
        path = f"/attachments/{attachment.channel_id}/{attachment.id}/{quote(attachment.filename)}"
        issued = int(self._clock.now())
        expires, issued_hex = f"{issued + LIFETIME_S:x}", f"{issued:x}"
        signature = self._sign(path, expires, issued_hex)
        return f"{self.base_url}{path}?ex={expires}&is={issued_hex}&hm={signature}"

    def owned(self, url: str) -> Attachment | None:
        """The attachment a URL of this CDN is of, whether or not the URL has expired."""
        try:
            parts = urlsplit(url)
        except ValueError:  # it is no URL at all
            return None
        steps = parts.path.split("/")
        own = f"{parts.scheme}://{parts.netloc}" == self.base_url
        if not own or len(steps) != 5 or steps[1] != "attachments" or not is_snowflake(steps[3]):
            return None
        stored = self._files.get(int(steps[3]))
        return stored.attachment if stored else None

    async def get(self, request: web.Request) -> web.Response:
        """Serve a file; 404 for a URL that has expired or is not signed by us."""
        raw_path, _, raw_query = request.raw_path.partition("?")
        query = {key: values[0] for key, values in parse_qs(raw_query).items()}
        identifier = request.match_info["attachment_id"]
        stored = self._files.get(int(identifier)) if is_snowflake(identifier) else None
        if stored is None or not self._valid(raw_path, query):
            return web.Response(status=404, text=GONE)
        kind = stored.attachment.content_type
        # The files come from strangers and share the page's origin: nothing in them may run there.
        headers = {
            "Content-Type": kind,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=86400",
        }
        if not kind.startswith("image/"):
            headers["Content-Disposition"] = f'attachment; filename="{stored.attachment.filename}"'
        return web.Response(body=stored.data, headers=headers)

    def _valid(self, path: str, query: dict[str, str]) -> bool:
        expires, issued = query.get("ex", ""), query.get("is", "")
        expected = self._sign(path, expires, issued)
        if not hmac.compare_digest(expected.encode(), _bytes(query.get("hm", ""))):
            return False
        return int(expires, 16) > self._clock.now()

    def _sign(self, path: str, expires: str, issued: str) -> str:
        text = f"{path}\n{expires}\n{issued}"
        return hmac.new(self._key, _bytes(text), hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    """A text as bytes, whatever a client has put into it: half a character, too."""
    return text.encode(errors="surrogatepass")
