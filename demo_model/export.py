"""Assembles the trained parts into `demo_model/weights/`, a complete StableDiffusionXLPipeline."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any, cast

import torch
from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import (
    StableDiffusionXLPipeline,
)

from demo_model.architecture import new_scheduler
from demo_model.checkpoints import load
from demo_model.train_text import TextEncoders
from demo_model.train_unet import shared_unet
from demo_model.train_vae import shared_vae

log = logging.getLogger(__name__)

WEIGHTS = Path(__file__).parent / "weights"


def assemble() -> StableDiffusionXLPipeline:
    """The pipeline of the last checkpoints; a part without one has random weights."""
    vae = shared_vae()
    load("vae", {"shared": vae})
    encoders = TextEncoders()
    load("text", {"encoders": encoders})
    unet = shared_unet()
    load("unet", {"shared": unet})
    # The pipeline's own annotations know no AutoencoderTiny, which it supports all the same.
    build = cast("Any", StableDiffusionXLPipeline)
    return build(
        vae=vae.average.eval(),
        text_encoder=encoders.first.eval(),
        text_encoder_2=encoders.second.eval(),
        tokenizer=encoders.tokenizer,
        tokenizer_2=encoders.tokenizer,
        unet=unet.average.eval(),
        scheduler=new_scheduler(),
        add_watermarker=False,
    )


def write(pipeline: StableDiffusionXLPipeline, folder: Path = WEIGHTS) -> None:
    """Saves the pipeline to `folder`, by renaming file by file: a reader never sees half a file.

    The UNet is stored in half precision, which halves its size and changes no picture visibly;
    diffusers loads it in float32 all the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as temporary:
        pipeline.save_pretrained(temporary, safe_serialization=True)
        pipeline.unet.to(torch.float16).save_pretrained(Path(temporary) / "unet")
        pipeline.unet.to(torch.float32)
        _drop_derived(Path(temporary) / "vae" / "config.json")
        for source in sorted(Path(temporary).rglob("*")):
            target = folder / source.relative_to(temporary)
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.chmod(0o644)  # safetensors makes its files private
                os.replace(source, target)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    log.info("wrote %s, %.1f MB", folder, size / 1e6)


def _drop_derived(config: Path) -> None:
    """AutoencoderTiny sets this itself when built, and warns at each load that it is there."""
    values = json.loads(config.read_text(encoding="utf-8"))
    values.pop("block_out_channels", None)
    config.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    write(assemble())
