"""`make strips`: the rows of pictures that explain the options, painted anew by the demo model.

They come from the real /sweep, and go to cogs/help/strips: /help and docs/parameters.md show them.
There is none for strength: the demo model knows too little to leave a picture behind by halves.
"""

import asyncio
import io
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from cogs.help._parameters import STRIPS
from playground.client import Member
from playground.server import Playground
from tests.support.bot_process import BotProcess

MOST_BYTES = 60_000
PROMPT = "a red star above a small green square on a blue background"
SWEEPS: dict[str, dict[str, Any]] = {
    "steps": {"prompt": PROMPT, "values": "1, 2, 6, 12", "seed": 4},
    "guidance": {"prompt": PROMPT, "values": "0.5, 1.5, 4, 8", "seed": 4},
    "seed": {"prompt": "a small purple moon", "values": "1-4"},
}


async def main() -> None:
    """Paint all of them."""
    STRIPS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data_dir:
        async with (
            Playground(port=0) as playground,
            BotProcess(playground, Path(data_dir)),
            await Member.connect(playground.url, 1) as mel,
        ):
            for over, options in SWEEPS.items():
                sheet = await _painted(mel, over=over, **options)
                _write(STRIPS / f"{over}.webp", sheet)


async def _painted(mel: Member, **options: Any) -> bytes:
    asked = await mel.command("sweep", mel.channel("general"), **options)
    message = await asked.picture(timeout=120)
    return await mel.download(message["attachments"][0])


def _write(path: Path, png: bytes) -> None:
    with Image.open(io.BytesIO(png)) as image:
        image.save(path, "WEBP", quality=75, method=6)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{path} has {size} bytes, at most {MOST_BYTES}")
    print(f"{path.name}: {size} bytes")


if __name__ == "__main__":
    asyncio.run(main())
