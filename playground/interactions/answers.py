"""How the bot answers an interaction: the acknowledgment, and what the token allows afterward."""

from typing import Any

from playground import errors, payloads
from playground.errors import ApiError, is_snowflake
from playground.guilds import Guilds
from playground.interactions.installs import must_be_private, only_by_user
from playground.interactions.interaction import Callback, Interaction, Kind
from playground.interactions.registry import Interactions
from playground.messages.board import Board
from playground.messages.drafts import Draft
from playground.messages.posting import check_answer
from playground.payloads.interactions import metadata
from playground.world import (
    CHAT_INPUT_COMMAND,
    COMPONENTS_V2,
    CONTEXT_MENU_COMMAND,
    DEFAULT_MESSAGE,
    EPHEMERAL,
    LOADING,
    REPLY,
    Message,
    World,
)

# What may follow in a guild or DM where the application is only on its user's account.
FOLLOW_UPS_OF_USERS = 5


class Answers:
    """The messages and forms that answer interactions."""

    def __init__(
        self, world: World, interactions: Interactions, board: Board, guilds: Guilds
    ) -> None:
        """Posts on `board`, and tells `interactions` of acknowledgments."""
        self._guilds = guilds
        self._world = world
        self._interactions = interactions
        self._board = board

    # --- the acknowledgment ---

    def message(self, interaction: Interaction, draft: Draft) -> Message:
        """Answer with a message (type 4)."""
        message = self._post(interaction, draft, ephemeral=bool(draft.flags & EPHEMERAL))
        interaction.original = message
        self._interactions.acknowledge(interaction, Callback.MESSAGE)
        return message

    def defer_message(self, interaction: Interaction, flags: int) -> Message:
        """Answer with "is thinking…" (type 5); whether it is ephemeral is fixed here."""
        message = self._post(
            interaction,
            Draft(frozenset(), flags=flags & COMPONENTS_V2),
            ephemeral=bool(flags & EPHEMERAL),
            flags=LOADING,
        )
        interaction.original = message
        self._interactions.acknowledge(interaction, Callback.DEFERRED_MESSAGE)
        return message

    def defer_update(self, interaction: Interaction) -> Message | None:
        """Acknowledge a component without showing anything (type 6)."""
        self._take_source(interaction)
        self._interactions.acknowledge(interaction, Callback.DEFERRED_UPDATE)
        return interaction.original

    def update(self, interaction: Interaction, draft: Draft) -> Message:
        """Edit the message whose component was used (type 7)."""
        source = self._take_source(interaction)
        message = self._board.edit(interaction.channel, source, draft)
        self._interactions.acknowledge(interaction, Callback.UPDATE)
        return message

    def autocomplete(self, interaction: Interaction, choices: list[dict[str, Any]]) -> None:
        """Offer choices (type 8)."""
        self._interactions.acknowledge(interaction, Callback.AUTOCOMPLETE_RESULT)
        event = "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE"
        self._interactions.tell(interaction, event, choices=choices)

    def modal(self, interaction: Interaction, modal: dict[str, Any]) -> None:
        """Open a form for the user (type 9)."""
        interaction.modal = modal
        self._interactions.tell(
            interaction,
            "INTERACTION_MODAL_CREATE",
            application=payloads.application_card(self._world.application),
            channel_id=str(interaction.channel.id),
            **modal,
        )
        self._interactions.acknowledge(interaction, Callback.MODAL)

    # --- afterward, by the token ---

    def follow_up(self, interaction: Interaction, draft: Draft) -> Message:
        """Post a further message; after a defer the first fills the deferred message instead.

        Raises 40094 for more than five where the application is only on its user's account.
        """
        original = interaction.original
        if original is not None and original.loading:
            return self._board.edit(interaction.channel, original, draft)
        if only_by_user(interaction.owners) and interaction.follow_ups >= FOLLOW_UPS_OF_USERS:
            raise ApiError(errors.TOO_MANY_FOLLOW_UPS)
        message = self._post(
            interaction,
            draft,
            ephemeral=bool(draft.flags & EPHEMERAL),
            type=REPLY if original is not None else DEFAULT_MESSAGE,
            reference_id=None if original is None else original.id,
        )
        interaction.follow_ups += 1
        return message

    def find(self, interaction: Interaction, which: str) -> Message:
        """The message that `@original` or an id means to this token."""
        if which == "@original":
            if interaction.original is None:
                raise ApiError(errors.UNKNOWN_WEBHOOK)
            identifier = interaction.original.id
        elif is_snowflake(which) and int(which) in interaction.message_ids:
            identifier = int(which)
        else:
            raise ApiError(errors.UNKNOWN_MESSAGE)
        return self._board.find(interaction.channel, identifier, interaction.user)

    # --- inside ---

    def _post(
        self, interaction: Interaction, draft: Draft, *, ephemeral: bool, **fields: Any
    ) -> Message:
        private = ephemeral or must_be_private(
            interaction.owners, interaction.user, interaction.channel
        )
        about = metadata(self._world, interaction)
        if interaction.original is not None:
            about["original_response_message_id"] = str(interaction.original.id)
        elif "type" not in fields:
            fields |= _kind_of_answer(interaction)
        check_answer(self._guilds, interaction.channel, private=private)
        message = self._board.post(
            interaction.channel,
            self._world.bot,
            draft,
            **{
                **fields,
                "flags": fields.get("flags", 0) | (EPHEMERAL if private else 0),
                "private_to": interaction.user.id if private else None,
                "application_id": self._world.application.id,
                "interaction_metadata": about,
            },
        )
        interaction.message_ids.add(message.id)
        return message

    def _take_source(self, interaction: Interaction) -> Message:
        """The message a component interaction came from becomes its @original."""
        source = interaction.message
        if source is None or source.id not in interaction.channel.messages:
            raise ApiError(errors.UNKNOWN_MESSAGE)
        interaction.original = source
        interaction.message_ids.add(source.id)
        return source


def _kind_of_answer(interaction: Interaction) -> dict[str, Any]:
    """Type and reference of the first answer: to a command its own type, to a component a reply."""
    first = interaction.origin or interaction
    if first.kind is Kind.COMMAND:
        command_type = first.data.get("type", 1)
        return {"type": CHAT_INPUT_COMMAND if command_type == 1 else CONTEXT_MENU_COMMAND}
    if interaction.message is not None:
        return {"type": REPLY, "reference_id": interaction.message.id}
    return {}
