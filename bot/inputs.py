"""Pictures that members bring along: looked at, fetched, made plain, and kept until used."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord

from bot.askers import asker_of
from bot.attachments import NotFetched, TooLarge, fetch, is_discords
from bot.database import DatabaseError
from bot.studio import Studio
from generation.errors import IntakeFull, RequestRefused
from generation.imaging.flaws import BYTE_LIMIT, LEAST_SIDE, PIXEL_LIMIT, Flaw
from generation.imaging.process import InputRefused
from generation.inputs.store import InputImage

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

#: The option that pictures are brought with, as members know it.
FIELD = "image"

_KINDS = ("image/png", "image/jpeg", "image/webp")
_SIDE = round(PIXEL_LIMIT**0.5)

_MIB = 1024**2
_TAKEN = "Bring a PNG, JPEG or WebP picture."
_SMALLER = f"Make it smaller first, up to {_SIDE}x{_SIDE} pixels and {BYTE_LIMIT // _MIB} MiB."
_LATER = "Tell the host, and try again later."
_SAVE_ANEW = "Open it in any picture editor, save it as PNG, and bring that."

#: What its member is told: what is wrong, and what to do.
_SAID: dict[Flaw, tuple[str, str]] = {
    Flaw.NO_PICTURE: ("This file is no PNG, JPEG or WebP picture, whatever its name.", _TAKEN),
    Flaw.BROKEN: ("The picture is cut off or damaged.", "Save it anew, or bring another one."),
    Flaw.MOVING: (
        "The picture moves: only a single frame can be painted from.",
        "Bring one of its frames as PNG, JPEG or WebP.",
    ),
    Flaw.TOO_MANY_BYTES: (f"A picture may have {BYTE_LIMIT // _MIB} MiB.", _SMALLER),
    Flaw.TOO_MANY_PIXELS: (
        f"A picture may have {PIXEL_LIMIT / 1e6:.1f} million pixels, such as {_SIDE}x{_SIDE}.",
        _SMALLER,
    ),
    Flaw.TOO_SMALL: (
        f"The picture has less than {LEAST_SIDE} pixels on a side.",
        "Bring a larger one.",
    ),
    Flaw.TOO_MUCH_TEXT: ("The file hides far more text than any picture needs.", _SAVE_ANEW),
    Flaw.TOO_SLOW: ("The picture could not be read in reasonable time.", _SAVE_ANEW),
    Flaw.NO_DECODER: ("The host can't read pictures just now.", _LATER),
}


def expected(interaction: discord.Interaction, attachment: discord.Attachment) -> InputImage | None:
    """The picture as Discord describes it, before anybody has looked into the file.

    For what has to be refused at once: its hash is none. None where Discord knows no size of it,
    without which nothing can be said. Without any I/O. Raises RequestRefused.
    """
    client: EaselBot = interaction.client  # type: ignore[assignment]
    kind = (attachment.content_type or "").partition(";")[0].strip().lower()
    if kind not in _KINDS or not is_discords(attachment.url, client.api_url):
        raise _refusal(Flaw.NO_PICTURE)
    if attachment.size > BYTE_LIMIT:
        raise _refusal(Flaw.TOO_MANY_BYTES)
    if not (attachment.width and attachment.height):
        return None
    if attachment.width * attachment.height > PIXEL_LIMIT:
        raise _refusal(Flaw.TOO_MANY_PIXELS)
    return InputImage(sha256="0" * 64, width=attachment.width, height=attachment.height)


async def bring(interaction: discord.Interaction, attachment: discord.Attachment) -> InputImage:
    """Fetch a picture that was attached, and keep it on disk for a request.

    It is held there: ask for something with it in `kept_if_taken`, at once. To be called after the
    interaction was deferred: this takes seconds. What could be refused without the file, room and
    quotas among it, is refused before it is fetched. Raises RequestRefused.
    """
    client: EaselBot = interaction.client  # type: ignore[assignment]
    expected(interaction, attachment)
    await client.studio.intake.check_quotas(asker_of(interaction))
    async with client.bringing:
        try:
            data = await fetch(attachment.url, client.api_url, BYTE_LIMIT)
        except TooLarge:
            raise _refusal(Flaw.TOO_MANY_BYTES) from None
        except NotFetched as error:
            log.info("Interaction %s: its picture can't be fetched: %s", interaction.id, error)
            raise RequestRefused(
                FIELD, "Discord did not give the picture out.", "Attach it once more."
            ) from None
        return await take(client.studio, data)


async def take(studio: Studio, encoded: bytes) -> InputImage:
    """Keep a picture on disk for a request, made plain, and held. Raises RequestRefused."""
    try:
        plain = await studio.input_imaging.bring(encoded)
    except InputRefused as error:
        if error.flaw is Flaw.NO_DECODER:
            log.error("A picture that was brought can't be read: %s", error)
            raise IntakeFull(FIELD, *_SAID[error.flaw]) from error
        log.info("A picture that was brought is refused (%s): %s", error.flaw, error)
        raise _refusal(error.flaw) from None
    try:
        return await studio.inputs.save(*plain, held=True)
    except OSError as error:
        log.error("A picture that was brought can't be kept: %s", error)
        raise IntakeFull(FIELD, "The host has no room for it on its disk.", _LATER) from error


@asynccontextmanager
async def kept_if_taken(studio: Studio, image: InputImage) -> AsyncIterator[None]:
    """Around asking for something with one that is held; where that is refused, it goes at once.

    Unless another job needs the same, or somebody else is just asking for one with it.
    """
    try:
        try:
            yield
        finally:
            studio.inputs.release(image)
    except Exception:
        try:
            await studio.input_retention.discard([image.sha256])
        except (OSError, DatabaseError) as error:
            # It goes with the next sweep.
            log.warning("A picture that was brought for nothing is still there: %s", error)
        raise


def _refusal(flaw: Flaw) -> RequestRefused:
    return RequestRefused(FIELD, *_SAID[flaw])
