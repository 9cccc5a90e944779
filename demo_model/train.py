"""`python -m demo_model.train`: trains the model's parts, going on from where they were left.

The parts are trained one after the other: text encoders, decoder, a pool of training pictures,
UNet. Each saves itself every two minutes under `.checkpoints/`; `python -m demo_model.export` then
writes `weights/`. A stage's learning rate falls to nothing over its minutes, so give it all it may
take.
"""

from __future__ import annotations

import argparse
import logging

from demo_model import pool, train_text, train_unet, train_vae

log = logging.getLogger(__name__)

# Minutes that each stage wants on two cores with nothing else to do.
MINUTES: dict[str, float] = {"text": 4.0, "vae": 20.0, "unet": 120.0}
POOL = 40_000  # pictures


def run(stage: str, minutes: float) -> None:
    """One stage."""
    if stage == "text":
        train_text.train(minutes)
    elif stage == "vae":
        train_vae.train(minutes)
    else:
        pool.build(POOL)
        train_unet.train(minutes)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m demo_model.train", description=__doc__)
    parser.add_argument("--stage", choices=[*MINUTES, "all"], default="all")
    parser.add_argument("--minutes", type=float, help="for each stage; its own default without")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for stage in MINUTES if options.stage == "all" else [options.stage]:
        minutes = MINUTES[stage] if options.minutes is None else options.minutes
        log.info("stage %s, %g minutes", stage, minutes)
        run(stage, minutes)


if __name__ == "__main__":
    main()
