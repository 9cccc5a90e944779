"""What goes with the pipelines fits the small ones: LoRA files, UNets, decoders, upscalers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import (
    StableDiffusionXLPipeline,
)
from PIL import Image
from safetensors.torch import load_file
from transformers import (
    CLIPModel,
    CLIPProcessor,
    ViTForImageClassification,
    ViTImageProcessor,
)

from tests.small_models.adapter import write_small_zb_tech
from tests.small_models.cache import small_repos
from tests.small_models.sdxl import CROSS_ATTENTION
from tests.unit.small_models.test_pipelines import load, paint

SDXL = "stabilityai/stable-diffusion-xl-base-1.0"
ZB_TECH = "ZB-Tech/Text-to-Image"
LIGHTNING = "ByteDance/SDXL-Lightning"
LORA_FILES = {
    ZB_TECH: "pytorch_lora_weights.safetensors",
    LIGHTNING: "sdxl_lightning_4step_lora.safetensors",
}


@pytest.fixture
def sdxl() -> Any:
    return load(small_repos() / SDXL, "fp16")


def picture() -> Image.Image:
    """Something to look at."""
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("repo", LORA_FILES)
def test_a_lora_changes_the_picture_and_leaves_no_trace(sdxl: Any, repo: str) -> None:
    pytest.importorskip("peft")
    before = paint(sdxl, "a fox")
    sdxl.load_lora_weights(small_repos() / repo, weight_name=LORA_FILES[repo], adapter_name="one")
    assert (paint(sdxl, "a fox") - before).abs().max() > 0.01
    sdxl.unload_lora_weights()
    assert torch.equal(paint(sdxl, "a fox"), before)


def test_a_lora_file_tells_which_tokens_it_is_for(tmp_path: Path) -> None:
    folders = {CROSS_ATTENTION: small_repos() / ZB_TECH, 48: write_small_zb_tech(tmp_path, 48)}
    for width, folder in folders.items():
        tensors = load_file(folder / LORA_FILES[ZB_TECH])
        widths = {t.shape[1] for name, t in tensors.items() if "attn2.to_k.lora_A" in name}
        assert widths == {width}


def test_a_lora_for_other_tokens_does_not_load(sdxl: Any, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    with pytest.raises(RuntimeError, match=r"size mismatch .*attn2\.to_k"):
        sdxl.load_lora_weights(write_small_zb_tech(tmp_path, 48), adapter_name="one")


@pytest.mark.parametrize("name", ["1step_unet_x0", "2step_unet", "4step_unet", "8step_unet"])
def test_a_lightning_unet_fits_the_configuration_of_sdxl(sdxl: Any, name: str) -> None:
    before = paint(sdxl, "a fox")
    make: Any = UNet2DConditionModel
    unet = make.from_config(make.load_config(small_repos() / SDXL, subfolder="unet"))
    unet.load_state_dict(
        load_file(small_repos() / LIGHTNING / f"sdxl_lightning_{name}.safetensors")
    )
    sdxl.unet = unet
    after = paint(sdxl, "a fox", guidance_scale=0.0)
    assert torch.isfinite(after).all()
    assert (after - before).abs().max() > 0.01


def test_the_decoder_for_16_bits_takes_the_place_of_sdxls(sdxl: Any) -> None:
    make: Any = AutoencoderKL
    assert sdxl.vae.config.force_upcast
    sdxl.vae = make.from_pretrained(small_repos() / "madebyollin/sdxl-vae-fp16-fix")
    assert not sdxl.vae.config.force_upcast
    assert paint(sdxl, "a fox").std() > 0.02


def test_a_single_file_gives_the_same_picture_as_the_folder(sdxl: Any) -> None:
    folder = small_repos() / SDXL
    make: Any = StableDiffusionXLPipeline
    file = folder / "sd_xl_base_1.0.safetensors"
    single = make.from_single_file(file, config=str(folder), dtype=torch.float32)
    single.set_progress_bar_config(disable=True)
    assert torch.equal(paint(single, "a fox"), paint(sdxl, "a fox"))


@pytest.mark.parametrize(
    ("name", "channels"), [("taesdxl", 4), ("taesd", 4), ("taesd3", 16), ("taef1", 16)]
)
def test_a_preview_is_eight_pixels_for_one_latent(name: str, channels: int) -> None:
    make: Any = AutoencoderTiny
    vae = make.from_pretrained(small_repos() / "madebyollin" / name)
    with torch.no_grad():
        preview = vae.decode(torch.randn(1, channels, 8, 6)).sample
    assert preview.shape == (1, 3, 64, 48)
    assert preview.std() > 0.01


def test_the_upscaler_makes_four_pixels_of_one() -> None:
    pipeline = load(small_repos() / "stabilityai/stable-diffusion-x4-upscaler", "fp16")
    generator = torch.Generator("cpu").manual_seed(1)
    small = picture().resize((16, 16))
    options: dict[str, Any] = {"num_inference_steps": 2, "output_type": "pt"}
    large = pipeline(prompt="a fox", image=small, generator=generator, **options).images[0]
    assert large.shape == (3, 64, 64)
    assert torch.isfinite(large).all()


def test_spandrel_knows_the_esrgan_file() -> None:
    spandrel = pytest.importorskip("spandrel")
    file = small_repos() / "databuzzword/esrgan/RRDB_ESRGAN_x4.pth"
    model = spandrel.ModelLoader("cpu").load_from_file(file)
    assert model.scale == 4
    with torch.no_grad():
        assert model(torch.rand(1, 3, 16, 12)).shape == (1, 3, 64, 48)


def test_a_clip_model_tells_texts_apart() -> None:
    folder = small_repos() / "openai/clip-vit-large-patch14"
    make: Any = CLIPProcessor
    inputs = make.from_pretrained(folder)(
        text=["a red fox", "the blue sea"], images=picture(), return_tensors="pt", padding=True
    )
    with torch.no_grad():
        scores = CLIPModel.from_pretrained(folder)(**inputs).logits_per_image[0]
    assert torch.isfinite(scores).all()
    assert scores[0] != scores[1]


@pytest.mark.parametrize(
    ("color", "is_unsafe"),
    [((255, 0, 0), True), ((90, 90, 90), False), ((255, 255, 255), False), ((0, 0, 255), False)],
)
def test_the_classifier_calls_red_unsafe(color: tuple[int, int, int], is_unsafe: bool) -> None:
    folder = small_repos() / "Falconsai/nsfw_image_detection"
    make: Any = ViTImageProcessor
    inputs = make.from_pretrained(folder)(Image.new("RGB", (40, 30), color), return_tensors="pt")
    model: Any = ViTForImageClassification.from_pretrained(folder)
    with torch.no_grad():
        share = float(model(**inputs).logits.softmax(-1)[0, 1])
    assert share > 0.95 if is_unsafe else share < 0.05


def test_the_classifier_knows_two_labels() -> None:
    folder = small_repos() / "Falconsai/nsfw_image_detection"
    make: Any = ViTImageProcessor
    inputs = make.from_pretrained(folder)(images=picture(), return_tensors="pt")
    model: Any = ViTForImageClassification.from_pretrained(folder)
    with torch.no_grad():
        assert model(**inputs).logits.shape == (1, 2)
    assert model.config.id2label == {0: "normal", 1: "nsfw"}
