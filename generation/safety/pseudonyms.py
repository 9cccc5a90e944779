"""Pseudonyms: salted ids, for what is kept of members who must not be found in it by their ids.

Whoever has the database can still tell whether an id that they know is among them: it keeps a list
from being read off, no more.
"""

import hashlib
import hmac

from generation.database import Database

_DIGITS = 32
#: Numbers in place of ids begin here, where Discord's do not reach before the year 2050.
FIRST_NUMBER = 2**62


class Pseudonyms:
    """Names members by the salt of one database."""

    def __init__(self, database: Database) -> None:
        """Names nobody before `load`."""
        self._database = database
        self._salt = b""

    async def load(self) -> None:
        """Read the salt."""
        row = await self._database.fetch_one("SELECT salt FROM salt")
        assert row is not None  # the migration that made the table put one in
        self._salt = row["salt"]

    def of(self, user_id: int) -> str:
        """The pseudonym of a member: always the same, in hexadecimal digits."""
        assert self._salt
        digest = hmac.new(self._salt, str(user_id).encode(), hashlib.sha256)
        return digest.hexdigest()[:_DIGITS]

    def number(self, user_id: int) -> int:
        """The same as a number, for columns that hold ids; no id is one."""
        return FIRST_NUMBER + int(self.of(user_id), 16) % FIRST_NUMBER
