"""`python -m tests.small_models FOLDER` writes the small Turbo there."""

import sys
from pathlib import Path

from tests.small_models.sdxl import write_small_turbo

write_small_turbo(Path(sys.argv[1]))
