"""Discord: whether it takes the token, and whether the application is set up as Easel needs it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ._finding import Area, Finding, error, in_two, note, ok, warning
from ._moderation import check_reports

if TYPE_CHECKING:
    from ._case import Case

_PORTAL = "https://discord.com/developers/applications"
# Flags of an application that has them switched on: those of large bots, those of small ones.
_INTENTS = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}


async def check_discord(case: "Case") -> list[Finding]:
    """Ask as the bot does at its login, without the gateway."""
    from ._discord_api import DiscordApi, NoAnswer

    settings = case.settings
    if settings.discord_token is None:
        return [_no_token(case)]
    token = settings.discord_token.get_secret_value()
    try:
        async with DiscordApi(settings.discord_api_url, token) as api:
            bot = await api.get("/users/@me")
            application = await api.get("/applications/@me")
            findings = [ok("discord", f"takes the token, of {bot['username']} ({bot['id']})")]
            findings += _of_application(application)
            findings += await _of_guilds(case, api, application["id"], bot["id"])
            return [*findings, *await check_reports(api, case.settings.report_channel_id)]
    except NoAnswer as problem:
        return [error("discord", problem.found, problem.remedy, Area.DISCORD)]


async def _of_guilds(case: "Case", api: Any, application_id: str, bot_id: str) -> list[Finding]:
    from ._guilds import check_guilds

    return await check_guilds(api, application_id, bot_id, case.settings.sync_commands_to)


def _no_token(case: "Case") -> Finding:
    if any(problem.startswith("DISCORD_TOKEN") for problem in case.problems):
        found, remedy = "not asked: DISCORD_TOKEN can't be used", "See what is said of settings."
        return error("discord", found, remedy, Area.SETTINGS)
    from bot.settings import SettingsError

    try:
        case.settings.require_token()
    except SettingsError as problem:
        return error("discord", *in_two(str(problem), ""), Area.SETTINGS)
    raise AssertionError("There is a token")


def _of_application(application: Mapping[str, Any]) -> Iterator[Finding]:
    """What is switched on in the developer portal and should not be."""
    flags = int(application.get("flags") or 0)
    if on := [name for name, bits in _INTENTS.items() if flags & bits]:
        yield note(
            "discord intents",
            f"privileged ones are on that Easel does not need: {', '.join(on)}",
            f"Switch them off under Bot: {_PORTAL}/{application['id']}/bot",
        )
    if application.get("interactions_endpoint_url"):
        yield error(
            "discord application",
            "it has an Interactions Endpoint URL: Discord sends commands there, not to Easel",
            f"Empty that field: {_PORTAL}/{application['id']}/information",
            Area.DISCORD,
        )
    if application.get("bot_require_code_grant"):
        yield warning(
            "discord application",
            "it requires an OAuth2 code grant, with which nobody can invite it",
            f"Switch that off under Bot: {_PORTAL}/{application['id']}/bot",
        )
