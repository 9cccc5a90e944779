"""`python -m tests.small_models FOLDER` writes every small repo there, and Turbo's files alone."""

import sys
from pathlib import Path

from tests.small_models.networks import write_releases
from tests.small_models.repos import REPOS
from tests.small_models.sdxl import write_small_turbo

root = Path(sys.argv[1])
write_small_turbo(root / "small-turbo")
write_releases(root / "releases")
for name, repo in REPOS.items():
    repo.write(root / name)
