import os
import sys
import threading

import pytest

from benchmarks.plain_loop import NICENESS, painting_thread

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="affinity and niceness of a thread")


def _where_and_how_nice():
    return os.sched_getaffinity(0), os.getpriority(os.PRIO_PROCESS, 0)


def test_the_painting_thread_is_bound_and_made_nicer_and_no_other_is():
    before = _where_and_how_nice()
    core = max(before[0])
    with painting_thread(core) as thread:
        painting = thread.submit(_where_and_how_nice).result()
        others = [_where_and_how_nice()]
        beside = threading.Thread(target=lambda: others.append(_where_and_how_nice()))
        beside.start()
        beside.join()
    assert painting == ({core}, before[1] + NICENESS)
    assert others == [before, before]
