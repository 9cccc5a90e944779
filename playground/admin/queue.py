"""GET /playground/queue: the interactions that still wait for the bot."""

from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.interactions.interaction import Interaction, Kind
from playground.interactions.registry import ACKNOWLEDGE_WITHIN_S, TOKEN_LIFETIME_S, Interactions
from playground.rest.base import answer

_KINDS = {
    Kind.COMMAND: "command",
    Kind.COMPONENT: "component",
    Kind.AUTOCOMPLETE: "autocomplete",
    Kind.MODAL_SUBMIT: "modal",
}
_SUBCOMMANDS = (1, 2)  # types of options: a subcommand, a group of them


class QueueRoutes:
    """Tells what is not yet acknowledged, and what is answered by no more than "thinking…"."""

    def __init__(self, interactions: Interactions, clock: Clock) -> None:
        """Tells of these interactions, with ages by `clock`."""
        self._interactions = interactions
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.get("/playground/queue", self.get)]

    async def get(self, _: web.Request) -> web.Response:
        """The waiting interactions, oldest first."""
        now = self._clock.now()
        waiting = [_told(each, now) for each in self._interactions.waiting()]
        return answer({"at": round(now, 3), "interactions": waiting})


def _told(interaction: Interaction, now: float) -> dict[str, Any]:
    age = now - interaction.created_at
    unacknowledged = interaction.answer is None
    user, channel = interaction.user, interaction.channel
    return {
        "id": str(interaction.id),
        "kind": _KINDS[interaction.kind],
        "name": _name(interaction.data),
        "user": {"id": str(user.id), "name": user.username},
        "channel": {"id": str(channel.id), "name": channel.name},
        "state": "unacknowledged" if unacknowledged else "thinking",
        "age_ms": round(age * 1000, 1),
        "ms_to_acknowledge": (
            round(max(0.0, ACKNOWLEDGE_WITHIN_S - age) * 1000, 1) if unacknowledged else None
        ),
        "token_s": round(TOKEN_LIFETIME_S - age, 1),
    }


def _name(data: dict[str, Any]) -> str:
    """A command with its subcommands, or a component's custom_id."""
    if "name" not in data:
        return str(data.get("custom_id", ""))
    names = [str(data["name"])]
    options = data.get("options") or []
    while options and options[0].get("type") in _SUBCOMMANDS:
        names.append(str(options[0]["name"]))
        options = options[0].get("options") or []
    return " ".join(names)
