"""All routes of the API, under each of its prefixes."""

from aiohttp import web

from playground.api_request import PREFIXES
from playground.rest.applications import Applications
from playground.rest.automod import AutoModRules
from playground.rest.callbacks import Callbacks
from playground.rest.channels import Channels
from playground.rest.commands import ApplicationCommands
from playground.rest.guilds import Guilds
from playground.rest.interactions import UserInteractions
from playground.rest.members import Members
from playground.rest.messages import Messages
from playground.rest.pins import Pins
from playground.rest.reactions import Reactions
from playground.rest.roles import Roles
from playground.rest.thread_members import ThreadMembers
from playground.rest.threads import Threads
from playground.rest.users import Users
from playground.rest.webhooks import Webhooks
from playground.services import Services

RESOURCES = (
    Users,
    Applications,
    ApplicationCommands,
    Guilds,
    Members,
    Roles,
    Channels,
    Threads,
    ThreadMembers,
    AutoModRules,
    Pins,
    Messages,
    Reactions,
    UserInteractions,
    Callbacks,
    Webhooks,
)


def routes(services: Services) -> list[web.RouteDef]:
    """The API's routes with their prefixes."""
    plain = plain_routes(services)
    return [
        web.RouteDef(route.method, prefix + route.path, route.handler, route.kwargs)
        for prefix in PREFIXES
        for route in plain
    ]


def plain_routes(services: Services) -> list[web.RouteDef]:
    """The API's routes as Discord's documents name them."""
    return [route for resource in RESOURCES for route in resource(services).routes()]
