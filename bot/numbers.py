"""The number of a picture, as members type it and as messages show it."""

import re

import discord

#: SQLite's integers have 19 digits; a number this long is nobody's.
_MOST_DIGITS = 18
_FOOTER = re.compile(r"#([0-9]{1,18})\b")
_FILE = re.compile(r"(?:SPOILER_)?easel-([0-9]{1,18})[-.]")


def picture_number(typed: str) -> int | None:
    """Read 12, or #12 as it stands under a picture; None where it is something else."""
    digits = typed.strip().removeprefix("#").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        return None
    return int(digits)


def shown_number(message: discord.Message) -> int | None:
    """The number of the picture in a message of Easel's own; None where none is in it."""
    if not message.attachments:
        return None
    footers = (embed.footer.text or "" for embed in message.embeds)
    found = [match for footer in footers if (match := _FOOTER.match(footer))]
    found += [match for file in message.attachments if (match := _FILE.match(file.filename))]
    return int(found[0][1]) if found else None
