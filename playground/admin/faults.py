"""/playground/faults: faults of the API, planted by hand."""

from aiohttp import web

from playground import errors
from playground.errors import ApiError
from playground.faults import Faults
from playground.rest.base import answer, no_content
from playground.uploads import read_body


class FaultRoutes:
    """Plants, lists and takes away; the documents are those of `playground.faults.document`."""

    def __init__(self, faults: Faults) -> None:
        """Works on these faults."""
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [
            web.post("/playground/faults", self.post),
            web.get("/playground/faults", self.get),
            web.delete("/playground/faults", self.clear),
            web.delete("/playground/faults/{fault_id}", self.delete),
        ]

    async def post(self, request: web.Request) -> web.Response:
        """Plant one."""
        body = await read_body(request)
        return answer({"fault": self._faults.plant(body.payload).told()}, 201)

    async def get(self, _: web.Request) -> web.Response:
        """All that are planted, with how often each has matched and struck."""
        return answer({"faults": [fault.told() for fault in self._faults.list()]})

    async def clear(self, _: web.Request) -> web.Response:
        """Take all away."""
        self._faults.clear()
        return no_content()

    async def delete(self, request: web.Request) -> web.Response:
        """Take one away."""
        identifier = request.match_info["fault_id"]
        if not identifier.isdecimal() or self._faults.remove(int(identifier)) is None:
            raise ApiError(errors.NOT_FOUND)
        return no_content()
