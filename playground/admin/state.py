"""GET /playground/state: who and what there is, with everybody's token."""

from typing import Any

from aiohttp import web

from playground.rest.base import answer
from playground.services import Services


class State:
    """The route of the state document."""

    def __init__(self, services: Services) -> None:
        """Tells of these services."""
        self._services = services

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.get("/playground/state", self.get)]

    async def get(self, _: web.Request) -> web.Response:
        """The state document."""
        return answer(state_of(self._services), headers={"Cache-Control": "no-store"})


def state_of(services: Services) -> dict[str, Any]:
    """The state document: users in the order owner, member, other member."""
    world = services.world
    bot = world.bot
    users: list[dict[str, Any]] = []
    for person in world.people:
        dm = world.dm_of(person, bot)
        users.append(
            {
                "id": str(person.id),
                "username": person.username,
                "global_name": person.global_name,
                "token": person.token,
                "dm_channel_id": None if dm is None else str(dm.id),
            }
        )
    guilds = [
        {
            "id": str(guild.id),
            "name": guild.name,
            "owner_id": str(guild.owner_id),
            "channels": [
                {
                    "id": str(channel.id),
                    "name": channel.name,
                    "type": channel.type,
                    "nsfw": channel.nsfw,
                }
                for channel in guild.channels.values()
            ],
        }
        for guild in world.guilds.values()
    ]
    return {
        "application_id": str(world.application.id),
        "bot": {"id": str(bot.id), "username": bot.username, "token": bot.token},
        "users": users,
        "guilds": guilds,
        "bot_online": services.gateway.bot_online,
        "invalid_requests": services.invalid_requests.count,
    }
