"""The words that guilds refuse and spare: kept in the database, known without asking it."""

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum

from generation.database import Database
from generation.errors import RequestRefused
from generation.words.matching import StarWithin, WordList, check

#: Entries of one guild, and characters of one of them.
MOST_ENTRIES = 500
LONGEST = 60


class WordKind(StrEnum):
    """What becomes of a prompt that has the word."""

    BLOCKED = "blocked"  # it is refused
    ALLOWED = "allowed"  # not for what else lies within this word


class GuildWords:
    """What each guild has set."""

    def __init__(self, database: Database) -> None:
        """Knows nothing before `load`."""
        self._database = database
        self._entries: dict[int, dict[str, WordKind]] = defaultdict(dict)
        self._lists: dict[int, WordList] = {}  # made of the entries when first asked for

    async def load(self) -> None:
        """Read what was set before."""
        for row in await self._database.fetch_all("SELECT * FROM guild_words ORDER BY word"):
            self._entries[row["guild_id"]][row["word"]] = WordKind(row["kind"])

    def of(self, guild_id: int | None) -> Mapping[str, WordKind]:
        """A guild's entries; none in direct messages."""
        return self._entries.get(guild_id, {}) if guild_id is not None else {}

    def list_of(self, guild_id: int | None) -> WordList | None:
        """A guild's list; None where it has none."""
        entries = self.of(guild_id)
        if guild_id is None or WordKind.BLOCKED not in entries.values():
            return None
        if guild_id not in self._lists:
            by_kind = {k: [e for e, kind in entries.items() if kind is k] for k in WordKind}
            self._lists[guild_id] = WordList(by_kind[WordKind.BLOCKED], by_kind[WordKind.ALLOWED])
        return self._lists[guild_id]

    async def add(self, guild_id: int, word: str, kind: WordKind) -> str:
        """Refuse or spare a word from now on; how it is kept. Raises RequestRefused."""
        entry = _clean(word)
        _check(entry)
        known = self.of(guild_id)
        if entry not in known and len(known) >= MOST_ENTRIES:
            raise RequestRefused(
                "word", f"A guild may have {MOST_ENTRIES} of them.", "Remove some first."
            )
        await self._database.write(
            "INSERT INTO guild_words (guild_id, word, kind) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET kind = excluded.kind",
            (guild_id, entry, kind),
        )
        self._entries[guild_id][entry] = kind
        self._lists.pop(guild_id, None)
        return entry

    async def remove(self, guild_id: int, word: str) -> bool:
        """Neither refuse nor spare it any more; False where it was not there."""
        entry = _clean(word)
        if entry not in self.of(guild_id):
            return False
        await self._database.write(
            "DELETE FROM guild_words WHERE (guild_id, word) = (?, ?)", (guild_id, entry)
        )
        self._entries[guild_id].pop(entry, None)
        self._lists.pop(guild_id, None)
        return True


def _clean(word: str) -> str:
    """As it is kept: on one line, in lower case."""
    return " ".join(word.split()).casefold()


def _check(entry: str) -> None:
    if len(entry) > LONGEST:
        raise RequestRefused(
            "word", f"It has {len(entry)} characters; {LONGEST} are allowed.", "Shorten it."
        )
    try:
        check(entry)
    except StarWithin:
        raise RequestRefused(
            "word",
            "It has a `*` within.",
            "Write the word in full: `*` stands for any ending or beginning only, at the end or"
            " start of a word.",
        ) from None
    except ValueError:
        raise RequestRefused(
            "word",
            "It is no word.",
            "Give two letters or more; other signs are not looked at.",
        ) from None
