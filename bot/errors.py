"""How an error of a command reaches its member.

Privately, in plain words, with an id to quote; never a traceback.

The host finds the same id in the log.
"""

import logging
import secrets

import aiohttp
import discord
from discord import app_commands

from bot.database import (
    DatabaseBusy,
    DatabaseClosed,
    DatabaseCorrupt,
    DatabaseError,
    MemoryShort,
    StorageFailed,
    StorageFull,
)
from generation.errors import RequestRefused
from generation.imaging.process import ImagingClosed

log = logging.getLogger(__name__)

#: What a call may raise that is Discord's or the network's doing rather than a bug of ours.
#: discord.py passes errors of the connection on as they are.
TROUBLE = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)

#: What a public answer that was promised turns into when its request is not taken after all; it
#: goes once its member was told.
NOT_TAKEN = "This request was not taken; the member was told why."

_UNKNOWN_INTERACTION = 10062
_ALREADY_ACKNOWLEDGED = 40060


async def refuse(interaction: discord.Interaction, refusal: RequestRefused) -> None:
    """Tell the member which field, what is allowed, and what to do."""
    await tell_privately(interaction, f"{in_words(refusal)}\n-# Nothing was queued.")


def in_words(refusal: RequestRefused) -> str:
    """Which field, what is allowed, and what to do."""
    return f"**{refusal.field}** – {refusal.limit}\n{refusal.remedy}"


async def tell_privately(interaction: discord.Interaction, text: str) -> None:
    """Answer so that only the member sees it, whatever was answered before."""
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(text, ephemeral=True)
        except discord.HTTPException as error:
            command = interaction.type is discord.InteractionType.application_command
            if error.code != _ALREADY_ACKNOWLEDGED or not command:
                raise
            # Discord took the acknowledgement whose answer was lost: something "is thinking".
            await interaction.edit_original_response(content=text)
        return
    kind = interaction.response.type
    promised = kind is discord.InteractionResponseType.deferred_channel_message
    if promised:
        # The first follow-up after a defer becomes the deferred message, public as it is: give that
        # one a neutral line first, and the next one is private.
        await interaction.edit_original_response(content=NOT_TAKEN, embed=None, attachments=[])
    await interaction.followup.send(text, ephemeral=True)
    if promised:
        await _take_back(interaction)


async def _take_back(interaction: discord.Interaction) -> None:
    """Nobody else needs to see that somebody's request came to nothing; its member knows by now."""
    try:
        await interaction.delete_original_response()
    except TROUBLE as error:
        log.info("Interaction %s: its neutral line stays: %s", interaction.id, error)


async def on_command_error(
    interaction: discord.Interaction, error: app_commands.AppCommandError
) -> None:
    """The one handler of the command tree."""
    name = interaction.command.qualified_name if interaction.command else "?"
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    await _handle(interaction, cause, f"/{name}")


async def on_component_error(interaction: discord.Interaction, error: Exception) -> None:
    """The handler of buttons, selects and forms."""
    await _handle(interaction, error, str((interaction.data or {}).get("custom_id")))


async def _handle(interaction: discord.Interaction, cause: Exception, where: str) -> None:
    if isinstance(cause, RequestRefused):
        await _try_to_tell(interaction, lambda: refuse(interaction, cause))
        return
    if isinstance(cause, discord.HTTPException) and cause.code in (
        _UNKNOWN_INTERACTION,
        _ALREADY_ACKNOWLEDGED,
    ):
        # Too late or twice: Discord takes no answer any more, and the member was told so by
        # Discord.
        log.warning("Interaction %s can't be answered: %s", interaction.id, cause)
        return
    if _is_of_the_stop(interaction, cause):
        log.warning("%s was cut off by the stop: %s", where, cause)
        return
    if isinstance(cause, DatabaseError):
        log.error("%s was not carried out: %s", where, cause)
    known = _known(cause)
    if known is not None:
        await _try_to_tell(interaction, lambda: tell_privately(interaction, known))
        return
    reference = secrets.token_hex(4)
    log.error("Error %s in %s", reference, where, exc_info=cause)
    text = (
        "Something went wrong on Easel's side; nothing was lost that was queued before.\n"
        f"If it happens again, tell the host this id: `{reference}`"
    )
    await _try_to_tell(interaction, lambda: tell_privately(interaction, text))


def _is_of_the_stop(interaction: discord.Interaction, error: Exception) -> bool:
    """Whether Discord can't be asked for anything any more; aiohttp has no error for just that."""
    if isinstance(error, ImagingClosed):
        return True  # Discord was left before
    return isinstance(error, RuntimeError) and interaction.client.is_closed()


def _known(cause: Exception) -> str | None:
    """A plain sentence for errors that are nobody's fault, else None."""
    match cause:
        case DatabaseError():
            return _of_the_database(cause)
        case aiohttp.ClientError():
            return "Discord could not be reached for a moment. Ask again."
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            return "This command has changed since your Discord loaded it. Reload Discord (Ctrl+R)."
        case app_commands.CheckFailure():
            return "You can't use this command here."
        case _:
            return None


def _of_the_database(cause: DatabaseError) -> str:
    match cause:
        case DatabaseBusy():
            return "Easel can't write anything down just now. Ask again in a minute."
        case DatabaseClosed():
            return "Easel is stopping. Ask again in a minute."
        case StorageFull():
            return "Easel can't write anything down: its host's disk is full. Tell the host."
        case MemoryShort():
            return "Easel can't write anything down: its host is short of memory. Tell the host."
        case StorageFailed():
            return "Easel can't write anything down: its host's disk does not work. Tell the host."
        case DatabaseCorrupt():
            return "Easel can't write anything down: its database is damaged. Tell the host."
        case _:
            return "Easel can't write anything down: it can't use its own files. Tell the host."


async def _try_to_tell(interaction: discord.Interaction, tell) -> None:
    try:
        await tell()
    except (*TROUBLE, RuntimeError) as error:
        if not (isinstance(error, TROUBLE) or _is_of_the_stop(interaction, error)):
            raise
        log.warning("Interaction %s: the member could not be told: %s", interaction.id, error)
