"""What guilds have set for unsafe pictures: kept in the database, known without asking it."""

import sqlite3
from collections.abc import Iterator, Mapping

from generation.database import Database
from generation.safety.screening import Rules, Verdict


class GuildScreening(Mapping[int, Rules]):
    """What each guild has set."""

    def __init__(self, database: Database) -> None:
        """Knows nothing before `load`."""
        self._database = database
        self._rules: dict[int, Rules] = {}

    def __getitem__(self, guild_id: int) -> Rules:
        """That guild's. Raises KeyError where it has none."""
        return self._rules[guild_id]

    def __iter__(self) -> Iterator[int]:
        """The guilds that have some."""
        return iter(self._rules)

    def __len__(self) -> int:
        """How many those are."""
        return len(self._rules)

    async def load(self) -> None:
        """Read what was set before."""
        for row in await self._database.fetch_all("SELECT * FROM guild_screening"):
            self._rules[row["guild_id"]] = _rules(row)

    async def change(self, guild_id: int, changes: Rules) -> Rules:
        """Set what `changes` says and leave the rest; all that holds then."""
        written = await self._database.write(
            "INSERT INTO guild_screening (guild_id, threshold, open, age_restricted)"
            " VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " threshold = COALESCE(excluded.threshold, threshold),"
            " open = COALESCE(excluded.open, open),"
            " age_restricted = COALESCE(excluded.age_restricted, age_restricted) RETURNING *",
            (guild_id, changes.threshold, changes.open, changes.age_restricted),
        )
        row = await written.fetchone()
        assert row is not None  # RETURNING of an INSERT that did not raise
        rules = self._rules[guild_id] = _rules(row)
        return rules

    async def reset(self, guild_id: int) -> bool:
        """Leave it all to the host; False where that is so already."""
        await self._database.write("DELETE FROM guild_screening WHERE guild_id = ?", (guild_id,))
        return self._rules.pop(guild_id, None) is not None


def _rules(row: sqlite3.Row) -> Rules:
    return Rules(row["threshold"], _verdict(row["open"]), _verdict(row["age_restricted"]))


def _verdict(value: str | None) -> Verdict | None:
    return None if value is None else Verdict(value)
