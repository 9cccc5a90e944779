"""The limits that guilds have set: kept in the database, known without asking it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict

from generation.database import Connection, Database
from generation.errors import RequestRefused
from generation.limits.layers import NAMES, Limits, Subject, SubjectKind

#: How many roles and members of one guild may have entries.
MOST_ENTRIES = 100


class GuildLimits:
    """What each guild has set, for whom."""

    def __init__(self, database: Database) -> None:
        """Knows nothing before `load`."""
        self._database = database
        self._guilds: dict[int, dict[Subject, Limits]] = defaultdict(dict)

    async def load(self) -> None:
        """Read what was set before."""
        for row in await self._database.fetch_all("SELECT * FROM limits"):
            subject = Subject(SubjectKind(row["subject"]), row["subject_id"])
            self._guilds[row["guild_id"]][subject] = Limits(**{name: row[name] for name in NAMES})

    def of(self, guild_id: int | None) -> Mapping[Subject, Limits]:
        """All entries of a guild; none in direct messages."""
        return self._guilds.get(guild_id, {}) if guild_id is not None else {}

    async def change(self, guild_id: int, subject: Subject, changes: Limits) -> Limits:
        """Set what `changes` says and leave the rest; the whole entry.

        Raises RequestRefused where the guild has too many entries.
        """
        known = self.of(guild_id)
        if subject not in known and len(known) >= MOST_ENTRIES:
            raise RequestRefused(
                "limits",
                f"{MOST_ENTRIES} roles and members of a guild may have limits of their own.",
                "Clear one first, or set a role's limits in place of its members'.",
            )
        columns = ", ".join(NAMES)
        marks = ", ".join(f":{name}" for name in NAMES)
        kept = ", ".join(f"{name} = COALESCE(excluded.{name}, {name})" for name in NAMES)
        written = await self._database.write(
            f"INSERT INTO limits (guild_id, subject, subject_id, {columns})"  # noqa: S608 - ours
            f" VALUES (:guild_id, :kind, :id, {marks})"
            f" ON CONFLICT DO UPDATE SET {kept} RETURNING {columns}",
            {"guild_id": guild_id, **subject._asdict(), **asdict(changes)},
        )
        row = await written.fetchone()
        assert row is not None  # RETURNING of an INSERT that did not raise
        limits = self._guilds[guild_id][subject] = Limits(*row)
        return limits

    async def clear(self, guild_id: int, subject: Subject | None = None) -> bool:
        """Take one entry away, or all of the guild's; False where there was nothing."""
        if subject is None:
            await self._delete("guild_id = ?", guild_id)
            return bool(self._guilds.pop(guild_id, None))
        await self._delete("(guild_id, subject, subject_id) = (?, ?, ?)", guild_id, *subject)
        return self._guilds.get(guild_id, {}).pop(subject, None) is not None

    async def clear_one(self, guild_id: int, subject: Subject, name: str) -> bool:
        """Take one limit of an entry away, by its name in NAMES; False where it was not set.

        With its last one the entry goes.
        """
        columns, others = ", ".join(NAMES), ", ".join(each for each in NAMES if each != name)
        where = f"(guild_id, subject, subject_id) = (?, ?, ?) AND {name} IS NOT NULL"
        values = (guild_id, *subject)
        async with self._database.transaction() as connection:
            gone = await connection.execute(
                f"DELETE FROM limits WHERE {where} AND COALESCE({others}) IS NULL",  # noqa: S608
                values,
            )
            kept = await connection.execute(
                f"UPDATE limits SET {name} = NULL WHERE {where} RETURNING {columns}",  # noqa: S608
                values,
            )
            row = await kept.fetchone()
        if row is not None:
            self._guilds[guild_id][subject] = Limits(*row)
        elif gone.rowcount:
            self._guilds[guild_id].pop(subject, None)
        return row is not None or bool(gone.rowcount)

    def names(self, member_id: int) -> bool:
        """Whether some guild has set limits for that very member."""
        subject = Subject(SubjectKind.MEMBER, member_id)
        return any(subject in entries for entries in self._guilds.values())

    async def rename(self, connection: Connection, member_id: int, number: int) -> None:
        """In that transaction: a member's entries stand under another number from now on."""
        await connection.execute(
            "UPDATE OR REPLACE limits SET subject_id = ? WHERE subject = 'member'"
            " AND subject_id = ?",
            (number, member_id),
        )
        before, after = (Subject(SubjectKind.MEMBER, each) for each in (member_id, number))
        for entries in self._guilds.values():
            if before in entries:
                entries[after] = entries.pop(before)

    async def _delete(self, where: str, *values: object) -> None:
        await self._database.write(f"DELETE FROM limits WHERE {where}", values)  # noqa: S608 - ours
