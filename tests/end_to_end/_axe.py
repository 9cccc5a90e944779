"""axe-core, the accessibility checker: fetched once by npm, kept outside of version control.

The package is pinned with its integrity hash; it is a tool of the tests and no part of Easel.
"""

import base64
import functools
import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from playwright.async_api import Page

VERSION = "4.14.1"
INTEGRITY = (
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASy"
    "FNNtuFooJpZe37OgudVGtQ=="
)
_CACHE = Path(__file__).parents[2] / ".cache" / "axe"
_PACKAGE = _CACHE / f"axe-core-{VERSION}.tgz"
_SCRIPT = "package/axe.min.js"
# WCAG 2.2 AA, and what axe's makers found to be good practice.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class AxeMissing(Exception):
    """There is no axe-core here, and no way to fetch it; the message says why."""


@functools.cache
def source() -> str:
    """The script. Raises AxeMissing where neither npm nor the cache has it."""
    if not _PACKAGE.is_file():
        _fetch()
    data = _PACKAGE.read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    assert found == INTEGRITY, f"{_PACKAGE} is not what was pinned: {found}"
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        script = package.extractfile(_SCRIPT)
        assert script is not None
        return script.read().decode()


def _fetch() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise AxeMissing("there is no npm to fetch axe-core with")
    _CACHE.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", str(_CACHE)]
    try:
        # Not in the checkout: npm reads the package.json of where it runs.
        subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=_CACHE)
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise AxeMissing(f"npm could not fetch axe-core: {' '.join(last)}") from error
    except subprocess.TimeoutExpired as error:
        raise AxeMissing("npm did not fetch axe-core in two minutes") from error


async def findings(page: Page) -> list[str]:
    """What axe finds wrong in the page as it is now: a readable line for each place."""
    await page.evaluate(source())
    found: list[dict[str, Any]] = await page.evaluate(
        """async (tags) => {
            // Nothing may be on its way between two colors when they are measured.
            for (const animation of document.getAnimations()) {
                if (animation.effect.getComputedTiming().endTime !== Infinity) animation.finish();
            }
            const { violations } = await axe.run(document, {
                runOnly: { type: "tag", values: tags },
                resultTypes: ["violations"],
            });
            return violations.map(({ id, impact, help, nodes }) => ({
                id, impact, help,
                places: nodes.map((node) => [node.target.join(" "), node.failureSummary]),
            }));
        }""",
        _TAGS,
    )
    return [
        f"{each['impact']} {each['id']}: {each['help']}: {place}: {' '.join(summary.split())}"
        for each in found
        for place, summary in each["places"]
    ]
