"""What guards members: the host's list of words, and the channel for reports."""

import asyncio
from typing import TYPE_CHECKING, Any

from ._finding import Area, Finding, error, in_two, ok, warning

if TYPE_CHECKING:
    from ._case import Case


async def check_words(case: "Case") -> list[Finding]:
    """Whether the host's list can be read; nothing where there is none."""
    file = case.settings.blocked_words
    if file is None:
        return []
    from generation.errors import WordsFileError
    from generation.words.host import read_list

    try:
        await asyncio.to_thread(read_list, file)
    except WordsFileError as problem:
        remedy = (
            "Name a readable file in EASEL_BLOCKED_WORDS; docs/moderation.md says what is in it."
        )
        return [error("words", *in_two(str(problem), remedy), Area.SETTINGS)]
    return [ok("words", f"{file} is read")]


async def check_reports(api: Any, channel_id: int | None) -> list[Finding]:
    """Whether the bot sees the channel for reports; nothing where there is none."""
    from ._discord_api import NoAnswer

    if channel_id is None:
        return []
    try:
        channel = await api.get(f"/channels/{channel_id}")
    except NoAnswer as problem:
        remedy = (
            "Give EASEL_REPORT_CHANNEL_ID the id of a channel that the bot sees. Until then"
            " reports go to the log."
        )
        found = f"the channel {channel_id} can't be seen: {problem.found}"
        return [warning("reports", found, remedy)]
    return [ok("reports", f"go to #{channel.get('name') or channel_id}")]
