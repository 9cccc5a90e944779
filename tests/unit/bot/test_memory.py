"""What pictures took is the system's again, in a process of its own: it is so for all of one."""

import subprocess
import sys

import pytest

HOLDS = """
import sys
from pathlib import Path
from bot.memory import give_back_large_blocks

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

if sys.argv[1] == "given back":
    give_back_large_blocks()
bytearray(1 << 20)  # freed at once: from here on glibc keeps what is smaller
picture, more = b"x" * 200_000, b"x" * 1_000
before, pictures, kept = resident(), [], []
for _ in range(100):
    pictures.append(bytearray(picture))
    kept.append(bytearray(more))  # on top of it
del pictures
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="is of glibc")
def test_what_is_as_large_as_a_picture_is_not_kept():
    def held(how: str) -> int:
        done = subprocess.run([sys.executable, "-c", HOLDS, how], capture_output=True, check=True)
        return int(done.stdout)

    assert held("given back") < 1_000_000
    assert held("kept") > 10_000_000  # or there would be no need for it
