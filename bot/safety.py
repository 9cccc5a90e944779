"""What guards members and channels: words, unsafe pictures, bars and reports, put together."""

import asyncio
from dataclasses import dataclass

from bot.settings import Settings
from generation.catalog import Catalog
from generation.database import Database
from generation.inputs.retention import InputRetention
from generation.pictures import PictureStore
from generation.safety.bars import Bars
from generation.safety.guild_screening import GuildScreening
from generation.safety.orphans import Orphans
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.reports import Reports
from generation.safety.reposts import Reposts
from generation.safety.screening import THRESHOLD, Policy, Screening, Verdict
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
    reposts: Reposts
    orphans: Orphans
    screening: Screening
    guild_screening: GuildScreening


async def open_safety(
    settings: Settings,
    database: Database,
    pictures: PictureStore,
    inputs: InputRetention,
    catalog: Catalog,
) -> Safety:
    """Read all of it. Raises WordsFileError where the host's list can't be read."""
    file = settings.blocked_words
    hosts = None if file is None else await asyncio.to_thread(read_list, file)
    guild_words, pseudonyms = GuildWords(database), Pseudonyms(database)
    await guild_words.load()
    await pseudonyms.load()
    bars = Bars(database, pseudonyms)
    await bars.load()
    guild_screening = GuildScreening(database)
    await guild_screening.load()
    return Safety(
        words=Words(hosts, guild_words),
        guild_words=guild_words,
        pseudonyms=pseudonyms,
        bars=bars,
        reports=Reports(database, pictures, inputs, pseudonyms),
        reposts=Reposts(database),
        orphans=Orphans(database, pseudonyms),
        screening=Screening(_policy(settings, catalog), guild_screening),
        guild_screening=guild_screening,
    )


def _policy(settings: Settings, catalog: Catalog) -> Policy:
    """The host's. Where it names no threshold, that of what looks at pictures here."""
    own = next((each.threshold for each in catalog.tools.of_kind("screener")), None)
    return Policy(
        settings.screening_threshold or own or THRESHOLD,
        Verdict(settings.screening_open),
        Verdict(settings.screening_age_restricted),
    )
