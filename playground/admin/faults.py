"""/playground/faults: faults of the API, planted by hand."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from playground import errors
from playground.errors import ApiError, is_snowflake
from playground.faults import Fault, Faults
from playground.rest.base import answer, no_content
from playground.uploads import read_body


class FaultRoutes:
    """Plants, lists and takes away; the documents are those of `playground.faults.document`."""

    def __init__(self, faults: Faults, known: Sequence[web.RouteDef]) -> None:
        """Works on these faults; `known` are the routes of the API that they may strike."""
        self._faults = faults
        self._known = known

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [
            web.post("/playground/faults", self.post),
            web.get("/playground/faults", self.get),
            web.delete("/playground/faults", self.clear),
            web.delete("/playground/faults/{fault_id}", self.delete),
        ]

    async def post(self, request: web.Request) -> web.Response:
        """Plant one; a route that none of the API's meets is planted with a warning."""
        body = await read_body(request)
        return answer({"fault": self._told(self._faults.plant(body.payload))}, 201)

    async def get(self, _: web.Request) -> web.Response:
        """All that are planted, with how often each has matched and struck."""
        return answer({"faults": [self._told(fault) for fault in self._faults.list()]})

    async def clear(self, _: web.Request) -> web.Response:
        """Take all away."""
        self._faults.clear()
        return no_content()

    async def delete(self, request: web.Request) -> web.Response:
        """Take one away."""
        identifier = request.match_info["fault_id"]
        if not is_snowflake(identifier) or self._faults.remove(int(identifier)) is None:
            raise ApiError(errors.NOT_FOUND)
        return no_content()

    def _told(self, fault: Fault) -> dict[str, Any]:
        """A fault, with how many routes of the API its pattern meets: none is nearly always a slip.

        It stays planted all the same, since it strikes requests to unknown routes too.
        """
        meets = sum(fault.route.meets(known.method, known.path) for known in self._known)
        told = {**fault.told(), "meets": meets}
        if not meets:
            told["warning"] = f"No route of the API matches {fault.route.text}."
        return told
