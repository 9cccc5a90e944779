"""/playground/…: what drives and shows a playground, and Discord has no route for.

No token is needed, but they answer only on loopback, and to no other site's pages.
"""

from aiohttp import web

from playground.admin.clock import ClockRoutes
from playground.admin.faults import FaultRoutes
from playground.admin.gateway import GatewayRoutes
from playground.admin.queue import QueueRoutes
from playground.admin.ratelimits import RateLimitRoutes
from playground.admin.state import State, state_of
from playground.rest import api
from playground.services import Services
from playground.traffic.stream import TrafficStream

__all__ = ["routes", "state_of"]


def routes(services: Services) -> list[web.RouteDef]:
    """All routes below /playground."""
    return [
        *State(services).routes(),
        *FaultRoutes(services.faults, api.plain_routes(services)).routes(),
        *GatewayRoutes(services.gateway).routes(),
        *ClockRoutes(services.clock).routes(),
        *RateLimitRoutes(services.ratelimits, services.invalid_requests).routes(),
        *QueueRoutes(services.interactions, services.clock).routes(),
        *TrafficStream(services.traffic, services.clock).routes(),
    ]
