"""What the bot says on the wire fits Discord's own description of its API.

Named to run last of this folder: the trace is of all the tests here that share one bot.
"""

import asyncio
import sys

import pytest

from tests.end_to_end.conftest import Easel
from tests.support.bot_process import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Discord's OpenAPI document and what holds traffic against it lie beside the checkout.
CHECK = ROOT.parent / "shared" / "discord-api" / "check.py"


@pytest.mark.skipif(
    not CHECK.is_file(), reason="Discord's OpenAPI document is not beside this checkout"
)
async def test_no_request_of_the_bot_misfits(easel: Easel):
    await easel.paint("a red circle")
    await (await easel.member.command("imagine", easel.general, prompt=" ")).response()
    await easel.member.autocomplete("imagine", easel.general, "model", model="")
    await (await easel.member.command("ping", easel.general)).response()
    checking = await asyncio.create_subprocess_exec(
        sys.executable, str(CHECK), str(easel.trace), stdout=asyncio.subprocess.PIPE
    )
    found = (await checking.communicate())[0].decode()
    print(found)
    assert checking.returncode == 0, found
    assert "requests" in found
    assert "do not fit" not in found
