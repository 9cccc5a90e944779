"""The soak in short: what `make soak` does at length."""

from pathlib import Path

import pytest

from tests.soak.run import soak


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_nothing_is_lost_and_nothing_shown_twice(tmp_path: Path):
    soaked = await soak(tmp_path, jobs=60, kills=12, worker_kills=4, seed=20261121)
    print("\n".join(soaked.lines()))
    assert soaked.wrong == []
    assert soaked.struck.kills == 12
    assert soaked.struck.kills_while_generated >= 2
    assert soaked.struck.worker_kills == 4
    assert soaked.struck.faults_struck.total() >= 5
    assert soaked.findings.accepted >= 20
    assert soaked.findings.statuses["delivered"] >= 15
