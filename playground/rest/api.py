"""All routes of the API, under each of its prefixes."""

from aiohttp import web

from playground.rest.applications import Applications
from playground.rest.callbacks import Callbacks
from playground.rest.commands import ApplicationCommands
from playground.rest.guilds import Guilds
from playground.rest.interactions import UserInteractions
from playground.rest.messages import Messages
from playground.rest.users import Users
from playground.rest.webhooks import Webhooks
from playground.services import Services

PREFIXES = ("/api/v10", "/api/v9", "/api")
RESOURCES = (
    Users,
    Applications,
    ApplicationCommands,
    Guilds,
    Messages,
    UserInteractions,
    Callbacks,
    Webhooks,
)


def routes(services: Services) -> list[web.RouteDef]:
    """The API's routes with their prefixes."""
    plain = [route for resource in RESOURCES for route in resource(services).routes()]
    return [
        web.RouteDef(route.method, prefix + route.path, route.handler, route.kwargs)
        for prefix in PREFIXES
        for route in plain
    ]
