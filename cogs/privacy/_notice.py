"""The privacy notice, by the settings in force, and what is said around a deletion."""

import discord

from bot.presentation.look import ACCENT
from bot.settings import Settings
from bot.studio import Studio
from generation.safety.erasure import Erased
from generation.safety.screeners import wanting

ASK = (
    "**Delete all that Easel has stored of you, in every guild?**\n"
    "What waits or is being painted is cancelled. Your requests, your pictures, the pictures you"
    " brought along and the reports you made are deleted. `/show` brings nothing of it back, and"
    " nobody can undo it.\n"
    "Messages that were posted stay in their channels: they are Discord's. Whoever may manage"
    " messages there can delete them."
)
AT_WORK = "Deleting…"


def notice(settings: Settings, studio: Studio) -> discord.Embed:
    """What is stored, how long, who sees it, how to delete it."""
    embed = discord.Embed(title="What Easel stores of you", color=ACCENT)
    embed.add_field(name="What", value=_what(), inline=False)
    embed.add_field(name="How long", value=_how_long(settings), inline=False)
    embed.add_field(name="Who sees it", value=_who(settings, studio), inline=False)
    embed.add_field(name="How to delete it", value=_how(), inline=False)
    return embed


def done(erased: Erased) -> str:
    """What was deleted, with counts, and what stays."""
    counts = (
        _count(erased.requests, "request"),
        _count(erased.pictures, "picture"),
        _count(erased.inputs, "picture that you brought along", "pictures that you brought along"),
        _count(erased.reports, "report that you made", "reports that you made"),
    )
    lines = [f"**Deleted:** {', '.join(counts)}."]
    if erased.cancelled:
        were = "was" if erased.cancelled == 1 else "were"
        lines.append(f"{erased.cancelled:,} of them had not ended, and {were} cancelled first.")
    stays = [
        "that you are barred" if erased.barred else "",
        "limits that a guild's admins set for you by name" if erased.limited else "",
        "with the host, that a picture of yours was reported" if erased.reported else "",
        "when you reported something, until that is an hour ago" if erased.counted else "",
        "what you had in the last 24 hours, where limits count it, for those 24 hours",
    ]
    kept = "; ".join(each for each in stays if each)
    lines.append(f"What stays, under a salted number in place of your id: {kept}.")
    if erased.left:
        messages = _count(erased.left, "message")
        lines.append(
            f"In the host's channel {messages} with reports could not be taken away yet: Easel"
            " tries again every hour, until there is none."
        )
    return "\n".join(lines)


def _what() -> str:
    return (
        "- each request: your id, guild, channel and messages, your words, the options, when, and"
        " what became of it; the picture's hashes, and its score where a classifier looked at it:"
        " both also of one that was thrown away\n"
        "- the pictures painted for you, and those you brought along to paint from\n"
        "- reports: the reason you gave, and a salted number in place of your id; that the host"
        " has barred you, under that number; limits that a guild's admins set for you by name\n"
        "Nothing else is read: no messages, no lists of members. Pictures carry their recipe"
        " inside, and no id."
    )


def _how_long(settings: Settings) -> str:
    lines = []
    days, gib = settings.keep_pictures_days, settings.keep_pictures_gib
    if days is None and gib is None:
        lines.append("Pictures are kept until you or the host delete them.")
    if days is not None:
        lines.append(f"Pictures are deleted after {days} day{'' if days == 1 else 's'}.")
    if gib is not None:
        lines.append(f"The oldest pictures are deleted when all together take {gib:g} GiB.")
    lines.append("Requests and reports are kept until you have them deleted.")
    lines.append("What lets Easel answer an interaction is forgotten after 15 minutes.")
    return " ".join(lines)


def _who(settings: Settings, studio: Studio) -> str:
    lines = ["Answers: whoever can read the channel they are posted in. All of it: the host."]
    if any(spec.executor == "hosted" for spec in studio.catalog.values()):
        lines.append(
            "With models that are painted elsewhere (`/models` says which), your words go to"
            " Hugging Face and to the provider that paints; who you are does not."
        )
    if wanting(studio.catalog, "hosted"):
        lines.append(
            "Their pictures go to Hugging Face's classifier before they are shown, without your"
            " words in them."
        )
    if settings.report_channel_id:
        lines.append(
            "Reports go to a channel of the host's, with your name, the reason and the picture; to"
            " the host's log, with your id and the reason, where they can't be posted there."
        )
    else:
        lines.append("Reports go to the host's log, with your id and the reason.")
    if settings.log_level == "DEBUG":
        lines.append("The host is looking for a fault just now: the log has your words too.")
    else:
        lines.append("No other words of yours are in the log.")
    return " ".join(lines)


def _how() -> str:
    return (
        "`/delete-my-data` deletes all of it at once, in every guild, and says what it did. Copies"
        " that the host made of the database before have it until the host deletes them.\n"
        "It deletes nothing from the host's log, where your id stands: where a list of words"
        " refuses you, where you cancel a picture, where admins set limits for you by name, and"
        " where you act as an admin."
    )


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
