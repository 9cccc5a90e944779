"""Who may ask for nothing: members whom the host barred, and those whose data is being deleted.

What these asked for before may still be on its way then, such as with a picture that is fetched. It
is refused for as long as there can be any: how old it is tell the ids of the interactions, which
Discord gives by one clock, and not the host's.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from generation.database import Database
from generation.errors import RequestRefused
from generation.safety.pseudonyms import Pseudonyms

#: Discord forgets an interaction's token then: nothing that is older is on its way.
INTERACTION_LIFE_S = 15 * 60.0


class Bars:
    """Known without asking the database. Barred members stand there by their pseudonyms."""

    def __init__(
        self,
        database: Database,
        pseudonyms: Pseudonyms,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Knows nothing before `load`; `now` gives seconds since the epoch."""
        self._database = database
        self._pseudonyms = pseudonyms
        self._now = now
        self._monotonic = monotonic
        self._barred: dict[str, int] = {}  # the bars' ids
        self._leaving: set[int] = set()
        # By which interaction members had their data deleted, and since when it is.
        self._erased: dict[int, tuple[int, float]] = {}

    async def load(self) -> None:
        """Read who was barred before."""
        rows = await self._database.fetch_all("SELECT member, id FROM bars")
        self._barred = {row["member"]: row["id"] for row in rows}

    def check(self, user_id: int, interaction_id: int | None = None) -> None:
        """Raise RequestRefused where that member may ask for nothing, or not by an interaction."""
        if user_id in self._leaving:
            raise RequestRefused(
                "you", "Your data is being deleted just now.", "Ask again in a minute."
            )
        if interaction_id is not None and interaction_id < self._erased_by(user_id):
            raise RequestRefused(
                "you", "You had your data deleted after you asked for this.", "Ask again."
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
    def closed_to(self, user_id: int, interaction_id: int | None = None) -> Iterator[None]:
        """Meanwhile nothing is taken of that member; nor later what came before an interaction.

        That is the one by which they had their data deleted, where the block does not raise.
        """
        self._leaving.add(user_id)
        try:
            yield
            if interaction_id is not None:
                latest = max(interaction_id, self._erased_by(user_id))
                self._erased[user_id] = (latest, self._monotonic())
        finally:
            self._leaving.discard(user_id)

    def _erased_by(self, user_id: int) -> int:
        """Which interaction that was; 0 where there was none lately."""
        since = self._monotonic() - INTERACTION_LIFE_S
        if any(at < since for _, at in self._erased.values()):
            self._erased = {key: each for key, each in self._erased.items() if each[1] >= since}
        return self._erased.get(user_id, (0, 0.0))[0]
