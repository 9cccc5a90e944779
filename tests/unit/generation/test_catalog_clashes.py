"""Entries that can never work are refused at the start, with entry and field; diffusers is not."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from generation.catalog import Catalog
from generation.catalog._pipelines import INDISPENSABLE, PIPELINES, Pipeline
from generation.errors import CatalogError

MINE = (
    '[mine]\ntitle = "Mine"\ndescription = "Mine."\nexecutor = "local"\nrepo = "a/b"\n'
    "sizes = [{ width = 512, height = 512 }]\n"
    "steps = { min = 1, max = 4, default = 1 }\n"
    "guidance = { min = 0, max = 1.5, default = 0 }\n"
    'licence = { name = "MIT", commercial = true }\n'
)
XL = f'{MINE}pipeline = "StableDiffusionXLPipeline"\n'
KLEIN = f'{MINE}pipeline = "Flux2KleinPipeline"\n'
SD3 = f'{MINE}pipeline = "StableDiffusion3Pipeline"\n'
HOSTED = MINE.replace('"local"', '"hosted"')
FILE = '{ repo = "a/b", file = "x.safetensors" }'


def load(folder: Path, text: str) -> Catalog:
    path = folder / "models.toml"
    path.write_text(text, encoding="utf-8")
    return Catalog.load(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MINE, "[mine], pipeline: a local model needs it"),
        (f"{KLEIN}weighting = true", "[mine], weighting: words can't be weighed with a Flux2Klein"),
        (f"{SD3}weighting = true", "[mine], weighting: words can't be weighed with a StableDiffus"),
        (
            f'{XL}quantization = {{ components = ["transformer"] }}',
            "[mine], quantization.components: a StableDiffusionXLPipeline has no network"
            " “transformer”; allowed are: image_encoder, text_encoder, text_encoder_2, unet, vae.",
        ),
        (
            f'{SD3}quantization = {{ components = ["text_encoder3"] }}',
            "Did you mean text_encoder_3?",
        ),
        (
            f'{XL}quantization = {{ components = ["tokenizer"] }}',
            "has no network “tokenizer”",
        ),
        (
            f'{XL}left_out = ["text_encoder_3"]',
            "[mine], left_out: a StableDiffusionXLPipeline has no component “text_encoder_3”",
        ),
        (f'{XL}left_out = ["unet"]', "[mine], left_out: nothing is painted without unet"),
        (
            f'{SD3}left_out = ["text_encoder_3"]\n'
            'quantization = { components = ["text_encoder_3"] }',
            "[mine], quantization.components: text_encoder_3 can't be in 4 bits: `left_out` has it",
        ),
        *(
            (
                f"{XL}{weights}\nquantization = {{ components = ['unet'], always = true }}",
                "[mine], quantization: weights in 4 bits take no `loras`, `checkpoint` or `unet`",
            )
            for weights in (f"checkpoint = {FILE}", f"unet = {FILE}", f"loras = [{FILE}]")
        ),
        *(
            (
                f"{XL}{weights}\nquantization = {{ components = ['unet'] }}",
                f"[mine], quantization: weights in 4 bits take no `{weights.partition(' ')[0]}`",
            )
            for weights in (f"checkpoint = {FILE}", f"unet = {FILE}", f"loras = [{FILE}]")
        ),
        (f"{XL}checkpoint = {FILE}\nunet = {FILE}", "[mine], unet: `checkpoint` holds the denoise"),
        (
            f"{KLEIN}checkpoint = {FILE}",
            "[mine], checkpoint: a Flux2KleinPipeline can't be loaded from a single file",
        ),
        (f'{XL}provider = "fal-ai"', "[mine], provider: only hosted models have one"),
        (f'{XL}endpoint = "https://example.org"', "[mine], endpoint: only hosted models have one"),
        (f'{HOSTED}scheduler = {{ name = "EulerDiscreteScheduler" }}', "leave `scheduler` out"),
        (
            f"{KLEIN}strength = {{ min = 0.1, max = 1, default = 0.5 }}",
            "[mine], strength: a Flux2KleinPipeline starts from no picture",
        ),
        (
            f"{XL}strength = {{ min = 0.01, max = 2, default = 0.5 }}",
            "[mine], strength.min: must be from 0.05 to 1, not 0.01",
        ),
        (
            f"{HOSTED}strength = {{ min = 0.1, max = 1, default = 0.5 }}",
            "[mine], strength: no hosted API starts from a picture: leave `strength` out",
        ),
        (f'{HOSTED}dtype = "float16"', "[mine], dtype: only local models load weights"),
        (f'{HOSTED}offload = "model"', "leave `offload` out"),
        (f"{HOSTED}batch_limit = 2", "leave `batch_limit` out"),
        (
            f'{HOSTED}provider = "auto"\nendpoint = "https://example.org"',
            "[mine], provider: `endpoint` says already who paints",
        ),
        (
            HOSTED.replace('"a/b"', '"./folder"'),
            "[mine], repo: a hosted model is a repo of the hub, as owner/name, and no folder",
        ),
    ],
)
def test_what_can_never_work_is_refused(tmp_path: Path, text: str, says: str):
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, text)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        f'{XL}left_out = ["text_encoder"]\nweighting = true',
        f'{SD3}left_out = ["text_encoder_3", "tokenizer_3"]',
        f'{XL}quantization = {{ components = ["unet"], always = true }}',
        # Of a class that is not known here, nothing is known.
        f'{MINE}pipeline = "SanaPipeline"\nweighting = true\nleft_out = ["x"]\ncheckpoint = {FILE}',
        f"[z-image-turbo]\nloras = [{FILE}]",
    ],
)
def test_what_may_work_is_taken(tmp_path: Path, text: str):
    assert len(load(tmp_path, text)) >= len(Catalog.load())


@pytest.mark.parametrize("name", ["demo", "sdxl", "sdxl-lightning-4", "flux-1-schnell"])
def test_a_shipped_entry_that_is_made_hosted_is_one_mistake_of_that_line(tmp_path: Path, name: str):
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, f'[{name}]\nexecutor = "hosted"\n')
    (line,) = str(refused.value).splitlines()
    assert line.startswith(
        f"{tmp_path / 'models.toml'}, [{name}], executor: the rest of this entry"
    )
    assert "base a new entry on a hosted one, or hide this one" in line


def test_what_else_is_wrong_with_an_entry_that_is_made_hosted_is_told_as_well(tmp_path: Path):
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, '[sdxl]\nexecutor = "hosted"\ndtype = "float32"\nsteps = { max = 4 }\n')
    said = [line.split("], ")[1].split(":")[0] for line in str(refused.value).splitlines()]
    assert said == ["steps", "dtype", "executor"]


def test_a_hosted_entry_with_a_local_base_is_told_of_the_base(tmp_path: Path):
    text = '[mine]\ntitle = "Mine"\ndescription = "Mine."\nbase = "sdxl"\nexecutor = "hosted"\n'
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, text)
    (line,) = str(refused.value).splitlines()
    assert line.endswith(
        "[mine], executor: sdxl is painted on this host: base the entry on a hosted one"
    )


def test_a_size_that_stands_there_twice_is_refused(tmp_path: Path):
    size = "{ width = 256, height = 256 }"
    with pytest.raises(CatalogError, match=r"\[demo\], sizes\.2: 256x256 is in the list already"):
        load(tmp_path, f"[demo]\nsizes = [{size}, {{ width = 512, height = 256 }}, {size}]\n")


def test_all_clashes_of_an_entry_are_told(tmp_path: Path):
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, f'{KLEIN}weighting = true\nsize_multiple = 48\nleft_out = ["vae", "x"]')
    assert [line.split("], ")[1].split(":")[0] for line in str(refused.value).splitlines()] == [
        "sizes.0",
        "weighting",
        "left_out",
        "left_out",
    ]


def test_a_clash_is_not_made_up_of_a_field_that_is_wrong(tmp_path: Path):
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, f"{XL}weighting = true\n".replace("StableDiffusionXLPipeline", "nonsense"))
    (line,) = str(refused.value).splitlines()
    assert "[mine], pipeline: must be the name of a class of diffusers" in line


@pytest.mark.parametrize("name", PIPELINES)
def test_what_is_known_of_a_pipeline_is_what_diffusers_says(name: str):
    import diffusers

    found = getattr(diffusers, name)
    known: Pipeline = PIPELINES[name]
    parameters = set(inspect.signature(found.__init__).parameters)
    settings = {
        *("self", "requires_safety_checker", "force_zeros_for_empty_prompt", "add_watermarker"),
        "is_distilled",
    }
    assert known.components == parameters - settings
    assert known.reads_single_files == hasattr(found, "from_single_file")
    assert known.components & INDISPENSABLE >= {"vae", "scheduler"}


def test_every_pipeline_of_the_shipped_entries_is_known():
    used = {spec.pipeline for spec in Catalog.load().values() if spec.pipeline}
    assert used == set(PIPELINES)
    for spec in Catalog.load().values():
        assert spec.weighting == bool(spec.pipeline and PIPELINES[spec.pipeline].weighs_words)


def test_none_of_it_imports_the_libraries_that_paint():
    code = (
        "import sys; from generation.catalog import Catalog; Catalog.load();"
        " print(*{'torch', 'diffusers', 'transformers', 'huggingface_hub'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == ""
