"""Who may ask for nothing: members whom the host barred, and those whose data is being deleted."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from generation.database import Database
from generation.errors import RequestRefused
from generation.pseudonyms import Pseudonyms


class Bars:
    """Known without asking the database. Barred members stand there by their pseudonyms."""

    def __init__(
        self,
        database: Database,
        pseudonyms: Pseudonyms,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Knows nothing before `load`; `now` gives seconds since the epoch."""
        self._database = database
        self._pseudonyms = pseudonyms
        self._now = now
        self._barred: dict[str, int] = {}  # the bars' ids
        self._leaving: set[int] = set()

    async def load(self) -> None:
        """Read who was barred before."""
        rows = await self._database.fetch_all("SELECT member, id FROM bars")
        self._barred = {row["member"]: row["id"] for row in rows}

    def check(self, user_id: int) -> None:
        """Raise RequestRefused where that member may ask for nothing."""
        if user_id in self._leaving:
            raise RequestRefused(
                "you", "Your data is being deleted just now.", "Ask again in a minute."
            )
        # Nobody is, on most hosts: then there is nothing to compute.
        if self._barred and self._pseudonyms.of(user_id) in self._barred:
            raise RequestRefused(
                "you",
                "The host has barred you from asking for pictures.",
                "If you think that is a mistake, tell the host.",
            )

    def find(self, user_id: int) -> int | None:
        """The id of the bar of that member; None where they are not barred."""
        return self.of(self._pseudonyms.of(user_id))

    def of(self, member: str) -> int | None:
        """The same, of whoever has that pseudonym."""
        return self._barred.get(member)

    async def add(self, member: str) -> int:
        """Bar whoever has that pseudonym; the bar's id."""
        written = await self._database.write(
            "INSERT INTO bars (member, barred_at) VALUES (?, ?)"
            " ON CONFLICT (member) DO UPDATE SET barred_at = barred_at RETURNING id",
            (member, self._now()),
        )
        row = await written.fetchone()
        assert row is not None  # RETURNING of an INSERT that did not raise
        self._barred[member] = row["id"]
        return row["id"]

    async def lift(self, bar_id: int) -> bool:
        """Let them ask again; False where the bar was lifted already."""
        await self._database.write("DELETE FROM bars WHERE id = ?", (bar_id,))
        members = [member for member, known in self._barred.items() if known == bar_id]
        for member in members:
            del self._barred[member]
        return bool(members)

    @contextmanager
    def closed_to(self, user_id: int) -> Iterator[None]:
        """Meanwhile nothing is taken of that member."""
        self._leaving.add(user_id)
        try:
            yield
        finally:
            self._leaving.discard(user_id)
