"""Logging in to Discord: what can go wrong there, in words a host can act on."""

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.settings import DISCORD_API_URL, Settings


class DiscordUnavailable(Exception):
    """Discord does not take this bot, or can't be reached; str() says what to do."""


async def log_in(client: discord.Client, token: str, settings: Settings) -> None:
    """Log in and register the commands. Raises DiscordUnavailable."""
    try:
        await client.login(token)
        if settings.discord_api_url != DISCORD_API_URL:
            await _stay_with_this_server(client)
    except discord.LoginFailure as error:
        raise DiscordUnavailable(
            "Discord does not take DISCORD_TOKEN. Reset it in the developer portal and put the new"
            " one into .env."
        ) from error
    except discord.HTTPException as error:
        raise DiscordUnavailable(_explain(error, settings)) from error
    except discord.GatewayNotFound as error:
        address = settings.discord_api_url
        raise DiscordUnavailable(f"{address} does not tell where its gateway is.") from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise DiscordUnavailable(
            f"Discord can't be reached at {settings.discord_api_url}: {error}"
        ) from error


async def _stay_with_this_server(client: discord.Client) -> None:
    """Have a lost session begun anew where this API's gateway is.

    discord.py asks for that address once, and afterward dials the one it was made with: Discord's.
    """
    _, address, _ = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = URL(address)


def _explain(error: discord.HTTPException, settings: Settings) -> str:
    if settings.sync_commands_to and error.code in (10004, 50001):
        return (
            f"EASEL_SYNC_COMMANDS_TO: the bot is not in the guild {settings.sync_commands_to}."
            " Invite it there first, or leave the variable out."
        )
    if error.status == 404:
        return (
            f"DISCORD_API_URL: there is no Discord API at {settings.discord_api_url}. It ends in"
            " /api/v10."
        )
    return f"Discord answered {error.status} at the login: {error.text or error}. Try again later."
