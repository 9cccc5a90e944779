"""The member's client, where it is not used by all other tests already."""

import pytest

from playground.client import Member, find_component, pictures
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter


async def test_what_is_not_there_is_a_lookup_error(login: Login, painter: Painter, member: Member):
    @painter.tree.command()
    async def imagine(interaction: object, prompt: str) -> None:
        """Paint."""

    await login(painter)
    general = member.channel("general")
    with pytest.raises(LookupError, match="#nowhere"):
        member.channel("nowhere")
    with pytest.raises(LookupError, match="/paint"):
        await member.command("paint", general)
    with pytest.raises(LookupError, match="no option 'seed'"):
        await member.command("imagine", general, seed=1)
    with pytest.raises(LookupError, match="'Again'"):
        find_component({"components": []}, "Again")


async def test_waiting_looks_at_what_was_recorded_and_ends(member: Member):
    await member.say(member.channel("general"), "before")
    await member.wait_for(lambda event: event.name == "MESSAGE_CREATE")
    mark = member.mark()
    with pytest.raises(TimeoutError):
        await member.wait_for(lambda e: e.name == "MESSAGE_CREATE", 0.01, since=mark)


async def test_waiting_ends_when_the_server_hangs_up(playground: Playground, member: Member):
    playground.gateway.close(4000, playground.services.world.user(int(member.id)))
    with pytest.raises(ConnectionError):
        await member.wait_for(lambda event: event.name == "NEVER")


def test_pictures_are_found_wherever_they_are_shown():
    message = {
        "attachments": [
            {"url": "a", "content_type": "image/png"},
            {"url": "b", "content_type": "text/plain"},
        ],
        "embeds": [{"image": {"url": "c"}}, {}],
        "components": [{"type": 17, "components": [{"items": [{"media": {"url": "d"}}]}]}],
    }
    assert pictures(message) == ["a", "c", "d"]
