"""The recipe, and how it stands in a PNG."""

import json

from PIL import Image

from generation.catalog import Catalog
from generation.imaging.png import encode
from generation.recipe import a1111_line, canonical, easel_version, recipe
from generation.request import GenerationRequest
from tests.support import png

TURBO = Catalog.load()["sdxl-turbo"]
DEMO = Catalog.load()["demo"]


def made(prompt: str = "a red circle", **options: object) -> dict[str, object]:
    request = GenerationRequest.build(DEMO, prompt, seed=7, **options)  # pyright: ignore
    return recipe(DEMO, request, {"scheduler": "EulerDiscreteScheduler", "dtype": "float32"})


def test_all_that_makes_the_picture_again_is_in_it() -> None:
    request = GenerationRequest.build(TURBO, "a red circle", steps=3, seed=7)
    assert recipe(TURBO, request, {"dtype": "float16"}) == {
        "software": f"Easel {easel_version()}",
        "model": "sdxl-turbo",
        "repo": "stabilityai/sdxl-turbo",
        "revision": "71153311d3dbb46851df1931d3ca6e939de83304",
        "variant": "fp16",
        "vae": {"repo": "madebyollin/sdxl-vae-fp16-fix"},
        "licence": "sai-nc-community",
        "pipeline": "StableDiffusionXLPipeline",
        "scheduler": "EulerAncestralDiscreteScheduler",
        "scheduler_options": {"timestep_spacing": "trailing"},
        "prompt": "a red circle",
        "negative_prompt": None,
        "num_inference_steps": 3,
        "guidance_scale": 0.0,
        "seed": 7,
        "width": 512,
        "height": 512,
        "dtype": "float16",
    }


def test_weights_from_elsewhere_are_in_it() -> None:
    spec = Catalog.load()["realvisxl-lightning"]
    own = spec.loras[0].model_copy(update={"repo": "/home/someone", "weight": 0.5})
    spec = spec.model_copy(update={"loras": (*spec.loras, own)})
    told = recipe(spec, GenerationRequest.build(spec, "a red circle"))
    file = "sdxl_lightning_4step_lora.safetensors"
    assert told["vae"] == {"repo": "madebyollin/sdxl-vae-fp16-fix"}
    assert told["loras"] == [
        {"repo": "ByteDance/SDXL-Lightning", "file": file, "weight": 1.0},
        {"repo": None, "file": file, "weight": 0.5},
    ]


def test_a_folder_of_this_host_is_not_told() -> None:
    assert DEMO.is_folder
    assert DEMO.repo not in canonical(made())


def test_other_software_finds_the_line_it_knows() -> None:
    assert a1111_line(made(negative_prompt="dull")) == (
        "a red circle\n"
        "Negative prompt: dull\n"
        "Steps: 6, Sampler: EulerDiscreteScheduler, CFG scale: 1.5, Seed: 7, Size: 256x256,"
        " Model: demo"
    )


def test_a_seed_of_zero_is_a_seed() -> None:
    request = GenerationRequest.build(TURBO, "a red circle", seed=0)
    line = a1111_line(recipe(TURBO, request))
    assert "CFG scale: 0, Seed: 0" in line


def test_the_png_holds_recipe_mark_and_software_and_nothing_else() -> None:
    data = encode(Image.new("RGB", (256, 256), "red"), made())
    assert [kind for kind, _ in png.chunks(data) if kind != "IDAT"] == [
        "IHDR", "tEXt", "tEXt", "tEXt", "iTXt", "IEND",
    ]  # fmt: skip
    texts = png.texts(data)
    assert set(texts) == {"Software", "parameters", "easel", "XML:com.adobe.xmp"}
    assert texts["Software"] == "Easel"
    assert json.loads(texts["easel"]) == made()
    assert texts["easel"] == canonical(made())
    assert texts["parameters"] == a1111_line(made())


def test_the_mark_of_a_generated_picture_is_iptcs() -> None:
    texts = png.texts(encode(Image.new("RGB", (8, 8)), made()))
    assert (
        'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/'
        'trainedAlgorithmicMedia"' in texts["XML:com.adobe.xmp"]
    )


def test_any_prompt_can_be_written() -> None:
    """Also what a request of today refuses, for a job may have waited since before."""
    prompt = "ein Kreis in Grün, 円, 🎨, \ud83d, \0, <x:xmpmeta>"
    request = GenerationRequest.build(DEMO, "a red circle", seed=7)
    any_prompt = recipe(DEMO, request.model_copy(update={"prompt": prompt}))
    texts = png.texts(encode(Image.new("RGB", (8, 8)), any_prompt))
    assert json.loads(texts["easel"])["prompt"] == "ein Kreis in Grün, 円, 🎨, ?, , <x:xmpmeta>"
    assert texts["parameters"].startswith("ein Kreis in Grün, 円, 🎨, ?, , <x:xmpmeta>\n")


def test_the_same_pixels_and_recipe_are_the_same_bytes() -> None:
    image = Image.effect_noise((64, 64), 50).convert("RGB")
    assert encode(image, made()) == encode(image.copy(), made())
