"""A person on the playground, by the routes of Discord's own client: for tests and scripts.

    async with await Member.connect(playground.url, 1) as member:  # 0 is the owner
        general = member.channel("general")
        painting = await member.command("imagine", general, prompt="a red circle")
        message = await painting.response()  # the answer, once it is no longer "thinking…"
        message = await painting.picture(timeout=60)  # the answer, once it shows a picture
        pressed = await member.press(message, "Again")  # by custom_id, or the button's label
        again = await pressed.response()

It imports nothing of the server: all it knows is GET /playground/state and Discord's protocol.
"""

from playground.client.interaction import Interaction
from playground.client.member import Member
from playground.client.parts import (
    Event,
    InteractionFailed,
    Json,
    Refused,
    Upload,
    find_component,
    pictures,
)

__all__ = [
    "Event",
    "Interaction",
    "InteractionFailed",
    "Json",
    "Member",
    "Refused",
    "Upload",
    "find_component",
    "pictures",
]
