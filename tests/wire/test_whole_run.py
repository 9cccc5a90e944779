"""What bots and playgrounds said to each other in this run fits Discord's description of its API.

This folder's name has it run last; `make test` runs it after all others. Exchanges that the
playground refused are no misfits.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground import trace
from tests.support.wire import Json

#: Discord's OpenAPI document and what holds traffic against it lie beside the checkout.
CHECK = Path(__file__).parents[3] / "shared" / "discord-api" / "check.py"

#: Routes that Discord has and its document lacks: used by bots, and by Discord's own client.
UNDOCUMENTED = (
    re.compile(r"POST /attachments/refresh-urls$"),
    re.compile(r"(PUT|DELETE) /channels/\d+/messages/\d+/reactions/[^/]+/[01]/[^/]+$"),
)
#: Sets of permissions are integers in the document. Discord answers with strings, and takes them:
#: discord.js sends nothing else.
PERMISSIONS = ("default_member_permissions", "permissions", "allow", "deny")


def tolerant(exchange: Json) -> Json | None:
    """An exchange with what the document does not know put as it knows it; None to leave it out."""
    if any(route.match(f"{exchange['method']} {exchange['path']}") for route in UNDOCUMENTED):
        return None
    request = exchange["request"]
    if isinstance(request, dict):
        for key in PERMISSIONS:
            value = request.get(key)
            if isinstance(value, str) and value.isdecimal() and len(value) < 20:
                request[key] = int(value)
    return exchange


@pytest.mark.skipif(
    not CHECK.is_file(), reason="Discord's OpenAPI document is not beside this checkout"
)
def test_no_request_and_no_answer_of_this_run_misfits(tmp_path: Path):
    recorded = trace.DEFAULT_PATH
    assert recorded is not None
    if not recorded.is_file():
        pytest.skip("no test of this run used a playground")
    exchanges = [tolerant(json.loads(line)) for line in recorded.read_text().splitlines()]
    kept = tmp_path / "trace.jsonl"
    kept.write_text("".join(json.dumps(each) + "\n" for each in exchanges if each))
    checking = subprocess.run(
        [sys.executable, str(CHECK), str(kept)], capture_output=True, text=True, check=False
    )
    print(checking.stdout)
    misfits = [line for line in checking.stdout.splitlines() if line.startswith("line ")]
    assert not misfits
    assert checking.returncode == 0, checking.stderr
