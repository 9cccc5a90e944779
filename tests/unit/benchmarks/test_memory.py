import sqlite3

import pytest

from benchmarks.memory import Memory, _growth
from benchmarks.noop_bot import holdings


def test_growth_is_told_with_what_it_is_taken_by():
    before, after = Memory(80.0, 1.5, 287_000), Memory(81.5, 2.5, 285_600)
    whole, sqlite, objects = _growth("since", before, after, 2)
    assert (whole.value, whole.goal, whole.met) == (1.5, 2, True)
    assert sqlite.value == pytest.approx(1)
    assert objects.value == -1400


def test_what_sqlite_and_objects_take_is_seen():
    database = sqlite3.connect(":memory:")
    before = holdings()
    database.execute("CREATE TABLE large AS SELECT zeroblob(10000000) AS data")
    kept = [object() for _ in range(10_000)]
    after = holdings()
    database.close()
    assert after["sqlite"] - before["sqlite"] > 9_000_000
    assert after["blocks"] - before["blocks"] >= len(kept)
