"""`python -m generation.tools.score`: how well pictures fit their words, by a CLIP model.

Reads `{"clip": repo or folder, "revision": commit or null, "device": auto, cpu or cuda:N,
"pictures": [{"file", "text"}]}` from stdin; without pictures the model is only brought here. Writes
a line of JSON with its `commit` (or null) and `limit` (tokens), then one a picture, in their order:
`score`, 0 to 100, and `cut`, how many tokens were not read. What can't be done is a line on stderr,
and exit status 1.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any


def main() -> int:
    """Score what is ordered."""
    order = json.load(sys.stdin)
    # Standard output is the answer's alone, whatever a library prints.
    answer, sys.stdout = sys.stdout, sys.stderr
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"  # ours tells of all files together
    from generation.worker.device import DeviceUnavailable
    from generation.worker.load_errors import LoadError

    try:
        for line in _score(order):
            print(json.dumps(line), file=answer, flush=True)
    except KeyboardInterrupt:
        return 130
    except LoadError as error:
        print(f"--clip {order['clip']}: {error}", file=sys.stderr)
        return 1
    except (DeviceUnavailable, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _score(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    from PIL import Image
    from tqdm import tqdm

    from generation.catalog import Source
    from generation.tools._clip import Clip
    from generation.tools._clip_files import bring
    from generation.worker import libraries
    from generation.worker.device import choose_device
    from generation.worker.hub import limit_patience

    libraries.tame()
    limit_patience()
    source = Source(repo=order["clip"], revision=order["revision"])
    folder = bring(source)
    clip = Clip(folder, choose_device(order["device"]).torch_device)
    yield {"commit": None if source.is_folder else folder.name, "limit": clip.limit}
    bar = tqdm(order["pictures"], desc="scoring", unit="picture", disable=not order["pictures"])
    for picture in bar:
        with Image.open(picture["file"], formats=("PNG",)) as image:
            score = clip.score(image, picture["text"])
        yield {"score": score.value, "cut": score.cut}


if __name__ == "__main__":
    sys.exit(main())
