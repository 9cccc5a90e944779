"""What guards members and channels: words, bars and reports, put together."""

import asyncio
from dataclasses import dataclass

from bot.settings import Settings
from generation.bars import Bars
from generation.database import Database
from generation.pictures import PictureStore
from generation.pseudonyms import Pseudonyms
from generation.reports import Reports
from generation.words import GuildWords, Words
from generation.words.host import read_list


@dataclass(frozen=True, slots=True)
class Safety:
    """Read from the database and the host's files at the start."""

    words: Words
    guild_words: GuildWords
    pseudonyms: Pseudonyms
    bars: Bars
    reports: Reports


async def open_safety(settings: Settings, database: Database, pictures: PictureStore) -> Safety:
    """Read all of it. Raises WordsFileError where the host's list can't be read."""
    file = settings.blocked_words
    hosts = None if file is None else await asyncio.to_thread(read_list, file)
    guild_words, pseudonyms = GuildWords(database), Pseudonyms(database)
    await guild_words.load()
    await pseudonyms.load()
    bars = Bars(database, pseudonyms)
    await bars.load()
    return Safety(
        words=Words(hosts, guild_words),
        guild_words=guild_words,
        pseudonyms=pseudonyms,
        bars=bars,
        reports=Reports(database, pictures, pseudonyms),
    )
