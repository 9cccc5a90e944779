"""A bot that speaks to the playground by hand, to send what no library would."""

import asyncio
import io
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from playground.client import Member
from playground.server import Playground
from tests.unit.playground.gateway.wire import Wire
from tests.unit.playground.planted_faults.fault import Fault

Json = dict[str, Any]
Files = Mapping[int, tuple[str, bytes]]
PAINT = {
    "name": "paint",
    "description": "Paint.",
    "options": [{"type": 3, "name": "prompt", "description": "What.", "autocomplete": True}],
}


class WireBot:
    """Each method named as a fault's route sends a body there: `(status, answer)`."""

    def __init__(
        self, playground: Playground, http: aiohttp.ClientSession, wire: Wire, member: Member
    ) -> None:
        """Works in the channel #general, with one member to start interactions."""
        self.application = playground.state["application_id"]
        self.general = member.channel("general")
        self._api = playground.api_url
        self._headers = {"Authorization": f"Bot {playground.bot_token}"}
        self._http = http
        self._wire = wire
        self._member = member

    async def send(self, fault: Fault, body: Any, files: Files) -> tuple[int, Any]:
        """Send a body where a fault belongs."""
        return await getattr(self, fault.route)(body, files)

    async def call(
        self, method: str, path: str, body: Any, files: Files | None = None
    ) -> tuple[int, Any]:
        """One request."""
        form: dict[str, Any] = {"json": body}
        if files:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body), content_type="application/json")
            for index, (name, content) in files.items():
                data.add_field(f"files[{index}]", io.BytesIO(content), filename=name)
            form = {"data": data}
        url = self._api + path
        async with self._http.request(method, url, headers=self._headers, **form) as response:
            raw = await response.read()
            return response.status, json.loads(raw) if raw else None

    async def register(self) -> None:
        """Register the one command that the member uses."""
        status, _ = await self.commands([PAINT], {})
        assert status == 200

    async def commands(self, body: Any, _: Files) -> tuple[int, Any]:
        """Register commands."""
        return await self.call("PUT", f"/applications/{self.application}/commands", body)

    async def post(self, body: Any, files: Files) -> tuple[int, Any]:
        """Post a message."""
        return await self.call("POST", f"/channels/{self.general}/messages", body, files)

    async def edit(self, body: Any, files: Files) -> tuple[int, Any]:
        """Edit a message that has a content."""
        _, message = await self.post({"content": "before"}, {})
        path = f"/channels/{self.general}/messages/{message['id']}"
        return await self.call("PATCH", path, body, files)

    async def begin(self) -> Json:
        """The member uses the command; the interaction."""
        await self._member.command("paint", self.general)
        return await self._wire.event("INTERACTION_CREATE")

    async def callback(self, body: Any, files: Files) -> tuple[int, Any]:
        """Acknowledge a command."""
        return await self.acknowledge(await self.begin(), body, files)

    async def answer(self, body: Any, files: Files) -> tuple[int, Any]:
        """Answer a command with a message."""
        return await self.callback({"type": 4, "data": body}, files)

    async def modal(self, body: Any, _: Files) -> tuple[int, Any]:
        """Answer a command with a form."""
        return await self.callback({"type": 9, "data": body}, {})

    async def autocomplete(self, body: Any, _: Files) -> tuple[int, Any]:
        """Offer choices."""
        typed = self._member.autocomplete("paint", self.general, "prompt", prompt="a")
        waiting = asyncio.ensure_future(typed)
        interaction = await self._wire.event("INTERACTION_CREATE")
        answered = await self.acknowledge(interaction, {"type": 8, "data": body}, {})
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return answered

    async def follow_up(self, body: Any, files: Files) -> tuple[int, Any]:
        """Follow up on an answered command."""
        return await self.call("POST", await self._webhook(), body, files)

    async def edit_original(self, body: Any, files: Files) -> tuple[int, Any]:
        """Edit the answer to a command."""
        path = await self._webhook() + "/messages/@original"
        return await self.call("PATCH", path, body, files)

    async def _webhook(self) -> str:
        """The webhook of a command that was answered."""
        interaction = await self.begin()
        answer = {"type": 4, "data": {"content": "answered"}}
        status, _ = await self.acknowledge(interaction, answer, {})
        assert status == 204
        return f"/webhooks/{self.application}/{interaction['token']}"

    async def acknowledge(self, interaction: Json, body: Any, files: Files) -> tuple[int, Any]:
        """Answer an interaction's callback."""
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback"
        return await self.call("POST", path, body, files)
