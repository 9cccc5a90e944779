"""What these tests keep in their databases: words."""

from bot.database import Database

WORDS = "CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE NOT NULL) STRICT;"
LETTERS = """
CREATE TABLE letters (
    word_id INTEGER NOT NULL REFERENCES words (id), letter TEXT NOT NULL
) STRICT;
"""


async def add(database: Database, word: str) -> None:
    async with database.transaction() as connection:
        await connection.execute("INSERT INTO words (word) VALUES (?)", (word,))


async def words(database: Database) -> list[str]:
    return [row["word"] for row in await database.fetch_all("SELECT word FROM words ORDER BY id")]
