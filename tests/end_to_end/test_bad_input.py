"""Bad input gets a private answer that names field, limit and remedy; nothing is queued."""

import pytest

from playground.client import Refused
from tests.end_to_end.conftest import Easel
from tests.support.wire import EPHEMERAL

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("options", "field", "says"),
    [
        ({"prompt": "   "}, "prompt", "empty"),
        ({"prompt": "x" * 1501}, "prompt", "1,501 characters; 1,500 are allowed"),
        ({"prompt": "x" * 6000}, "prompt", "Shorten it by 4,500"),
        ({"negative_prompt": "x" * 1501}, "negative_prompt", "1,500 are allowed"),
        ({"model": "dall-e"}, "model", "There are: demo, sdxl-turbo"),
        ({"steps": 0}, "steps", "1 to 30, not 0"),
        ({"steps": 31}, "steps", "1 to 30, not 31"),
        ({"steps": 5, "model": "sdxl-turbo"}, "steps", "1 to 4, not 5"),
        ({"guidance": 8.5}, "guidance", "0 to 8, not 8.5"),
        ({"guidance": -1}, "guidance", "not -1"),
        ({"guidance": 2, "model": "sdxl-turbo"}, "guidance", "exactly 0"),
        ({"size": "512x512"}, "size", "256x256, not 512x512"),
        ({"size": "huge"}, "size", "not huge"),
    ],
)
async def test_it_is_refused_in_private(easel: Easel, options: dict, field: str, says: str):
    before = len(easel.rows())
    asked = {"prompt": "a red circle", **options}
    refused = await easel.member.command("imagine", easel.general, **asked)
    answer = await refused.response()
    assert answer["flags"] & EPHEMERAL
    assert answer["content"].startswith(f"**{field}** – ")
    assert says in answer["content"]
    assert "Nothing was queued" in answer["content"]
    assert len(easel.rows()) == before
    assert len(refused.messages()) == 1
    assert all(event.data.get("id") != answer["id"] for event in easel.other.events)


@pytest.mark.parametrize(
    "options", [{"seed": -1}, {"seed": 2**53}, {"seed": "seven"}, {"steps": 2.5}, {}]
)
async def test_what_discord_itself_checks_never_reaches_the_bot(easel: Easel, options: dict):
    before = len(easel.rows())
    asked = {"prompt": "a red circle", **options} if options else {}
    with pytest.raises(Refused) as refusal:
        await easel.member.command("imagine", easel.general, **asked)
    assert refusal.value.status == 400
    assert refusal.value.code == 50035
    assert len(easel.rows()) == before
