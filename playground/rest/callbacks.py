"""/interactions/{id}/{token}/callback: how the bot acknowledges an interaction."""

from typing import Any

from aiohttp import web

from playground import errors, fields
from playground.commands.choices import check_choices
from playground.components import check_modal, numbered
from playground.errors import ApiError, FormErrors, InvalidForm, is_snowflake
from playground.interactions.interaction import Callback, Interaction, Kind
from playground.messages.drafts import KEYS, MAX_FLAGS, draft_of
from playground.rest.base import Resource, answer, no_content
from playground.uploads import Body, read_body
from playground.world import EPHEMERAL, Message

# Which callbacks answer which kind of interaction.
_ALLOWED = {
    Kind.COMMAND: (Callback.MESSAGE, Callback.DEFERRED_MESSAGE, Callback.MODAL),
    Kind.COMPONENT: (
        Callback.MESSAGE,
        Callback.DEFERRED_MESSAGE,
        Callback.DEFERRED_UPDATE,
        Callback.UPDATE,
        Callback.MODAL,
    ),
    Kind.AUTOCOMPLETE: (Callback.AUTOCOMPLETE_RESULT,),
    Kind.MODAL_SUBMIT: (Callback.MESSAGE, Callback.DEFERRED_MESSAGE),
}


class Callbacks(Resource):
    """The one route of the acknowledgment."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [web.post("/interactions/{interaction_id}/{token}/callback", self.post)]

    async def post(self, request: web.Request) -> web.Response:
        """Acknowledge an interaction; 200 with what came of it if asked with_response, else 204."""
        token = request.match_info["token"]
        body = await read_body(request, self.services.interactions.file_limit(token))
        identifier = request.match_info["interaction_id"]
        if not is_snowflake(identifier):
            raise ApiError(errors.UNKNOWN_INTERACTION)
        interaction = self.services.interactions.to_acknowledge(int(identifier), token)
        callback = _callback_type(interaction, body.fields)
        data = body.fields.get("data") or {}
        if not isinstance(data, dict):
            raise InvalidForm.at(
                ("data",), "DICT_TYPE_CONVERT", "Only dictionaries may be used here."
            )
        message = self._apply(interaction, callback, data, body)
        if request.query.get("with_response", "").lower() not in ("1", "true"):
            return no_content()
        return answer(self._result(interaction, callback, message))

    def _apply(
        self, interaction: Interaction, callback: Callback, data: dict[str, Any], body: Body
    ) -> Message | None:
        """Do what a callback says; the message that came of it."""
        answers = self.services.answers
        match callback:
            case Callback.MESSAGE:
                draft = draft_of(data, body, at=("data",))
                return answers.message(interaction, draft)
            case Callback.DEFERRED_MESSAGE:
                return answers.defer_message(interaction, _flags(data))
            case Callback.DEFERRED_UPDATE:
                return answers.defer_update(interaction)
            case Callback.UPDATE:
                draft = draft_of(data, body, at=("data",), before=interaction.message)
                return answers.update(interaction, draft)
            case Callback.AUTOCOMPLETE_RESULT:
                answers.autocomplete(interaction, _choices(interaction, data))
            case Callback.MODAL:
                answers.modal(interaction, _modal(data))
        return None

    def _result(
        self, interaction: Interaction, callback: Callback, message: Message | None
    ) -> dict[str, Any]:
        about: dict[str, Any] = {"id": str(interaction.id), "type": int(interaction.kind)}
        if message is None:
            return {"interaction": about}
        about |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": bool(message.flags & EPHEMERAL),
            "channel_id": str(message.channel_id),
        }
        if interaction.channel.guild_id is not None:
            about["guild_id"] = str(interaction.channel.guild_id)
        # A defer answers with the kind of callback that its message will be.
        kinds = {
            Callback.DEFERRED_MESSAGE: Callback.MESSAGE,
            Callback.DEFERRED_UPDATE: Callback.UPDATE,
        }
        resource = {
            "type": int(kinds.get(callback, callback)),
            "message": self.services.board.writer.message(message),
        }
        return {"interaction": about, "resource": resource}


def _callback_type(interaction: Interaction, sent: dict[str, Any]) -> Callback:
    allowed = list(_ALLOWED[interaction.kind])
    if interaction.kind is Kind.MODAL_SUBMIT and interaction.message is not None:
        # The form was opened by a component, whose message may be updated.
        allowed += [Callback.DEFERRED_UPDATE, Callback.UPDATE]
    form = FormErrors()
    fields.keys(form, (), sent, ("type", "data"))
    if "type" not in sent:
        form.required(("type",))
    else:
        form.choice(("type",), sent["type"], [int(each) for each in allowed])
    form.raise_if_any()
    return Callback(sent["type"])


def _flags(data: dict[str, Any]) -> int:
    form = FormErrors()
    form.integer(("data", "flags"), data.get("flags"), 0, MAX_FLAGS)
    fields.keys(form, ("data",), data, KEYS)
    form.raise_if_any()
    return data.get("flags") or 0


def _choices(interaction: Interaction, data: dict[str, Any]) -> list[dict[str, Any]]:
    form = FormErrors()
    fields.keys(form, ("data",), data, ("choices",))
    kind = _focused_kind(interaction.data.get("options") or [])
    at = ("data", "choices")
    choices = check_choices(form, data.get("choices"), at, kind, unique=False)
    form.raise_if_any()
    return [{"name": choice["name"], "value": choice["value"]} for choice in choices]


def _focused_kind(options: list[dict[str, Any]]) -> int | None:
    """The type of the option that is being typed."""
    for option in options:
        if option.get("focused"):
            return option["type"]
        inner = _focused_kind(option.get("options") or [])
        if inner is not None:
            return inner
    return None


def _modal(data: dict[str, Any]) -> dict[str, Any]:
    form = FormErrors()
    check_modal(form, data)
    form.raise_if_any()
    return {
        "custom_id": data["custom_id"],
        "title": data["title"],
        "components": numbered(data["components"]),
    }
